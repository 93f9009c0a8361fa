from django.urls import path

from contacts.views import custom_fields

app_name = "fields"
urlpatterns = [
    path("", custom_fields.field_list, name="list"),
    path("add/", custom_fields.field_add, name="add"),
    path("<int:pk>/", custom_fields.field_edit, name="edit"),
    path("<int:pk>/archive/", custom_fields.field_archive, name="archive"),
    path("<int:pk>/move/", custom_fields.field_move, name="move"),
]
