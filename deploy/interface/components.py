"""Reusable pieces of pages that are more than a figure: panels, fields, empty states, toasts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.forms import BoundField, CheckboxInput, FileInput, Select, Textarea
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deploy.interface.figures import EMPTY, icon

Text = str | Promise
SHEETS = {"csv": "CSV", "xlsx": "XLSX (Excel)", "ods": "ODS (LibreOffice)"}
SHEET_ICONS = {
    "csv": "file-type-csv",
    "xlsx": "file-type-xls",
    "ods": "file-spreadsheet",
}


@dataclass(frozen=True)
class PanelHead:
    """First line of a panel: a title, one fact, one link."""

    title: Text = ""
    fact: Text = ""
    link: str = ""
    link_label: Text = ""


def panel(
    content: SafeString,
    head: PanelHead,
    cls: str = "",
    body: bool = True,
    identifier: str = "",
) -> SafeString:
    """A titled panel. `body=False` when the content brings its own padding (a table)."""
    title = EMPTY
    if head.title:
        link = (
            format_html('<a class="t12" href="{}">{}</a>', head.link, head.link_label or head.link)
            if head.link
            else ""
        )
        title = format_html(
            '<div class="ph"><h2>{}</h2><span class="t12 i3">{}</span><span class="sp"></span>{}'
            "</div>",
            *(head.title, head.fact, link),
        )
    wrapped = format_html('<div class="pb">{}</div>', content) if body else content
    return format_html(
        '<section class="panel {}"{}{}>{}{}</section>',
        cls,
        format_html(' id="{}"', identifier) if identifier else "",
        format_html(' aria-label="{}"', head.title) if head.title else "",
        title,
        wrapped,
    )


def scope(crumbs: Iterable[tuple[Text, str | None]]) -> SafeString:
    """Where the reader stands, each level above a link; the last level is the page itself."""
    levels = list(crumbs)
    parts = []
    for rank, (label, url) in enumerate(levels):
        last = rank == len(levels) - 1
        if last:
            parts.append(format_html('<b aria-current="page">{}</b>', label))
        elif url:
            parts.append(format_html('<a href="{}">{}</a>', url, label))
        else:
            parts.append(format_html("<span>{}</span>", label))
    return format_html(
        '<nav class="scope" aria-label="{}">{}</nav>', _("Périmètre"), _chained(parts)
    )


def _chained(parts: list[SafeString]) -> SafeString:
    """The crumbs with a chevron between them."""
    chevron = icon("chevron-right")
    return format_html_join(
        "", "{}{}", ((chevron if rank else EMPTY, part) for rank, part in enumerate(parts))
    )


def empty(
    what: Text, why: Text = "", url: str = "", action: Text = "", icon_name: str = "checks"
) -> SafeString:
    """An empty list: what is empty, why, and the one thing to do next."""
    return format_html(
        '<div class="empty-x">{}<p class="b6">{}</p>{}{}</div>',
        icon(icon_name),
        what,
        format_html('<p class="i2">{}</p>', why) if why else "",
        format_html('<a class="btn" href="{}">{}</a>', url, action) if url and action else "",
    )


def blocked(label: Text, reason: Text, icon_name: str = "", cls: str = "") -> SafeString:
    """An action that exists but is refused here: visible, disabled, with its reason.

    `aria-disabled` keeps it reachable by keyboard, so that the reason can be read.
    """
    return format_html(
        '<button type="button" class="btn off {}" aria-disabled="true" title="{}" data-blocked>'
        "{}<span>{}<small>{}</small></span></button>",
        cls,
        reason,
        icon(icon_name or "lock"),
        label,
        reason,
    )


def live_mark(text: Text = "") -> SafeString:
    """Tells whether the page still receives news; live.js rewrites it when the stream is lost."""
    return format_html(
        '<span class="live" data-live data-live-word="{}" data-frozen-word="{}">{}</span>',
        text or _("En direct"),
        _("Figé depuis"),
        text or _("En direct"),
    )


def new_pill() -> SafeString:
    """Announces rows that wait; nothing moves under a reader until it is pressed."""
    return format_html(
        '<button type="button" class="pill" data-new data-key="." data-one="{}" data-many="{}" '
        "hidden>{}<span data-new-text></span> <kbd>.</kbd></button>",
        _("1 nouveau"),
        _("%s nouveaux"),
        icon("chevron-up"),
    )


def undo_toast(text: Text, url: str) -> SafeString:
    """A toast whose button posts to `url` within eight seconds (toast.js counts them)."""
    return format_html(
        '<div class="toast-x" role="status" data-toast data-undo="{}">{}<span>{}</span>'
        '<button type="button" data-undo-button>{} <span data-left>8</span> s</button></div>',
        url,
        icon("circle-check"),
        text,
        _("Annuler,"),
    )


def field(bound: BoundField, hint: Text = "", cls: str = "") -> SafeString:
    """Label, control, help and errors of a form field, tied by `aria-describedby`."""
    widget = bound.field.widget
    identifier = bound.id_for_label or bound.auto_id
    hint = hint or bound.help_text
    described = []
    if hint:
        described.append(f"{identifier}-hint")
    if bound.errors:
        described.append(f"{identifier}-error")
    attrs: dict[str, str | bool] = {"class": _control_class(widget)}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if isinstance(widget, Textarea) and widget.attrs.get("rows") == "10":
        attrs["rows"] = "4"  # Django's default is a page of its own
    if bound.errors:
        attrs["aria-invalid"] = "true"
        attrs["class"] = f"{attrs['class']} is-invalid"
    control = bound.as_widget(attrs=attrs)
    optional = (
        EMPTY
        if bound.field.required
        else format_html(' <span class="i3 fw-normal">({})</span>', _("facultatif"))
    )
    label = format_html(
        '<label class="b6" for="{}">{}{}</label>', identifier, bound.label, optional
    )
    checkbox = isinstance(widget, CheckboxInput)
    return format_html(
        '<div class="field-x {} {}">{}{}{}{}</div>',
        cls,
        "row-x" if checkbox else "",
        control if checkbox else label,
        label if checkbox else control,
        format_html('<div class="t13 i2" id="{}-hint">{}</div>', identifier, hint) if hint else "",
        format_html(
            '<div class="field-error" id="{}-error">{}{}</div>',
            identifier,
            icon("alert-octagon"),
            " ".join(str(error) for error in bound.errors),
        )
        if bound.errors
        else "",
    )


def _control_class(widget: object) -> str:
    """Tabler's class for that kind of control."""
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select) and type(widget).__name__ != "RadioSelect":
        return "form-select"
    return "form-control form-file" if isinstance(widget, FileInput) else "form-control"


def export_menu(addresses: Mapping[str, str]) -> SafeString:
    """“Exporter”: the list that one sees, its filters included, in each kind of file."""
    return format_html(
        '<details class="pop-x right-x export-x"><summary class="btn">{}{}{}</summary>'
        "<div>{}</div></details>",
        icon("download"),
        _("Exporter"),
        icon("chevron-down"),
        format_html_join(
            "",
            '<a href="{}" download>{}{}</a>',
            ((url, icon(SHEET_ICONS[ending]), SHEETS[ending]) for ending, url in addresses.items()),
        ),
    )
