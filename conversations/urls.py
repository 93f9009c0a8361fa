from django.urls import path

from conversations.views import inbox, thread

app_name = "conversations"
NOBODY = {"pk": None}
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("rows/", inbox.inbox_rows, name="rows"),
    path("views/", inbox.inbox_views, name="views"),
    path("badge/", inbox.inbox_badge, name="badge"),
    path("messages/<int:pk>/why/", thread.message_why, name="message_why"),
    path("withheld/", inbox.conversation, NOBODY, name="withheld"),
    path("withheld/items/", thread.thread_items, NOBODY, name="withheld_items"),
    path("withheld/unread/", inbox.conversation_unread, NOBODY, name="withheld_unread"),
    path("<int:pk>/", inbox.conversation, name="conversation"),
    path("<int:pk>/items/", thread.thread_items, name="items"),
    path("<int:pk>/unread/", inbox.conversation_unread, name="unread"),
    path("<int:pk>/composer/", thread.thread_composer, name="composer"),
    path("<int:pk>/send/", thread.thread_send, name="send"),
]
