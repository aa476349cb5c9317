"""School calendars as files: CSV and iCal, read and written. Pure.

A file says everything about each year it names. What cannot be read is refused line by line,
with the column, the value and the reason; then nothing of the file is taken.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import icalendar
from django.utils.translation import gettext as _

from schools.calendars.school_year import (
    DAY,
    SUMMER,
    TERM_START,
    Period,
    SchoolYear,
    last_day,
    usual_year,
    window,
    year_label,
)
from schools.models import Community, PeriodKind

COLUMNS = ("communaute", "annee", "type", "premier_jour", "dernier_jour", "nom")
"""The heads of our own files; those of the fields in English are read too."""
HEADS = dict(
    zip(("community", "year", "kind", "first_on", "last_on", "name"), COLUMNS, strict=True)
)
KINDS = {
    "rentree": PeriodKind.TERM_START,
    "automne": PeriodKind.AUTUMN,
    "hiver": PeriodKind.WINTER,
    "carnaval": PeriodKind.CARNIVAL,
    "printemps": PeriodKind.SPRING,
    "ete": PeriodKind.SUMMER,
    "communaute": PeriodKind.COMMUNITY_DAY,
    "autre": PeriodKind.OTHER,
}
"""Words of the column “type”; the keys of :class:`PeriodKind` are read too."""
SUMMARIES = (
    ("rentree|schulbeginn|erster schultag|premier jour", PeriodKind.TERM_START),
    ("automne|toussaint|herbst|allerheiligen", PeriodKind.AUTUMN),
    ("hiver|noel|winter|weihnacht", PeriodKind.WINTER),
    ("detente|carnaval|karneval|fastnacht", PeriodKind.CARNIVAL),
    ("printemps|paques|fruhling|ostern|osterferien", PeriodKind.SPRING),
    ("ete\\b|grandes vacances|sommer", PeriodKind.SUMMER),
    ("fete de la communaute|fete de la federation|tag der d", PeriodKind.COMMUNITY_DAY),
)
"""What the title of an iCal event tells about its kind; the first that fits wins."""
ONE_DAY = {PeriodKind.TERM_START, PeriodKind.COMMUNITY_DAY}
PRODUCT = "-//Préau//Calendriers scolaires//FR"
LONGEST = 2_000
"""Lines of a file that are read at most: a century of both Communities."""
TOO_LONG = 1_000_000
"""Characters of a file that are read at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """A period that a file tells, and where."""

    row: int
    community: str
    year: int
    period: Period


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """What could not be read: the line (0: the whole file), the column, the value, why."""

    row: int
    column: str
    value: str
    why: str


@dataclass(slots=True)
class Reading:
    """What a file says."""

    lines: list[Line] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)

    def refuse(self, row: int, column: str, value: object, why: str) -> None:
        self.refused.append(RefusedLine(row, column, str(value)[:60], why))


class _Unreadable(ValueError):
    """A cell that cannot be read: the column and the reason."""

    def __init__(self, column: str, value: str, why: str) -> None:
        super().__init__(why)
        self.column, self.value, self.why = column, value, why


def plain(text: str) -> str:
    """Lower case, without accents or blanks around: ``Été`` is ``ete``."""
    spread = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(sign for sign in spread if not unicodedata.combining(sign))


def read(name: str, content: bytes, community: str = "") -> Reading:
    """A file by its name: ``.ics`` is iCal, anything else CSV. ``community``: whose an iCal is."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if len(text) > TOO_LONG:
        reading = Reading()
        reading.refuse(0, "", name, _("Ce fichier est trop long pour un calendrier."))
        return reading
    if name.lower().endswith((".ics", ".ical")) or text.lstrip().startswith("BEGIN:VCALENDAR"):
        return read_ical(text, community)
    return read_csv(text)


def read_csv(text: str) -> Reading:
    """``communaute;annee;type;premier_jour;dernier_jour;nom``; commas and tabs do as well."""
    reading = Reading()
    first = text.lstrip().partition("\n")[0]
    separator = max(";,\t", key=first.count)
    rows = csv.reader(io.StringIO(text.lstrip()), delimiter=separator)
    try:
        heads = [HEADS.get(plain(head), plain(head)) for head in next(rows)]
    except (StopIteration, csv.Error):
        heads = []
    if missing := [head for head in COLUMNS[:4] if head not in heads]:
        told = {"columns": ", ".join(missing)}
        reading.refuse(1, "", first, _("Colonnes manquantes : %(columns)s.") % told)
        return reading
    try:
        for number, cells in enumerate(rows, 2):
            if number > LONGEST:
                reading.refuse(number, "", "", _("Ce fichier est trop long pour un calendrier."))
                break
            if any(cell.strip() for cell in cells):
                _read_line(reading, number, dict(zip(heads, cells, strict=False)))
    except csv.Error as error:
        reading.refuse(rows.line_num, "", "", str(error))
    return checked(reading)


def _read_line(reading: Reading, row: int, cells: Mapping[str, str]) -> None:
    try:
        reading.lines.append(line_of(row, cells))
    except _Unreadable as error:
        reading.refuse(row, error.column, error.value, error.why)


def line_of(row: int, cells: Mapping[str, str]) -> Line:
    """One line as a value. Raises ValueError with the column and the reason."""
    community = plain(cells.get("communaute", ""))
    if community not in Community.values:
        raise _Unreadable("communaute", cells.get("communaute", ""), _("« fwb » ou « dg »."))
    year = _year(cells.get("annee", ""))
    kind = _kind(cells.get("type", ""))
    first = _day("premier_jour", cells.get("premier_jour", ""))
    last = _last(kind, first, cells.get("dernier_jour", ""))
    return Line(row, community, year, Period(kind, first, last, cells.get("nom", "").strip()[:120]))


def _year(text: str) -> int:
    found = re.fullmatch(r"(\d{4})(?:\s*[-–/]\s*(\d{4}|\d{2}))?", text.strip())
    year = int(found[1]) if found else 0
    second = int(found[2]) % 100 if found and found[2] else (year + 1) % 100
    if not 2000 <= year <= 2100 or second != (year + 1) % 100:
        raise _Unreadable("annee", text, _("Une année scolaire comme 2026-2027."))
    return year


def _kind(text: str) -> str:
    word = plain(text)
    if word in KINDS:
        return KINDS[word].value
    if word in PeriodKind.values:
        return word
    raise _Unreadable("type", text, _("Un de ces mots : %(words)s.") % {"words": ", ".join(KINDS)})


def _day(column: str, text: str) -> dt.date:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise _Unreadable(column, text, _("Une date comme 2026-10-19 ou 19/10/2026."))


def _last(kind: str, first: dt.date, text: str) -> dt.date | None:
    if not text.strip():
        if kind == SUMMER:
            return None
        if kind in ONE_DAY:
            return first
        raise _Unreadable("dernier_jour", text, _("Seules les vacances d’été peuvent l’omettre."))
    last = _day("dernier_jour", text)
    if last < first:
        raise _Unreadable("dernier_jour", text, _("Il précède le premier jour."))
    if kind in ONE_DAY and last != first:
        raise _Unreadable("dernier_jour", text, _("Ce type ne dure qu’un jour."))
    return last


def read_ical(text: str, community: str) -> Reading:
    """All-day events; the title, or the category that we write, tells the kind of holiday."""
    reading = Reading()
    try:
        calendar = icalendar.Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError) as error:
        reading.refuse(0, "", "", _("Ce fichier n’est pas un iCal : %(why)s") % {"why": error})
        return reading
    for row, event in enumerate(calendar.walk("VEVENT"), 1):
        if row > LONGEST:
            reading.refuse(row, "", "", _("Ce fichier est trop long pour un calendrier."))
            break
        try:
            reading.lines.append(_line_of_event(row, event, community))
        except _Unreadable as error:
            reading.refuse(row, error.column, error.value, error.why)
    if not reading.lines and not reading.refused:
        reading.refuse(0, "", "", _("Ce fichier ne contient aucun évènement."))
    return checked(reading)


def _line_of_event(row: int, event: icalendar.Component, community: str) -> Line:
    title = str(event.get("SUMMARY", "")).strip()
    start = _whole_day(event, "DTSTART")
    if start is None:
        raise _Unreadable("DTSTART", "", _("Un jour entier, sans heure."))
    end = _whole_day(event, "DTEND") or start + DAY
    if end <= start:
        raise _Unreadable("DTEND", str(end), _("Un jour entier, après le premier."))
    kind = _kind_of_event(event, title)
    last = None if event.get("X-PREAU-OPEN") and kind == SUMMER else end - DAY
    if kind in ONE_DAY and last != start:
        raise _Unreadable("DTEND", str(end), _("Ce type ne dure qu’un jour."))
    usual = {plain(str(PeriodKind(kind).label)), plain(str(kind))}
    name = "" if plain(title) in usual else title
    return Line(row, community, usual_year(start), Period(kind, start, last, name[:120]))


def _whole_day(event: icalendar.Component, name: str) -> dt.date | None:
    """The day of a property; None without it. Raises _Unreadable for anything but a day."""
    told = event.get(name)
    if told is None:
        return None
    try:
        day = told.dt
    except (AttributeError, ValueError) as error:  # what icalendar calls a broken property
        raise _Unreadable(name, str(told), _("Une date comme 2026-10-19 ou 19/10/2026.")) from error
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        raise _Unreadable(name, str(day), _("Un jour entier, sans heure."))
    return day


def _kind_of_event(event: icalendar.Component, title: str) -> str:
    categories = event.get("CATEGORIES")
    for one in getattr(categories, "cats", ()):
        if str(one) in PeriodKind.values:
            return str(one)
    for pattern, kind in SUMMARIES:
        if re.search(pattern, plain(title)):
            return kind.value
    return PeriodKind.OTHER.value


def checked(reading: Reading) -> Reading:
    """Refuse what each line alone cannot tell: out of its year, told twice, overlapping."""
    years: dict[tuple[str, int], list[Line]] = {}
    for line in reading.lines:
        years.setdefault((line.community, line.year), []).append(line)
        first, last = window(line.year)
        if not first <= line.period.first_on <= (line.period.last_on or last) <= last:
            told = {"year": year_label(line.year)}
            reading.refuse(
                line.row,
                "premier_jour" if line.period.first_on < first else "dernier_jour",
                line.period.first_on if line.period.first_on < first else line.period.last_on,
                _("Hors de l’année scolaire %(year)s (1er août au 31 août).") % told,
            )
    for lines in years.values():
        for one, other in combinations(sorted(lines, key=lambda line: line.row), 2):
            _compare(reading, one, other)
    reading.refused.sort(key=lambda line: line.row)
    return reading


def _compare(reading: Reading, one: Line, other: Line) -> None:
    a, b = one.period, other.period
    if a.kind == b.kind != PeriodKind.OTHER:
        why = _("Déjà donné à la ligne %(row)s.") % {"row": one.row}
        reading.refuse(other.row, "type", PeriodKind(b.kind).label, why)
    elif a.first_on <= (b.last_on or dt.date.max) and b.first_on <= (a.last_on or dt.date.max):
        why = _("Chevauche la ligne %(row)s.") % {"row": one.row}
        reading.refuse(other.row, "premier_jour", b.first_on, why)


def csv_rows(years: Iterable[SchoolYear]) -> Iterator[list[str]]:
    """The lines of a CSV of ours, without its heads."""
    words = {kind.value: word for word, kind in KINDS.items()}
    for year in years:
        for p in year.periods:
            last = str(p.last_on or "")
            yield [year.community, year.label, words[p.kind], str(p.first_on), last, p.name]


def write_ical(years: Iterable[SchoolYear], stamp: dt.datetime) -> bytes:
    """These years as a calendar to subscribe to; importing it again changes nothing."""
    known = list(years)
    calendar = icalendar.Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    if known:
        calendar.add("X-WR-CALNAME", str(Community(known[0].community).label))
    for year in known:
        for period in year.periods:
            calendar.add_component(_event(year, period, known, stamp))
    return bytes(calendar.to_ical())


def _event(
    year: SchoolYear, period: Period, years: list[SchoolYear], stamp: dt.datetime
) -> icalendar.Event:
    event = icalendar.Event()
    event.add("UID", f"{year.community}-{year.year}-{period.kind}-{period.first_on}@preau")
    event.add("DTSTAMP", stamp)
    event.add("SEQUENCE", year.number)
    title = period.name or str(PeriodKind(period.kind).label)
    event.add("SUMMARY", title[:1].upper() + title[1:])
    event.add("DTSTART", period.first_on)
    event.add("DTEND", last_day(period, years) + DAY)
    event.add("CATEGORIES", [period.kind])
    if period.last_on is None:
        event.add("X-PREAU-OPEN", "TRUE")
    if period.kind != TERM_START:
        event.add("TRANSP", "TRANSPARENT")
    return event
