"""What the demo's staff keep on records: alerts, notes, tasks, lists, fields of their own."""

import datetime as dt

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice, Staff
from contacts.custom_fields import to_stored
from contacts.models import Contact, Note
from contacts.services.custom_fields import FieldFacts, add_field, set_value
from contacts.services.notes import add_note
from contacts.services.smart_lists import keep_list
from contacts.services.tasks import TaskFacts, add_task

ALERTS = {"Grace Park": "Allergy: lidocaine", "Dana Whitfield": "Takes blood thinners"}
# patient, author, days ago, pinned, words
NOTES = [
    ("Grace Park", "priya", 95, False, "Happy with forehead result. Wants a softer look around the eyes next time."),
    ("Grace Park", "maya", 1, False, "Prefers texts over calls. Mornings are best. Works Tue and Wed."),
    ("Grace Park", "ada", 370, True, "Allergic to lidocaine. Ask Dr. Okafor before any numbing cream."),
    ("Dana Whitfield", "ada", 30, True, "On a blood thinner until January. No fillers before she has stopped it."),
    ("Lena Moritz", "priya", 6, False, "Skin calmer after the second peel. Next one in four weeks."),
]
# patient, assignee, days from now, time, title
TASKS = [
    ("Grace Park", "maya", 0, dt.time(16), "Confirm new touch-up time"),
    ("Grace Park", "jordan", -2, None, "Send membership agreement"),
    ("Dana Whitfield", "ada", 3, None, "Ask whether the blood thinner is done"),
    ("Kim Osei", "maya", 1, dt.time(10, 30), "Call about the first consultation"),
    ("Lena Moritz", "priya", 5, None, "Book third peel"),
]


# kind, name, group, options, patient → words
FIELDS = [
    (
        "multi_select",
        "Treatments of interest",
        "Treatment",
        ("Botox", "Filler", "Chemical peel", "Laser"),
        {"Grace Park": "Botox"},
    ),
    ("dropdown", "Skin type", "Treatment", ("Type I", "Type II", "Type III", "Type IV"), {"Grace Park": "Type III"}),
    ("date", "Last treatment", "Treatment", (), {}),
    ("dropdown", "Membership", "Membership", ("None", "Silver", "Gold"), {"Dana Whitfield": "Gold"}),
    ("money", "Yearly budget", "Membership", (), {}),
]


def _add_fields(practice: Practice, staff: dict[str, Staff], contacts: dict[str, Contact]) -> None:
    actor = Actor(practice=practice, staff=staff["maya"])
    for kind, name, group, options, said in FIELDS:
        field = add_field(actor=actor, kind=kind, facts=FieldFacts(name, group, options=options))
        ids = {option["label"]: option["id"] for option in field.options}
        for patient, label in said.items():
            answer = [ids[label]] if kind == "multi_select" else ids[label]
            set_value(actor=actor, contact=contacts[patient], field=field, stored=to_stored(field, answer))


def keep_records(practice: Practice, staff: dict[str, Staff], contacts: dict[str, Contact], now: dt.datetime) -> None:
    today = now.astimezone(practice.tz).date()
    for name, alert in ALERTS.items():
        Contact.objects.for_practice(practice).filter(pk=contacts[name].pk).update(alert=alert)
    for name, author, days, pinned, words in NOTES:
        actor = Actor(practice=practice, staff=staff[author])
        note = add_note(actor=actor, contact=contacts[name], body=words, pinned=pinned)
        Note.objects.for_practice(practice).filter(pk=note.pk).update(created_at=now - dt.timedelta(days=days))
    for name, assignee, days, time, title in TASKS:
        facts = TaskFacts(title, assignee=staff[assignee], due_on=today + dt.timedelta(days=days), due_time=time)
        add_task(actor=Actor(practice=practice, staff=staff["maya"]), contact=contacts[name], facts=facts)
    _add_fields(practice, staff, contacts)
    maya = Actor(practice=practice, staff=staff["maya"])
    keep_list(staff=staff["maya"], actor=maya, name="Follow up this week", query="touch=7", shared=True)
