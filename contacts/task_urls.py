from django.urls import path

from contacts.views import task_page

app_name = "tasks"
urlpatterns = [
    path("", task_page.task_list, name="list"),
    path("badge/", task_page.task_badge, name="badge"),
]
