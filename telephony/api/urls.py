from django.urls import path

from telephony.api import views

urlpatterns = [
    path("lines/", views.LineList.as_view(), name="lines"),
    path("lines/<int:pk>/route-preview/", views.RoutePreview.as_view(), name="route_preview"),
    path("calls/", views.CallList.as_view(), name="calls"),
    path("calls/<int:pk>/", views.CallDetail.as_view(), name="call"),
]
