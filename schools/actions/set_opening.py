from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from schools.access import OpeningRefused, can_set_opening, require
from schools.actions.audit import record_action
from schools.calendars.hours import MIDNIGHT, Span, Week
from schools.calendars.timetables import DayException, SiteWeek, site_weeks
from schools.live import announce
from schools.models import OpeningException, OpeningHours, OpeningSpan, Site, User
from schools.models.calendars import DAY_MIN

NOTHING: Week = ((), (), (), (), (), (), ())


@transaction.atomic
def set_opening(
    by: User, site: Site, week: Week, exceptions: Sequence[DayException], *, base: int
) -> OpeningHours | None:
    """Write the site's opening hours and exceptions as a new version, in force at once.

    Saying the same again changes nothing and gives None. ``base``: the version that the person
    was looking at (0: none). Raises OpeningRefused when they may not, or when a colleague
    changed it meanwhile.
    """
    known = _lock(by, site)
    ordered = tuple(sorted(exceptions, key=lambda one: one.first_on))
    before = (known.week, known.exceptions) if known else (NOTHING, ())
    if before == (week, ordered):
        return None
    if (known.number if known else 0) != base:
        raise OpeningRefused(_("L’horaire a été changé entre-temps. Relisez-le, puis recommencez."))
    return _write(by, site, week, ordered, number=base + 1)


@transaction.atomic
def restore_opening(by: User, site: Site, number: int) -> OpeningHours | None:
    """Put a former version in force again, as a new version; 0: nothing was entered.

    None when it says what is in force anyway. Raises OpeningHours.DoesNotExist where there is no
    such version, OpeningRefused when the person may not.
    """
    known = _lock(by, site)
    week = NOTHING
    exceptions: tuple[DayException, ...] = ()
    if number:
        pk = OpeningHours.objects.get(site=site, number=number, sealed=True).pk
        former = site_weeks([pk])[pk]
        week, exceptions = former.week, former.exceptions
    if known is None or (known.week, known.exceptions) == (week, exceptions):
        return None
    return _write(by, site, week, exceptions, number=known.number + 1, restored_from=number)


def _lock(by: User, site: Site) -> SiteWeek | None:
    """Lock the site, check, and read what is in force."""
    Site.objects.visible_to(by).select_for_update(of=("self",)).get(pk=site.pk)
    require(can_set_opening(by, site), OpeningRefused)
    pk = OpeningHours.objects.in_force().filter(site=site).values_list("pk", flat=True).first()
    return site_weeks([pk])[pk] if pk else None


def _write(
    by: User,
    site: Site,
    week: Week,
    exceptions: Sequence[DayException],
    *,
    number: int,
    restored_from: int | None = None,
) -> OpeningHours:
    opening = OpeningHours.objects.create(
        site=site,
        number=number,
        made_by=by,
        made_by_text=by.full_name,
        restored_from=restored_from,
    )
    spans = [_row(opening, span, weekday=day) for day, spans in enumerate(week) for span in spans]
    rows = OpeningException.objects.bulk_create(
        OpeningException(
            opening=opening,
            first_on=one.first_on,
            last_on=one.last_on,
            reason=one.reason,
            label=one.label,
        )
        for one in exceptions
    )
    for row, one in zip(rows, exceptions, strict=True):
        spans += [_row(opening, span, exception=row) for span in one.spans]
    OpeningSpan.objects.bulk_create(spans)
    opening.sealed = True
    opening.save(update_fields=["sealed"])
    record_action(
        by,
        "set_opening" if restored_from is None else "restore_opening",
        opening,
        site=site,
        before={"version": number - 1},
        after={"version": number, "week": [[str(s) for s in day] for day in week]},
    )
    announce("opening", opening.pk, site=site.pk)
    return opening


def _row(
    opening: OpeningHours,
    span: Span,
    *,
    weekday: int | None = None,
    exception: OpeningException | None = None,
) -> OpeningSpan:
    closes = _minutes(span.end)
    if span.end == MIDNIGHT or span.passes_midnight:
        closes += DAY_MIN
    return OpeningSpan(
        opening=opening,
        weekday=weekday,
        exception=exception,
        opens_min=_minutes(span.start),
        closes_min=closes,
    )


def _minutes(at: dt.time) -> int:
    return at.hour * 60 + at.minute
