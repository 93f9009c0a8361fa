"""/api/v1/: every room adds its resources."""

from django.urls import include, path

from aesthetix.web.api.schema import SchemaView

app_name = "api"
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("", include("contacts.api.urls")),
    path("", include("conversations.api.urls")),
    path("", include("telephony.api.urls")),
    path("", include("documents.api.urls")),
]
