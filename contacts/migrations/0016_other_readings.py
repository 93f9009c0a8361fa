"""Names in other letters get their other readings, and letters that were not folded before are."""

from typing import Any

from django.db import migrations
from django.db.models import Q

from contacts.search import search_text

BATCH = 500
OTHER_LETTERS = r"[^ -~]"


def read_again(apps: Any, schema_editor: Any) -> None:
    contact = apps.get_model("contacts", "Contact")._base_manager
    rows = contact.filter(Q(first_name__regex=OTHER_LETTERS) | Q(last_name__regex=OTHER_LETTERS))
    changed = []
    for one in rows.prefetch_related("phones").order_by("pk").iterator(BATCH):
        phones = sorted(one.phones.all(), key=lambda phone: (phone.position, phone.pk))
        one.search_text = search_text(one.first_name, one.last_name, one.email, [phone.number for phone in phones])
        changed.append(one)
        if len(changed) == BATCH:
            contact.bulk_update(changed, ["search_text"])
            changed.clear()
    contact.bulk_update(changed, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("contacts", "0015_lists_at_scale")]
    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
