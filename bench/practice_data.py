"""A practice for the bench: people and lines; its contacts are those of `manage.py seed_scale`."""

from aesthetix.operations.scale import filling
from aesthetix.operations.setup import setup_practice
from aesthetix.practices.models import Practice, Staff, User
from telephony.models import CarrierAccount, Line, RingMember, StaffCallSettings


def fill(
    contacts: int, lines: int, *, account_sid: str, token: str, slug: str = "bench", prefix: str = "+1480555"
) -> Practice:
    """Contacts with a number and a thread each, lines that ring three people."""
    admin = setup_practice(
        name=f"Bench {slug}",
        slug=slug,
        time_zone="America/Phoenix",
        admin_email=f"admin@{slug}.example",
        admin_name="Ada Admin",
    )
    practice = admin.practice
    CarrierAccount.objects.create(practice=practice, account_sid=account_sid, auth_token=token)
    people = [admin, *(_member(practice, f"m{i}@{slug}.example") for i in range(2))]
    line = _add_lines(practice, prefix, people, lines)
    filling.fill(practice, contacts, staff=people, line=line, items=False)
    return practice


def _member(practice: Practice, email: str) -> Staff:
    user = User.objects.create_user(email=email, name=email, active_practice=practice)
    member: Staff = Staff.objects.create(practice=practice, user=user)
    return member


def _add_lines(practice: Practice, prefix: str, people: list[Staff], count: int) -> Line:
    """The first of them."""
    for person in people:
        StaffCallSettings.objects.create(staff=person)
    for index in range(count):
        line = Line.objects.create(practice=practice, number=f"{prefix}{index:04d}", name=f"Line {index}")
        RingMember.objects.bulk_create([RingMember(line=line, staff=person) for person in people])
    first: Line = Line.objects.for_practice(practice).order_by("id")[0]
    return first
