"""The network of a site as a picture: operator, router, switches, and what hangs behind them.

Input is a flat list of nodes that name their parent. The layout is computed: what carries others
stands in the first three columns, what hangs last; siblings alike in kind and state are one box.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deploy.interface.figures import EMPTY, state_badge
from deploy.interface.layout import HEIGHT_OF_NODE, LAST, Box, Layout, Node, lay_out
from deploy.interface.states import STATES, state_of

__all__ = ["Node", "topology"]

LINK_GAP = 38
SIGNS = {
    "ok": "M-3.5 0l2.6 2.6 4.4-5",
    "recover": "M-3.5 2l3-3 1.6 1.6 2.6-3",
    "down": "M-3-3l6 6M3-3l-6 6",
    "effect": "M-3-3.5v4h6m-2.5-2.5 2.5 2.5-2.5 2.5",
    "degraded": "M0-4v5M0 3v.6",
    "suspect": "M-2.5-3.5h5l-5 7h5z",
    "unknown": "M-2-2a2 2 0 1 1 2.6 1.9v1.2M.4 3.4v.4",
    "planned": "M-3 0h6",
}


def topology(nodes: Sequence[Node], title: str = "", grouped: bool = True) -> SafeString:
    """The picture, its text alternative and the same as a table."""
    if not nodes:
        return format_html('<p class="t13 i2">{}</p>', _("Aucun équipement relié pour l’instant."))
    layout = lay_out(nodes, grouped)
    linked = any(box.url for box in layout.boxes)
    return format_html(
        '<div class="figure-x"><div class="scroll-x"{}><svg class="topology" width="{}" '
        'viewBox="0 0 {} {}" role="{}" aria-label="{}">{}{}{}{}</svg></div>{}</div>',
        # Where it scrolls, the keyboard must reach it: through its links, else by itself.
        "" if linked else SafeString(' tabindex="0"'),
        *(layout.width, layout.width),
        layout.height,
        # An image may not hold links: with links it is a group whose members are named.
        "group" if linked else "img",
        sentence(nodes, title),
        _grounds(layout),
        *_links(layout),
        SafeString("".join(_box(box) for box in layout.boxes)),
        _table(nodes),
    )


def sentence(nodes: Sequence[Node], title: str = "") -> str:
    """The text alternative: how many of each state, and the names of what is down."""
    parts = []
    for key in STATES:
        found = [node for node in nodes if node.state == key]
        if not found:
            continue
        word = str(state_of(key).word).lower()
        if key == "ok" or len(found) > 4:
            parts.append(
                ngettext("%(n)d équipement", "%(n)d équipements", len(found)) % {"n": len(found)}
                + f" {word}"
            )
        else:
            parts.append(f"{', '.join(node.label for node in found)} {word}")
    return f"{title or _('Topologie du réseau')}\u00a0: {' ; '.join(parts)}"


def _grounds(layout: Layout) -> SafeString:
    """The tinted ground and name of each building."""
    return format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="10" fill="var(--surface-2)" opacity=".55"/>'
        '<text x="{}" y="{}" font-size="12" font-weight="600" fill="var(--ink-2)">{}</text>',
        ((g.x, g.y, g.width, g.height, g.x + 14, g.y + 20, g.name) for g in layout.grounds),
    )


def _path(state: str, d: str, heavy: bool, dotted: bool = False) -> SafeString:
    """A line in the state's colour: whole when it works, dashed when not, dotted when only seen."""
    if dotted:
        return format_html(
            '<path d="{}" fill="none" stroke="var(--{}-solid)" stroke-width="2" '
            'stroke-dasharray="1.5 5" stroke-linecap="round"/>',
            d,
            state_of(state).key,
        )
    return format_html(
        '<path d="{}" fill="none" stroke="var(--{}-solid)" stroke-width="{}"{}/>',
        d,
        state_of(state).key,
        3 if heavy else 2,
        SafeString(' opacity=".8"') if state == "ok" else SafeString(' stroke-dasharray="6 4"'),
    )


def _label(text: str, x: float, y: float, bad: bool, anchor: str = "middle") -> SafeString:
    if not text:
        return EMPTY
    return format_html(
        '<text x="{}" y="{}" font-size="12" fill="var(--{})" font-weight="{}" paint-order="stroke" '
        'stroke="var(--surface)" stroke-width="5" text-anchor="{}">{}</text>',
        *(f"{x:.0f}", f"{y:.0f}", "down" if bad else "ink-2", 600 if bad else 400, anchor, text),
    )


def _trunk(d: str) -> SafeString:
    """The part of a line that siblings in different states share: it takes no side."""
    return format_html('<path d="{}" fill="none" stroke="var(--line-strong)" stroke-width="2"/>', d)


def _links(layout: Layout) -> tuple[SafeString, SafeString]:
    """All the lines, then all their words: no line crosses a word."""
    by_id = layout.by_id
    drawn = [_link(box, by_id[box.parent], layout) for box in layout.boxes if box.parent in by_id]
    return (
        SafeString("".join(line for line, _words in drawn)),
        SafeString("".join(words for _line, words in drawn)),
    )


def _link(box: Box, parent: Box, layout: Layout) -> tuple[SafeString, SafeString]:
    """The line from a box to its parent, and its words: across, down the same column, or round an
    elbow."""
    if box.column == parent.column:
        return _link_below(box, parent, layout)
    middle = HEIGHT_OF_NODE / 2
    heavy = box.link_state == "down" or (box.carries and parent.carries)
    dotted = box.seen_only
    x0, y0, x1, y1 = parent.x + parent.width, parent.y + middle, box.x, box.y + middle
    elbow = x1 - LINK_GAP
    if abs(y0 - y1) <= middle - 6:
        line = _path(box.link_state, f"M{x0} {y1}H{x1}", heavy, dotted)
    elif layout.shares_a_line(box):
        line = _trunk(f"M{x0} {y0}H{elbow}V{y1}")
        line += _path(box.link_state, f"M{elbow} {y1}H{x1}", heavy, dotted)
    else:
        line = _path(box.link_state, f"M{x0} {y0}H{elbow}V{y1}H{x1}", heavy, dotted)
    # between two columns there is room for a speed, not for a port
    text = box.link_speed if box.column == LAST else box.link_speed or box.link_label
    left = elbow if box.column == LAST else x0
    words = _fit(text, x1 - left, 6.5)
    return line, _label(words, (left + x1) / 2, y1 - 7, box.link_state == "down")


def _link_below(box: Box, parent: Box, layout: Layout) -> tuple[SafeString, SafeString]:
    """A switch behind a switch: below it, straight when alone, else round an elbow."""
    bad, start, y = box.link_state == "down", parent.y + HEIGHT_OF_NODE, box.y + HEIGHT_OF_NODE / 2
    told = " · ".join(part for part in (box.link_label, box.link_speed) if part)
    if box.indent == parent.indent:
        x = parent.x + parent.width / 2
        line = _path(box.link_state, f"M{x} {start}V{box.y}", heavy=True, dotted=box.seen_only)
        return line, _label(told, x, (start + box.y) / 2 + 4, bad)
    x = parent.x + 12
    if layout.shares_a_line(box):
        line = _trunk(f"M{x} {start}V{y}")
        line += _path(box.link_state, f"M{x} {y}H{box.x}", heavy=True, dotted=box.seen_only)
    else:
        d = f"M{x} {start}V{y}H{box.x}"
        line = _path(box.link_state, d, heavy=True, dotted=box.seen_only)
    return line, _label(told, x + 8, box.y - 6, bad, "start")


def _fit(text: str, width: float, per_char: float) -> str:
    room = int(width / per_char)
    return text if len(text) <= room else f"{text[: max(room - 1, 1)].rstrip()}…"


def _box(box: Box) -> SafeString:
    key = state_of(box.state).key
    word = str(state_of(box.state).word)
    drawn = format_html(
        "<title>{}</title>"
        '<rect x="{}" y="{}" width="{}" height="{}" rx="7" fill="var(--surface)" '
        'stroke="var(--{}-solid)" stroke-width="{}"{}/><rect x="{}" y="{}" width="5" height="{}" '
        'rx="2.5" fill="var(--{}-solid)"/><text x="{}" y="{}" font-size="13" font-weight="600" '
        'fill="var(--ink)">{}</text><text x="{}" y="{}" font-size="12" fill="var(--ink-2)">{}'
        '</text><circle cx="{}" cy="{}" r="7.5" fill="var(--{}-solid)"/>'
        '<path transform="translate({} {})" d="{}" fill="none" stroke="var(--surface)" '
        'stroke-width="1.8"/>',
        f"{box.label}, {box.sublabel}, {word}",
        *(box.x, box.y, box.width, HEIGHT_OF_NODE),
        *(key, 1.3 if key == "ok" else 2),
        SafeString(' stroke-dasharray="5 3"') if key == "effect" else "",
        *(box.x, box.y, HEIGHT_OF_NODE, key),
        *(box.x + 14, box.y + 19, _fit(box.label, box.width - 26, 7.0)),
        *(box.x + 14, box.y + 36, _fit(box.sublabel, box.width - 18, 5.75)),
        *(box.x + box.width - 8, box.y, key),
        *(box.x + box.width - 8, box.y, SIGNS[key]),
    )
    if not box.url:
        return format_html("<g>{}</g>", drawn)
    return format_html(
        '<a href="{}" aria-label="{}">{}</a>',
        box.url,
        f"{box.label}, {box.sublabel}, {word}",
        drawn,
    )


def _table(nodes: Sequence[Node]) -> SafeString:
    """Every node, its state and what it hangs behind."""
    names = {node.id: node.label for node in nodes}
    rows = format_html_join(
        "",
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        (
            (
                state_badge(node.state, cls="plain"),
                format_html('<a href="{}">{}</a>', node.url, node.label)
                if node.url
                else node.label,
                node.sublabel,
                names.get(node.parent or "", ""),
                " · ".join(part for part in (node.link_label, node.link_speed) if part)
                + (f" ({_('vu seulement')})" if node.seen_only else ""),
            )
            for node in nodes
        ),
    )
    heads = (_("État"), _("Nom"), _("Quoi, où"), _("Derrière"), _("Lien"))
    return format_html(
        '<details class="as-table"><summary>{}</summary><div class="scroll-x"><table class="tb">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>",
        _("Voir en tableau"),
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
        rows,
    )
