"""Indexes for search, filters and imports of a practice with a million contacts (docs/decisions/027)."""

from typing import Any

import django.db.models.functions.text
from django.db import migrations, models


ESTIMATES = (
    "ALTER TABLE contacts_contact ALTER COLUMN search_text SET STATISTICS 1000",
    "CREATE STATISTICS contact_source ON (upper(lead_source::text)) FROM contacts_contact",
)


def estimate_better(apps: Any, schema_editor: Any) -> None:
    """PostgreSQL chooses between reading on in the list's order and an index of the words by how many it expects."""
    for statement in ESTIMATES if schema_editor.connection.vendor == "postgresql" else ():
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0014_look_at_everybody'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(fields=['practice', 'channel', 'granted', 'contact'], name='consent_answers'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(models.F('practice'), django.db.models.functions.text.Upper('lead_source'), condition=models.Q(('lead_source', ''), _negated=True), name='contact_by_source'),
        ),
        migrations.RunPython(estimate_better, migrations.RunPython.noop),
    ]
