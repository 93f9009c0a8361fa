"""API keys: `Authorization: Bearer ax_…`, one practice a key, least scope."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.crypto import constant_time_compare
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import ApiKey

if TYPE_CHECKING:
    # rest_framework.views imports this module, which its settings name.
    from rest_framework.views import APIView


class KeyUser:
    """What DRF calls the user: a program with a key."""

    is_authenticated = True

    def __init__(self, key: ApiKey) -> None:
        self.key, self.pk = key, f"key-{key.pk}"


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[KeyUser, ApiKey] | None:
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = self._find(text.strip())
        request._request.practice = key.practice  # type: ignore[attr-defined]
        request._request.actor = Actor(  # type: ignore[attr-defined]
            practice=key.practice, api_key=key, ip=request.META.get("REMOTE_ADDR")
        )
        return KeyUser(key), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    @staticmethod
    def _find(text: str) -> ApiKey:
        parts = text.split("_", 2)
        prefix = parts[1] if len(parts) == 3 else ""
        key = (
            ApiKey.objects.across_practices().filter(prefix=prefix, revoked_at=None).select_related("practice").first()
        )
        if key is None or not constant_time_compare(key.digest, ApiKey.hash(text)):
            raise AuthenticationFailed("This API key is not valid or was revoked.")
        now = clock.now()
        assert isinstance(key, ApiKey)
        if key.last_used_at is None or now - key.last_used_at > dt.timedelta(minutes=1):
            ApiKey.objects.for_practice(key.practice).filter(pk=key.pk).update(last_used_at=now)
        return key


class HasScope(BasePermission):
    """A view names `scopes = {"GET": "contacts:read", …}`; a method it does not name is refused."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        wanted: dict[str, Any] = getattr(view, "scopes", {})
        method = "GET" if request.method in {"HEAD", "OPTIONS"} else request.method
        return isinstance(request.auth, ApiKey) and wanted.get(str(method)) in request.auth.scopes
