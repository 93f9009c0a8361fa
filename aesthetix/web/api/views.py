"""What every REST view shares: the practice and the actor of the key, scopes, keyset pages."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice


class Keyset(CursorPagination):
    """Pages by position, never by offset; `next` and `previous` are links."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """A cursor is not checked by the library: its position may be no value of the column."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (DjangoValidationError, ValueError, OverflowError, DataError) as error:
            raise NotFound("Invalid cursor") from error


class PracticeView(APIView):
    """`scopes` names the scope that each method needs; a method it does not name is refused (403)."""

    scopes: ClassVar[dict[str, str]] = {}

    @property
    def actor(self) -> Actor:
        actor: Actor = self.request._request.actor  # type: ignore[attr-defined]
        return actor

    @property
    def practice(self) -> Practice:
        return self.actor.practice

    def page(self, request: Request, rows: Any, serializer: type[Serializer[Any]], *ordering: str) -> Response:
        pages = Keyset()
        pages.ordering = ordering
        found: Any = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(serializer(found, many=True).data)


def an_id(text: Any) -> int:
    """An id from the address or the body; raises ValidationError for what no row can have."""
    return int(serializers.IntegerField(min_value=1, max_value=2**63 - 1).run_validation(text))


def validated(serializer: type[Serializer[Any]], request: Request, **options: Any) -> dict[str, Any]:
    """The checked input; raises ValidationError, which answers 400 with a message per field."""
    given = serializer(data=request.data, **options)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
