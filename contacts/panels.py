"""The middle of the record page. The conversations stand on a floor above and put themselves in here."""

from collections.abc import Callable

from django.utils.safestring import SafeString

from aesthetix.practices.http import PracticeRequest
from contacts.models import Contact

Render = Callable[[PracticeRequest, Contact], SafeString]
_conversation: list[Render] = []


def register_conversation(render: Render) -> None:
    """`render(request, contact)` gives the HTML of the thread; the contact is one that the person may see."""
    _conversation[:] = [render]


def conversation(request: PracticeRequest, contact: Contact) -> SafeString | str:
    return _conversation[0](request, contact) if _conversation else ""
