"""Two admins at the same moment."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from aesthetix.practices.services.staff import change_access
from telephony.models import Line
from telephony.services.lines import configure_line

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Runs each call in a thread of its own; the errors that they raised."""
    barrier, errors = threading.Barrier(len(calls)), []

    def run(call):
        barrier.wait()
        try:
            call()
        except Exception as error:  # noqa: BLE001  every kind is counted
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_two_saves_at_once_do_not_close_a_circle_that_neither_closes_alone(cast, admin, lines):
    def forward(source, target):
        line = Line.objects.for_practice(cast.glow).get(pk=source.pk)
        line.forwarding_number = target.number
        configure_line(actor=admin, line=line, ring_members=[])

    errors = at_once(lambda: forward(lines.main, lines.botox), lambda: forward(lines.botox, lines.main))
    assert [type(error) for error in errors] == [ValidationError]
    assert "circle" in errors[0].messages[0]
    assert Line.objects.for_practice(cast.glow).exclude(forwarding_number="").count() == 1


def test_two_admins_who_demote_each_other_leave_one(cast):
    change_access(actor=Actor.system(cast.glow, "Set-up"), member=cast.jordan, role="admin", data_access="all")
    jordan = Staff.objects.for_practice(cast.glow).get(pk=cast.jordan.pk)

    def demote(who, whom):
        actor = Actor(practice=cast.glow, staff=who)
        change_access(actor=actor, member=whom, role="staff", data_access="all")

    errors = at_once(lambda: demote(cast.maya, jordan), lambda: demote(jordan, cast.maya))
    assert [type(error) for error in errors] == [ValidationError]
    assert Staff.objects.for_practice(cast.glow).filter(role="admin").count() == 1
