"""The mail in the morning: how much waits for somebody, and where. Never a word about whom: a mailbox is not ours."""

import datetime as dt
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from aesthetix.events.due import WorkQueue
from aesthetix.events.models import MailChoice
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from aesthetix.web import nav
from aesthetix.web.context import bell_count
from aesthetix.web.counts import MOST, Counts

AT = dt.time(8)


@transaction.atomic
def choose_mail(*, actor: Actor, choice: str) -> None:
    """What this person gets by mail from now on."""
    assert actor.staff is not None
    MailChoice.objects.update_or_create(
        practice=actor.practice,
        staff=actor.staff,
        defaults={"choice": choice, "due_at": _due(choice, actor.staff), "attempts": 0, "last_error": ""},
    )


def next_morning(now: dt.datetime, tz: dt.tzinfo) -> dt.datetime:
    """The next eight o'clock on the practice's wall clock, daylight saving included."""
    today = now.astimezone(tz).date()
    at = dt.datetime.combine(today, AT, tz)
    return (at if at > now else dt.datetime.combine(today + dt.timedelta(days=1), AT, tz)).astimezone(dt.UTC)


def _due(choice: str, staff: Staff) -> dt.datetime | None:
    return next_morning(clock.now(), staff.practice.tz) if choice == MailChoice.Choice.DAILY else None


def send_digest(row: MailChoice) -> None:
    """The day is noted before the mail goes out: a worker that dies between the two sends no second one. A mail
    server that is down is tried again."""
    with transaction.atomic():
        rows = MailChoice.objects.for_practice(row.practice_id).select_for_update(of=("self",))
        held = rows.select_related("practice", "staff__user", "staff__practice").get(pk=row.pk)
        here = clock.now().astimezone(held.practice.tz)
        is_wanted = held.choice == MailChoice.Choice.DAILY and held.staff.is_current
        # The practice may have moved to another time zone since; a late worker still sends today's.
        text = _text(held.staff) if is_wanted and here.time() >= AT and held.mailed_on != here.date() else ""
        held.mailed_on = here.date() if text else held.mailed_on
        held.due_at = _due(held.choice, held.staff)
        held.save(update_fields=["mailed_on", "due_at"])
    if text:
        _mail(held, text)
    rows.filter(pk=row.pk).update(attempts=0)


def _text(staff: Staff) -> str:
    """Empty where nothing waits."""
    counts = Counts(staff.practice_id)
    bell, links = bell_count(staff, counts), nav.rail_links(staff, "", counts)
    waiting = [("Notifications", bell, "new", reverse("web:alerts"))]
    waiting += [(link.label, link.count, link.unit, link.url) for link in links]
    told = [(label, _many(count), unit, url) for label, count, unit, url in waiting if count]
    context = {"staff": staff, "waiting": told, "base": settings.PUBLIC_BASE_URL}
    return render_to_string("web/mail/digest.txt", context) if told else ""


def _many(count: int) -> str:
    """As at the menu: nobody counts further."""
    return f"{MOST - 1}+" if count >= MOST else str(count)


def _mail(row: MailChoice, text: str) -> None:
    try:
        send_mail(f"What waits for you at {row.practice.name}", text, None, [row.staff.user.email])
    except (SMTPException, OSError):
        MailChoice.objects.for_practice(row.practice_id).filter(pk=row.pk).update(mailed_on=None)
        raise


def _gave_up(row: MailChoice) -> None:
    """Not today, then."""
    due = _due(row.choice, row.staff)
    MailChoice.objects.for_practice(row.practice_id).filter(pk=row.pk).update(due_at=due, attempts=0)


WorkQueue("digests", MailChoice, send_digest, gave_up=_gave_up).register()
