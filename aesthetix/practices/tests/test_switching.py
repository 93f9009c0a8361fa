from aesthetix.practices import hooks
from aesthetix.practices.models import Staff
from aesthetix.practices.services.account import switch_practice


def test_every_practice_of_a_person_routes_anew_when_they_switch(cast, monkeypatch):
    """Their apps ring for the practice that they switched to last, so both must hear of it."""
    heard = []
    monkeypatch.setattr(hooks, "_listeners", [heard.append])
    Staff.objects.create(practice=cast.other, user=cast.jordan.user)
    assert switch_practice(user=cast.jordan.user, practice_id=cast.other.pk) == cast.other
    assert set(heard) == {cast.glow, cast.other}


def test_a_practice_where_they_do_not_work_is_refused_and_nobody_hears(cast, monkeypatch):
    heard = []
    monkeypatch.setattr(hooks, "_listeners", [heard.append])
    assert switch_practice(user=cast.jordan.user, practice_id=cast.other.pk) is None
    assert heard == []
    cast.jordan.user.refresh_from_db()
    assert cast.jordan.user.active_practice == cast.glow
