from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

# A generated column is still empty when a trigger compares: every write would count as a change.
COUNT = """
CREATE FUNCTION inventory_count_device_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version;
    NEW.changed_at := OLD.changed_at;
    NEW.words := OLD.words;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.version := OLD.version + 1;
        NEW.changed_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER device_counts_version ON inventory_device;
CREATE TRIGGER device_counts_version BEFORE UPDATE ON inventory_device
    FOR EACH ROW EXECUTE FUNCTION inventory_count_device_version();
"""
UNCOUNT = """
DROP TRIGGER device_counts_version ON inventory_device;
DROP FUNCTION inventory_count_device_version();
CREATE TRIGGER device_counts_version BEFORE UPDATE ON inventory_device
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
"""


class Migration(migrations.Migration):
    """Names as people type them, without accents (decision 021): “ecran 3” finds “Écran 3”. The
    table is written anew: some seconds for 150,000 devices."""

    dependencies = [
        ("inventory", "0090_deliveries_label_runs_and_notices"),
        ("schools", "0042_index_words"),
    ]
    operations = [
        migrations.AddField(
            "device",
            "words",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("name"), function="search_words"),
                output_field=models.TextField(),
            ),
        ),
        migrations.RemoveIndex("device", "device_name_like"),
        migrations.AddIndex(
            "device",
            GinIndex(OpClass(models.F("words"), name="gin_trgm_ops"), name="device_by_words"),
        ),
        migrations.RunSQL(COUNT, UNCOUNT),
    ]
