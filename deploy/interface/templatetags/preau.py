"""Tags and filters of the interface kit, available in every template without `{% load %}`.

Each tag only translates template arguments into a call of a pure function of
`deploy.interface`; docs/interface.md lists them with examples.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deploy.interface import (
    components,
    figures,
    figures_columns,
    figures_graph,
    figures_map,
    figures_topology,
    formats,
)
from deploy.interface.context import display_name, shell_for
from deploy.interface.provinces import NAMES, OUTLINES
from deploy.interface.states import STATES, State

register = template.Library()


@register.simple_tag
def ico(name: str, cls: str = "", label: str = "") -> SafeString:
    """`{% ico "router" %}`: a Tabler icon, decorative unless it has a label."""
    return figures.icon(name, cls, label)


@register.simple_tag
def st(state: str, word: str = "", cls: str = "", icon: str = "") -> SafeString:
    """`{% st check.state cls="plain" %}`: badge of a state; `word` and `icon` replace its own."""
    return figures.state_badge(state, word, cls, icon)


@register.simple_tag
def prio(level: int, short: bool = False) -> SafeString:
    """`{% prio ticket.priority short=True %}`."""
    return figures.priority(level, short)


@register.simple_tag
def clk(
    clock: figures.Clock | str | None = None,
    used: float = 0,
    *,
    state: str = "ok",
    paused: bool = False,
    text: str = "",
    left: int | None = None,
    total: int = 0,
    running: bool = True,
    deadline: str = "",
) -> SafeString:
    """`{% clk ticket.clock %}`, `{% clk left=7560 total=10800 %}`, `{% clk "en pause" %}`."""
    if isinstance(clock, figures.Clock):
        return figures.clock(clock)
    if left is not None:
        return figures.clock(figures.Clock(int(left), int(total), paused, running, deadline))
    return figures.fixed_clock(text or clock or "", used, state, paused)


@register.simple_tag
def spark(
    values: Sequence[float | None], state: str = "accent", width: int = 84, height: int = 26
) -> SafeString:
    """`{% spark counts "down" %}`: trend line."""
    return figures.spark(values, state, width, height)


@register.simple_tag
def strip(cells: Sequence[str], width: int = 108) -> SafeString:
    """`{% strip device.strip %}`: 48 half-hours, oldest first."""
    return figures.strip(cells, width)


@register.simple_tag
def bar(counts: Mapping[str, int], label: str = "", height: int = 8) -> SafeString:
    """`{% bar province.counts %}`: shares by state."""
    return figures.bar(counts, label, height)


@register.simple_tag
def av(user: Any = None, cls: str = "", alone: bool = False) -> SafeString:
    """`{% av ticket.agent cls="s" alone=True %}`; nobody gives the dashed circle."""
    if not user:
        return figures.nobody(cls)
    return figures.avatar(user if isinstance(user, str) else display_name(user), cls, alone)


@register.simple_tag
def graph(
    points: Iterable[tuple[datetime, float | None]],
    *,
    subject: str = "",
    now: datetime | None = None,
    hours: int = 24,
    unit: str = "ms",
    title: str = "",
    width: int = figures_graph.WIDTH,
) -> SafeString:
    """`{% graph points subject=device.name %}`: response time with cuts, and its table.

    `width` is the width of the panel it stands in, so that its letters keep their size.
    """
    return figures_graph.graph(
        list(points), subject=subject, now=now, hours=hours, unit=unit, title=title, width=width
    )


@register.simple_tag
def topology(
    tree: Iterable[figures_topology.Node], title: str = "", grouped: bool = True
) -> SafeString:
    """`{% topology nodes %}`: the network of a site as a picture and as a table."""
    return figures_topology.topology(list(tree), title, grouped)


@register.simple_tag
def region_map(points: Iterable[figures_map.MapPoint], width: int = 372) -> SafeString:
    """`{% region_map points %}`: the Region, troubled sites grouped where they crowd."""
    return figures_map.region_map(list(points), width)


@register.simple_tag
def scope(crumbs: Iterable[tuple[str, str | None]]) -> SafeString:
    """`{% scope crumbs %}`: [(label, url)]; the last one is where the reader stands."""
    return components.scope(crumbs)


@register.simple_tag
def field(bound: BoundField, hint: str = "", cls: str = "") -> SafeString:
    """`{% field form.subject %}`: label, control, help and errors tied together."""
    return components.field(bound, hint, cls)


@register.simple_tag
def blocked(label: str, reason: str, icon: str = "", cls: str = "") -> SafeString:
    """`{% blocked "Redémarrer" "Réseau géré par l’école." %}`: visible, disabled, explained."""
    return components.blocked(label, reason, icon, cls)


@register.simple_tag
def live(text: str = "") -> SafeString:
    """`{% live %}`: “En direct”, which live.js turns into “Figé depuis 10:58”."""
    return components.live_mark(text)


@register.simple_tag
def newpill() -> SafeString:
    """`{% newpill %}`: hidden until live.js has rows to announce; click or `.` applies them."""
    return components.new_pill()


@register.simple_tag
def undo(text: str, url: str) -> SafeString:
    """`{% undo "Ticket pris." undo_url %}`: a toast with eight seconds to change one’s mind."""
    return components.undo_toast(text, url)


@register.simple_tag
def word_of(state: str) -> State:
    """`{% word_of key as s %}`: the state with its icon and word."""
    return STATES.get(state, STATES["unknown"])


@register.simple_tag(takes_context=True)
def shell(context: Context) -> Any:
    """`{% shell as shell %}`: menu, bar, name and role of the person."""
    return shell_for(context.get("user"))


@register.simple_tag(takes_context=True)
def querystring_with(context: Context, **changes: Any) -> str:
    """`?…` of this page with these parameters changed; None removes one."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag
def columns(
    years: Sequence[int | str], series: Iterable[tuple[str, list[int]]], unit: str = ""
) -> SafeString:
    """`{% columns pupils.years pupils.series unit=unit %}`: stacked columns and their table."""
    return figures_columns.columns(years, [*series], unit)


@register.simple_tag
def map_data() -> str:
    """`data-map="{% map_data %}"`: the outlines, names and states that schools/map.js draws."""
    return json.dumps(
        {
            "outlines": OUTLINES,
            "names": NAMES,
            "states": {
                key: {"icon": state.icon, "word": str(state.word), "rank": rank}
                for rank, (key, state) in enumerate(STATES.items())
            },
        }
    )


@register.simple_tag(takes_context=True)
def export(
    context: Context, name: str, query: str | None = None, *, of: int | None = None
) -> SafeString:
    """`{% export "schools:sites_export" %}`: the menu of files of a list (schools.sheets).

    `query` replaces the question of this page's address; `of` is the object whose list it is.
    """
    if query is None:
        asked = context["request"].GET.copy()
        for cursor in ("apres", "avant"):
            asked.pop(cursor, None)
        query = asked.urlencode()
    args = [] if of is None else [of]
    endings = {
        e: reverse(name if e == "csv" else f"{name}_{e}", args=args) for e in components.SHEETS
    }
    tail = f"?{query}" if query else ""
    return components.export_menu({e: f"{url}{tail}" for e, url in endings.items()})


@register.simple_block_tag(end_name="endpanel")
def panel(
    content: str,
    *,
    title: str = "",
    fact: str = "",
    link: str = "",
    link_label: str = "",
    cls: str = "",
    body: bool = True,
    id: str = "",
) -> SafeString:
    """`{% panel title="Cause" fact="depuis 10:04" link=url link_label="Tout" %}…{% endpanel %}`."""
    return components.panel(
        SafeString(content),
        components.PanelHead(title, fact, link, link_label),
        cls=cls,
        body=body,
        identifier=id,
    )


@register.simple_block_tag(end_name="endnote")
def note(
    content: str, state: str = "planned", icon: str = "info-circle", cls: str = ""
) -> SafeString:
    """`{% note state="down" cls="edge" %}…{% endnote %}`: a coloured remark."""
    return format_html(
        '<div class="note s-{} {}">{}<div>{}</div></div>',
        state,
        cls,
        figures.icon(icon),
        SafeString(content),
    )


@register.simple_tag
def empty(
    what: str, why: str = "", url: str = "", action: str = "", icon: str = "checks"
) -> SafeString:
    """`{% empty "Aucun ticket à prendre." "Bon travail." %}`: what, why, one button."""
    return components.empty(what, why, url, action, icon)


@register.filter
def since(moment: datetime | None) -> str:
    """`{{ incident.opened_at|since }}` → 0 h 54."""
    return formats.since(moment)


@register.filter
def duration(span: timedelta | float | None) -> str:
    """`{{ seconds|duration }}` → 4 min 41 s."""
    return "" if span is None else formats.duration(span)


@register.filter
def hours_minutes(span: timedelta | float | None) -> str:
    """`{{ seconds|hours_minutes }}` → 2 h 46."""
    return "" if span is None else formats.hours_minutes(span)


@register.filter
def nbsp_number(value: float | None, decimals: int = 0) -> str:
    """`{{ 48231|nbsp_number }}` → 48 231."""
    return formats.number(value, decimals)


@register.filter
def clocktime(moment: datetime | None, seconds: str = "") -> str:
    """`{{ at|clocktime }}` → 10:58; `{{ at|clocktime:"s" }}` → 10:58:04."""
    return formats.clocktime(moment, bool(seconds))


@register.filter
def daytime(moment: datetime | None) -> str:
    """`{{ at|daytime }}` → 10:47, hier 10:47, 20/11 10:47."""
    return formats.daytime(moment)


@register.filter
def timetag(moment: datetime | None) -> SafeString:
    """`{{ at|timetag }}`: the same inside `<time>`, with the whole date as a hint."""
    if moment is None:
        return SafeString("")
    local = moment.astimezone(formats.BRUSSELS)
    return format_html(
        '<time datetime="{}" title="{}" class="num nw">{}</time>',
        local.isoformat(timespec="seconds"),
        _("%(day)s à %(time)s") % {"day": f"{local:%d/%m/%Y}", "time": f"{local:%H:%M:%S}"},
        formats.daytime(moment),
    )
