"""The municipalities of Wallonia by their NIS codes (Statbel, REFNIS), mergers of 2019 and 2025 too."""

import csv
from pathlib import Path
from typing import Any

from django.db import migrations

LIST = Path(__file__).parents[1] / "data" / "municipalities.csv"


def load(apps: Any, _schema_editor: Any) -> None:
    Municipality = apps.get_model("schools", "Municipality")
    with LIST.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    # those that exist first: a merged one names its successor
    for row in sorted(rows, key=lambda row: row["successor"]):
        Municipality.objects.update_or_create(
            nis_code=row["nis_code"],
            defaults={
                "name": row["name"],
                "name_de": row["name_de"],
                "closed_on": row["closed_on"] or None,
                "successor_id": row["successor"] or None,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("schools", "0003_municipalities")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
