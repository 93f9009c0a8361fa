"""From a YAML file to a `Script`. Every key is known; every complaint names its line."""

from pathlib import Path

from aesthetix.lib.phone import to_e164
from telephony.rehearsal import expecting, words
from telephony.rehearsal.reading import Place, ScriptError, read_document
from telephony.rehearsal.script import START, CallStep, Script, TextStep
from telephony.rehearsal.setup_parsing import read_setup

TOP = ("name", "about", "at", "setup", "calls", "texts", "behaviours", "handsets", "faults", "expect")


def load_script(path: Path) -> Script:
    """Raises ScriptError with `file:line: place: problem; expected …`."""
    try:
        return parse_script(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError:
        raise ScriptError(f"{path}: this is not a text file; expected YAML in UTF-8") from None
    except OSError as error:
        raise ScriptError(f"{path}: the file cannot be read: {error.strerror}") from None


def parse_script(text: str, file: str) -> Script:
    document = read_document(text, file)
    if not document.is_mapping:
        raise document.wrong("this is not a call script", "`name:`, `setup:`, `calls:` and `expect:`")
    found = document.fields(*TOP)
    _check_complete(document, found)
    script = Script(
        name=found["name"].text(),
        file=file,
        about=found["about"].text() if "about" in found else "",
        at=found["at"].read(words.local_time) if "at" in found else START,
        setup=read_setup(found["setup"]) if "setup" in found else Script.setup,
        calls=_calls(found["calls"]) if "calls" in found else (),
        texts=tuple(_text(place) for place in found["texts"].items()) if "texts" in found else (),
        behaviours=behaviours(found["behaviours"]) if "behaviours" in found else {},
        handsets=_handsets(found["handsets"]) if "handsets" in found else {},
        faults=tuple(place.read(words.fault) for place in found["faults"].items()) if "faults" in found else (),
        names=_names(found),
        setup_at=found["setup"].line if "setup" in found else 1,
    )
    expect = expecting.read_expectations(found.get("expect"), len(script.calls))
    return Script(**{**vars(script), "expect": expect})


def _check_complete(document: Place, found: dict[str, Place]) -> None:
    """Something has to happen in a script, unless its setup is to be refused."""
    if "name" not in found:
        raise document.wrong("“name” is missing")
    refused = "expect" in found and found["expect"].is_mapping and "refused" in found["expect"].entries()
    if not refused and not any(list(found[key].items()) for key in ("calls", "texts") if key in found):
        raise document.wrong("“calls” is missing", "at least one call or text")


def _names(found: dict[str, Place]) -> dict[str, Place]:
    """Everybody of whom the script speaks outside its setup, with the first place. Who they are is known on stage."""
    steps = [step.entries() for key in ("calls", "texts") if key in found for step in found[key].items()]
    names = [(step[key].text(), step[key]) for step in steps for key in ("from", "to") if key in step]
    casts = [found["behaviours"]] if "behaviours" in found else []
    casts += [step["behaviours"] for step in steps if "behaviours" in step]
    casts += [found["handsets"]] if "handsets" in found else []
    expected = found["expect"].entries() if "expect" in found else {}
    casts += [expected[key] for key in expecting.BY_PERSON if key in expected]
    names += [entry for cast in casts for entry in cast.entries().items()]
    return dict(reversed(names))


def _calls(place: Place) -> tuple[CallStep, ...]:
    steps = list(place.items())
    for step in steps[1:]:
        if "after" not in step.entries():
            raise step.wrong("a second call needs “after”", "how long after the start of the script, such as 10 min")
    return tuple(_call(step) for step in steps)


def _call(place: Place) -> CallStep:
    found = place.fields("from", "to", "after", "caller", "behaviours")
    for key in ("from", "to"):
        if key not in found:
            raise place.wrong(f"“{key}” is missing")
    return CallStep(
        caller=found["from"].text(),
        to=found["to"].text(),
        after=found["after"].read(words.seconds) if "after" in found else 0,
        manner=found["caller"].read(words.caller_manner) if "caller" in found else words.CallerManner(),
        behaviours=behaviours(found["behaviours"]) if "behaviours" in found else {},
    )


def _text(place: Place) -> TextStep:
    found = place.fields("from", "to", "body", "after")
    for key in ("from", "to", "body"):
        if key not in found:
            raise place.wrong(f"“{key}” is missing")
    return TextStep(
        sender=found["from"].text(),
        to=found["to"].text(),
        body=found["body"].text(),
        after=found["after"].read(words.seconds) if "after" in found else 0,
    )


def behaviours(place: Place) -> dict[str, words.Behaviour]:
    """Keys of the answer: a staff member's name, `name channel`, or a number in E.164."""
    answer: dict[str, words.Behaviour] = {}
    for key, value in place.entries().items():
        if value.is_mapping:
            for channel, phrase in value.fields("web", "mobile", "personal").items():
                answer[f"{key} {channel}"] = phrase.read(words.behaviour)
        else:
            answer[to_e164(key) or key] = value.read(words.behaviour)
    return answer


def _handsets(place: Place) -> dict[str, words.Handset]:
    return {to_e164(who) or who: value.read(words.handset) for who, value in place.entries().items()}
