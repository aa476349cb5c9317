"""Keys of ``rest_framework.authtoken`` go on opening what they opened, for another year.

The table goes: an orphan with a foreign key to people would keep them from being deleted.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MOVE = """
INSERT INTO schools_apitoken (user_id, name, digest, scopes, created_at, expires_at)
SELECT user_id, 'Clé d’avant', key,
       ARRAY['read', 'write', 'register', 'inventory', 'supervision', 'helpdesk'],
       least(created, now()), now() + interval '1 year'
FROM authtoken_token
ON CONFLICT (digest) DO NOTHING
"""


def move(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Copy the rows, then drop the table. Where it never was there is nothing to do."""
    cursor = schema_editor.connection.cursor()
    cursor.execute("SELECT to_regclass('authtoken_token')")
    if cursor.fetchone()[0] is None:
        return
    cursor.execute(MOVE)
    cursor.execute("DROP TABLE authtoken_token")
    cursor.execute("DELETE FROM django_migrations WHERE app = 'authtoken'")


class Migration(migrations.Migration):
    dependencies = [("schools", "0023_access_keys")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
