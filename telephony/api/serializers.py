from rest_framework import serializers

from aesthetix.lib.phone import to_e164
from telephony.models import Call, Leg, Line, Recording


class LineOut(serializers.ModelSerializer[Line]):
    """`incoming_timeout` in seconds; null: the practice's."""

    class Meta:
        model = Line
        fields = (
            "id",
            "number",
            "name",
            "assigned_to",
            "forwarding_number",
            "incoming_timeout",
            "call_connect",
            "record_calls",
            "is_default_outbound",
            "lead_source",
        )


class LegOut(serializers.ModelSerializer[Leg]):
    class Meta:
        model = Leg
        fields = ("id", "kind", "staff", "status", "started_at", "answered_at", "accepted_at", "ended_at")


class RecordingOut(serializers.ModelSerializer[Recording]):
    """`kind`: call or voicemail; `state`: pending, stored, absent or failed; `seconds`: length."""

    class Meta:
        model = Recording
        fields = ("id", "kind", "state", "seconds", "created_at")


class CallOut(serializers.ModelSerializer[Call]):
    """`outcome`: empty while in progress, then answered, missed or dropped; `reason` says why it was missed."""

    class Meta:
        model = Call
        fields = (
            "id",
            "line",
            "contact",
            "inbound",
            "from_number",
            "to_number",
            "state",
            "outcome",
            "reason",
            "lead_source",
            "answered_by",
            "started_at",
            "answered_at",
            "ended_at",
        )


class CallDetailOut(CallOut):
    """A call with its legs, recordings and `route`: every rule with matched, skipped, off or not reached, and why."""

    legs = LegOut(many=True)
    recordings = RecordingOut(many=True)

    class Meta(CallOut.Meta):
        fields = (*CallOut.Meta.fields, "route", "legs", "recordings")  # type: ignore[assignment]


class PreviewIn(serializers.Serializer[None]):
    caller = serializers.CharField(
        required=False, default="", allow_blank=True, help_text="any way of writing; empty: withheld"
    )

    def validate_caller(self, text: str) -> str:
        number = to_e164(text) if text else ""
        if number is None:
            raise serializers.ValidationError("This is not a telephone number.")
        return number


class RouteOut(serializers.Serializer[None]):
    rule = serializers.IntegerField(help_text="1 to 6: the rule that matched")
    result = serializers.CharField(help_text="ring, voicemail or drop")
    timeout = serializers.IntegerField(help_text="seconds until voicemail")
    trace = serializers.JSONField(help_text="each rule: number, question, status, why")
    destinations = serializers.JSONField(help_text="the phones that would ring")
    unreachable = serializers.JSONField(help_text="the phones that would not, and why")
