"""Number pools: lines for website call tracking, which always ring the pool's own outside number."""

from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from aesthetix.audit.services import record
from aesthetix.lib.phone import clean_e164
from aesthetix.practices.actor import Actor
from aesthetix.practices.roles import require_admin
from telephony import forwarding
from telephony.models import Line, NumberPool
from telephony.services.changes import finish_change, locked_profile, snapshot
from telephony.services.profile import touch

FIELDS = ("name", "forwarding_number", "lead_source")


@transaction.atomic
def save_pool(*, actor: Actor, pool: NumberPool, lines: Sequence[Line]) -> NumberPool:
    """Creates or changes a pool; `pool` carries the new values, `lines` are all of its lines from now on.
    Raises ValidationError keyed by field, and nothing is changed then."""
    require_admin(actor)
    creating = pool.pk is None
    stored = pool if creating else NumberPool.objects.for_practice(actor.practice).get(pk=pool.pk)
    before = {} if creating else snapshot(stored, FIELDS) | {"lines": _names(_lines_of(pool))}
    _check(actor, pool, lines)
    pool.save()
    mine = Line.objects.for_practice(actor.practice)
    mine.filter(pool=pool).exclude(pk__in=[line.pk for line in lines]).update(pool=None)
    mine.filter(pk__in=[line.pk for line in lines]).update(pool=pool)
    after = snapshot(pool, FIELDS) | {"lines": _names(lines)}
    if creating:
        record(actor, "create", pool, changes={name: ["", str(value)] for name, value in after.items()})
        touch(actor.practice)
    else:
        finish_change(actor, pool, before, after)
    return pool


@transaction.atomic
def delete_pool(*, actor: Actor, pool: NumberPool) -> None:
    """Its lines go back to their own configuration. Raises ValidationError where those would go in a circle."""
    require_admin(actor)
    _refuse_loop(actor, pool, [], _lines_of(pool))
    Line.objects.for_practice(actor.practice).filter(pool=pool).update(pool=None)
    record(actor, "delete", pool, changes={"name": [pool.name, ""]})
    NumberPool.objects.for_practice(actor.practice).filter(pk=pool.pk).delete()
    touch(actor.practice)


def _check(actor: Actor, pool: NumberPool, lines: Sequence[Line]) -> None:
    if not pool.forwarding_number:
        message = "A number pool cannot ring the apps: it needs a forwarding number."
        raise ValidationError({"forwarding_number": message}, code="required")
    try:
        pool.forwarding_number = clean_e164(pool.forwarding_number)
    except ValidationError as refused:
        raise ValidationError({"forwarding_number": refused}) from refused
    pool.full_clean(validate_constraints=False)
    others = NumberPool.objects.for_practice(actor.practice).exclude(pk=pool.pk)
    if others.filter(name=pool.name).exists():
        raise ValidationError({"name": "There is a pool with this name already."}, code="unique")
    if any(line.practice_id != actor.practice.pk for line in lines):
        raise ValidationError({"lines": "Choose your own lines."}, code="other_practice")
    left = [] if pool.pk is None else [line for line in _lines_of(pool) if line not in lines]
    _refuse_loop(actor, pool, lines, left)


def _refuse_loop(actor: Actor, pool: NumberPool, lines: Sequence[Line], left: Sequence[Line]) -> None:
    """`left`: lines that leave the pool, and follow their own configuration again."""
    profile = locked_profile(actor.practice)
    pooled = {
        line.pk: replace(profile.lines[line.pk], pool_name=pool.name, pool_forward=pool.forwarding_number)
        for line in lines
    }
    freed = {line.pk: replace(profile.lines[line.pk], pool_name="", pool_forward="") for line in left}
    proposed = replace(profile, lines={**profile.lines, **pooled, **freed})
    for config in [*pooled.values(), *freed.values()]:
        chain = forwarding.find_loop(proposed, config)
        if chain:
            raise ValidationError({"forwarding_number": forwarding.in_words(chain)}, code="loop")


def _lines_of(pool: NumberPool) -> Sequence[Line]:
    return list(Line.objects.for_practice(pool.practice_id).filter(pool=pool))


def _names(lines: Sequence[Line]) -> str:
    return ", ".join(line.name for line in lines) or "none"
