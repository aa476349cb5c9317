from django.db import migrations


class Migration(migrations.Migration):
    """Room on each page for rows that every poll updates: updates stay HOT (heap-only tuples)."""

    dependencies = [("supervision", "0002_samples_by_day")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)",
            f"ALTER TABLE {table} RESET (fillfactor, autovacuum_vacuum_scale_factor)",
        )
        for table in ("supervision_target", "supervision_check", "supervision_snapshot")
    ]
