"""Notes and tasks by REST: the same services, the same refusals, each with a scope of its own."""

import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.events.models import Event, Notification
from aesthetix.practices.actor import Actor
from contacts.models import Contact, Note, Task
from contacts.services.notes import edit_note
from contacts.services.tasks import TaskFacts, add_task, edit_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_with):
    return client_with("notes:read", "notes:write", "tasks:read", "tasks:write")


@pytest.fixture
def maya(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


def at(contact, what):
    return f"/api/v1/contacts/{contact.pk}/{what}"


def made(client, cast, **fields):
    return client.post(at(cast.grace, "tasks/"), {"title": "Call back", **fields}, "json").json()


def change(client, cast, task, **fields):
    return client.patch(at(cast.grace, f"tasks/{task['id']}/"), fields, "json")


def test_a_note_is_written_and_listed_and_its_wording_kept(client, cast):
    note = client.post(at(cast.grace, "notes/"), {"body": " Prefers mornings ", "pinned": True}, "json")
    assert note.status_code == 201
    told = note.json()
    assert (told["body"], told["pinned"], told["author"], told["version"]) == ("Prefers mornings", True, None, 1)
    assert client.get(at(cast.grace, "notes/")).json()["results"] == [told]
    assert Note.objects.for_practice(cast.glow).get().versions.get().body == "Prefers mornings"
    entries = AuditEntry.objects.for_practice(cast.glow).filter(object_type="contacts.note").order_by("id")
    assert [(entry.action, entry.contact_id, entry.api_key.name) for entry in entries] == [
        ("create", cast.grace.pk, "Website"),
        ("list", cast.grace.pk, "Website"),
    ]


@pytest.mark.parametrize("body", ["", " \n", "x" * 20_001, "a\x00b", None])
def test_a_note_that_is_none_is_refused_at_its_field(client, cast, body):
    answer = client.post(at(cast.grace, "notes/"), {"body": body}, "json")
    assert answer.status_code == 400
    assert list(answer.json()) == ["body"]
    assert not Note.objects.for_practice(cast.glow).exists()


def test_a_deleted_note_or_task_is_gone(client, cast, clock):
    client.post(at(cast.grace, "notes/"), {"body": "Gone"}, "json")
    task = made(client, cast)
    for kind in (Note, Task):
        kind.objects.for_practice(cast.glow).update(deleted_at=clock())
    assert client.get(at(cast.grace, "notes/")).json()["results"] == []
    assert client.get(at(cast.grace, "tasks/")).json()["results"] == []
    assert change(client, cast, task, done=True).status_code == 404


def test_a_task_is_added_done_and_opened_again(client, cast, clock):
    task = made(client, cast, assignee=cast.jordan.pk, due_on="2026-11-16", due_time="09:00")
    assert (task["assignee"], task["creator"], task["is_overdue"]) == (cast.jordan.pk, None, True)  # it is 10:00
    assert Notification.objects.for_practice(cast.glow).get(staff=cast.jordan).text == "Task for you: Call back"
    done = change(client, cast, task, done=True)
    assert done.status_code == 200
    assert (done.json()["done_at"], done.json()["is_overdue"]) == ("2026-11-16T17:00:00Z", False)
    assert change(client, cast, task, done=True).json() == done.json()
    assert change(client, cast, task, done=False).json()["done_at"] is None
    events = Event.objects.for_practice(cast.glow).filter(type="task.changed")
    assert events.count() == 3
    assert [event.payload for event in events] == [{}] * 3


def test_what_is_left_out_stays_as_it_is(client, cast, clock):
    task = made(client, cast, description="About the touch-up", due_on="2026-11-20", due_time="15:00")
    moved = change(client, cast, task, due_on="2026-11-21").json()
    assert moved == {**task, "due_on": "2026-11-21", "version": 2}
    assert change(client, cast, task, due_on=None, due_time=None).json()["due_on"] is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"assignee": 999_999}, "assignee"),
        ({"assignee": 10**30}, "assignee"),
        ({"due_on": "2026-02-31"}, "due_on"),
        ({"due_on": "9999-12-31"}, "due_on"),
        ({"due_time": "09:00"}, "due_on"),
        ({"due_on": "2026-11-20", "due_time": "25:00"}, "due_time"),
    ],
)
def test_wrong_input_names_the_field_and_changes_nothing(client, cast, wrong, field):
    answer = client.post(at(cast.grace, "tasks/"), {"title": "x", **wrong}, "json")
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Task.objects.for_practice(cast.glow).exists()
    task = made(client, cast)
    assert change(client, cast, task, done=True, **wrong).status_code == 400
    assert Task.objects.for_practice(cast.glow).get().done_at is None


def test_who_may_not_see_the_contact_cannot_be_given_its_task(client, cast):
    lena = Contact.objects.create(practice=cast.glow, first_name="Lena")
    for person, said in ((cast.priya, "may not see this patient"), (cast.outsider, "There is no such staff member.")):
        answer = client.post(at(lena, "tasks/"), {"title": "x", "assignee": person.pk}, "json")
        assert answer.status_code == 400
        assert said in answer.json()["assignee"][0]
    assert not Task.objects.for_practice(cast.glow).exists()


def test_a_task_that_somebody_changed_meanwhile_is_left_alone(client, cast, maya):
    task = add_task(actor=maya, contact=cast.grace, facts=TaskFacts("Call back"))
    edit_task(actor=maya, task=task, facts=TaskFacts("Write"), version=1)
    answer = change(client, cast, {"id": task.pk}, title="Mail", done=True, version=1)
    assert answer.status_code == 409
    task.refresh_from_db()
    assert (task.title, task.done_at) == ("Write", None)
    assert change(client, cast, {"id": task.pk}, title="Mail", version=2).json()["title"] == "Mail"


@pytest.mark.parametrize("what", ["notes", "tasks"])
def test_scopes_are_apart(client_with, cast, what):
    other = "tasks" if what == "notes" else "notes"
    for scope in ("contacts:read", "contacts:write", f"{what}:write", f"{other}:read"):
        assert client_with(scope).get(at(cast.grace, f"{what}/")).status_code == 403
    given = {"title": "x", "body": "x"}
    for scope in ("contacts:write", f"{what}:read", f"{other}:write"):
        assert client_with(scope).post(at(cast.grace, f"{what}/"), given, "json").status_code == 403


def test_another_practice_is_not_there(client, client_with, cast):
    task = made(client, cast)
    theirs = client_with("notes:read", "notes:write", "tasks:read", "tasks:write", practice=cast.other)
    for what in ("notes/", "tasks/", f"tasks/{task['id']}/"):
        assert theirs.get(at(cast.grace, what)).status_code == 404
    assert theirs.get(at(cast.stranger, f"tasks/{task['id']}/")).status_code == 404
    assert theirs.patch(at(cast.stranger, f"tasks/{task['id']}/"), {"done": True}, "json").status_code == 404
    assert theirs.post(at(cast.grace, "tasks/"), {"title": "x"}, "json").status_code == 404
    assert client.get(at(cast.stranger, "notes/")).status_code == 404
    lena = Contact.objects.create(practice=cast.glow, first_name="Lena")
    assert client.get(at(lena, f"tasks/{task['id']}/")).status_code == 404


@pytest.mark.parametrize("what", ["notes", "tasks"])
def test_a_page_takes_a_fixed_number_of_statements(client, cast, what, django_assert_num_queries):
    for number in range(8):
        client.post(at(cast.grace, f"{what}/"), {"title": f"T{number}", "body": f"N{number}"}, "json")
    with django_assert_num_queries(4):  # key, contact, audit, rows
        first = client.get(at(cast.grace, f"{what}/?limit=3")).json()
    rows = first["results"]
    while first["next"]:
        first = client.get(first["next"]).json()
        rows += first["results"]
    assert len({row["id"] for row in rows}) == len(rows) == 8


# One note ------------------------------------------------------------------------------------


@pytest.fixture
def note(client, cast):
    return client.post(at(cast.grace, "notes/"), {"body": "Prefers mornings"}, "json").json()


def rewrite(client, cast, note, **fields):
    return client.patch(at(cast.grace, f"notes/{note['id']}/"), fields, "json")


def test_a_note_is_worded_anew_and_pinned_and_keeps_its_wordings(client, cast, note):
    answer = rewrite(client, cast, note, body="Prefers evenings", version=1, pinned=True)
    assert answer.status_code == 200
    assert (answer.json()["body"], answer.json()["version"], answer.json()["pinned"]) == ("Prefers evenings", 2, True)
    assert client.get(at(cast.grace, f"notes/{note['id']}/")).json() == answer.json()
    kept = Note.objects.for_practice(cast.glow).get().versions.values_list("body", flat=True)
    assert list(kept) == ["Prefers evenings", "Prefers mornings"]
    actions = AuditEntry.objects.for_practice(cast.glow).filter(object_type="contacts.note").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["create", "change", "change", "view"]


def test_a_wording_that_somebody_changed_meanwhile_stays(client, cast, note, maya):
    held = Note.objects.for_practice(cast.glow).get()
    edit_note(actor=maya, note=held, body="Prefers Mondays", version=1)
    assert rewrite(client, cast, note, body="Mine", version=1, pinned=True).status_code == 409
    held.refresh_from_db()
    assert (held.body, held.pinned) == ("Prefers Mondays", False)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"body": "x"}, "version"), ({"body": "", "version": 1}, "body"), ({"pinned": "x"}, "pinned")]
)
def test_a_wrong_change_of_a_note_names_the_field(client, cast, note, wrong, field):
    answer = rewrite(client, cast, note, **wrong)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert Note.objects.for_practice(cast.glow).get().version == 1


def test_one_note_is_for_its_scope_its_contact_and_its_practice_only(client, client_with, cast, note, clock):
    address = at(cast.grace, f"notes/{note['id']}/")
    assert client_with("notes:read").patch(address, {"pinned": True}, "json").status_code == 403
    assert client_with("notes:write").get(address).status_code == 403
    assert client_with("notes:read", practice=cast.other).get(address).status_code == 404
    lena = Contact.objects.create(practice=cast.glow, first_name="Lena")
    assert client.get(at(lena, f"notes/{note['id']}/")).status_code == 404
    Note.objects.for_practice(cast.glow).update(deleted_at=clock())
    assert rewrite(client, cast, note, pinned=True).status_code == 404
    assert client.delete(address).status_code == 403
