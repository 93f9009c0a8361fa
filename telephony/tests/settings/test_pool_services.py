import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.actor import Actor
from telephony.models import Line, NumberPool
from telephony.services.pools import delete_pool, save_pool
from telephony.services.profile import load_profile


def save(actor, lines=(), pool=None, **fields):
    pool = pool or NumberPool(practice=actor.practice, name="Google Ads", forwarding_number="+16025550175")
    for name, value in fields.items():
        setattr(pool, name, value)
    return save_pool(actor=actor, pool=pool, lines=lines)


def refused(call):
    with pytest.raises(ValidationError) as caught:
        call()
    return caught.value.message_dict


def test_a_pool_takes_its_lines_and_routing_knows(cast, admin, lines):
    pool = save(admin, [lines.botox], forwarding_number="(602) 555-0176")
    config = load_profile(cast.glow).lines[lines.botox.pk]
    assert (config.pool_name, config.pool_forward) == ("Google Ads", "+16025550176")
    save(admin, [lines.main], pool)
    lines.botox.refresh_from_db()
    assert lines.botox.pool is None
    assert load_profile(cast.glow).lines[lines.main.pk].pool_name == "Google Ads"
    assert AuditEntry.objects.for_practice(cast.glow).first().changes == {"lines": ["Botox line", "Main line"]}


@pytest.mark.parametrize("number", ["", "12"])
def test_a_pool_without_a_number_to_forward_to_cannot_be_saved(cast, admin, lines, number):
    assert "forwarding_number" in refused(lambda: save(admin, [lines.main], forwarding_number=number))
    assert not NumberPool.objects.for_practice(cast.glow).exists()
    lines.main.refresh_from_db()
    assert lines.main.pool is None


def test_a_pool_that_forwards_to_one_of_its_own_lines_is_refused(admin, lines):
    message = refused(lambda: save(admin, [lines.main], forwarding_number=lines.main.number))["forwarding_number"]
    assert message == ["Calls would go round in a circle: Main line → Main line."]


def test_a_pool_may_forward_to_the_main_line(admin, lines):
    assert save(admin, [lines.botox], forwarding_number=lines.main.number).pk


def test_names_are_used_once_a_practice(cast, admin):
    save(admin)
    assert "name" in refused(lambda: save(admin))
    NumberPool.objects.create(practice=cast.other, name="Print", forwarding_number="+14805550175")
    assert save(admin, name="Print").pk


def test_lines_of_another_practice_are_refused(admin, lines):
    assert "lines" in refused(lambda: save(admin, [lines.theirs]))


def test_a_deleted_pool_gives_its_lines_back(cast, admin, lines):
    pool = save(admin, [lines.main])
    delete_pool(actor=admin, pool=pool)
    assert Line.objects.for_practice(cast.glow).get(pk=lines.main.pk).pool is None
    assert load_profile(cast.glow).lines[lines.main.pk].pool_name == ""


def test_staff_touch_no_pool(cast, admin, lines):
    actor, pool = Actor(practice=cast.glow, staff=cast.jordan), save(admin)
    with pytest.raises(PermissionDenied):
        save(actor, name="Mine")
    with pytest.raises(PermissionDenied):
        delete_pool(actor=actor, pool=pool)


def test_a_pool_of_another_practice_is_not_there(cast, admin):
    theirs = NumberPool.objects.create(practice=cast.other, name="Print", forwarding_number="+14805550175")
    with pytest.raises(NumberPool.DoesNotExist):
        save(admin, pool=theirs, name="Mine")
    delete_pool(actor=admin, pool=theirs)
    assert NumberPool.objects.for_practice(cast.other).filter(name="Print").exists()
