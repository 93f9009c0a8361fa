"""How calls and voicemails are shown in a thread: loaded many at once, said in staff language."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q

from aesthetix.lib.phone import display
from aesthetix.web.templatetags.ax import duration
from telephony.models import Call, Recording

REASONS = {
    "no_answer": "nobody answered",
    "busy": "everybody was busy or declined",
    "refused": "it was picked up, but nobody pressed a key",
    "failed": "the phones could not be reached",
    "canceled": "the ringing was stopped",
    "abandoned": "the caller hung up before anybody answered",
    "unreported": "the carrier’s reports were lost; asked later, it knew of nobody who had answered",
    "nobody_reachable": "nobody could be reached",
    "no_rule": "no rule matched, so the call was dropped",
}


@dataclass(frozen=True)
class Link:
    label: str
    url: str


CallLink = Callable[[Call], Link | None]
_links: list[CallLink] = []


def add_call_link(link: CallLink) -> None:
    """For upper floors, in AppConfig.ready: a link on a call's card, or None for calls that have none.
    It is asked for every call of a thread, so it must not query."""
    _links.append(link)


@dataclass(frozen=True)
class CallCard:
    """A call as a line of the thread. `tone`: ok or missed. `recording` is None without one."""

    call: Call
    recording: Recording | None

    @property
    def tone(self) -> str:
        return "missed" if self.call.outcome in {Call.Outcome.MISSED, Call.Outcome.DROPPED} else "ok"

    @property
    def icon(self) -> str:
        return "phone-missed" if self.tone == "missed" else "phone-incoming"

    @property
    def links(self) -> list[Link]:
        return [found for link in _links if (found := link(self.call))]

    @property
    def title(self) -> str:
        titles = {
            Call.Outcome.ANSWERED: "Answered call",
            Call.Outcome.MISSED: "Missed call",
            Call.Outcome.DROPPED: "Dropped call",
        }
        talking = self.call.state == Call.State.CONNECTED
        return titles.get(Call.Outcome(self.call.outcome), "In a call" if talking else "Incoming call")

    @property
    def in_short(self) -> str:
        """For the inbox: `Missed call`, `Answered call, 3 min 12 s`."""
        return self.title + self._length()

    @property
    def sentence(self) -> str:
        """`Main line, rang 3 phones for 20 s: nobody answered`. Without a record the caller's number comes first."""
        line = self.call.line.name if self.call.line else "Unknown line"
        if self.call.contact_id is None and self.call.from_number:
            line = f"{display(self.call.from_number)}, {line}"
        if self.call.outcome == Call.Outcome.ANSWERED:
            return f"{line}, {self._who()}{self._length()}"
        why = REASONS.get(self.call.reason, "")
        return f"{line}{self._rang()}" + (f": {why}" if why else "")

    def _who(self) -> str:
        return str(self.call.answered_by) if self.call.answered_by else "an outside phone"

    def _length(self) -> str:
        if not (self.call.answered_at and self.call.ended_at):
            return ""
        return ", " + duration((self.call.ended_at - self.call.answered_at).total_seconds())

    def _rang(self) -> str:
        phones = len(self.call.route.get("destinations", ()))
        if not phones:
            return ""
        return f", rang {phones} phone{'s' if phones > 1 else ''} for up to {self.call.route['timeout']} s"


def load_calls(ids: list[int]) -> dict[int, CallCard]:
    recorded = FilteredRelation("recordings", condition=Q(recordings__kind=Recording.Kind.CALL))
    rows = Call.objects.across_practices().filter(pk__in=ids).annotate(recorded=recorded)
    found = rows.select_related("line", "answered_by__user", "recorded").order_by("recorded__id")
    return {call.pk: CallCard(call, getattr(call, "recorded", None)) for call in found}


def load_voicemails(ids: list[int]) -> dict[int, Recording]:
    rows = Recording.objects.across_practices().filter(pk__in=ids).select_related("call__line")
    return {row.pk: row for row in rows}
