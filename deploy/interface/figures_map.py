"""The Region in outline: calm sites as dots, troubled ones grouped where they crowd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deploy.interface.figures import icon
from deploy.interface.formats import number
from deploy.interface.provinces import NAMES, OUTLINES
from deploy.interface.states import STATES, state_of, worst

WEST, EAST, NORTH, SOUTH = 3.12, 6.42, 50.81, 49.47
SQUEEZE = 0.64  # cosine of the Region's mean latitude: a degree east is shorter than one north
MARGIN = 8
CROWD_PX = 26
CALM = ("ok", "unknown")
"""Drawn as dots: nothing to do there, or nothing known."""
DOTS_AT_MOST = 600


@dataclass(frozen=True)
class MapPoint:
    """A site, or `count` sites together. Without coordinates it counts for its province alone."""

    state: str
    lon: float | None = None
    lat: float | None = None
    province: str = ""
    label: str | Promise = ""
    url: str = ""
    count: int = 1


@dataclass
class Cluster:
    """Troubled sites drawn as one circle."""

    x: float
    y: float
    members: list[MapPoint] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Sites in the circle."""
        return sum(member.count for member in self.members)

    @property
    def state(self) -> str:
        """The worst state among them."""
        return worst([member.state for member in self.members])


def place(lon: float, lat: float, width: int) -> tuple[float, float]:
    """Picture coordinates of a place."""
    scale = (width - 2 * MARGIN) / (EAST - WEST) / SQUEEZE
    return MARGIN + (lon - WEST) * SQUEEZE * scale, 24 + (NORTH - lat) * scale


def clusters(points: Sequence[MapPoint], width: int) -> list[Cluster]:
    """Troubled points, the worst first, each joined to the first circle close enough."""
    found: list[Cluster] = []
    rank = list(STATES)
    for point in sorted(points, key=lambda p: (rank.index(state_of(p.state).key), -p.count)):
        spot = _spot(point, width)
        if spot is None:
            continue
        near = next(
            (c for c in found if (c.x - spot[0]) ** 2 + (c.y - spot[1]) ** 2 < CROWD_PX**2), None
        )
        if near is None:
            near = Cluster(*spot)
            found.append(near)
        near.members.append(point)
    return found


def _spot(point: MapPoint, width: int) -> tuple[float, float] | None:
    if point.lon is not None and point.lat is not None:
        return place(point.lon, point.lat, width)
    if point.province in NAMES:
        lon, lat = NAMES[point.province][1]
        x, y = place(lon, min(lat, 50.70), width)
        return x, y - 18
    return None


def region_map(points: Sequence[MapPoint], width: int = 372) -> SafeString:
    """The picture, its text alternative and a table by province."""
    troubled = [point for point in points if state_of(point.state).key not in CALM]
    calm = [p for p in points if state_of(p.state).key in CALM and p.lon is not None]
    groups = clusters(troubled, width)
    linked = any(len(c.members) == 1 and c.members[0].url for c in groups)
    return format_html(
        '<div class="figure-x"><svg class="region" width="100%" viewBox="0 0 {} {}" role="{}" '
        'aria-label="{}">{}{}{}{}</svg>{}{}</div>',
        width,
        round(place(WEST, SOUTH, width)[1]),
        "group" if linked else "img",
        sentence(points),
        _outlines(width),
        _dots(calm[:DOTS_AT_MOST], width),
        SafeString("".join(_circle(group) for group in groups)),
        _names(width),
        _legend(points),
        _table(points),
    )


def sentence(points: Sequence[MapPoint]) -> str:
    """The text alternative: how many sites in each state."""
    counts: Counter[str] = Counter()
    for point in points:
        counts[state_of(point.state).key] += point.count
    told = ", ".join(
        f"{ngettext('%(n)s implantation', '%(n)s implantations', n) % {'n': number(n)}} "
        f"{str(STATES[key].word).lower()}"
        for key in STATES
        if (n := counts[key])
    )
    return _("Vue schématique de la Région : %(told)s") % {"told": told or _("aucune implantation")}


def _outlines(width: int) -> SafeString:
    paths = (
        " L".join(f"{x:.1f} {y:.1f}" for x, y in (place(lon, lat, width) for lon, lat in outline))
        for outline in OUTLINES.values()
    )
    return format_html_join(
        "",
        '<path d="M{}Z" fill="var(--line)" stroke="var(--surface)" stroke-width="2.5" '
        'stroke-linejoin="round"/>',
        ((path,) for path in paths),
    )


def _dots(points: Sequence[MapPoint], width: int) -> SafeString:
    spots = ((spot, state_of(point.state).key) for point in points if (spot := _spot(point, width)))
    return format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="1.8" fill="var(--{}-solid)" opacity=".7"/>',
        ((f"{x:.1f}", f"{y:.1f}", key) for (x, y), key in spots),
    )


def _circle(group: Cluster) -> SafeString:
    """A circle whose size grows with the sites in it; a single site leads to its page."""
    count, key = group.count, state_of(group.state).key
    radius = 9 if count < 3 else 11 if count < 12 else 15 if count < 30 else 19
    spot = (f"{group.x:.1f}", f"{group.y:.1f}")
    drawn = format_html(
        "<title>{}</title>{}"
        '<circle cx="{}" cy="{}" r="{}" fill="var(--{}-soft)" stroke="var(--{}-solid)" '
        'stroke-width="2"/><text x="{}" y="{}" text-anchor="middle" font-size="{}" '
        'font-weight="650" fill="var(--{})">{}</text>',
        _members(group),
        format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="var(--{}-solid)" opacity=".16"/>',
            *(*spot, radius + 9, key),
        )
        if count >= 30
        else "",
        *(*spot, radius, key, key),
        *(spot[0], f"{group.y + 4:.1f}", 13 if radius > 14 else 11.5, key, count),
    )
    only = group.members[0] if len(group.members) == 1 else None
    if only and only.url:
        return format_html('<a href="{}" aria-label="{}">{}</a>', only.url, _members(group), drawn)
    return format_html("<g>{}</g>", drawn)


def _members(group: Cluster) -> str:
    named = [str(member.label) for member in group.members if member.label]
    told = ", ".join(named[:6]) + ("…" if len(named) > 6 else "")
    return f"{told} : {str(state_of(group.state).word).lower()}".lstrip(" :")


def _names(width: int) -> SafeString:
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle" font-size="12" font-weight="600" '
        'fill="var(--ink-2)" paint-order="stroke" stroke="var(--line)" stroke-width="3">{}</text>',
        (
            (f"{x:.1f}", f"{y:.1f}", name)
            for name, (x, y) in ((name, place(*spot, width)) for name, spot in NAMES.values())
        ),
    )


def _legend(points: Sequence[MapPoint]) -> SafeString:
    present = {state_of(point.state).key for point in points}
    return format_html(
        '<div class="legend">{}</div>',
        format_html_join(
            "",
            '<span class="st plain s-{}">{}{}</span>',
            (
                (key, icon(state.icon), state.word)
                for key, state in STATES.items()
                if key in present
            ),
        ),
    )


def _table(points: Sequence[MapPoint]) -> SafeString:
    """Sites by province and state, then the troubled ones by name."""
    shown = [key for key in STATES if any(state_of(p.state).key == key for p in points)]
    rows = []
    for code, (name, _spot_of_name) in NAMES.items():
        counts: Counter[str] = Counter()
        for point in points:
            if point.province == code:
                counts[state_of(point.state).key] += point.count
        if counts:
            rows.append((name, *(str(counts[key] or "") for key in shown)))
    cells = "".join(['<td class="n">{}</td>'] * len(shown))
    return format_html(
        '<details class="as-table"><summary>{}</summary><div class="scroll-x">'
        '<table class="tb"><thead><tr>'
        '<th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div></details>',
        _("Voir en tableau"),
        _("Province"),
        format_html_join(
            "", '<th scope="col" class="n">{}</th>', ((STATES[key].word,) for key in shown)
        ),
        format_html_join("", f"<tr><td>{{}}</td>{cells}</tr>", rows),
    )
