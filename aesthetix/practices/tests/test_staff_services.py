import re

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from aesthetix.audit.models import AuditEntry
from aesthetix.practices import hooks
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff, User
from aesthetix.practices.services import staff as services
from aesthetix.practices.services.welcome import send_welcome


@pytest.fixture
def admin(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


def add(actor, **fields):
    values = {"email": "ada@glow.example", "name": "Dr. Ada Okafor", "role": "staff", "data_access": "assigned"}
    return services.add_staff(actor=actor, **values | fields)


def test_a_new_person_is_added_without_a_password(admin, cast):
    member = add(admin, email=" Ada@Glow.example ")
    assert member.user.email == "ada@glow.example"
    assert not member.user.has_usable_password()
    assert (member.role, member.data_access, member.practice) == ("staff", "assigned", cast.glow)
    assert AuditEntry.objects.for_practice(cast.glow).get().action == "create"


def test_a_person_who_works_elsewhere_keeps_account_and_name(admin, cast):
    member = add(admin, email="olga@radiance.example", name="Somebody Else")
    assert member.user == cast.outsider.user
    assert member.user.name == "Olga Ruiz"
    assert cast.outsider.practice == cast.other


def test_a_person_who_left_comes_back_on_the_same_row(admin, cast):
    services.mark_left(actor=admin, member=cast.jordan, heir=None)
    again = add(admin, email="jordan@glow.example", role="staff", data_access="all")
    assert again.pk == cast.jordan.pk
    assert again.left_at is None


@pytest.mark.parametrize(
    "bad",
    [
        {"email": "not-an-email"},
        {"name": "  "},
        {"role": "owner"},
        {"data_access": "everything"},
        {"email": "JORDAN@glow.example"},
    ],
)
def test_a_bad_or_double_person_is_refused_and_leaves_no_user(admin, cast, bad):
    users = User.objects.count()
    with pytest.raises(ValidationError):
        add(admin, **bad)
    assert User.objects.count() == users


def test_a_closed_account_is_not_added(admin, cast):
    cast.outsider.user.is_active = False
    cast.outsider.user.save()
    with pytest.raises(ValidationError, match="was closed"):
        add(admin, email="olga@radiance.example")


def test_staff_change_nobody(cast):
    actor = Actor(practice=cast.glow, staff=cast.jordan)
    for attempt in (
        lambda: add(actor),
        lambda: services.change_access(actor=actor, member=cast.jordan, role="admin", data_access="all"),
        lambda: services.mark_left(actor=actor, member=cast.maya, heir=None),
        lambda: send_welcome(actor=actor, member=cast.priya),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    cast.jordan.refresh_from_db()
    assert cast.jordan.role == "staff"


def test_people_of_another_practice_cannot_be_changed(admin, cast):
    with pytest.raises(Staff.DoesNotExist):
        services.change_access(actor=admin, member=cast.outsider, role="staff", data_access="all")
    with pytest.raises(Staff.DoesNotExist):
        services.mark_left(actor=admin, member=cast.outsider, heir=None)


def test_access_is_changed_and_audited(admin, cast):
    services.change_access(actor=admin, member=cast.priya, role="admin", data_access="all")
    entry = AuditEntry.objects.for_practice(cast.glow).get()
    assert entry.changes == {"role": ["staff", "admin"], "data_access": ["assigned", "all"]}


def test_the_last_admin_stays_admin_and_stays(admin, cast):
    with pytest.raises(ValidationError, match="only admin"):
        services.change_access(actor=admin, member=cast.maya, role="staff", data_access="all")
    with pytest.raises(ValidationError, match="only admin"):
        services.mark_left(actor=admin, member=cast.maya, heir=cast.jordan)
    cast.maya.refresh_from_db()
    assert cast.maya.role == "admin"
    assert cast.maya.left_at is None


def test_one_of_two_admins_may_leave(admin, cast):
    services.change_access(actor=admin, member=cast.jordan, role="admin", data_access="all")
    assert services.mark_left(actor=admin, member=cast.maya, heir=cast.jordan).left_at


def test_leaving_hands_over_what_other_rooms_keep(admin, cast, monkeypatch, clock):
    given = []
    keeper = hooks.Keeper(
        holdings=lambda member: [hooks.Holding("1 line", "stops ringing", True)],
        release=lambda actor, member, heir: given.append((member, heir)),
    )
    monkeypatch.setattr(hooks, "_keepers", [keeper])
    assert [holding.label for holding in hooks.holdings_of(cast.priya)] == ["1 line"]
    left = services.mark_left(actor=admin, member=cast.priya, heir=cast.jordan)
    services.mark_left(actor=admin, member=cast.priya, heir=cast.jordan)
    assert left.left_at == clock()
    assert given == [(cast.priya, cast.jordan)]


def test_nothing_is_handed_to_somebody_who_is_not_here(admin, cast):
    services.mark_left(actor=admin, member=cast.jordan, heir=None)
    cast.jordan.refresh_from_db()
    for heir in (cast.priya, cast.jordan, cast.outsider):
        with pytest.raises(ValidationError, match="works here"):
            services.mark_left(actor=admin, member=cast.priya, heir=heir)


def test_the_welcome_mail_lets_a_new_person_set_a_password(admin, cast, client):
    member = add(admin)
    assert send_welcome(actor=admin, member=member)
    letter = mail.outbox[0]
    assert letter.to == ["ada@glow.example"]
    assert "Maya Chen added you to Glow Med Spa" in letter.body
    link = re.search(r"http://[^/]+(/accounts/\S+)", letter.body).group(1)
    page = client.get(link, follow=True)
    new = {"password1": "a long enough secret", "password2": "a long enough secret"}
    client.post(page.redirect_chain[-1][0], new)
    member.user.refresh_from_db()
    assert member.user.check_password("a long enough secret")


def test_the_welcome_mail_to_somebody_with_a_password_only_says_where(admin, cast):
    send_welcome(actor=admin, member=cast.jordan)
    assert "/accounts/login/" in mail.outbox[0].body


def test_a_mail_server_that_is_down_is_told_not_raised(admin, cast, monkeypatch):
    def down(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("aesthetix.practices.services.welcome.send_mail", down)
    assert send_welcome(actor=admin, member=cast.jordan) is False
