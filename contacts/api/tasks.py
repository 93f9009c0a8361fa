"""Tasks of a contact by REST, through the same services as the pages."""

from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as Refused
from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.audit import services as audit
from aesthetix.practices.models import Staff
from aesthetix.web.api.views import validated
from contacts.api.of_contact import ContactsView
from contacts.models import Task
from contacts.models.tasks import LONGEST_DESCRIPTION, LONGEST_TITLE
from contacts.services import tasks as service


class TaskOut(serializers.ModelSerializer[Task]):
    """`due_on` and `due_time` are the practice's wall clock. `assignee`, `creator`, `done_by`: ids of staff members,
    null for nobody or a program."""

    is_overdue = serializers.BooleanField(read_only=True)

    class Meta:
        model = Task
        fields = (
            "id",
            "title",
            "description",
            "assignee",
            "creator",
            "due_on",
            "due_time",
            "is_overdue",
            "done_at",
            "done_by",
            "version",
            "created_at",
        )


class TaskIn(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=LONGEST_TITLE)
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, required=False, allow_blank=True)
    assignee = serializers.IntegerField(
        required=False, allow_null=True, help_text="id of a current staff member who may see the contact"
    )
    due_on = serializers.DateField(required=False, allow_null=True)
    due_time = serializers.TimeField(required=False, allow_null=True, help_text="needs a date")

    def validate_assignee(self, pk: int | None) -> Staff | None:
        if pk is None:
            return None
        current: Staff | None = Staff.objects.for_practice(self.context["practice"]).filter(pk=pk, left_at=None).first()
        if current is None:
            raise serializers.ValidationError("There is no such staff member.")
        return current


class TaskChange(TaskIn):
    """What is left out stays as it is. With `version`, the one that the change started from, a task that somebody
    changed meanwhile is left alone (409)."""

    title = serializers.CharField(max_length=LONGEST_TITLE, required=False)
    done = serializers.BooleanField(required=False)
    version = serializers.IntegerField(required=False, min_value=1)


class TaskList(ContactsView):
    scopes: ClassVar[dict[str, str]] = {"GET": "tasks:read", "POST": "tasks:write"}

    @extend_schema(operation_id="tasks_list", responses=TaskOut(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """The contact's tasks, done ones too, the newest first."""
        rows = Task.objects.for_practice(self.practice).filter(contact=self.contact(pk)).standing()
        audit.record(self.actor, "list", "contacts.task", contact_id=pk)
        return self.page(request, rows, TaskOut, "-created_at", "-id")

    @extend_schema(operation_id="tasks_create", request=TaskIn, responses={201: TaskOut})
    def post(self, request: Request, pk: int) -> Response:
        """A new task; its assignee is told at once."""
        contact = self.contact(pk)
        given = validated(TaskIn, request, context={"practice": self.practice})
        try:
            task = service.add_task(actor=self.actor, contact=contact, facts=service.TaskFacts(**given))
        except Refused as refused:
            raise ValidationError(refused.message_dict) from refused
        return Response(TaskOut(task).data, status=201)


class TaskDetail(ContactsView):
    scopes: ClassVar[dict[str, str]] = {"GET": "tasks:read", "PATCH": "tasks:write"}

    @extend_schema(operation_id="tasks_get", responses=TaskOut)
    def get(self, request: Request, pk: int, task: int) -> Response:
        found = self._task(pk, task)
        audit.record(self.actor, "view", found, contact_id=pk)
        return Response(TaskOut(found).data)

    @extend_schema(operation_id="tasks_update", request=TaskChange, responses=TaskOut)
    def patch(self, request: Request, pk: int, task: int) -> Response:
        """Change the fields that are sent; `done` true or false does the task or opens it again."""
        found = self._task(pk, task)
        given = validated(TaskChange, request, context={"practice": self.practice})
        try:
            self._change(found, given)
        except service.StaleTask as stale:
            return Response({"detail": str(stale)}, status=409)
        except Refused as refused:
            raise ValidationError(refused.message_dict) from refused
        return Response(TaskOut(self._task(pk, task)).data)

    @transaction.atomic
    def _change(self, task: Task, given: dict[str, Any]) -> None:
        """All of it or nothing. Without a version it starts from the task as it is now."""
        task = Task.objects.for_practice(self.practice).select_for_update(of=("self",)).get(pk=task.pk)
        done, version = given.pop("done", None), given.pop("version", task.version)
        if version != task.version:
            raise service.StaleTask(task)
        if given:
            facts = replace(service.facts_of(task), **given)
            service.edit_task(actor=self.actor, task=task, facts=facts, version=version)
        if done is not None:
            service.set_done(actor=self.actor, task=task, done=done)

    def _task(self, pk: int, task: int) -> Task:
        rows = Task.objects.for_practice(self.practice).filter(contact=self.contact(pk)).standing()
        found: Task = get_object_or_404(rows, pk=task)
        return found
