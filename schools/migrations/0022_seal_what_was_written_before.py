"""Entries older than the chain: the name of their site beside its key, then a seal, in order.

In batches, each a transaction of its own; a second run goes on where the first one stopped.
"""

from django.apps.registry import Apps
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 5_000
NAME = """
ALTER TABLE schools_auditentry DISABLE TRIGGER schools_audit_guard;
UPDATE schools_auditentry e
SET site_text = left(c.name || CASE
    WHEN s.name = '' OR s.name = c.name
         OR right(lower(c.name), length(s.name) + 1) = ' ' || lower(s.name)
    THEN '' ELSE ', ' || s.name END, 400)
FROM schools_site s JOIN schools_school c ON c.id = s.school_id
WHERE s.id = e.site_id AND e.site_text = ''
  AND NOT EXISTS (SELECT FROM schools_auditseal z WHERE z.entry_id = e.id);
ALTER TABLE schools_auditentry ENABLE TRIGGER schools_audit_guard;
"""
SEAL = """
INSERT INTO schools_auditwaiting
SELECT e.id FROM schools_auditentry e
WHERE NOT EXISTS (SELECT FROM schools_auditseal z WHERE z.entry_id = e.id)
ORDER BY e.id LIMIT %s
"""


def name_sites(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give old entries the words that outlive their site. Nothing of them is sealed yet."""
    with transaction.atomic(using=schema_editor.connection.alias):
        schema_editor.connection.cursor().execute(NAME)


def seal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put every unsealed entry in the waiting list; each commit seals a batch."""
    found = BATCH
    while found == BATCH:
        with transaction.atomic(using=schema_editor.connection.alias):
            cursor = schema_editor.connection.cursor()
            cursor.execute(SEAL, [BATCH])
            found = cursor.rowcount


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("schools", "0021_the_journal_is_a_chain")]
    operations = [
        migrations.RunPython(name_sites, migrations.RunPython.noop),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
