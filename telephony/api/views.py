"""Lines, calls and the routing preview by REST."""

from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.audit import services as audit
from aesthetix.web.api.views import PracticeView, an_id, validated
from telephony.api.serializers import CallDetailOut, CallOut, LineOut, PreviewIn, RouteOut
from telephony.models import Call, Line
from telephony.services.preview import preview_route


class LineList(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "lines:read"}

    @extend_schema(operation_id="lines_list", responses=LineOut(many=True))
    def get(self, request: Request) -> Response:
        """The practice's lines."""
        return self.page(request, Line.objects.for_practice(self.practice), LineOut, "id")


class RoutePreview(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"POST": "lines:read"}

    @extend_schema(operation_id="lines_route_preview", request=PreviewIn, responses=RouteOut)
    def post(self, request: Request, pk: int) -> Response:
        """Where a call to this line would go now, and why: the same function that answers live calls."""
        line = get_object_or_404(Line.objects.for_practice(self.practice), pk=pk)
        route = preview_route(line, validated(PreviewIn, request)["caller"])
        return Response(route.as_dict())


class CallList(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "calls:read"}

    @extend_schema(
        operation_id="calls_list",
        parameters=[
            OpenApiParameter("contact", int, description="only this contact's calls"),
            OpenApiParameter("outcome", str, enum=["answered", "missed", "dropped"]),
        ],
        responses=CallOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The practice's calls, newest first."""
        rows = Call.objects.for_practice(self.practice)
        given = {name: request.query_params[name] for name in ("contact", "outcome") if name in request.query_params}
        if "contact" in given:
            rows = rows.filter(contact=an_id(given["contact"]))
        if "outcome" in given:
            rows = rows.filter(outcome=serializers.ChoiceField(Call.Outcome.choices).run_validation(given["outcome"]))
        audit.record(self.actor, "list", "telephony.call")
        return self.page(request, rows, CallOut, "-started_at", "-id")


class CallDetail(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "calls:read"}

    @extend_schema(operation_id="calls_get", responses=CallDetailOut)
    def get(self, request: Request, pk: int) -> Response:
        """One call: why it rang where it rang, each leg, its recordings."""
        rows = Call.objects.for_practice(self.practice).prefetch_related("legs", "recordings")
        call = get_object_or_404(rows, pk=pk)
        audit.record(self.actor, "view", call, contact_id=call.contact_id)
        return Response(CallDetailOut(call).data)
