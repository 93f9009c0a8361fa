from django.shortcuts import get_object_or_404

from aesthetix.web.api.views import PracticeView
from contacts.models import Contact


class ContactsView(PracticeView):
    """What belongs to one contact: `contacts/<pk>/…`."""

    def contact(self, pk: int) -> Contact:
        contact: Contact = get_object_or_404(Contact.objects.for_practice(self.practice), pk=pk)
        return contact
