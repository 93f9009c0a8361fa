from django.urls import path

from contacts.views import bulk, imports, jobs, listing, notes, record, smart_lists

app_name = "contacts"
urlpatterns = [
    path("", listing.contact_list, name="list"),
    path("lists/<int:pk>/", listing.contact_list, name="kept_list"),
    path("lists/counts/", smart_lists.list_counts, name="list_counts"),
    path("lists/keep/", smart_lists.list_keep, name="list_keep"),
    path("lists/<int:pk>/change/", smart_lists.list_change, name="list_change"),
    path("lists/<int:pk>/delete/", smart_lists.list_delete, name="list_delete"),
    path("bulk/", bulk.bulk_ask, name="bulk_ask"),
    path("bulk/start/", bulk.bulk_start, name="bulk_start"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<int:pk>/", jobs.job_page, name="job"),
    path("jobs/<int:pk>/file/", jobs.job_file, name="job_file"),
    path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("import/", imports.import_upload, name="import_upload"),
    path("import/<int:pk>/", imports.import_page, name="import"),
    path("import/<int:pk>/start/", imports.import_start, name="import_start"),
    path("import/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("import/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("import/<int:pk>/skipped/", imports.import_skipped, name="import_skipped"),
    path("new/", record.contact_new, name="new"),
    path("<int:pk>/", record.contact_record, name="record"),
    path("<int:pk>/facts/", record.contact_facts, name="facts"),
    path("<int:pk>/alert/", record.contact_alert, name="alert"),
    path("<int:pk>/edit/", record.contact_edit, name="edit"),
    path("<int:pk>/tags/", record.contact_tag, name="tag"),
    path("<int:pk>/tags/remove/", record.contact_untag, name="untag"),
    path("<int:pk>/notes/add/", notes.note_add, name="note_add"),
    path("<int:pk>/notes/rows/", notes.note_rows, name="note_rows"),
    path("<int:pk>/notes/<int:note>/", notes.note_row, name="note_row"),
    path("<int:pk>/notes/<int:note>/edit/", notes.note_edit, name="note_edit"),
    path("<int:pk>/notes/<int:note>/pin/", notes.note_pin, name="note_pin"),
    path("<int:pk>/notes/<int:note>/delete/", notes.note_delete, name="note_delete"),
    path("<int:pk>/notes/<int:note>/restore/", notes.note_restore, name="note_restore"),
    path("<int:pk>/notes/<int:note>/versions/", notes.note_versions, name="note_versions"),
    path("<int:pk>/drafts/<slug:place>/", notes.draft_keep, name="draft"),
    # After all others: the tools of this room and of those above.
    path("<int:pk>/<slug:slug>/", record.contact_tool, name="tool"),
]
