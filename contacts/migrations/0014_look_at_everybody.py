"""Practices that have contacts already: a worker looks for their duplicates once."""

from typing import Any

from django.db import migrations


def look(apps: Any, schema_editor: Any) -> None:
    looks = apps.get_model("contacts", "DuplicateLook")
    practices = apps.get_model("contacts", "Contact")._base_manager.values_list("practice_id", flat=True).distinct()
    looks._base_manager.bulk_create(looks(practice_id=pk) for pk in practices)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0013_duplicates_and_merges")]
    operations = [migrations.RunPython(look, migrations.RunPython.noop)]
