from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from schools.access import CalendarRefused, can_publish_calendars, require
from schools.actions.audit import SYSTEM, record_action
from schools.calendars.plan import YearPlan
from schools.calendars.school_year import Period, year_label
from schools.calendars.timetables import school_years
from schools.live import announce
from schools.models import CalendarPeriod, SchoolCalendar, User


def publish_calendars(
    by: User | None, plans: Sequence[YearPlan], *, source: str = "", note: str = ""
) -> list[SchoolCalendar]:
    """Publish a new version of each year that differs from the one in force; all or nothing.

    A year that says the same changes nothing. ``by`` None: the platform (a command). Raises
    CalendarRefused when the person may not, or when another version was published since the
    preview.
    """
    if by is not None:
        require(can_publish_calendars(by), CalendarRefused)
    try:
        with transaction.atomic():
            made = [_publish(by, plan, source, note) for plan in plans]
    except IntegrityError as error:
        if "school_calendar_version_once" not in str(error):
            raise
        raise CalendarRefused(_moved(plans[0])) from error  # a colleague was first
    return [calendar for calendar in made if calendar is not None]


def _publish(by: User | None, plan: YearPlan, source: str, note: str) -> SchoolCalendar | None:
    rows = SchoolCalendar.objects.in_force().filter(community=plan.community, year=plan.year)
    known = rows.first()
    former = school_years([known.pk])[known.pk] if known else None
    if former and _in_order(former.periods) == _in_order(plan.periods):
        return None
    if (former.number if former else 0) != plan.base:
        raise CalendarRefused(_moved(plan))
    calendar = SchoolCalendar.objects.create(
        community=plan.community,
        year=plan.year,
        number=plan.base + 1,
        source=source.strip()[:200],
        note=note.strip()[:300],
        made_by=by,
        made_by_text=by.full_name if by else SYSTEM,
    )
    CalendarPeriod.objects.bulk_create(
        CalendarPeriod(
            calendar=calendar, kind=p.kind, first_on=p.first_on, last_on=p.last_on, name=p.name
        )
        for p in plan.periods
    )
    calendar.sealed = True
    calendar.save(update_fields=["sealed"])
    record_action(
        by,
        "publish_calendar",
        calendar,
        before={"version": plan.base, "periods": _told(former.periods if former else ())},
        after={"version": calendar.number, "periods": _told(plan.periods)},
        why=note,
    )
    announce("calendar", calendar.pk, site=None)
    return calendar


def _in_order(periods: Sequence[Period]) -> list[Period]:
    return sorted(periods, key=lambda period: (period.first_on, period.kind))


def _told(periods: Sequence[Period]) -> list[list[str]]:
    return [[p.kind, str(p.first_on), str(p.last_on or ""), p.name] for p in _in_order(periods)]


def _moved(plan: YearPlan) -> str:
    return _(
        "Entre-temps, une autre version du calendrier %(year)s a été publiée. Rien n’est importé :"
        " revoyez l’aperçu."
    ) % {"year": year_label(plan.year)}
