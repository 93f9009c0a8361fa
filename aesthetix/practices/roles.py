from django.core.exceptions import PermissionDenied

from aesthetix.practices.actor import Actor


def require_admin(actor: Actor) -> None:
    """Raises PermissionDenied for staff who are not admins and for API keys; the system itself may."""
    if actor.api_key or (actor.staff and not actor.staff.is_admin):
        raise PermissionDenied("Only practice admins can change this.")
