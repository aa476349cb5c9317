"""Give every device its label's code, and its life a first step. Can be run again."""

import secrets

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BATCH = 5000
FIRST = """
INSERT INTO inventory_devicemove (device_id, at, state, site_id, room_id, room_text, why)
SELECT d.id, now(), d.state, d.site_id, d.room_id, coalesce(left(r.name, 60), ''), ''
  FROM inventory_device d LEFT JOIN schools_room r ON r.id = d.room_id
 WHERE NOT EXISTS (SELECT 1 FROM inventory_devicemove m WHERE m.device_id = d.id)
"""


def name_and_note(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    device = apps.get_model("inventory", "Device")
    while rows := list(device.objects.filter(code=None)[:BATCH]):
        for row in rows:
            row.code = "".join(secrets.choice(ALPHABET) for _n in range(8))
        device.objects.bulk_update(rows, ["code"], batch_size=1000)
    schema_editor.execute(FIRST)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_lives_and_labels_of_devices")]
    operations = [migrations.RunPython(name_and_note, migrations.RunPython.noop)]
