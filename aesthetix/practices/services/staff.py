"""Settings → My Staff: who works here, what they may do, and what happens when they leave."""

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction

from aesthetix.audit.services import changes_between, record
from aesthetix.lib import clock
from aesthetix.practices import hooks
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import DataAccess, Practice, Role, Staff, User
from aesthetix.practices.roles import require_admin
from aesthetix.practices.services.sessions import end_sessions

ACCESS_FIELDS = ("role", "data_access", "may_export")


@transaction.atomic
def add_staff(*, actor: Actor, email: str, name: str, role: str, data_access: str, may_export: bool = False) -> Staff:
    """A person by email: a new user without a password, or one who works elsewhere, or one who left
    and comes back. Raises ValidationError keyed by field."""
    require_admin(actor)
    email = email.strip().lower()
    validate_email(email)
    user = User.objects.filter(email__iexact=email).first() or _new_user(email, name)
    if not user.is_active:
        raise ValidationError({"email": "This account was closed. Ask your operator to open it again."}, code="closed")
    member = Staff.objects.for_practice(actor.practice).filter(user=user).first()
    if member and member.left_at is None:
        raise ValidationError({"email": f"{user} is in My Staff already."}, code="unique")
    member = member or Staff(practice=actor.practice, user=user)
    member.role, member.data_access, member.may_export, member.left_at = role, data_access, may_export, None
    member.full_clean(validate_unique=False, validate_constraints=False)
    member.save()
    record(actor, "create", member, changes={"role": ["", role], "data_access": ["", data_access]})
    hooks.changed(actor.practice)
    return member


@transaction.atomic
def change_access(*, actor: Actor, member: Staff, role: str, data_access: str, may_export: bool = False) -> Staff:
    """Raises ValidationError where the practice would be left without an admin."""
    require_admin(actor)
    member = _locked(actor, member)
    before = {field: getattr(member, field) for field in ACCESS_FIELDS}
    member.role, member.data_access, member.may_export = Role(role), DataAccess(data_access), may_export
    if before["role"] == Role.ADMIN and not member.is_admin:
        _keep_an_admin(actor, member, "role")
    member.save(update_fields=ACCESS_FIELDS)
    after = {"role": role, "data_access": data_access, "may_export": may_export}
    record(actor, "change", member, changes=changes_between(before, after))
    hooks.changed(actor.practice)
    return member


def may_be_renamed(member: Staff) -> bool:
    """Name and email are the person's in every practice: an admin of one of them changes them only where
    the person works nowhere else and has no powers beyond it."""
    user = member.user
    elsewhere = Staff.objects.across_practices().filter(user=user, left_at=None).exclude(pk=member.pk)
    return not (user.is_staff or user.is_superuser or elsewhere.exists())


@transaction.atomic
def change_person(*, actor: Actor, member: Staff, name: str, email: str) -> Staff:
    """Raises PermissionDenied where `may_be_renamed` says no, ValidationError keyed by field."""
    require_admin(actor)
    member = _locked(actor, member)
    if not may_be_renamed(member):
        raise PermissionDenied("This person also works elsewhere, so only they can change name and email.")
    user, email = member.user, email.strip().lower()
    before = {"name": user.name, "email": user.email}
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise ValidationError({"email": "Somebody else signs in with this address."}, code="unique")
    user.name, user.email = name.strip(), email
    user.clean_fields(exclude=["password"])
    user.save(update_fields=["name", "email"])
    # allauth keeps its own list: with the old address in it, the old mailbox could still set the password.
    EmailAddress.objects.filter(user=user).exclude(email__iexact=email).delete()
    record(actor, "change", member, changes=changes_between(before, {"name": user.name, "email": user.email}))
    hooks.changed(actor.practice)
    return member


@transaction.atomic
def mark_left(*, actor: Actor, member: Staff, heir: Staff | None) -> Staff:
    """Ends somebody's access and their sessions at once and hands what they had to `heir`, or to nobody."""
    require_admin(actor)
    member = _locked(actor, member)
    if member.left_at is not None:
        return member
    if heir is not None and (heir.pk == member.pk or heir.practice_id != member.practice_id or not heir.is_current):
        raise ValidationError({"heir": "Choose somebody who works here."}, code="heir")
    if member.is_admin:
        _keep_an_admin(actor, member, "heir")
    hooks.release_all(actor, member, heir)
    end_sessions(user=member.user)
    member.left_at = clock.now()
    member.save(update_fields=["left_at"])
    record(actor, "change", member, changes={"left_at": ["", str(member.left_at)], "heir": ["", str(heir or "no one")]})
    hooks.changed(actor.practice)
    return member


def _new_user(email: str, name: str) -> User:
    if not name.strip():
        raise ValidationError({"name": "Enter a name."}, code="required")
    return User.objects.create_user(email=email, name=name.strip())


def _locked(actor: Actor, member: Staff) -> Staff:
    """The member as they are now. One change of the staff at a time: two admins must not remove each other
    at the same moment. `no_key`, so that calls that are written meanwhile need not wait."""
    Practice.objects.select_for_update(no_key=True).get(pk=actor.practice.pk)
    found: Staff = Staff.objects.for_practice(actor.practice).select_related("user").get(pk=member.pk)
    return found


def _keep_an_admin(actor: Actor, member: Staff, field: str) -> None:
    admins = Staff.objects.for_practice(actor.practice).filter(role=Role.ADMIN, left_at=None, user__is_active=True)
    if not admins.exclude(pk=member.pk).exists():
        message = f"{member.user} is the only admin. Make somebody else an admin first."
        raise ValidationError({field: message}, code="last_admin")
