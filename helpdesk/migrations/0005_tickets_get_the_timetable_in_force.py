from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef

BATCH = 5_000


def give_timetables(apps: Any, schema_editor: Any) -> None:
    """Tickets from before calendars keep those in force today; nobody had entered site hours."""
    tickets = apps.get_model("helpdesk", "Ticket").objects
    calendars = apps.get_model("schools", "SchoolCalendar").objects
    timetables = apps.get_model("schools", "Timetable").objects
    later = calendars.filter(
        community=OuterRef("community"),
        year=OuterRef("year"),
        number__gt=OuterRef("number"),
        sealed=True,
    )
    without = tickets.filter(timetable=None)
    for community in list(without.values_list("site__school__community", flat=True).distinct()):
        in_force = calendars.filter(~Exists(later), community=community, sealed=True)
        timetable, _made = timetables.get_or_create(
            community=community,
            opening=None,
            calendars=sorted(in_force.values_list("pk", flat=True)),
        )
        theirs = without.filter(site__school__community=community).order_by("pk")
        while keys := list(theirs.values_list("pk", flat=True)[:BATCH]):
            tickets.filter(pk__in=keys).update(timetable=timetable)


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0004_ticket_keeps_its_timetable"),
        ("schools", "0012_known_school_calendars"),
    ]
    operations = [migrations.RunPython(give_timetables, migrations.RunPython.noop)]
