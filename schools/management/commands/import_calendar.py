"""Read a school calendar from a file and publish what it changes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from schools.actions.audit import SYSTEM
from schools.actions.publish_calendar import publish_calendars
from schools.calendars.files import RefusedLine, read
from schools.calendars.plan import SAME, YearPlan, plan_of
from schools.calendars.shown import period_words
from schools.calendars.timetables import school_years
from schools.commands import HouseCommand
from schools.models import Community, SchoolCalendar

KNOWN = Path(__file__).resolve().parents[2] / "data" / "school_calendars.csv"
SOURCE = "Décisions des Communautés, d’après OpenHolidays (ODbL)"


class Command(HouseCommand):
    """``manage.py import_calendar FILE``: CSV or iCal; what it says already does nothing."""

    help = "Import a school calendar (CSV or iCal): what differs becomes a new version in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, whose it is, and where it comes from."""
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument(
            "--known", action="store_true", help="the calendars that come with Préau"
        )
        parser.add_argument(
            "--community",
            choices=Community.values,
            default=Community.FWB.value,
            help="whose an iCal is; a CSV says so itself",
        )
        parser.add_argument("--source", default="", help="who decided it")
        parser.add_argument("--note", default="", help="what this version changes")
        parser.add_argument("--preview", action="store_true", help="only tell what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, tell, publish. Nothing is published when a line is refused."""
        path = KNOWN if options["known"] else options["file"]
        if path is None:
            raise CommandError("Name a file, or --known for the calendars that come with Préau.")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        reading = read(path.name, content, options["community"])
        if reading.refused:
            told = "\n".join(f"  {_refusal(line)}" for line in reading.refused)
            raise CommandError(f"Nothing is imported. {len(reading.refused)} refused:\n{told}")
        in_force = school_years(SchoolCalendar.objects.in_force().values_list("pk", flat=True))
        plans = plan_of(reading.lines, {(y.community, y.year): y for y in in_force.values()})
        if options["known"]:
            plans = self._untouched(plans)
        if options["verbosity"]:
            for plan in plans:
                self._tell(plan)
        if options["preview"]:
            return
        source = options["source"] or (SOURCE if options["known"] else path.name)
        made = publish_calendars(None, plans, source=source, note=options["note"])
        if options["verbosity"]:
            self.stdout.write(f"{len(made)} new version(s) in force.")

    def _untouched(self, plans: list[YearPlan]) -> list[YearPlan]:
        """What comes with Préau never undoes what a person has published."""
        theirs = SchoolCalendar.objects.in_force().exclude(made_by_text=SYSTEM)
        kept = {(one.community, one.year): one.made_by_text for one in theirs}
        for plan in plans:
            if who := kept.get((plan.community, plan.year)):
                self.stdout.write(f"{plan.community} {plan.label}: kept as {who} published it")
        return [plan for plan in plans if (plan.community, plan.year) not in kept]

    def _tell(self, plan: YearPlan) -> None:
        head = f"{plan.community} {plan.label}, version {plan.base}"
        changes = [change for change in plan.changes if change.what != SAME]
        self.stdout.write(f"{head}: {f'{len(changes)} changes' if changes else 'nothing new'}")
        for change in changes:
            old, new = period_words(change.old), period_words(change.new)
            self.stdout.write(f"  {change.what:<8}{change.kind}: {old or '–'} => {new or '–'}")


def _refusal(line: RefusedLine) -> str:
    where = f"line {line.row}" if line.row else "file"
    column = f", {line.column}" if line.column else ""
    return f"{where}{column}, {line.value!r}: {line.why}"
