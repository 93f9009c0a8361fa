"""After the play: what the carrier saw and what our rows say, in the words of call scripts."""

from typing import TYPE_CHECKING, Any

from aesthetix.practices.models import Alert, Practice
from contacts.models import Contact, ContactPhone
from conversations.models import Item, Message
from telephony.carriers.lab.calls import LabCall
from telephony.carriers.lab.legs import Leg as LabLeg
from telephony.carriers.lab.legs import is_number
from telephony.carriers.lab.log import Entry
from telephony.models import Call, Leg, Recording
from telephony.rehearsal import casting
from telephony.rehearsal.expecting import RULES
from telephony.rehearsal.findings import Findings, Line, PlayedCall
from telephony.rehearsal.rooms import rooms
from telephony.rehearsal.staging import Stage

if TYPE_CHECKING:
    from telephony.rehearsal.playing import Performance


def names(stage: Stage) -> dict[str, str]:
    """A script's names of handsets, as numbers."""
    people = [*stage.contacts, *stage.staff, *stage.lines]
    return {name: stage.number_of(name) for name in people}


def gather(performance: "Performance") -> Findings:
    lab, stage, practice = performance.lab, performance.stage, performance.stage.practice
    contacts = Contact.objects.for_practice(practice)
    return Findings(
        calls=[_call(performance, played) for played in performance.calls],
        texts=_texts(performance),
        withheld=_withheld(practice),
        thread=_threads(stage),
        contacts_created=contacts.filter(created_at__gte=performance.start).count() - len(stage.contacts),
        calls_logged=Call.objects.for_practice(practice).count(),
        runs=sum(room.runs(practice) for room in rooms),
        alerts=list(Alert.objects.for_practice(practice).values_list("text", flat=True)),
        errors=tuple(sorted(alert.code for alert in lab.account.alerts)),
        error_texts=[f"{alert.code} {alert.text} {alert.url}" for alert in lab.account.alerts],
        other_trace=[
            _line(performance, entry) for entry in lab.log if entry.call not in {call.sid for call in performance.calls}
        ],
    )


def _line(performance: "Performance", entry: Entry) -> Line:
    return Line((entry.at - performance.start).total_seconds(), entry.kind, entry.text, dict(entry.data))


# Calls ----------------------------------------------------------------------------------------


def _call(performance: "Performance", played: LabCall) -> PlayedCall:
    row = (
        Call.objects.for_practice(performance.stage.practice)
        .select_related("contact", "line", "answered_by__user")
        .filter(sid=played.sid)
        .first()
    )
    trace = [_line(performance, entry) for entry in played.trace()]
    facts = _facts(performance, played, row)
    return PlayedCall(played.leg.from_, played.leg.to, played.sid, row.route if row else {}, trace, facts)


def _facts(performance: "Performance", played: LabCall, row: Call | None) -> dict[str, Any]:
    stage, legs = performance.stage, _legs(performance, played, row)
    heard = {
        "rang": frozenset(casting.label(stage, leg.to) for leg in legs),
        "rang_for": _rang_for(legs),
        "shown": frozenset(leg.from_ for leg in legs if is_number(leg.to)),
        "heard": played.heard,
        "whisper": " ".join(text for leg in legs for text in leg.person.hears),
        "greeting": _greeting(stage, played, row),
        "disclosure": _disclosure(played, row),
    }
    return heard | (_row_facts(stage, row) if row else {"outcome": "none"})


def _row_facts(stage: Stage, row: Call) -> dict[str, Any]:
    recordings = list(Recording.objects.for_practice(stage.practice).filter(call=row, state=Recording.State.STORED))
    return {
        "rule": RULES[row.route["rule"] - 1],
        "trace": {RULES[rule["number"] - 1]: rule["status"] for rule in row.route["trace"]},
        "unreachable": [f"{gap['label']} {gap['reason']}" for gap in row.route["unreachable"]],
        "outcome": row.outcome,
        "reason": row.reason,
        "answered_by": _answered_by(stage, row),
        "voicemail": sum(one.seconds for one in recordings if one.kind == Recording.Kind.VOICEMAIL),
        "recorded": any(one.kind == Recording.Kind.CALL for one in recordings),
        "contact": _contact(stage, row.contact),
        "line": row.line.name if row.line else "",
        "lead_source": row.lead_source,
    }


def _legs(performance: "Performance", played: LabCall, row: Call | None) -> list[LabLeg]:
    """The phones that were dialled for this call: by the Dial, or one by one over REST (the Ring All hub)."""
    known = Leg.objects.for_practice(performance.stage.practice).filter(call=row).values_list("sid", flat=True)
    by_rest = [performance.lab.legs[sid] for sid in known if sid in performance.lab.legs] if row else []
    return list(dict.fromkeys([*played.legs, *by_rest]))


def _rang_for(legs: list[LabLeg]) -> int:
    spans = [((leg.answered_at or leg.ended_at or leg.created_at) - leg.created_at).total_seconds() for leg in legs]
    return round(max(spans, default=0))


def _greeting(stage: Stage, played: LabCall, row: Call | None) -> str:
    """Whose greeting the caller heard; `spoken` when words were said before the beep that are no disclosure."""
    for url in played.heard:
        for token, owner in stage.greetings.items():
            if token in url:
                return owner
    reached_voicemail = row is not None and (row.state == Call.State.VOICEMAIL or bool(_spoken(played, row)))
    return "spoken" if reached_voicemail and _spoken(played, row) else "none"


def _spoken(played: LabCall, row: Call | None) -> list[str]:
    disclosure = (row.route.get("disclosure") if row else "") or ""
    return [text for text in played.heard if not text.startswith("http") and text != disclosure]


def _disclosure(played: LabCall, row: Call | None) -> str:
    disclosure = (row.route.get("disclosure") if row else "") or ""
    return disclosure if disclosure and disclosure in played.heard else ""


def _answered_by(stage: Stage, row: Call) -> str:
    if row.answered_by:
        return str(row.answered_by.user.name)
    leg = Leg.objects.for_practice(stage.practice).filter(sid=row.accepted_leg).first() if row.accepted_leg else None
    return casting.label(stage, leg.address) if leg else ""


def _contact(stage: Stage, contact: Contact | None) -> str:
    if contact is None:
        return ""
    known = {one.pk: name for name, one in stage.contacts.items()}
    return known.get(contact.pk, "new")


# Texts and threads ----------------------------------------------------------------------------


def _texts(performance: "Performance") -> dict[str, list[str]]:
    """What each handset received from our lines (not the carrier's own STOP replies)."""
    ours = set(
        Message.objects.for_practice(performance.stage.practice)
        .filter(inbound=False)
        .exclude(provider_sid=None)
        .values_list("provider_sid", flat=True)
    )
    lab = performance.lab
    numbers = {text.to for text in lab.texts.all.values()}
    return {number: [text.body for text in lab.handset(number).received if text.sid in ours] for number in numbers}


def _withheld(practice: Practice) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for message in Message.objects.for_practice(practice).filter(state=Message.State.WITHHELD):
        found.setdefault(message.to_address, []).append(message.reason)
    return found


def _threads(stage: Stage) -> dict[str, tuple[str, ...]]:
    """Kinds of items in order: by name for the script's contacts, by number for the new ones."""
    items = Item.objects.for_practice(stage.practice).select_related("thread", "message").order_by("at", "id")
    by_contact: dict[int | None, list[str]] = {}
    for item in items:
        by_contact.setdefault(item.thread.contact_id, []).append(_kind(item))
    found = {"withheld": tuple(by_contact.get(None, ()))}
    for phone in ContactPhone.objects.for_practice(stage.practice).order_by("is_shared"):
        found.setdefault(phone.number, tuple(by_contact.get(phone.contact_id, ())))
    return found | {name: tuple(by_contact.get(contact.pk, ())) for name, contact in stage.contacts.items()}


def _kind(item: Item) -> str:
    if item.message is None:
        return str(item.kind)
    if item.message.inbound:
        return "text in"
    return "text withheld" if item.message.state == Message.State.WITHHELD else "text out"
