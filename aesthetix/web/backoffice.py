"""The back office: Django's admin, for the active practice only.

Practice admins who have the right look here at every row; they change things on the pages, whose
services check, audit and tell. Nothing staff need every day is here.
"""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from aesthetix.audit import services as audit
from aesthetix.practices.models import Staff


def staff_of(request: HttpRequest) -> Staff | None:
    staff: Staff | None = getattr(request, "staff", None)
    return staff


class BackOffice(admin.AdminSite):
    site_header = site_title = "Aesthetix CRM back office"
    index_title = "Everything of this practice"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        staff = staff_of(request)
        return staff is not None and staff.is_admin and staff.user.is_staff

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("web:home" if request.user.is_authenticated else "account_login")


site = BackOffice(name="admin")


class PracticeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists and shows the active practice's rows; `practice_path` leads from the row to its practice."""

    practice_path = "practice"
    list_per_page = 50
    show_full_result_count = False
    secret_fields: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        staff = staff_of(request)
        rows: QuerySet[Any] = self.model._base_manager.filter(
            **{self.practice_path: staff.practice_id if staff else None}
        )
        return rows

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Rows are named by their foreign keys' words: fetch them with the list."""
        return [str(name) for name in self.list_display if isinstance(self._field(name), ForeignKey)]

    def _field(self, name: Any) -> Any:
        return next((field for field in self.model._meta.fields if field.name == name), None)

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.secret_fields

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if site.has_permission(request):
            audit.record(request.actor, "list", self.model._meta.label_lower)  # type: ignore[attr-defined]
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        shown = self.get_object(request, object_id) if object_id and site.has_permission(request) else None
        if shown is not None:
            audit.record(request.actor, "view", shown, contact_id=_contact_of(shown))  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, *args, **kwargs)


# Where a row that names no contact itself says whose it is.
_PARENTS = ("thread", "call", "note", "task", "message", "document", "enrollment")


def _contact_of(row: Model) -> int | None:
    """Whose record a row belongs to: it stands in that record's history who saw it here."""
    if row._meta.label_lower == "contacts.contact":
        return int(row.pk)
    names = {field.name for field in row._meta.fields}
    if "contact" in names or "contact_id" in names:
        contact_id: int | None = getattr(row, "contact_id", None)
        return contact_id
    parent = next((getattr(row, name) for name in _PARENTS if name in names), None)
    return _contact_of(parent) if parent is not None else None


def show(model: type[Model], *columns: str, search: tuple[str, ...] = (), **options: Any) -> None:
    """Put a model into the back office: its columns, what a search looks at, other ModelAdmin options."""
    attributes = {"list_display": columns, "search_fields": search, **options}
    site.register(model, type(f"{model.__name__}Admin", (PracticeAdmin,), attributes))
