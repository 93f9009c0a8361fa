"""The devices on which a person is signed in: what is noted of them, and ending them."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.models import Staff, User
from aesthetix.practices.standing import NOTE_EVERY, Standing

PING = "/account/session/"
LONGEST_AGENT = UserSession._meta.get_field("user_agent").max_length or 200
NO_ADDRESS = "0.0.0.0"  # noqa: S104  (a sign-in without one: the shell, tests)


def note_use(request: HttpRequest, standing: Standing) -> None:
    """Writes down that a person used this session, at most once a minute; what pages fetch by themselves is no use."""
    now = clock.now()
    if standing.seen_at is None:
        note_sign_in(request, standing.staff.user)
    elif abs(now - standing.seen_at) >= NOTE_EVERY and is_by_a_person(request):
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=now, ip=request.META.get("REMOTE_ADDR") or NO_ADDRESS
        )
        request.session.seen_at = now  # type: ignore[attr-defined]


def is_by_a_person(request: HttpRequest) -> bool:
    """A page or form that somebody opened or sent, or a page that says that somebody types in it. Named one by
    one: a new kind of background request must not keep an empty desk signed in."""
    if request.path == PING:
        return request.method == "POST"
    if request.headers.get("HX-Request"):
        return request.headers.get("HX-Boosted") == "true"
    return "text/html" in request.headers.get("Accept", "")


def note_sign_in(request: HttpRequest, user: Any) -> None:
    now = clock.now()
    row = UserSession(
        user=user,
        session_key=request.session.session_key,
        ip=request.META.get("REMOTE_ADDR") or NO_ADDRESS,
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT],
        created_at=now,
        last_seen_at=now,
    )
    if not insert_once(row):  # signed in again in a session that one has
        UserSession.objects.filter(session_key=row.session_key, user=user).update(last_seen_at=now)


def sessions_of(user: User) -> list[UserSession]:
    """Those that are alive, the one used last first."""
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    return list(UserSession.objects.filter(user=user, session_key__in=alive).order_by("-last_seen_at", "-id"))


@transaction.atomic
def end_session(*, user: User, pk: int) -> bool:
    """One of one's own, on another device. False where there is none; twice changes nothing."""
    return _end(user, UserSession.objects.filter(pk=pk)) > 0


@transaction.atomic
def end_sessions(*, user: User, except_key: str | None = None) -> int:
    """Every session of a person, but for the one that asks. The next request of each is refused."""
    return _end(user, UserSession.objects.exclude(session_key=except_key or ""))


def _end(user: User, sessions: Any) -> int:
    keys = list(sessions.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    if keys:
        _wake_pages(user)
    return len(keys)


def _wake_pages(user: User) -> None:
    """Open live streams look whether they may go on when something happens: this is something."""
    for member in Staff.objects.across_practices().filter(user=user, left_at=None).select_related("practice"):
        outbox.emit(member.practice, "session.ended")


def device_of(user_agent: str) -> str:
    """`Chrome on Windows`, as far as a browser says what it is."""
    browsers = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {
        "Windows": "Windows",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Android": "Android",
        "Mac OS": "Mac",
        "CrOS": "ChromeOS",
        "Linux": "Linux",
    }
    browser = next((name for mark, name in browsers.items() if mark in user_agent), "A browser")
    system = next((name for mark, name in systems.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
