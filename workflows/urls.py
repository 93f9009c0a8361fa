from django.urls import path

from workflows.views import builder, by_hand, listing, runs, trying

app_name = "workflows"
urlpatterns = [
    path("", listing.workflow_list, name="list"),
    path("new/", listing.workflow_new, name="new"),
    path("add/<int:pk>/", by_hand.contact_add, name="contact_add"),
    path("why/call/<int:call_id>/", runs.why_call, name="why_call"),
    path("<int:pk>/", builder.workflow_builder, name="builder"),
    path("<int:pk>/settings/", builder.settings_save, name="settings"),
    path("<int:pk>/steps/", builder.step_add, name="step_add"),
    path("<int:pk>/steps/<str:step_id>/", builder.step_edit, name="step_edit"),
    path("<int:pk>/steps/<str:step_id>/move/", builder.step_move, name="step_move"),
    path("<int:pk>/steps/<str:step_id>/delete/", builder.step_delete, name="step_delete"),
    path("<int:pk>/publish/", builder.workflow_publish, name="publish"),
    path("<int:pk>/stop/", builder.workflow_stop, name="stop"),
    path("<int:pk>/delete/", builder.workflow_delete, name="delete"),
    path("<int:pk>/test/", trying.workflow_test, name="test"),
    path("<int:pk>/runs/", runs.workflow_runs, name="runs"),
]
