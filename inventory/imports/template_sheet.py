"""The sheet to fill in: our columns, what each is for, and lists to choose from."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from inventory.device_sheet import written_heads
from inventory.models import Category, CloudMove, DeviceState, Origin, Owner, Product
from schools.models import Room, Site, User

LINES = 2000
"""Rows of the sheet that offer lists."""
AT_MOST = 5000
"""Values of a list: more than a person chooses from."""
CHOICES: dict[int, type[TextChoices]] = {
    12: Category, 13: DeviceState, 14: Owner, 15: Origin, 17: CloudMove,
}  # fmt: skip
SITE, ROOM, MAKER, MODEL, INSTALLED, WARRANTY = 6, 9, 10, 11, 18, 19


def template_sheet(user: User) -> bytes:
    """An XLSX whose columns the import knows; lists hold what this person may name."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet, lists = book.add_worksheet(_("Matériel")), book.add_worksheet(_("Listes"))
    heads = written_heads()
    sheet.freeze_panes(1, 0)
    for place, head in enumerate(heads):
        sheet.set_column(place, place, max(len(head) + 4, 14))
        sheet.write_string(0, place, head, bold)
        sheet.write_comment(0, place, _help(place))
    for column, (place, values) in enumerate(_lists(user).items()):
        lists.write_string(0, column, heads[place])
        _list(sheet, lists, column, place, values)
    day = {"validate": "date", "criteria": "between", "minimum": _day(1990), "maximum": _day(2100)}
    for place in (INSTALLED, WARRANTY):
        sheet.data_validation(1, place, LINES, place, day | {"error_message": _("Une date.")})
    book.close()
    return out.getvalue()


def _list(sheet: Any, lists: Any, column: int, place: int, values: Sequence[str]) -> None:
    for line, value in enumerate(values, 1):
        lists.write_string(line, column, value)
    if not values:
        return
    letter = chr(ord("A") + column)
    sheet.data_validation(
        1,
        place,
        LINES,
        place,
        {
            "validate": "list",
            "source": f"='{lists.get_name()}'!${letter}$2:${letter}${len(values) + 1}",
            "error_type": "warning",  # a new room or product may be typed
            "error_message": _("Cette valeur n’est pas dans la liste."),
        },
    )


def _lists(user: User) -> dict[int, list[str]]:
    """Place of the column → what may stand there."""
    sites = Site.objects.visible_to(user).filter(closed_on=None).exclude(number=None)
    rooms = Room.objects.visible_to(user).filter(closed_on=None).order_by("name")
    products = Product.objects.order_by("maker", "model")
    found = {
        SITE: [str(n) for n in sites.order_by("number").values_list("number", flat=True)[:AT_MOST]],
        ROOM: list(rooms.values_list("name", flat=True).distinct()[:AT_MOST]),
        MAKER: list(products.values_list("maker", flat=True).distinct()[:AT_MOST]),
        MODEL: list(products.order_by("model").values_list("model", flat=True)[:AT_MOST]),
    }
    for place, choices in CHOICES.items():
        found[place] = [str(label) for value, label in choices.choices if value]
    return found


def _day(year: int) -> dt.date:
    return dt.date(year, 1, 1)


def _help(place: int) -> str:
    """What a column is for."""
    return {
        0: _("De l’étiquette. Vide : un nouvel équipement, reconnu par ce qui suit."),
        SITE: _("Numéro FASE de l’implantation."),
        16: _("Adresse électronique de la personne."),
        21: _("Laissez-la : elle protège ce qu’un collègue aurait changé."),
    }.get(place, _("Vide : rien ne change. (vide) : la valeur est retirée."))
