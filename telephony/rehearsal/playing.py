"""Playing one call script: the real application over real HTTP, the lab as its carrier, on a virtual clock."""

import datetime as dt
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError
from django.test.utils import override_settings

from aesthetix.events import bell
from aesthetix.lib import clock
from aesthetix.practices.models import Practice
from telephony.carriers.lab.calls import LabCall
from telephony.carriers.lab.clock import VirtualClock
from telephony.carriers.lab.lab import Lab
from telephony.carriers.lab.rest import lab_app
from telephony.carriers.twilio.setup import expected_webhooks
from telephony.rehearsal import casting, gathering
from telephony.rehearsal.findings import Findings, Report, judge
from telephony.rehearsal.listening import listening
from telephony.rehearsal.outage import DatabaseOutage, WorkersOutage, spans_of
from telephony.rehearsal.reading import ScriptError
from telephony.rehearsal.rows import dump
from telephony.rehearsal.script import CallStep, Script, TextStep
from telephony.rehearsal.serving import served
from telephony.rehearsal.staging import Stage, connect_carrier, moment, stage_practice, stage_script
from telephony.rehearsal.tape import RecordingRest, RecordingTransport, Tape
from telephony.rehearsal.working import next_due, work_off

AFTERMATH_SECONDS = 3600.0  # how long the world goes on after the last call or text of a script
Worker = Callable[[], object]


@dataclass
class Performance:
    """A script that is being played."""

    script: Script
    lab: Lab
    stage: Stage
    start: dt.datetime
    tape: Tape
    calls: list[LabCall] = field(default_factory=list)


def rehearse(script: Script, *, practice: Practice | None = None, work: Worker = work_off) -> Report:
    """Play `script` in this process's database: its own setup, or `practice` as it is configured.

    `work` is called after every batch of carrier events and does, or waits for, the work that is due.
    """
    begun = time.monotonic()
    with ExitStack() as stack:
        logged = stack.enter_context(listening())
        virtual = VirtualClock(_start(script, practice))
        stack.enter_context(house_clock(virtual))
        try:
            stage = stage_practice(practice, script) if practice else stage_script(script)
        except ValidationError as error:
            return _report(script, Findings(refused=" ".join(error.messages)), {}, begun)
        except (ValueError, DatabaseError) as error:
            raise ScriptError(f"{script.file}:{script.setup_at}: setup: {error}") from None
        casting.check_names(stage, script)
        performance = stack.enter_context(_performance(script, stage, virtual))
        play(performance, work)
        findings = gathering.gather(performance)
        findings.app_errors = logged
        report = _report(script, findings, gathering.names(stage), begun)
        report.tape, report.rows = performance.tape, dump(stage.practice)
    return report


def _report(script: Script, findings: Findings, who: dict[str, str], begun: float) -> Report:
    took = dt.timedelta(seconds=time.monotonic() - begun)
    return Report(script, findings, judge(script, findings, who), took)


def _start(script: Script, practice: Practice | None) -> dt.datetime:
    return moment(practice or Practice(time_zone=script.setup.practice.time_zone), script.at)


@contextmanager
def house_clock(source: VirtualClock) -> Iterator[None]:
    clock.use(source)
    try:
        yield
    finally:
        clock.use(None)


def at_address(url: str) -> override_settings:
    """The application's public address, for as long as the context lasts."""
    return override_settings(PUBLIC_BASE_URL=url)


@contextmanager
def _performance(script: Script, stage: Stage, virtual: VirtualClock) -> Iterator[Performance]:
    """The application and the lab's REST side, each on its own loopback port, wired to each other."""
    lab = Lab("AC" + secrets.token_hex(16), secrets.token_hex(16), virtual, seed=1)
    start = virtual()
    tape = Tape(lab.account.sid, lab.account.auth_token, start)
    lab.mail.transport = transport = RecordingTransport(lab, tape)
    app = DatabaseOutage(WSGIHandler(), spans_of("database", script, start))
    rest = RecordingRest(lab_app(lab), tape)
    with (
        served(app) as tape.app_url,
        served(rest, keep_alive=False) as tape.rest_url,
        at_address(tape.app_url),
        closing(transport),
    ):
        lab.api_url = tape.rest_url
        connect_carrier(
            stage.practice, account_sid=lab.account.sid, auth_token=lab.account.auth_token, base_url=lab.api_url
        )
        _connect_numbers(lab, stage, script)
        casting.direct(lab, stage, script)
        yield Performance(script, lab, stage, start, tape)


def _connect_numbers(lab: Lab, stage: Stage, script: Script) -> None:
    """Every line, and every other number that the script dials, is ours at the carrier."""
    webhooks = expected_webhooks()
    dialled = {stage.number_of(step.to) for step in script.steps}
    for number in {line.number for line in stage.lines.values()} | dialled:
        lab.add_number(
            number,
            voice_url=webhooks.voice.url,
            voice_fallback_url=webhooks.voice_fallback.url,
            status_callback=webhooks.status.url,
            sms_url=webhooks.sms.url,
            sms_fallback_url=webhooks.sms_fallback.url,
        )


def play(performance: Performance, work: Worker) -> None:
    """Texts and calls at their times, then the aftermath."""
    lab, script = performance.lab, performance.script
    workers = WorkersOutage(
        work,
        next_due,
        spans_of("workers", script, performance.start),
        kills=sum(fault.times or 0 for fault in script.faults if fault.what == "kill"),
        asked=lambda: len(performance.tape.asked),
    )
    lab.on_settle, lab.next_wake = workers.work, workers.next_wake
    silent, bell.silent = bell.silent, work is work_off
    try:
        for step in script.steps:
            ahead = performance.start + dt.timedelta(seconds=step.after) - lab.now
            lab.advance(max(ahead.total_seconds(), 0.0))
            _act(performance, step)
        lab.run_until_idle(AFTERMATH_SECONDS)
    finally:
        bell.silent = silent


def _act(performance: Performance, step: CallStep | TextStep) -> None:
    lab, stage = performance.lab, performance.stage
    if isinstance(step, TextStep):
        lab.send_text(stage.number_of(step.sender), stage.number_of(step.to), step.body)
        return
    casting.cast(lab, stage, performance.script.behaviours | step.behaviours)
    performance.calls.append(
        lab.place_call(
            stage.number_of(step.caller) or "anonymous",
            stage.number_of(step.to),
            caller=casting.caller(step.manner),
            callees=casting.callees(stage, step.behaviours),
        )
    )
