"""Contacts by REST, through the same services as the pages."""

from typing import Any, ClassVar

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.audit import services as audit
from aesthetix.web.api.views import PracticeView, validated
from contacts.api.of_contact import ContactsView
from contacts.api.serializers import ContactIn, ContactOut, SearchIn
from contacts.models import Contact
from contacts.services.custom_fields import set_value
from contacts.services.numbers import Number
from contacts.services.records import Facts, change_facts, create_contact


class ContactList(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "contacts:read", "POST": "contacts:write"}

    @extend_schema(operation_id="contacts_list", responses=ContactOut(many=True))
    def get(self, request: Request) -> Response:
        """The practice's contacts, last changed first."""
        rows = Contact.objects.for_practice(self.practice).prefetch_related("phones", "tags", "field_values__field")
        audit.record(self.actor, "list", "contacts.contact")
        return self.page(request, rows, ContactOut, "-updated_at", "-id")

    @extend_schema(operation_id="contacts_create", request=ContactIn, responses={201: ContactOut})
    def post(self, request: Request) -> Response:
        """A new contact; it needs a name, an email or a number."""
        given = _facts(validated(ContactIn, request, context={"practice": self.practice, "new": True}))
        if not any(given.get(name) for name in ("first_name", "last_name", "email", "numbers")):
            raise ValidationError({"first_name": ["A contact needs a name, an email or a number."]})
        custom = given.pop("custom_fields", [])
        with transaction.atomic():
            contact = create_contact(actor=self.actor, facts=Facts(**given))
            for field, stored in custom:
                set_value(actor=self.actor, contact=contact, field=field, stored=stored)
        return Response(ContactOut(contact).data, status=201)


class ContactSearch(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"POST": "contacts:read"}

    @extend_schema(operation_id="contacts_search", request=SearchIn, responses=ContactOut(many=True))
    def post(self, request: Request) -> Response:
        """Those in whom every word occurs, last changed first. A POST, for words are patient data (decision 020);
        for the next page post the same to `next`."""
        words = validated(SearchIn, request)["q"]
        rows = (
            Contact.objects.for_practice(self.practice)
            .matching(words)
            .prefetch_related("phones", "tags", "field_values__field")
        )
        audit.record(self.actor, "list", "contacts.contact")
        return self.page(request, rows, ContactOut, "-updated_at", "-id")


class ContactDetail(ContactsView):
    scopes: ClassVar[dict[str, str]] = {"GET": "contacts:read", "PATCH": "contacts:write"}

    @extend_schema(operation_id="contacts_get", responses=ContactOut)
    def get(self, request: Request, pk: int) -> Response:
        contact = self.contact(pk)
        audit.record(self.actor, "view", contact, contact_id=contact.pk)
        return Response(ContactOut(contact).data)

    @extend_schema(operation_id="contacts_update", request=ContactIn, responses=ContactOut)
    def patch(self, request: Request, pk: int) -> Response:
        """Change the fields that are sent; `numbers` replaces all numbers."""
        contact = self.contact(pk)
        given = _facts(validated(ContactIn, request, context={"practice": self.practice}))
        custom = given.pop("custom_fields", [])
        with transaction.atomic():
            change_facts(actor=self.actor, contact=contact, given=given)
            for field, stored in custom:
                set_value(actor=self.actor, contact=contact, field=field, stored=stored)
        return Response(ContactOut(self.contact(pk)).data)


def _facts(given: dict[str, Any]) -> dict[str, Any]:
    if "numbers" in given:
        given["numbers"] = [Number(**number) for number in given["numbers"]]
    return given
