from django.urls import path

from documents.views import documents, field_files, files, folders, tool

app_name = "documents"
urlpatterns = [
    path("<int:pk>/documents/add/", documents.document_add, name="add"),
    path("<int:pk>/documents/rows/", tool.document_rows, name="rows"),
    path("<int:pk>/documents/found/", tool.document_found, name="found"),
    path("<int:pk>/documents/zip/", files.document_zip, name="zip"),
    path("<int:pk>/documents/folders/add/", folders.folder_add, name="folder_add"),
    path("<int:pk>/documents/folders/<int:folder>/rename/", folders.folder_rename, name="folder_rename"),
    path("<int:pk>/documents/folders/<int:folder>/remove/", folders.folder_remove, name="folder_remove"),
    path("<int:pk>/documents/<int:document>/", documents.document_page, name="document"),
    path("<int:pk>/documents/<int:document>/change/", documents.document_change, name="change"),
    path("<int:pk>/documents/<int:document>/delete/", documents.document_delete, name="delete"),
    path("<int:pk>/documents/<int:document>/restore/", documents.document_restore, name="restore"),
    path("<int:pk>/documents/<int:document>/file/", files.document_download, name="download"),
    path("<int:pk>/documents/<int:document>/media/", files.document_media, name="media"),
    path("<int:pk>/documents/<int:document>/pages/<int:page>/", files.document_preview, name="preview"),
    path("<int:pk>/fields/<int:field>/files/", field_files.file_add, name="field_add"),
    path("<int:pk>/fields/<int:field>/files/<int:document>/delete/", field_files.file_delete, name="field_delete"),
    path("<int:pk>/fields/<int:field>/files/<int:document>/restore/", field_files.file_restore, name="field_restore"),
]
