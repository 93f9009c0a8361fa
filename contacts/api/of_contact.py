from typing import Any

from django.db import IntegrityError
from django.http import Http404
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.web.api.views import PracticeView
from contacts.merging.following import survivor_id
from contacts.models import Contact


class MergedContact(Exception):
    """The contact that was asked for is part of another one now."""

    def __init__(self, pk: int, survivor: int) -> None:
        super().__init__(f"Contact {pk} was merged into contact {survivor}.")
        self.pk, self.survivor = pk, survivor


class ContactsView(PracticeView):
    """What belongs to one contact: `contacts/<pk>/…`. A merged one's id leads on: reading to the survivor (307), a
    change, which was meant for another record, to 409 with `merged_into`."""

    request: Request

    def contact(self, pk: int) -> Contact:
        contact: Contact | None = Contact.objects.for_practice(self.practice).filter(pk=pk).first()
        if contact is None:
            raise self._merged(pk) or Http404
        return contact

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, IntegrityError):  # merged between reading the contact and writing to it
            exc = self._merged(int(self.kwargs.get("pk", 0))) or exc
        if not isinstance(exc, MergedContact):
            return super().handle_exception(exc)
        said: dict[str, Any] = {"detail": str(exc), "merged_into": exc.survivor}
        if self.request.method not in ("GET", "HEAD"):
            return Response(said, status=409)
        route = self.request.resolver_match
        assert route is not None
        url = reverse(route.view_name, kwargs={**self.kwargs, "pk": exc.survivor})
        query = self.request.META.get("QUERY_STRING", "")
        return Response(said, status=307, headers={"Location": f"{url}?{query}" if query else url})

    def _merged(self, pk: int) -> MergedContact | None:
        survivor = survivor_id(self.practice, pk)
        return MergedContact(pk, survivor) if survivor else None
