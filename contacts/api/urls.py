from django.urls import path

from contacts.api import views

urlpatterns = [
    path("contacts/", views.ContactList.as_view(), name="contacts"),
    path("contacts/search/", views.ContactSearch.as_view(), name="contacts_search"),
    path("contacts/<int:pk>/", views.ContactDetail.as_view(), name="contact"),
]
