"""How the schema describes our keys, and where it is served."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "aesthetix.practices.api_auth.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key from Settings → API keys: `Bearer ax_…`"}


class SchemaView(SpectacularAPIView):
    """Says what there is, never whose: open to everybody."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
