"""Every route × every role. A route that is not in the matrix fails the build.

Roles: nobody (signed out), outsider (admin of another practice), assigned (only assigned data), staff
(all data), admin. Letters: l sent to sign in, y let in, d denied (403), n not found (404), o open.
Objects are glow's; the contact is not assigned to the assigned-only member.
"""

from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.urls import get_resolver, reverse

from aesthetix.events.models import Notification
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Alert, ApiKey, Holiday
from contacts.models import (
    Contact,
    ContactPhone,
    CustomField,
    DuplicatePair,
    FieldGroup,
    Job,
    Note,
    SmartList,
    Task,
)
from contacts.services.custom_fields import FieldFacts, add_field
from contacts.services.merging import merge_contacts
from conversations.models import Message
from conversations.services.threads import add_item
from documents.models import Document, Folder, Preview
from documents.services.storing import store_file
from documents.tests import samples
from telephony.models import Call, CarrierAccount, Greeting, Line, NumberPool, Recording, VoiceSettings
from workflows.models import Workflow
from workflows.services.defaults import install_default_workflows

pytestmark = pytest.mark.django_db
ROLES = ("nobody", "outsider", "assigned", "staff", "admin")

PAGE = "lyyyy"  # everybody who works in a practice
ADMIN_PAGE = "lyddy"  # practice admins, of their own practice
ADMIN_OBJECT = "lnddy"  # practice admins, of an object of this practice
RECORD = "lnnyy"  # data of a contact who is not assigned to the assigned-only member
OBJECT = "lnyyy"  # an object that everybody in the practice may open
PUBLIC = "ooooo"

MATRIX: dict[str, tuple[str, str, dict[str, str]]] = {
    # the shell
    "web:home": ("get", PAGE, {}),
    "web:settings": ("get", ADMIN_PAGE, {}),
    "web:api_keys": ("get", ADMIN_PAGE, {}),
    "web:api_key_revoke": ("post", ADMIN_OBJECT, {"pk": "api_key"}),
    "web:audit_log": ("get", ADMIN_PAGE, {}),
    "web:practice_switch": ("post", "lnnnn", {}),  # without a practice that one belongs to
    "web:session": ("get", PAGE, {}),
    "web:session_end": ("post", PAGE, {}),
    "web:account": ("get", PAGE, {}),
    "web:alerts": ("get", PAGE, {}),
    "web:bell": ("get", PAGE, {}),
    "web:mail_choice": ("post", PAGE, {}),
    "web:notification_seen": ("post", "lnnyn", {"pk": "notification"}),  # one's own
    "web:notifications_seen": ("post", PAGE, {}),
    "web:alert_seen": ("post", ADMIN_OBJECT, {"pk": "alert"}),
    "web:search": ("get", PAGE, {}),
    # practice settings
    "practices:security": ("get", PAGE, {}),
    "practices:session_end": ("post", "lnnnn", {"pk": "session"}),  # one's own, on another device
    "practices:sessions_end": ("post", PAGE, {}),
    "practices:second_factor": ("get", PAGE, {}),
    "practices:sign_in": ("get", ADMIN_PAGE, {}),
    "practices:business_profile": ("get", ADMIN_PAGE, {}),
    "practices:hours_save": ("post", ADMIN_PAGE, {}),
    "practices:holiday_add": ("post", ADMIN_PAGE, {}),
    "practices:holiday_remove": ("post", ADMIN_OBJECT, {"pk": "holiday"}),
    "practices:staff": ("get", ADMIN_PAGE, {}),
    "practices:staff_add": ("get", ADMIN_PAGE, {}),
    "practices:staff_edit": ("get", ADMIN_OBJECT, {"pk": "member"}),
    "practices:staff_person": ("post", ADMIN_OBJECT, {"pk": "member"}),
    "practices:staff_welcome": ("post", ADMIN_OBJECT, {"pk": "member"}),
    "practices:staff_factor_reset": ("post", ADMIN_OBJECT, {"pk": "member"}),
    "practices:staff_leave": ("get", ADMIN_OBJECT, {"pk": "member"}),
    # phone settings
    "telephony:lines": ("get", ADMIN_PAGE, {}),
    "telephony:line_add": ("get", ADMIN_PAGE, {}),
    "telephony:line_edit": ("get", ADMIN_OBJECT, {"pk": "line"}),
    "telephony:line_preview": ("post", ADMIN_OBJECT, {"pk": "line"}),
    "telephony:pool_add": ("get", ADMIN_PAGE, {}),
    "telephony:pool_edit": ("get", ADMIN_OBJECT, {"pk": "pool"}),
    "telephony:pool_delete": ("post", ADMIN_OBJECT, {"pk": "pool"}),
    "telephony:voice_calls": ("get", ADMIN_PAGE, {}),
    "telephony:voice_calls_preview": ("post", ADMIN_PAGE, {}),
    "telephony:call_settings_save": ("post", ADMIN_PAGE, {}),
    "telephony:staff_calls_save": ("post", ADMIN_OBJECT, {"pk": "member"}),
    "telephony:staff_calls_preview": ("post", ADMIN_OBJECT, {"pk": "member"}),
    "telephony:carrier": ("get", ADMIN_PAGE, {}),
    "telephony:carrier_check": ("post", ADMIN_OBJECT, {}),
    "telephony:carrier_fix": ("post", ADMIN_OBJECT, {}),
    "telephony:greeting_audio": ("get", OBJECT, {"pk": "greeting"}),
    "telephony:greeting": ("get", PUBLIC, {"token": "token"}),  # the carrier fetches it by an unguessable address
    # test calls; nobody finds one here: this process runs no Phone Lab
    "telephony:test_call": ("get", ADMIN_PAGE, {}),
    "telephony:test_call_phones": ("post", ADMIN_PAGE, {}),
    "telephony:test_call_callers": ("post", ADMIN_PAGE, {}),
    "telephony:test_call_again": ("post", "lnddn", {"sid": "sid"}),
    "telephony:live_call": ("get", "lnddn", {"sid": "sid"}),
    "telephony:live_call_news": ("get", "lnddn", {"sid": "sid"}),
    "telephony:live_call_hang_up": ("post", "lnddn", {"sid": "sid"}),
    "telephony:live_call_voicemail": ("post", "lnddn", {"sid": "sid"}),
    "telephony:live_call_key": ("post", "lnddn", {"sid": "sid"}),
    "telephony:live_call_reply": ("post", "lnddn", {"sid": "sid"}),
    # calls
    "telephony:recording_audio": ("get", RECORD, {"pk": "recording"}),
    "telephony:call_why": ("get", RECORD, {"pk": "call"}),
    # contacts
    "contacts:list": ("get", PAGE, {}),
    "contacts:kept_list": ("get", OBJECT, {"pk": "smart_list"}),
    "contacts:list_counts": ("get", PAGE, {}),
    "contacts:list_keep": ("get", PAGE, {}),
    "contacts:list_change": ("post", "lndyy", {"pk": "smart_list"}),
    "contacts:list_delete": ("post", "lndyn", {"pk": "smart_list"}),
    "contacts:bulk_ask": ("post", PAGE, {}),
    "contacts:bulk_start": ("post", PAGE, {}),
    "contacts:jobs": ("get", PAGE, {}),
    "contacts:job": ("get", "lnnyy", {"pk": "job"}),
    "contacts:job_file": ("get", "lnnny", {"pk": "job"}),
    "contacts:job_cancel": ("post", "lnnyy", {"pk": "job"}),
    "contacts:audit_export": ("post", ADMIN_PAGE, {}),
    "contacts:import_upload": ("get", "lydyy", {}),
    "contacts:import": ("get", "lndny", {"pk": "imported"}),
    "contacts:import_start": ("post", "lndny", {"pk": "imported"}),
    "contacts:import_undo": ("post", "lndny", {"pk": "imported"}),
    "contacts:import_cancel": ("post", "lndny", {"pk": "imported"}),
    "contacts:import_skipped": ("get", "lndny", {"pk": "imported"}),
    "contacts:duplicates": ("get", PAGE, {}),
    "contacts:duplicate_dismiss": ("post", RECORD, {"pk": "pair"}),
    "contacts:duplicate_restore": ("post", RECORD, {"pk": "pair"}),
    "contacts:merge_pick": ("get", RECORD, {"pk": "contact"}),
    "contacts:merge": ("get", RECORD, {"pk": "contact", "other": "double"}),
    "contacts:merges": ("get", "lydyy", {}),  # who sees all data merges
    "contacts:merge_undo": ("post", "lndyy", {"pk": "merge"}),
    "contacts:new": ("get", PAGE, {}),
    "contacts:record": ("get", RECORD, {"pk": "contact"}),
    "contacts:facts": ("get", RECORD, {"pk": "contact"}),
    "contacts:fact": ("get", RECORD, {"pk": "contact", "slug": "fact_slug"}),
    "contacts:fact_edit": ("get", RECORD, {"pk": "contact", "slug": "fact_slug"}),
    "contacts:edit": ("get", RECORD, {"pk": "contact"}),
    "contacts:alert": ("get", RECORD, {"pk": "contact"}),
    "contacts:tool": ("get", RECORD, {"pk": "contact", "slug": "history_slug"}),
    "contacts:data_request": ("get", "lnndy", {"pk": "contact"}),
    "contacts:task_add": ("post", RECORD, {"pk": "contact"}),
    "contacts:task_rows": ("get", RECORD, {"pk": "contact"}),
    "contacts:task_row": ("get", RECORD, {"pk": "contact", "task": "task"}),
    "contacts:task_edit": ("get", RECORD, {"pk": "contact", "task": "task"}),
    "contacts:task_done": ("post", RECORD, {"pk": "contact", "task": "task"}),
    "contacts:task_delete": ("post", RECORD, {"pk": "contact", "task": "task"}),
    "contacts:task_restore": ("post", RECORD, {"pk": "contact", "task": "task"}),
    "tasks:list": ("get", PAGE, {}),
    "tasks:badge": ("get", PAGE, {}),
    "fields:list": ("get", ADMIN_PAGE, {}),
    "fields:add": ("get", ADMIN_PAGE, {}),
    "fields:edit": ("get", ADMIN_OBJECT, {"pk": "custom_field"}),
    "fields:archive": ("post", ADMIN_OBJECT, {"pk": "custom_field"}),
    "fields:move": ("post", ADMIN_OBJECT, {"pk": "custom_field"}),
    "contacts:value_line": ("get", RECORD, {"pk": "contact", "field": "custom_field"}),
    "contacts:value_edit": ("get", RECORD, {"pk": "contact", "field": "custom_field"}),
    "contacts:draft": ("post", RECORD, {"pk": "contact", "place": "draft_place"}),
    "contacts:note_add": ("post", RECORD, {"pk": "contact"}),
    "contacts:note_rows": ("get", RECORD, {"pk": "contact"}),
    "contacts:note_row": ("get", RECORD, {"pk": "contact", "note": "note"}),
    "contacts:note_edit": ("get", RECORD, {"pk": "contact", "note": "note"}),
    "contacts:note_pin": ("post", RECORD, {"pk": "contact", "note": "note"}),
    "contacts:note_delete": ("post", RECORD, {"pk": "contact", "note": "note"}),
    "contacts:note_restore": ("post", RECORD, {"pk": "contact", "note": "note"}),
    "contacts:note_versions": ("get", RECORD, {"pk": "contact", "note": "note"}),
    "contacts:tag": ("post", RECORD, {"pk": "contact"}),
    "contacts:untag": ("post", RECORD, {"pk": "contact"}),
    # documents
    "documents:add": ("post", RECORD, {"pk": "contact"}),
    "documents:rows": ("get", RECORD, {"pk": "contact"}),
    "documents:found": ("post", RECORD, {"pk": "contact"}),
    "documents:zip": ("get", RECORD, {"pk": "contact"}),
    "documents:document": ("get", RECORD, {"pk": "contact", "document": "document"}),
    "documents:change": ("post", RECORD, {"pk": "contact", "document": "document"}),
    "documents:delete": ("post", "lnnyn", {"pk": "contact", "document": "document"}),  # gone for the second
    "documents:restore": ("post", RECORD, {"pk": "contact", "document": "document"}),
    "documents:download": ("get", RECORD, {"pk": "contact", "document": "document"}),
    "documents:media": ("get", RECORD, {"pk": "contact", "document": "document"}),
    "documents:preview": ("get", RECORD, {"pk": "contact", "document": "picture", "page": "first"}),
    "documents:field_add": ("get", RECORD, {"pk": "contact", "field": "file_field"}),
    "documents:field_delete": (
        *("post", "lnnyn"),
        {"pk": "contact", "field": "file_field", "document": "field_file"},
    ),
    "documents:field_restore": (
        *("post", RECORD),
        {"pk": "contact", "field": "file_field", "document": "field_file"},
    ),
    "documents:folder_add": ("post", RECORD, {"pk": "contact"}),
    "documents:folder_rename": ("post", RECORD, {"pk": "contact", "folder": "folder"}),
    "documents:folder_remove": ("post", "lnnyn", {"pk": "contact", "folder": "folder"}),
    # conversations
    "conversations:inbox": ("get", PAGE, {}),
    "conversations:rows": ("get", PAGE, {}),
    "conversations:views": ("get", PAGE, {}),
    "conversations:badge": ("get", PAGE, {}),
    "conversations:conversation": ("get", RECORD, {"pk": "contact"}),
    "conversations:items": ("get", RECORD, {"pk": "contact"}),
    "conversations:unread": ("post", RECORD, {"pk": "contact"}),
    "conversations:composer": ("get", RECORD, {"pk": "contact"}),
    "conversations:send": ("post", RECORD, {"pk": "contact"}),
    "conversations:message_why": ("get", RECORD, {"pk": "message"}),
    # callers who withheld their number belong to nobody: only people who see all data
    "conversations:withheld": ("get", "l?nyy", {}),
    "conversations:withheld_items": ("get", "l?nyy", {}),
    "conversations:withheld_unread": ("post", "l?nyy", {}),
    # workflows
    "workflows:list": ("get", PAGE, {}),
    "workflows:new": ("post", ADMIN_PAGE, {}),
    "workflows:contact_add": ("get", RECORD, {"pk": "contact"}),
    "workflows:why_call": ("get", RECORD, {"call_id": "call"}),
    "workflows:builder": ("get", ADMIN_OBJECT, {"pk": "workflow"}),
    "workflows:settings": ("post", ADMIN_OBJECT, {"pk": "workflow"}),
    "workflows:step_add": ("post", "lndd?", {"pk": "workflow"}),
    "workflows:step_edit": ("get", ADMIN_OBJECT, {"pk": "workflow", "step_id": "step"}),
    "workflows:step_move": ("post", ADMIN_OBJECT, {"pk": "workflow", "step_id": "step"}),
    "workflows:step_delete": ("post", ADMIN_OBJECT, {"pk": "workflow", "step_id": "step"}),
    "workflows:publish": ("post", ADMIN_OBJECT, {"pk": "workflow"}),
    "workflows:stop": ("post", ADMIN_OBJECT, {"pk": "workflow"}),
    "workflows:delete": ("post", ADMIN_OBJECT, {"pk": "workflow"}),
    "workflows:test": ("get", ADMIN_OBJECT, {"pk": "workflow"}),
    "workflows:runs": ("get", OBJECT, {"pk": "workflow"}),
}
# Not for people with a session: the carrier (signed), programs (keys; tests/api), health checks, sign-in itself.
OTHER_DOORS = ("twilio:", "api:", "admin", "account_", "mfa_", "healthz", "readyz", "web:live")


def names(patterns, prefix="", path=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, space, path + str(pattern.pattern))
        else:
            yield f"{prefix}{pattern.name}" if pattern.name else path + str(pattern.pattern)


def test_every_route_is_in_the_matrix():
    routes = {name for name in names(get_resolver().url_patterns) if not name.startswith(OTHER_DOORS)}
    assert routes - MATRIX.keys() == set(), "say who may open these"
    assert MATRIX.keys() - routes == set(), "these routes are gone"


def _custom_field(practice):
    group = FieldGroup.objects.create(practice=practice, name="Skin")
    return CustomField.objects.create(practice=practice, group=group, name="Skin type", key="skin_type", kind="text")


def _file_field(actor, contact):
    """The field and a file in it."""
    settings = {"formats": ["pdf"], "most_files": 3, "most_mb": 1}
    field = add_field(actor=actor, kind="file", facts=FieldFacts(name="Scans", group="Skin", settings=settings))
    return field.pk, store_file(
        actor=actor, contact=contact, upload=ContentFile(samples.pdf(), "a.pdf"), field=field
    ).pk


def _import(practice, staff):
    options = {"phase": "checked", "head": ["Name"], "targets": ["full_name"]}
    options |= {"format": {"encoding": "utf-8", "separator": ","}, "dates": "mdy", "known": "update"}
    job = Job.objects.create(practice=practice, staff=staff, kind="import", state="ready", options=options, due_at=None)
    job.file.save("import.csv", ContentFile(b"Name\nAnna"))
    return job


def _export(practice, staff):
    job = Job.objects.create(practice=practice, staff=staff, kind="export", state="done", due_at=None)
    job.file.save("contacts.csv", ContentFile(b"Number"))
    return job


@pytest.fixture
def things(cast):
    """One of everything in glow."""
    practice = cast.glow
    VoiceSettings.objects.create(practice=practice)
    CarrierAccount.objects.create(
        practice=practice, account_sid="AC" + "0" * 32, auth_token="t", base_url="http://127.0.0.1:9"
    )
    contact = Contact.objects.create(practice=practice, first_name="Lena")
    ContactPhone.objects.create(practice=practice, contact=contact, number="+14805550121")
    line = Line.objects.create(practice=practice, number="+16025550100", name="Main line")
    call = Call.objects.create(practice=practice, sid="CA1", line=line, contact=contact, from_number="", to_number="")
    call.route = {"rule": 6, "result": "drop", "line_id": line.pk, "trace": [], "destinations": [], "unreachable": []}
    call.save()
    add_item(practice, contact, "call", ref=call.pk)
    recording = Recording.objects.create(practice=practice, call=call, sid="RE1", kind="voicemail", url="", seconds=3)
    recording.state = "stored"
    recording.file.save("RE1.wav", ContentFile(b"RIFF"))
    greeting = Greeting(practice=practice, name="g.wav", content_type="audio/wav", size=4, seconds=1, token="tok")
    greeting.file.save("g.wav", ContentFile(b"RIFF"))
    add_item(practice, None, "system", text="A caller withheld their number")
    message = Message.objects.create(
        practice=practice, thread=contact.thread, state="sent", origin="staff", idempotency_key="k", body="Hi"
    )
    install_default_workflows(practice)
    maya = Actor(practice=practice, staff=cast.maya)
    memo = store_file(actor=maya, contact=contact, upload=ContentFile(samples.sound(), "memo.wav"))
    picture = Document(practice=practice, contact=contact, name="face.jpg", content_type="image/jpeg", size=4)
    picture.save()
    shown = Preview(practice=practice, document=picture, page=1, content_type="image/jpeg")
    shown.file.save("face.jpg", ContentFile(b"JPEG"))
    custom_field = _custom_field(practice).pk
    file_field, field_file = _file_field(maya, contact)
    workflow = Workflow.objects.for_practice(practice).get()
    double, gone = (Contact.objects.create(practice=practice, first_name=name) for name in ("Lena", "Lina"))
    pair = DuplicatePair.objects.create(practice=practice, first=contact, second=double, kind="duplicate", score=4)
    merge = merge_contacts(actor=maya, keep=double.pk, other=gone.pk)
    return SimpleNamespace(
        api_key=ApiKey.issue(practice=practice, name="k")[0].pk,
        alert=Alert.objects.create(practice=practice, kind="x", text="x", key="x").pk,
        holiday=Holiday.objects.create(practice=practice, date="2026-12-25", name="Christmas").pk,
        member=cast.jordan.pk,
        session=0,
        line=line.pk,
        pool=NumberPool.objects.create(practice=practice, name="Web", forwarding_number="+16025550180").pk,
        greeting=greeting.pk,
        token=greeting.token,
        contact=contact.pk,
        double=double.pk,
        pair=pair.pk,
        merge=merge.pk,
        note=Note.objects.create(practice=practice, contact=contact, author=cast.maya, body="Prefers mornings").pk,
        draft_place="note",
        custom_field=custom_field,
        file_field=file_field,
        field_file=field_file,
        task=Task.objects.create(practice=practice, contact=contact, title="Call back").pk,
        notification=Notification.objects.create(practice=practice, staff=cast.jordan, kind="x", text="x", key="x").pk,
        imported=_import(practice, cast.maya).pk,
        job=_export(practice, cast.jordan).pk,
        smart_list=SmartList.objects.create(practice=practice, owner=cast.jordan, name="VIP", shared=True).pk,
        history_slug="history",
        fact_slug="email",
        document=memo.pk,
        picture=picture.pk,
        first=1,
        folder=Folder.objects.create(practice=practice, contact=contact, name="Consents").pk,
        thread=contact.thread.pk,
        call=call.pk,
        sid=call.sid,
        recording=recording.pk,
        workflow=workflow.pk,
        step=workflow.definition["steps"][0]["id"],
        message=message.pk,
    )


def letter(answer) -> str:
    if answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"):
        return "l"
    return {403: "d", 404: "n", 405: "?"}.get(answer.status_code, "y" if answer.status_code < 500 else "broken")


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_who_may_open_it(cast, things, client, settings, tmp_path, name):
    method, expected, arguments = MATRIX[name]
    people = {"outsider": cast.outsider, "assigned": cast.priya, "staff": cast.jordan, "admin": cast.maya}
    url = reverse(name, kwargs={key: getattr(things, value) for key, value in arguments.items()})
    found = ""
    # The admin last: what they do may remove the object.
    for role in ROLES:
        client.logout()
        if role in people:
            client.force_login(people[role].user)
        found += letter(getattr(client, method)(url))
    wanted = expected.replace("o", "y")
    assert all(want in ("?", got) for want, got in zip(wanted, found, strict=True)), f"{url}: {found}, not {expected}"
