"""Stacked columns over years, or other words: few figures that people compare, with their table."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deploy.interface.formats import number

Text = str | Promise
WIDTH, HEIGHT, FOOT, TOP = 420, 168, 24, 20
TONES = ("planned", "recover", "effect", "suspect", "ok", "unknown")
"""Fills that are told apart by lightness too; the legend and the table name them."""


def columns(
    years: Sequence[int | str], series: Sequence[tuple[Text, Sequence[int]]], unit: Text
) -> SafeString:
    """A column a year, a layer a series, the total on top; then legend and table."""
    totals = [sum(values[n] for _name, values in series) for n in range(len(years))]
    highest = max([*totals, 1])
    step = WIDTH / max(len(years), 1)
    drawn = [
        _column(n, [values[n] for _name, values in series], highest, step)
        for n in range(len(years))
    ]
    words = [
        _word(n, year, total, highest, step)
        for n, (year, total) in enumerate(zip(years, totals, strict=True))
    ]
    return format_html(
        '<div class="figure-x columns-x"><svg width="100%" viewBox="0 0 {} {}" role="img" '
        'aria-label="{}">{}{}</svg>{}{}</div>',
        WIDTH,
        HEIGHT,
        _sentence(years, totals, unit),
        SafeString("".join(part for column in drawn for part in column)),
        SafeString("".join(words)),
        _legend(series),
        _table(years, series, totals),
    )


def _column(n: int, values: list[int], highest: int, step: float) -> list[SafeString]:
    width, base, parts = min(step * 0.62, 56), float(HEIGHT - FOOT), []
    for rank, value in enumerate(values):
        height = value / highest * (HEIGHT - FOOT - TOP)
        if height <= 0:
            continue
        base -= height
        parts.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="var(--{}-solid)"/>',
                f"{n * step + (step - width) / 2:.1f}",
                f"{base:.1f}",
                f"{width:.1f}",
                f"{max(height - 1, 0.5):.1f}",
                TONES[rank % len(TONES)],
            )
        )
    return parts


def _word(n: int, year: int | str, total: int, highest: int, step: float) -> SafeString:
    """The year under the column, its total above."""
    middle = f"{n * step + step / 2:.1f}"
    top = HEIGHT - FOOT - total / highest * (HEIGHT - FOOT - TOP) - 6
    return format_html(
        '<text x="{}" y="{}" text-anchor="middle" font-size="12" fill="var(--ink-2)">{}</text>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="12" font-weight="600" '
        'fill="var(--ink)">{}</text>',
        *(middle, HEIGHT - 6, year, middle, f"{top:.1f}", number(total)),
    )


def _sentence(years: Sequence[int | str], totals: Sequence[int], unit: Text) -> str:
    told = ", ".join(f"{year} : {number(total)}" for year, total in zip(years, totals, strict=True))
    return f"{str(unit).capitalize()} : {told}" if unit else told


def _legend(series: Sequence[tuple[Text, Sequence[int]]]) -> SafeString:
    return format_html(
        '<div class="legend">{}</div>',
        format_html_join(
            "",
            '<span class="row-x g4 t12 i2"><i class="dotc s-{}"></i>{}</span>',
            ((TONES[rank % len(TONES)], name) for rank, (name, _values) in enumerate(series)),
        ),
    )


def _table(
    years: Sequence[int | str], series: Sequence[tuple[Text, Sequence[int]]], totals: Sequence[int]
) -> SafeString:
    cells = "".join(['<td class="n">{}</td>'] * len(years))
    rows = [(name, *(number(value) for value in values)) for name, values in series]
    rows.append((_("Total"), *(number(total) for total in totals)))
    return format_html(
        '<details class="as-table"><summary>{}</summary><div class="scroll-x"><table class="tb">'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div>'
        "</details>",
        _("Voir en tableau"),
        _("Niveau"),
        format_html_join("", '<th scope="col" class="n">{}</th>', ((year,) for year in years)),
        format_html_join("", f'<tr><th scope="row">{{}}</th>{cells}</tr>', rows),
    )
