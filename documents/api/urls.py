from django.urls import path

from documents.api import views

urlpatterns = [
    path("contacts/<int:pk>/documents/", views.DocumentList.as_view(), name="documents"),
    path("contacts/<int:pk>/documents/<int:document>/", views.DocumentDetail.as_view(), name="document"),
    path("contacts/<int:pk>/documents/<int:document>/file/", views.DocumentFile.as_view(), name="document_file"),
]
