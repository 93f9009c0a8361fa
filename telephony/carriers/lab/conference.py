"""Conferences: rooms, who is in them, holding and muting, waiting, and what they report."""

from collections.abc import Generator
from typing import Any

from telephony.carriers.lab.flow import Run, Want
from telephony.carriers.lab.twiml import Verb


def join(run: Run, noun: Verb) -> Generator[Want, Any, bool]:
    yield from ()
    return False
