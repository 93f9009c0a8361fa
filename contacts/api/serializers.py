from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers

from aesthetix.lib.phone import to_e164
from aesthetix.practices.models import Staff
from contacts.custom_fields import Stored, ask_for, kind_of, to_stored
from contacts.forms import LABELS
from contacts.models import Consent, Contact, CustomField
from contacts.services.custom_fields import fields_of


class NumberSerializer(serializers.Serializer[Any]):
    """`number` in any way of writing; answers come in E.164."""

    number = serializers.CharField(max_length=40)
    label = serializers.ChoiceField(choices=LABELS, required=False, default="mobile")  # type: ignore[assignment]

    def validate_number(self, text: str) -> str:
        number = to_e164(text)
        if number is None:
            raise serializers.ValidationError("This is not a telephone number.")
        return number


class ContactOut(serializers.ModelSerializer[Contact]):
    """`numbers`: the main one first. `unverified_caller`: only the number is known."""

    numbers = NumberSerializer(source="phones", many=True)
    tags: Any = serializers.SlugRelatedField("name", many=True, read_only=True)
    custom_fields = serializers.SerializerMethodField(help_text="unique key → value, of fields that say something")

    class Meta:
        model = Contact
        fields = (
            "id",
            "first_name",
            "last_name",
            "email",
            "birthday",
            "assigned_to",
            "lead_source",
            "unverified_caller",
            "alert",
            "numbers",
            "tags",
            "custom_fields",
            "created_at",
            "updated_at",
        )

    def get_custom_fields(self, contact: Contact) -> dict[str, str]:
        rows = [row for row in contact.field_values.all() if row.text and row.field.archived_at is None]
        return {row.field.key: row.text for row in rows}


class SearchIn(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=200, help_text="name, number in any way of writing, email or birthday")


class ContactIn(serializers.Serializer[Any]):
    """All fields are optional when changing; what is left out stays as it is."""

    first_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    birthday = serializers.DateField(required=False, allow_null=True)
    assigned_to = serializers.IntegerField(required=False, allow_null=True, help_text="id of a current staff member")
    lead_source = serializers.CharField(max_length=80, required=False, allow_blank=True)
    numbers = NumberSerializer(many=True, required=False, help_text="all numbers, the main one first")
    alert = serializers.CharField(max_length=160, required=False, allow_blank=True)
    custom_fields = serializers.DictField(
        required=False, help_text="unique key → value, as its kind writes it; null or empty says nothing any more"
    )
    consents = serializers.DictField(
        child=serializers.BooleanField(), required=False, help_text="channel (text, email, call) → agreed or not"
    )

    def validate_assigned_to(self, pk: int | None) -> Staff | None:
        if pk is None:
            return None
        current: Staff | None = Staff.objects.for_practice(self.context["practice"]).filter(pk=pk, left_at=None).first()
        if current is None:
            raise serializers.ValidationError("There is no such staff member.")
        return current

    def validate_custom_fields(self, given: dict[str, Any]) -> list[tuple[CustomField, Stored]]:
        """Files have an address of their own."""
        own = fields_of(self.context["practice"])
        fields = {field.key: field for field in own if not kind_of(field).rows}
        read, wrong = [], {}
        for key, value in given.items():
            try:
                read.append((fields[key], to_stored(fields[key], _clean(fields[key], value))))
            except KeyError:
                wrong[key] = ["There is no such field."]
            except DjangoValidationError as error:
                wrong[key] = error.messages
        if wrong:
            raise serializers.ValidationError(wrong)
        return read

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """`new` in the context: a contact is being made, and must have what is required of one."""
        if self.context.get("new"):
            said = {field.pk for field, _ in given.get("custom_fields", [])}
            required = fields_of(self.context["practice"]).filter(required=True).exclude(pk__in=said)
            missing = {field.key: ["This field is required."] for field in required if not kind_of(field).rows}
            if missing:
                raise serializers.ValidationError({"custom_fields": missing})
        return given

    def validate_consents(self, given: dict[str, bool]) -> dict[str, bool]:
        if unknown := given.keys() - set(Consent.Channel.values):
            raise serializers.ValidationError(f"Unknown channel: {', '.join(sorted(unknown))}.")
        return given


def _clean(field: CustomField, value: Any) -> Any:
    """As the form of the page would read it."""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if value is not None and not isinstance(value, list):
        value = str(value)
    return ask_for(field).clean(value)
