from django.urls import path

from contacts.api import merging, notes, tasks, views

urlpatterns = [
    path("contacts/", views.ContactList.as_view(), name="contacts"),
    path("contacts/search/", views.ContactSearch.as_view(), name="contacts_search"),
    path("contacts/<int:pk>/", views.ContactDetail.as_view(), name="contact"),
    path("contacts/<int:pk>/merge/", merging.ContactMerge.as_view(), name="contact_merge"),
    path("duplicates/", merging.DuplicateList.as_view(), name="duplicates"),
    path("merges/", merging.MergeList.as_view(), name="merges"),
    path("merges/<int:pk>/undo/", merging.MergeUndo.as_view(), name="merge_undo"),
    path("contacts/<int:pk>/notes/", notes.NoteList.as_view(), name="notes"),
    path("contacts/<int:pk>/notes/<int:note>/", notes.NoteDetail.as_view(), name="note"),
    path("contacts/<int:pk>/tasks/", tasks.TaskList.as_view(), name="tasks"),
    path("contacts/<int:pk>/tasks/<int:task>/", tasks.TaskDetail.as_view(), name="task"),
]
