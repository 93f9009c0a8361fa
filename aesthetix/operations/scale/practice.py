"""The large practice itself: six people, a line, lists that they keep, and the rows."""

from django.db import transaction

from aesthetix.operations.scale.filling import fill
from aesthetix.operations.setup import setup_practice
from aesthetix.practices.models import DataAccess, Practice, Staff, User
from contacts.models import SmartList
from telephony.models import Line

SLUG, LINE = "scale", "+14805550100"
LISTS = {
    "VIP": "tag=VIP",
    "Not for a year": "touch=-365",
    "Refused texts": "consent=text-no",
    "New callers": "unverified=1",
}


@transaction.atomic
def add_practice(count: int, *, slug: str = SLUG, password: str | None = None, items: bool = True) -> Staff:
    """Its admin. Nobody can sign in without a `password`."""
    admin = setup_practice(
        name=f"Large practice ({slug})",
        slug=slug,
        time_zone="America/Phoenix",
        admin_email=f"admin@{slug}.example",
        admin_name="Ada Admin",
    )
    practice = admin.practice
    staff = [admin, *(_member(practice, at) for at in range(1, 6))]
    for member in staff if password else []:
        member.user.set_password(password)
        member.user.save(update_fields=["password"])
    number = LINE if slug == SLUG else f"+1480{abs(hash(slug)) % 10_000_000:07d}"
    line = Line.objects.create(practice=practice, number=number, name="Main line", is_default_outbound=True)
    fill(practice, count, staff=staff, line=line, items=items)
    _keep_lists(admin)
    return admin


def _member(practice: Practice, at: int) -> Staff:
    """The last of them sees only assigned contacts."""
    email = f"staff{at}@{practice.slug}.example"
    user = User.objects.create_user(email=email, name=f"Staff {at}", active_practice=practice)
    access = DataAccess.ASSIGNED if at == 5 else DataAccess.ALL
    member: Staff = Staff.objects.create(practice=practice, user=user, data_access=access)
    return member


def _keep_lists(admin: Staff) -> None:
    from contacts.models import Tag

    tag = Tag.objects.for_practice(admin.practice).get(name="VIP")
    for name, query in LISTS.items():
        query = query.replace("tag=VIP", f"tag={tag.pk}")
        SmartList.objects.create(practice=admin.practice, owner=admin, name=name, query=query, shared=True)
