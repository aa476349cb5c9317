"""Small figures: icons, badges, clocks, bars. Pure functions from values to safe HTML.

No `style` attribute is ever written: the content security policy forbids it, so that geometry
goes into SVG attributes and colour into the state classes of preau.css.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deploy.interface.formats import duration, hours_minutes
from deploy.interface.states import PRIORITIES, STATES, state_of

Text = str | Promise
RING_RADIUS = 7
RING_LENGTH = 2 * math.pi * RING_RADIUS
HALF_HOUR_S = 1_800
EMPTY = SafeString("")


def icon(name: str, cls: str = "", label: Text = "") -> SafeString:
    """A Tabler icon. Decorative unless `label` gives its meaning to those who cannot see it."""
    if label:
        return format_html(
            '<span class="ti ti-{} {}" role="img" aria-label="{}"></span>', name, cls, label
        )
    return format_html('<span class="ti ti-{} {}" aria-hidden="true"></span>', name, cls)


def state_badge(key: str, word: Text = "", cls: str = "", icon_name: str = "") -> SafeString:
    """Colour, icon and word of a state. `cls`: `plain` (no background), `big`."""
    state = state_of(key)
    return format_html(
        '<span class="st s-{} {}">{}{}</span>',
        state.key,
        cls,
        icon(icon_name or state.icon),
        word or state.word,
    )


def priority(level: int, short: bool = False) -> SafeString:
    """`P2 Haute`; `short` keeps the word for screen readers only."""
    rank = PRIORITIES.get(int(level), PRIORITIES[4])
    word = format_html('<span class="visually-hidden">{}</span>', rank.word) if short else rank.word
    return format_html(
        '<span class="prio s-{}" title="{}"><i>P{}</i>{}</span>', rank.state, rank.word, level, word
    )


@dataclass(frozen=True)
class Clock:
    """A promise being counted. `left_s` is negative once late; `total_s` is what was promised.

    `running` is false outside service hours: the ring then keeps still between two readings.
    `deadline` is text shown after the remaining time, such as `échéance 13:34`.
    """

    left_s: int
    total_s: int
    paused: bool = False
    running: bool = True
    deadline: str = ""

    @property
    def used(self) -> float:
        """Share of the promise already used, 0 to 1."""
        return min(1.0, max(0.0, 1 - self.left_s / self.total_s)) if self.total_s > 0 else 1.0

    @property
    def state(self) -> str:
        """Colour by share used: half, two thirds, four fifths, late."""
        if self.paused:
            return "unknown"
        if self.left_s <= 0:
            return "down"
        if self.used >= 0.8:
            return "degraded"
        return "suspect" if self.used >= 2 / 3 else "ok"

    @property
    def text(self) -> str:
        """`reste 2 h 06`, `dépassé 0 h 46` or `en pause`, then the deadline."""
        if self.paused:
            return _("en pause")
        span = hours_minutes(abs(self.left_s))
        words = _("dépassé %(span)s") if self.left_s <= 0 else _("reste %(span)s")
        text = words % {"span": span}
        return f"{text}, {self.deadline}" if self.deadline else text


def clock_ring(used: float, paused: bool = False) -> SafeString:
    """The ring alone; its filled part is the share used."""
    if paused:
        return SafeString(
            '<svg viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="7" fill="none" '
            'stroke="var(--cd)" stroke-width="2" stroke-dasharray="2 2.4"/>'
            '<path d="M7.4 6.4v5.2M10.6 6.4v5.2" stroke="var(--c)" stroke-width="1.6"/></svg>'
        )
    return format_html(
        '<svg viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="7" fill="none" '
        'stroke="var(--line)" stroke-width="3"/><circle class="ring" cx="9" cy="9" r="7" '
        'fill="none" stroke="var(--cd)" stroke-width="3" stroke-dasharray="{} {}" '
        'transform="rotate(-90 9 9)"/></svg>',
        f"{RING_LENGTH * min(max(used, 0), 1):.1f}",
        f"{RING_LENGTH:.1f}",
    )


def clock(value: Clock) -> SafeString:
    """A ring and its words; clock.js advances it between two pages when it runs."""
    ticking = value.running and not value.paused
    return format_html(
        '<span class="clk s-{}"{}>{}<span class="clk-t">{}</span></span>',
        value.state,
        format_html(
            ' data-left="{}" data-total="{}" data-deadline="{}"',
            value.left_s,
            value.total_s,
            value.deadline,
        )
        if ticking
        else "",
        clock_ring(value.used, value.paused),
        value.text,
    )


def fixed_clock(text: Text, used: float = 0, state: str = "ok", paused: bool = False) -> SafeString:
    """A clock whose words the caller already has; it does not tick."""
    return format_html(
        '<span class="clk s-{}">{}<span class="clk-t">{}</span></span>',
        state_of("unknown" if paused else state).key,
        clock_ring(used, paused),
        text,
    )


def spark(
    values: Sequence[float | None], state: str = "accent", width: int = 84, height: int = 26
) -> SafeString:
    """A trend line without axes; the number it illustrates is always written beside it."""
    known = [(i, float(v)) for i, v in enumerate(values) if v is not None]
    if len(known) < 2:
        return EMPTY
    low, high = min(v for _i, v in known), max(v for _i, v in known)
    span, last = (high - low) or 1.0, len(values) - 1
    points = [
        (i * (width - 3) / last, height - 3 - (v - low) / span * (height - 6)) for i, v in known
    ]
    line = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    end_x, end_y = points[-1]
    return format_html(
        '<svg class="spark s-{}" width="{}" height="{}" viewBox="0 0 {} {}" aria-hidden="true">'
        '<path d="{} L{} {} L{} {}Z" fill="var(--cs)"/><path d="{}" fill="none" '
        'stroke="var(--cd)" stroke-width="1.5" stroke-linejoin="round"/>'
        '<circle cx="{}" cy="{}" r="2.2" fill="var(--cd)"/></svg>',
        state,
        *(width, height, width, height),
        *(line, f"{end_x:.1f}", height, f"{points[0][0]:.1f}", height),
        *(line, f"{end_x:.1f}", f"{end_y:.1f}"),
    )


def strip_sentence(cells: Sequence[str], cell_s: int = HALF_HOUR_S) -> str:
    """What a 24-hour strip shows, in words: `en panne 3 h 00, dégradé 1 h 30`."""
    spans = [
        f"{str(state.word).lower()} {duration(cells.count(key) * cell_s)}"
        for key, state in STATES.items()
        if key != "ok" and key in cells
    ]
    told = ", ".join(spans) or _("aucune coupure")
    return _("24 dernières heures : %(told)s") % {"told": told}


def strip(cells: Sequence[str], width: int = 108, height: int = 16) -> SafeString:
    """One cell per half-hour, oldest first; the worse the state, the taller the cell."""
    if not cells:
        return EMPTY
    step = width / len(cells)
    shapes = {"ok": (0.45, 0.55), "down": (0.0, 1.0), "effect": (0.0, 1.0)}
    rows = []
    for rank, key in enumerate(state_of(cell).key for cell in cells):
        top, tall = shapes.get(key, (0.25, 0.75))
        rows.append(
            (
                f"{rank * step:.2f}",
                f"{height * top:.1f}",
                f"{max(step - 0.7, 0.8):.2f}",
                f"{height * tall:.1f}",
                key,
                SafeString(' opacity=".55"') if key == "ok" else "",
            )
        )
    return format_html(
        '<svg class="strip" width="{}" height="{}" viewBox="0 0 {} {}" role="img" '
        'aria-label="{}">{}</svg>',
        *(width, height, width, height),
        strip_sentence(cells),
        format_html_join(
            "", '<rect x="{}" y="{}" width="{}" height="{}" fill="var(--{}-solid)"{}/>', rows
        ),
    )


def bar(counts: Mapping[str, int], label: Text = "", height: int = 8) -> SafeString:
    """Shares of each state, worst first. A state present is never too thin to be seen."""
    order = [key for key in STATES if counts.get(key)] + [
        key for key in counts if key not in STATES and counts[key]
    ]
    total = sum(counts[key] for key in order)
    if not total:
        return EMPTY
    sizes = {key: max(counts[key], total * 0.012) for key in order}
    scale, x, rows = 1000 / sum(sizes.values()), 0.0, []
    for key in order:
        rows.append((f"{x:.1f}", f"{max(sizes[key] * scale - 6, 4):.1f}", height, key))
        x += sizes[key] * scale
    words = ", ".join(f"{state_of(k).word} {counts[k]}" for k in order if k in STATES)
    return format_html(
        '<svg class="bar" viewBox="0 0 1000 {}" height="{}" preserveAspectRatio="none" '
        'role="img" aria-label="{}">{}</svg>',
        height,
        height,
        label or _("Répartition : %(words)s") % {"words": words},
        format_html_join(
            "",
            '<rect x="{}" width="{}" height="{}" class="s-{}" fill="var(--cd)"/>',
            rows,
        ),
    )


def initials(name: str) -> str:
    """`SL` for `Sofia Lambrecht`; `?` for nobody."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def avatar(name: str, cls: str = "", alone: bool = False) -> SafeString:
    """A person's initials. `alone`: nothing beside it names the person, so it does."""
    # The same person keeps the same tint on every page.
    tint = ("", "k2", "k3", "k4")[sum(map(ord, name)) % 4]
    return format_html(
        '<span class="av {} {}" title="{}" aria-hidden="true">{}</span>{}',
        tint,
        cls,
        name,
        initials(name),
        format_html('<span class="visually-hidden">{}</span>', name) if alone else "",
    )


def nobody(cls: str = "", label: Text = "") -> SafeString:
    """The dashed circle of a thing that has nobody yet."""
    told = label or _("à prendre")
    return format_html(
        '<span class="av none {}" title="{}" aria-hidden="true">?</span>'
        '<span class="visually-hidden">{}</span>',
        cls,
        told,
        told,
    )
