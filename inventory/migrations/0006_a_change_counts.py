from django.db import migrations, models

import inventory.models.devices

# One function for every table that has ``version`` and ``changed_at``: whoever writes a row, by
# whatever door, the version counts. A write that changes nothing counts nothing.
COUNT = """
CREATE OR REPLACE FUNCTION inventory_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version;
    NEW.changed_at := OLD.changed_at;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.version := OLD.version + 1;
        NEW.changed_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS device_counts_version ON inventory_device;
CREATE TRIGGER device_counts_version BEFORE UPDATE ON inventory_device
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
"""
UNCOUNT = """
DROP TRIGGER IF EXISTS device_counts_version ON inventory_device;
DROP FUNCTION IF EXISTS inventory_count_version();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_codes_and_first_moves")]
    operations = [
        migrations.AlterField(
            model_name="device",
            name="code",
            field=models.CharField(
                default=inventory.models.devices.new_code,
                max_length=8,
                unique=True,
                verbose_name="code de l’étiquette",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[0-9A-HJKMNP-TV-Z]{8}$")),
                name="device_code_is_short",
            ),
        ),
        migrations.RunSQL(COUNT, UNCOUNT),
    ]
