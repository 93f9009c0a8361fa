"""From the words of a script to the lab's people, handsets and faults."""

from telephony.carriers.lab.behaviours import Callee, Caller, Phone
from telephony.carriers.lab.faults import Faults
from telephony.carriers.lab.lab import Lab
from telephony.rehearsal.reading import ScriptError
from telephony.rehearsal.script import Script
from telephony.rehearsal.staging import Stage
from telephony.rehearsal.words import Behaviour, CallerManner, Fault, Handset, Manner

CHANNELS = ("web", "mobile", "personal")
APPS = ("web", "mobile")
ALWAYS = 100_000


def callee(how: Behaviour) -> Callee:
    match how.manner:
        case Manner.ANSWERS:
            return Callee.answers(
                how.after,
                talk=how.talks,
                presses=how.presses,
                press_after=how.thinks,
                hang_up_in_whisper=how.hangs_up,
            )
        case Manner.DECLINES:
            return Callee.declines(how.after)
        case Manner.BUSY:
            return Callee.busy()
        case Manner.UNREACHABLE:
            return Callee.unreachable()
        case Manner.CARRIER_VOICEMAIL:
            return Callee.carrier_voicemail(how.after)
        case Manner.PHONE_TREE:
            return Callee.phone_tree(how.after)
    return Callee.no_answer()


def caller(how: CallerManner) -> Caller:
    return Caller(
        hang_up_after=how.hangs_up_after,
        hang_up_ringing=how.gives_up_after,
        hang_up_in_greeting=1.0 if how.hangs_up_in_greeting else None,
        voicemail=how.speaks,
        voicemail_end="key" if how.presses else "silence" if how.speaks == 0 else "hang_up",
        voicemail_key=how.presses,
    )


def phone(how: Handset) -> Phone:
    match how.outcome:
        case "undelivered":
            return Phone.undelivered(how.code or 30003)
        case "refused":
            return Phone.refused(how.code or 21610)
        case "stalls_after":
            return Phone.stalls_after_accepting()
        case "stalls_before":
            return Phone.stalls_before_accepting()
    return Phone.delivers()


def destinations(stage: Stage, name: str) -> list[str]:
    """A script's destination as the carrier dials it: every phone of a person, one of them, a number, or
    `client:…` as it is."""
    if name.startswith("client:"):
        return [name]
    for person, staff in stage.staff.items():
        personal = staff.call_settings.personal_number
        phones = {channel: f"client:s{staff.pk}_{channel}" for channel in APPS} | {"personal": personal}
        if name == person:
            return [address for address in phones.values() if address]
        if name.startswith(f"{person} ") and name.removeprefix(f"{person} ") in CHANNELS:
            return [address for address in [phones[name.rpartition(" ")[2]]] if address]
    return [stage.number_of(name)]


def check_names(stage: Stage, script: Script) -> None:
    """Raises ScriptError, with its place, for a name that nobody has."""
    for name, place in script.names.items():
        try:
            destinations(stage, name)
        except ScriptError:
            known = ", ".join([*stage.lines, *stage.contacts, *stage.staff, "withheld"])
            raise place.wrong(f"nobody is called “{name}”", f"a telephone number, or one of: {known}") from None


def callees(stage: Stage, wanted: dict[str, Behaviour]) -> dict[str, Callee]:
    return {address: callee(how) for name, how in wanted.items() for address in destinations(stage, name)}


def cast(lab: Lab, stage: Stage, parts: dict[str, Behaviour]) -> None:
    """Who behaves how from now on, also on calls that the application places itself: the carrier does not know for
    whom."""
    lab.callees.clear()
    for address, part in callees(stage, parts).items():
        lab.set_callee(address, part)


def label(stage: Stage, address: str) -> str:
    """A dialled address as scripts write it: `Maya Chen web`, or the number."""
    for name, staff in stage.staff.items():
        if address == staff.call_settings.personal_number:
            return f"{name} personal"
        if address.startswith(f"client:s{staff.pk}_"):
            return f"{name} {address.rpartition('_')[2]}"
    return address


def direct(lab: Lab, stage: Stage, script: Script) -> None:
    """Give everybody their part before the curtain rises."""
    cast(lab, stage, script.behaviours)
    for name, how in script.handsets.items():
        lab.set_phone(stage.number_of(name), phone(how))
    for fault in script.faults:
        apply_fault(lab.faults, fault)


def apply_fault(desk: Faults, fault: Fault) -> None:
    """`database`, `workers` and `kill` are not the carrier's: see outage.py."""
    match fault.what:
        case "drop":
            desk.drop(fault.kind, fault.times, skip=fault.skip)
        case "duplicate":
            desk.duplicate(fault.kind, fault.times, skip=fault.skip)
        case "delay":
            desk.delay(fault.kind, fault.seconds, fault.times, skip=fault.skip)
        case "refuse":
            desk.refuse(fault.kind, fault.times, skip=fault.skip)
        case "lose_reply":
            desk.lose_reply(fault.kind, fault.times, skip=fault.skip)
        case "shuffle":
            desk.shuffle()
        case "fail_rest":
            code = 20429 if fault.value == "429" else 20500
            desk.fail_rest(status=int(fault.value), code=code, times=fault.times or ALWAYS)
        case "switch":
            setattr(desk.switches, fault.kind, fault.value)
