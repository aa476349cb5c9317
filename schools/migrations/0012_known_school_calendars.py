import csv
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import migrations

FACTS = Path(__file__).resolve().parent.parent / "data" / "school_calendars.csv"
SOURCE = "Décisions des Communautés, d’après OpenHolidays (ODbL)"


def write_first_versions(apps: Any, schema_editor: Any) -> None:
    """Version 1 of each year that came with Préau, unless that year has a calendar already."""
    calendars = apps.get_model("schools", "SchoolCalendar").objects
    periods = apps.get_model("schools", "CalendarPeriod").objects
    with FACTS.open(encoding="utf-8") as facts:
        rows = list(csv.DictReader(facts, delimiter=";"))
    for (community, label), lines in groupby(rows, lambda row: (row["community"], row["year"])):
        year = int(label[:4])
        if calendars.filter(community=community, year=year).exists():
            continue
        calendar = calendars.create(
            community=community, year=year, number=1, source=SOURCE, made_by_text="Préau"
        )
        for line in lines:
            last = line["last_on"]
            periods.create(
                calendar=calendar,
                kind=line["kind"],
                first_on=date.fromisoformat(line["first_on"]),
                last_on=date.fromisoformat(last) if last else None,
                name=line["name"],
            )
        calendars.filter(pk=calendar.pk).update(sealed=True)


class Migration(migrations.Migration):
    dependencies = [("schools", "0011_versions_are_frozen")]
    # Going back leaves the rows: the tables go with 0010.
    operations = [migrations.RunPython(write_first_versions, migrations.RunPython.noop)]
