from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models


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
    ]
