"""Sessions in the database. With each comes when a person last used it, in the statement that reads it anyway."""

import datetime as dt
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db.models import OuterRef, Subquery
from django.utils import timezone


def living_session(session_key: str | None) -> Any:
    """The row, with `seen_at`; None once it ended or expired."""
    noted = UserSession.objects.filter(session_key=OuterRef("session_key")).values("last_seen_at")[:1]
    living = Session.objects.filter(session_key=session_key or "", expire_date__gt=timezone.now())
    return living.annotate(seen_at=Subquery(noted)).first()


class SessionStore(DatabaseSessions):
    seen_at: dt.datetime | None = None

    def _get_session_from_db(self) -> Any:
        row = living_session(self.session_key)
        if row is None:
            self._session_key = None
            return None
        self.seen_at = row.seen_at
        return row
