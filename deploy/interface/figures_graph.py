"""Response time over a day, drawn on the server from real readings, with the same in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import mean, median

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deploy.interface.figures import EMPTY
from deploy.interface.formats import BRUSSELS, clocktime, number

WIDTH, HEIGHT = 396, 150
LEFT, RIGHT, TOP, BOTTOM = 34, 6, 14, 20
BUCKET_PX = 2
Point = tuple[datetime, float | None]


@dataclass(frozen=True)
class Series:
    """Readings of one check over a window. None is a reading without a reply."""

    points: Sequence[Point]
    start: datetime
    end: datetime

    @property
    def values(self) -> list[float]:
        """Every reply, in order."""
        return [value for _at, value in self.points if value is not None]

    @property
    def step(self) -> timedelta:
        """Usual time between two readings."""
        gaps = [(b[0] - a[0]).total_seconds() for a, b in pairwise(self.points)]
        return timedelta(seconds=median(gaps)) if gaps else timedelta(minutes=5)

    @property
    def silent_since(self) -> datetime | None:
        """First of the readings without a reply that last until the end of the series."""
        first = None
        for at, value in reversed(self.points):
            if value is not None:
                break
            first = at
        return first

    @property
    def cuts(self) -> list[tuple[datetime, datetime]]:
        """Silences that ended: (first silent reading, first reply after it)."""
        found, began = [], None
        for at, value in self.points:
            if value is None:
                began = began or at
            elif began:
                found.append((began, at))
                began = None
        return found


def graph(
    points: Sequence[Point],
    *,
    subject: str = "",
    now: datetime | None = None,
    hours: int = 24,
    unit: str = "ms",
    title: str = "",
    width: int = WIDTH,
) -> SafeString:
    """The figure, its text alternative and its table; a sentence when there is no reading."""
    end = now or timezone.now()
    start = end - timedelta(hours=hours)
    kept = sorted((p for p in points if start <= p[0] <= end), key=lambda p: p[0])
    series = Series(kept, start, end)
    heading = title or _("Temps de réponse, en %(unit)s") % {"unit": unit}
    if not kept:
        return format_html('<p class="t13 i2">{}</p>', _("Aucun relevé depuis 24 heures."))
    return format_html(
        '<div class="figure-x"><div class="row-x t12 i2"><b class="b6">{}</b>'
        '<span class="sp"></span>{}</div>{}{}</div>',
        heading,
        _legend(series),
        _picture(series, sentence(series, subject, unit), width),
        _table(series, unit),
    )


def sentence(series: Series, subject: str, unit: str) -> str:
    """The text alternative: what a sighted reader takes from the picture."""
    parts = []
    if series.values:
        parts.append(
            _("environ %(n)s %(unit)s") % {"n": _figure(median(series.values)), "unit": unit}
        )
    cuts = series.cuts
    if cuts:
        told = ngettext("%(n)d coupure", "%(n)d coupures", len(cuts)) % {"n": len(cuts)}
        parts.append(_("%(cuts)s depuis %(time)s") % {"cuts": told, "time": clocktime(cuts[0][0])})
    if series.silent_since:
        parts.append(_("sans réponse depuis %(time)s") % {"time": clocktime(series.silent_since)})
    name = _("Temps de réponse de %(name)s sur 24 heures") if subject else _("24 dernières heures")
    return f"{name % {'name': subject} if subject else name}{chr(160)}: {', '.join(parts)}"


def _figure(value: float) -> str:
    return number(value, 0 if value >= 10 else 1)


def _legend(series: Series) -> SafeString:
    cuts = len(series.cuts)
    if not cuts:
        return EMPTY
    word = ngettext("coupure brève (%(n)d)", "coupures brèves (%(n)d)", cuts) % {"n": cuts}
    return format_html('<span class="row-x g4 s-degraded"><i class="dotc"></i>{}</span>', word)


def nice_top(highest: float) -> float:
    """The next round value above: 1, 2, 4 or 5 times a power of ten, so that ticks are round."""
    top = 4.0
    while top < highest:
        for step in (1.25, 2, 2.5, 5, 10):
            if top * step >= highest:
                return top * step
        top *= 10
    return top


@dataclass(frozen=True)
class Scale:
    """From readings to picture units."""

    start: datetime
    end: datetime
    top: float
    width: int = WIDTH

    @property
    def right(self) -> int:
        """Where the drawing ends."""
        return self.width - RIGHT

    def x(self, at: datetime) -> float:
        """Horizontal place of a moment."""
        share = (at - self.start) / (self.end - self.start)
        return LEFT + min(max(share, 0), 1) * (self.right - LEFT)

    def y(self, value: float) -> float:
        """Vertical place of a value."""
        return TOP + (1 - min(value / self.top, 1)) * (HEIGHT - TOP - BOTTOM)


def _picture(series: Series, alternative: str, width: int) -> SafeString:
    scale = Scale(series.start, series.end, nice_top(max(series.values, default=4)), width)
    return format_html(
        '<svg class="graph" width="100%" style="max-width:{}px" viewBox="0 0 {} {}" role="img" '
        'aria-label="{}">{}{}{}{}</svg>',
        width * 5 // 4,
        width,
        HEIGHT,
        alternative,
        _axes(series, scale),
        _lines(series, scale),
        _cut_marks(series, scale),
        _silence(series, scale),
    )


def _axes(series: Series, scale: Scale) -> SafeString:
    ticks = [scale.top * share / 4 for share in range(5)]
    lines = format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="var(--line)"/><text x="{}" y="{}" '
        'font-size="11" text-anchor="end" fill="var(--ink-3)">{}</text>',
        (
            (
                *(LEFT, scale.right, f"{scale.y(v):.1f}", f"{scale.y(v):.1f}"),
                *(LEFT - 6, f"{scale.y(v) + 4:.1f}", number(v, 0 if v == int(v) else 1)),
            )
            for v in ticks
        ),
    )
    span = (series.end - series.start) / 6
    moments = [series.start + span * rank for rank in range(7)]
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" font-size="11" text-anchor="{}" fill="var(--ink-3)">{}</text>',
        (
            (
                f"{scale.x(at):.1f}",
                HEIGHT - 4,
                "start" if rank == 0 else "end" if rank == 6 else "middle",
                clocktime(at),
            )
            for rank, at in enumerate(moments)
        ),
    )
    return lines + labels


def _runs(series: Series) -> list[list[Point]]:
    """Replies in a row. A silence or a hole in the readings ends a run: no line is invented."""
    runs: list[list[Point]] = [[]]
    limit, before = series.step * 3, None
    for at, value in series.points:
        hole = before is not None and at - before > limit
        if (value is None or hole) and runs[-1]:
            runs.append([])
        if value is not None:
            runs[-1].append((at, value))
        before = at
    return [run for run in runs if run]


def _lines(series: Series, scale: Scale) -> SafeString:
    """One path per run; where readings are denser than pixels, their mean inside a min-max band."""
    parts = []
    for run in _runs(series):
        buckets: dict[int, list[float]] = {}
        for at, value in run:
            if value is not None:
                buckets.setdefault(int(scale.x(at) // BUCKET_PX), []).append(value)
        spots = [(x * BUCKET_PX + 1, values) for x, values in sorted(buckets.items())]
        if len(spots) == 1:
            x, values = spots[0]
            parts.append(
                format_html(
                    '<circle cx="{}" cy="{}" r="1.2" fill="var(--accent)"/>',
                    x,
                    f"{scale.y(mean(values)):.1f}",
                )
            )
            continue
        if max(len(values) for _x, values in spots) > 1:
            upper = [f"{x} {scale.y(max(values)):.1f}" for x, values in spots]
            lower = [f"{x} {scale.y(min(values)):.1f}" for x, values in reversed(spots)]
            parts.append(
                format_html('<path d="M{}Z" fill="var(--accent-soft)"/>', " L".join(upper + lower))
            )
        path = " L".join(f"{x} {scale.y(mean(values)):.1f}" for x, values in spots)
        parts.append(
            format_html(
                '<path d="M{}" fill="none" stroke="var(--accent)" stroke-width="1.5"/>', path
            )
        )
    return SafeString("".join(parts))


def _cut_marks(series: Series, scale: Scale) -> SafeString:
    floor = HEIGHT - BOTTOM
    return format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="7" fill="var(--degraded-solid)"/>',
        (
            (f"{scale.x(a) - 1:.1f}", floor - 7, f"{max(3, scale.x(b) - scale.x(a)):.1f}")
            for a, b in series.cuts
        ),
    )


def _silence(series: Series, scale: Scale) -> SafeString:
    began = series.silent_since
    if began is None:
        return EMPTY
    x, floor = scale.x(began), HEIGHT - BOTTOM
    right = x < scale.width * 0.55
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="var(--down-soft)"/><line x1="{}" x2="{}" '
        'y1="{}" y2="{}" stroke="var(--down-solid)" stroke-width="1.5"/><text x="{}" y="{}" '
        'font-size="11" font-weight="600" text-anchor="{}" fill="var(--down)" '
        'paint-order="stroke" stroke="var(--surface)" stroke-width="{}">{}</text>',
        *(f"{x:.1f}", TOP, f"{max(scale.right - x, 1):.1f}", floor - TOP),
        *(f"{x:.1f}", f"{x:.1f}", TOP - 4, floor),
        *(f"{x + 5 if right else x - 5:.1f}", TOP + 6, "start" if right else "end"),
        0 if right else 3,
        _("sans réponse depuis %(time)s") % {"time": clocktime(began)},
    )


def _table(series: Series, unit: str) -> SafeString:
    """The same readings, an hour a row."""
    hours: dict[datetime, list[float | None]] = {}
    for at, value in series.points:
        hour = at.astimezone(BRUSSELS).replace(minute=0, second=0, microsecond=0)
        hours.setdefault(hour, []).append(value)
    rows = []
    for hour, values in sorted(hours.items(), reverse=True):
        known = [value for value in values if value is not None]
        rows.append(
            (
                f"{hour:%d/%m %H:%M}",
                _figure(mean(known)) if known else _("sans réponse"),
                _("%(first)s à %(last)s")
                % {"first": _figure(min(known)), "last": _figure(max(known))}
                if known
                else "",
                f"{len(values) - len(known)}/{len(values)}",
            )
        )
    return format_html(
        '<details class="as-table"><summary>{}</summary><div class="scroll-x">'
        '<table class="tb"><thead><tr>'
        '<th scope="col">{}</th><th scope="col" class="n">{}</th><th scope="col" class="n">{}</th>'
        '<th scope="col" class="n">{}</th></tr></thead><tbody>{}</tbody></table></div></details>',
        _("Voir en tableau"),
        _("Heure"),
        _("Moyenne (%(unit)s)") % {"unit": unit},
        _("Étendue"),
        _("Sans réponse"),
        format_html_join(
            "",
            '<tr><td class="num">{}</td><td class="n">{}</td><td class="n">{}</td>'
            '<td class="n">{}</td></tr>',
            rows,
        ),
    )
