from django.urls import path

from aesthetix.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("settings/", views.settings_home, name="settings"),
    path("practice/switch/", views.practice_switch, name="practice_switch"),
    path("account/", views.account, name="account"),
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/<int:pk>/seen/", views.alert_seen, name="alert_seen"),
    path("search/", views.search, name="search"),
]
