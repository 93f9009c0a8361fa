"""A week of calls and texts in the demo practice, as it would stand there had it run."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Moment:
    """Something that happened `days` ago at a local time; `who` is a patient, a number, or empty when withheld.

    kind: answered (by `staff`, `seconds` long), missed (with a voicemail of `seconds`, if any), in, out.
    """

    days: int
    at: str
    kind: str
    who: str
    text: str = ""
    staff: str = ""
    seconds: int = 0
    line: str = "Main line"
    unread: bool = False
    state: str = "delivered"
    reason: str = ""

    def when(self, now: dt.datetime, tz: dt.tzinfo) -> dt.datetime:
        day = now.astimezone(tz).date() - dt.timedelta(days=self.days)
        return dt.datetime.combine(day, dt.time.fromisoformat(self.at), tz).astimezone(dt.UTC)


ADS_LINE, ADA_LINE = "Google Ads line", "Dr. Okafor direct"

WEEK = [
    Moment(7, "09:12", "answered", "Freya Holm", staff="jordan", seconds=184),
    Moment(7, "11:40", "missed", "Owen Tanaka", line=ADS_LINE),
    Moment(7, "11:52", "in", "Owen Tanaka", "Hi! I saw your ad. How much is a first laser session?"),
    Moment(7, "11:58", "out", "Owen Tanaka", "Hi Owen, the first session is $149. Would mornings suit you?", "jordan"),
    Moment(7, "15:05", "answered", "Camila Duarte", staff="ada", seconds=412, line=ADA_LINE),
    Moment(6, "08:31", "missed", "Gina Moretti", seconds=19),
    Moment(6, "09:05", "answered", "Gina Moretti", staff="maya", seconds=96),
    Moment(6, "10:22", "in", "Rosa Silva", "Can my sister come with me on Monday?"),
    Moment(6, "10:30", "out", "Rosa Silva", "Of course, Rosa. See you both on Monday.", "jordan"),
    Moment(6, "10:41", "in", "Rosa Silva", "Gracias! Nos vemos el lunes"),
    Moment(6, "14:48", "answered", "Aline Haddad", staff="priya", seconds=380),
    Moment(5, "12:15", "missed", "", line="Main line"),
    Moment(5, "16:02", "answered", "Kara Novak", staff="ada", seconds=245, line=ADA_LINE),
    Moment(5, "16:40", "out", "Kim Osei", "Hi Kim, here is what to bring to your first visit: a photo ID.", "maya"),
    Moment(4, "09:26", "missed", "Jade Nguyen", seconds=31),
    Moment(4, "09:44", "in", "Jade Nguyen", "Is it normal that my cheeks are still red after two days?"),
    Moment(4, "09:50", "out", "Jade Nguyen", "Yes, up to three days. Send us a photo if it gets worse.", "priya"),
    Moment(4, "13:11", "answered", "Layla Haidari", staff="jordan", seconds=133, line=ADS_LINE),
    Moment(4, "17:20", "in", "Mara Jensen", "STOP"),
    Moment(3, "10:05", "missed", "Mara Jensen", state="withheld"),
    Moment(3, "11:30", "answered", "Noor Siddiqui", staff="maya", seconds=205),
    Moment(3, "15:55", "missed", "Zoe Albright", line=ADS_LINE),
    Moment(2, "09:33", "answered", "Talia Stern", staff="jordan", seconds=158),
    Moment(2, "10:48", "in", "Faye Brandt", "What are your holiday hours?"),
    Moment(
        2, "11:02", "out", "Faye Brandt", "We are closed on Thanksgiving Day and open again on Friday at 9.", "jordan"
    ),
    Moment(
        2,
        "14:20",
        "out",
        "Nina Vargas",
        "Hi Nina, your touch-up is due. Shall we find a time?",
        "maya",
        state="undelivered",
    ),
    Moment(1, "16:05", "missed", "Grace Park", seconds=24),
    Moment(1, "16:31", "in", "Grace Park", "Thanks! Could I move my touch-up to the week after? Mornings are best."),
    Moment(1, "16:50", "answered", "Grace Park", staff="maya", seconds=192),
    Moment(1, "16:58", "out", "Grace Park", "You are set for Thursday at 9:30 AM with Dr. Okafor.", "maya"),
    Moment(1, "17:12", "answered", "Bianca Rossi", staff="maya", seconds=77),
]

# What waits in the inbox right now: minutes ago instead of a time of day.
TODAY = [
    (64, Moment(0, "", "in", "Tara Bianchi", "I signed the membership agreement. Anything else?", unread=True)),
    (42, Moment(0, "", "missed", "+14805550163", unread=True)),
    (25, Moment(0, "", "missed", "Dana Whitfield", seconds=41, unread=True)),
    (9, Moment(0, "", "in", "Lena Moritz", "Do you have anything for acne scars?", unread=True)),
]


def moments(now: dt.datetime, tz: dt.tzinfo) -> list[tuple[dt.datetime, Moment]]:
    """All of them with their time in UTC, oldest first."""
    week = [(moment.when(now, tz), moment) for moment in WEEK]
    today = [(now - dt.timedelta(minutes=ago), moment) for ago, moment in TODAY]
    return sorted(week + today, key=lambda pair: pair[0])
