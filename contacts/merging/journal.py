"""What a merge did to rows, one by one, so that it can be taken back: moved, changed, taken away, made.

Rows are kept as texts of their fields. Undoing goes backwards, and touches nothing that people changed since.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, F, Value, When

CHUNK = 500
Row = dict[str, Any]


class Journal:
    """`entries` is JSON."""

    def __init__(self, entries: list[dict[str, Any]] | None = None) -> None:
        self.entries: list[dict[str, Any]] = entries or []

    def move(self, model: type[models.Model], name: str, source: int, to: int, *, with_rows: bool = False) -> int:
        """Point the foreign key `name` of all rows at `to` that pointed at `source`; how many they were. `with_rows`
        keeps how they read: for rows that people can delete for good, and that shall be there again then."""
        column = _field(model, name).attname
        rows = _rows(model).filter(**{column: source})
        kept = [dump(row) for row in rows.order_by("pk")] if with_rows else None
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            self._note("moved", model, field=column, ids=ids, source=source, to=to, rows=kept)
            rows.update(**{column: to})
        return len(ids)

    def change(self, row: models.Model, *, together: bool = False, **values: Any) -> None:
        """`together`: taken back as a whole or not at all."""
        before = dump(row)
        for name, value in values.items():
            setattr(row, name, value)
        after, columns = dump(row), [_field(type(row), name).attname for name in values]
        said = {column: [before[column], after[column]] for column in columns if before[column] != after[column]}
        if said:
            self._note("changed", type(row), pk=row.pk, values=said, together=together)
            _rows(type(row)).filter(pk=row.pk).update(**{column: getattr(row, column) for column in said})

    def add(self, row: models.Model, **amounts: int) -> None:
        """Numbers that go on counting: the same is taken off again, and never more than there is."""
        amounts = {name: amount for name, amount in amounts.items() if amount}
        if amounts:
            self._note("added", type(row), pk=row.pk, amounts=amounts)
            sums: dict[str, Any] = {name: F(name) + amount for name, amount in amounts.items()}
            _rows(type(row)).filter(pk=row.pk).update(**sums)

    def take_away(self, row: models.Model) -> None:
        """Only the row itself: the database refuses while anything points at it."""
        self._note("gone", type(row), row=dump(row))
        queryset = _rows(type(row)).filter(pk=row.pk)
        queryset._raw_delete(queryset.db)

    def make(self, row: models.Model) -> None:
        row.save(force_insert=True)
        self._note("made", type(row), pk=row.pk)

    def _note(self, what: str, model: type[models.Model], **said: Any) -> None:
        self.entries.append({"what": what, "model": model._meta.label_lower, **said})

    def take_back(self) -> None:
        for entry in reversed(self.entries):
            BACK[entry["what"]](apps.get_model(entry["model"]), entry)


def _move_back(model: type[models.Model], entry: dict[str, Any]) -> None:
    column, there = entry["field"], set()
    for chunk in _chunks(entry["ids"]):
        own = _rows(model).filter(pk__in=chunk)
        own.filter(**{column: entry["to"]}).update(**{column: entry["source"]})
        there |= set(own.values_list("pk", flat=True)) if entry["rows"] else set()
    for kept in entry["rows"] or []:
        row = load(model, kept)
        if row.pk not in there:
            put_back(row)


def _change_back(model: type[models.Model], entry: dict[str, Any]) -> None:
    row = _rows(model).filter(pk=entry["pk"]).first()
    if row is None:
        return
    now, said = dump(row), entry["values"]
    unchanged = [name for name, (_, after) in said.items() if now[name] == after]
    if entry["together"] and len(unchanged) < len(said):
        return
    back = load(model, {name: said[name][0] for name in unchanged})
    values = {name: getattr(back, name) for name in unchanged}
    if values:
        _rows(model).filter(pk=row.pk).update(**values)


def _add_back(model: type[models.Model], entry: dict[str, Any]) -> None:
    for name, amount in entry["amounts"].items():
        row = _rows(model).filter(pk=entry["pk"])
        rest = Case(When(**{f"{name}__gt": amount}, then=F(name) - amount), default=Value(0))
        row.update(**{name: rest})


def put_back(row: models.Model) -> None:
    """Where its place was taken meanwhile, it comes back as the second there, if its model can say so; else the one
    that is there stays."""
    if not _insert(row) and hasattr(row, "is_shared"):
        row.is_shared = True
        _insert(row)


def _insert(row: models.Model) -> bool:
    """With its own key; False where a unique key holds another row."""
    rows = _rows(type(row)).filter(pk=row.pk)
    if not rows.exists():
        type(row)._base_manager.bulk_create([row], ignore_conflicts=True)
    return bool(rows.exists())


def _delete(model: type[models.Model], entry: dict[str, Any]) -> None:
    queryset = _rows(model).filter(pk=entry["pk"])
    queryset._raw_delete(queryset.db)


BACK = {
    "moved": _move_back,
    "changed": _change_back,
    "added": _add_back,
    "gone": lambda model, entry: put_back(load(model, entry["row"])),
    "made": _delete,
}


def dump(row: models.Model) -> Row:
    return {field.attname: _text(field, row) for field in row._meta.local_concrete_fields}


def load(model: type[models.Model], kept: Row) -> Any:
    """A row with these fields. Those that a column was added for since have its default."""
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in kept.items() if name in fields})


def _text(field: Any, row: models.Model) -> Any:
    value = field.value_from_object(row)
    return None if value is None else field.value_to_string(row)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _rows(model: type[models.Model]) -> Any:
    return model._base_manager.all()


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
