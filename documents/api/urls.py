from django.urls import path

from documents.api import field_files, views

urlpatterns = [
    path("contacts/<int:pk>/documents/", views.DocumentList.as_view(), name="documents"),
    path("contacts/<int:pk>/documents/<int:document>/", views.DocumentDetail.as_view(), name="document"),
    path("contacts/<int:pk>/documents/<int:document>/file/", views.DocumentFile.as_view(), name="document_file"),
    path("contacts/<int:pk>/fields/<slug:key>/files/", field_files.FieldFileList.as_view(), name="field_files"),
    path(
        "contacts/<int:pk>/fields/<slug:key>/files/<int:document>/",
        field_files.FieldFileDetail.as_view(),
        name="field_file",
    ),
]
