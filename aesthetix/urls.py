from django.urls import include, path
from django.views.generic import RedirectView

from aesthetix.operations import health
from aesthetix.web import backoffice

handler400 = "aesthetix.web.errors.bad_request"
handler403 = "aesthetix.web.errors.forbidden"
handler404 = "aesthetix.web.errors.not_found"
handler500 = "aesthetix.web.errors.server_error"

urlpatterns = [
    path("twilio/", include("telephony.webhooks.urls")),
    path("", include("aesthetix.web.urls")),
    path("", include("aesthetix.practices.urls")),
    path("", include("telephony.urls")),
    # An address is changed by a practice admin in My Staff, so allauth's own page for it leads there.
    path("accounts/email/", RedirectView.as_view(pattern_name="web:account"), name="account_email"),
    path("accounts/", include("allauth.account.urls")),
    # What one has is on our own page.
    path("accounts/2fa/", RedirectView.as_view(pattern_name="practices:security"), name="mfa_index"),
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="practices:security"), name="mfa_list_webauthn"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("admin/", backoffice.site.urls),
    path("api/v1/", include("aesthetix.api_urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("contacts/", include("documents.urls")),
    path("contacts/", include("contacts.urls")),
    path("tasks/", include("contacts.task_urls")),
    path("settings/custom-fields/", include("contacts.field_urls")),
    path("inbox/", include("conversations.urls")),
    path("workflows/", include("workflows.urls")),
]
