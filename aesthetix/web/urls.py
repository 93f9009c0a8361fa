from django.urls import path

from aesthetix.web import api_keys, audit_log, session, views
from aesthetix.web.live.views import healthz, live

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("settings/", views.settings_home, name="settings"),
    path("settings/api-keys/", api_keys.api_keys, name="api_keys"),
    path("settings/api-keys/<int:pk>/revoke/", api_keys.api_key_revoke, name="api_key_revoke"),
    path("settings/audit-log/", audit_log.audit_log, name="audit_log"),
    path("practice/switch/", views.practice_switch, name="practice_switch"),
    path("account/", views.account, name="account"),
    path("account/session/", session.session, name="session"),
    path("account/session/end/", session.session_end, name="session_end"),
    path("alerts/", views.alerts, name="alerts"),
    path("notifications/mail/", views.mail_choice, name="mail_choice"),
    path("bell/", views.bell, name="bell"),
    path("notifications/<int:pk>/seen/", views.notification_seen, name="notification_seen"),
    path("notifications/seen/", views.notifications_seen, name="notifications_seen"),
    path("alerts/<int:pk>/seen/", views.alert_seen, name="alert_seen"),
    path("live/", live, name="live"),
    path("live/healthz", healthz, name="live_healthz"),
    path("search/", views.search, name="search"),
]
