from django.urls import path

from conversations.api import views

urlpatterns = [
    path("threads/", views.ThreadList.as_view(), name="threads"),
    path("threads/<int:pk>/items/", views.ThreadItems.as_view(), name="thread_items"),
    path("messages/", views.MessageList.as_view(), name="messages"),
    path("messages/<int:pk>/", views.MessageDetail.as_view(), name="message"),
]
