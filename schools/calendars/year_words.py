"""Opening hours and calendars in words: a week, what counts, what nobody knows yet."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from schools.calendars.hours import Spans, Week
from schools.calendars.school_year import HOLIDAYS, unknown_years, year_label, year_of
from schools.calendars.timetables import SiteHours
from schools.models import Community, PeriodKind


def spans_words(spans: Spans) -> str:
    """``08:00–12:30, 13:00–16:30``; closed without any."""
    return ", ".join(map(str, spans)) or pgettext("day", "fermé")


def week_words(week: Week) -> str:
    """``lundi à jeudi : 08:00–16:30 ; vendredi : 08:00–12:00``: days alike told once."""
    found = []
    for spans, days in groupby(range(7), key=lambda day: week[day]):
        if not spans:
            continue
        run = list(days)
        first, last = str(WEEKDAYS[run[0]]), str(WEEKDAYS[run[-1]])
        told = {"first": first, "last": last}
        name = _("%(first)s à %(last)s") % told if len(run) > 1 else first
        found.append(_("%(days)s : %(hours)s") % {"days": name, "hours": spans_words(spans)})
    return _(" ; ").join(found)


def community_words(community: str) -> str:
    """The Community's name."""
    return str(Community(community).label)


def opening_words(known: SiteHours) -> str:
    """The hours of the site that count, and their version."""
    if known.opening is None or not known.opening.entered:
        return _("L’implantation n’a pas encodé d’horaire : ses jours d’école comptent en entier.")
    told = {"hours": week_words(known.opening.week), "version": known.opening.number}
    return _("Horaire de l’implantation, version %(version)s : %(hours)s.") % told


def versions_words(known: SiteHours, first: dt.date, last: dt.date) -> list[str]:
    """Which versions of the school calendar count between two days."""
    span = range(year_of(first, known.years), year_of(last, known.years) + 1)
    used = [year for year in known.years if year.year in span]
    if not used:
        return []
    years = ", ".join(
        _("%(year)s, version %(n)s") % {"year": year.label, "n": year.number} for year in used
    )
    told = {"community": community_words(known.community), "years": years}
    return [_("Calendrier scolaire, %(community)s : %(years)s.") % told]


def unknown_words(known: SiteHours, first: dt.date, last: dt.date) -> list[str]:
    """What nobody has entered of the years between two days."""
    return [
        year_unknown(year, missing) for year, missing in unknown_years(first, last, known.years)
    ]


def year_unknown(year: int, missing: tuple[str, ...]) -> str:
    """A year that nobody has entered, or not completely, and what a clock does about it."""
    label = year_label(year)
    if missing == HOLIDAYS:
        return _(
            "Le calendrier %(year)s n’est pas encore connu : comptent les jours de semaine, hors"
            " jours fériés."
        ) % {"year": label}
    kinds = ", ".join(str(PeriodKind(kind).label) for kind in missing)
    return _(
        "Le calendrier %(year)s est incomplet (à encoder : %(kinds)s) : là, comptent les jours de"
        " semaine, hors jours fériés."
    ) % {"year": label, "kinds": kinds}
