"""A contact's numbers, and who stands first on a number that a family shares."""

from collections.abc import Sequence
from dataclasses import dataclass

from aesthetix.lib.rows import insert_once
from contacts.models import Contact, ContactPhone


@dataclass(frozen=True)
class Number:
    """E.164, and what it is: mobile, home, work, other."""

    number: str
    label: str = "mobile"

    def __str__(self) -> str:
        return f"{self.number} ({self.label})"


def numbers_of(contact: Contact) -> list[Number]:
    """The main number first."""
    phones = ContactPhone.objects.for_practice(contact.practice_id).filter(contact=contact)
    return [Number(phone.number, phone.label) for phone in phones.order_by("position", "id")]


def replace_numbers(contact: Contact, numbers: Sequence[Number]) -> None:
    """The contact has exactly these numbers, in this order. Runs in the caller's transaction."""
    own = ContactPhone.objects.for_practice(contact.practice_id).filter(contact=contact)
    held = {phone.number: phone for phone in own}
    wanted = list({one.number: one for one in numbers}.values())
    for gone in held.keys() - {one.number for one in wanted}:
        _take_off(held[gone])
    for position, one in enumerate(wanted):
        if (phone := held.get(one.number)) is None:
            _put_on(contact, one, position)
        elif (phone.label, phone.position) != (one.label, position):
            phone.label, phone.position = one.label, position
            phone.save(update_fields=["label", "position"])


def _put_on(contact: Contact, one: Number, position: int) -> None:
    phone = ContactPhone(
        practice_id=contact.practice_id, contact=contact, number=one.number, label=one.label, position=position
    )
    if not insert_once(phone):  # the number has its first contact already: this one shares it
        phone.is_shared = True
        insert_once(phone)


def _take_off(phone: ContactPhone) -> None:
    """The next contact on the number becomes its first, so that a number never lacks one."""
    phone.delete()
    if phone.is_shared:
        return
    sharing = ContactPhone.objects.for_practice(phone.practice_id).filter(number=phone.number, is_shared=True)
    if (heir := sharing.order_by("id").first()) is not None:
        heir.is_shared = False
        heir.save(update_fields=["is_shared"])
