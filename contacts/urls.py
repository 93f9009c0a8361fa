from django.urls import path

from contacts.views import listing, record

app_name = "contacts"
urlpatterns = [
    path("", listing.contact_list, name="list"),
    path("new/", record.contact_new, name="new"),
    path("<int:pk>/", record.contact_record, name="record"),
    path("<int:pk>/facts/", record.contact_facts, name="facts"),
    path("<int:pk>/edit/", record.contact_edit, name="edit"),
    path("<int:pk>/history/", record.contact_history, name="history"),
    path("<int:pk>/tags/", record.contact_tag, name="tag"),
    path("<int:pk>/tags/remove/", record.contact_untag, name="untag"),
]
