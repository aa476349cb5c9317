"""A kit as its pages show it: the version offered today, and two versions side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.models import KitVersion, Product


@dataclass(frozen=True, slots=True)
class Line:
    """A product in one or both versions; 0: not there."""

    product: Product
    before: int
    after: int

    @property
    def differs(self) -> bool:
        return self.before != self.after

    @property
    def step(self) -> int:
        """How many more."""
        return self.after - self.before


def compare(before: KitVersion, after: KitVersion) -> list[Line]:
    """Every product of either, changed ones first."""
    counts: dict[Product, list[int]] = {}
    for side, version in enumerate((before, after)):
        for item in version.items.select_related("product"):
            counts.setdefault(item.product, [0, 0])[side] = item.quantity
    lines = [Line(product, *pair) for product, pair in counts.items()]
    return sorted(lines, key=lambda line: (not line.differs, str(line.product)))


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A fact of the data sheet of two versions, in words."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def sheet_of(version: KitVersion) -> dict[str, str]:
    """The data sheet in words; what is not known is a dash."""
    ends = version.support_ends_on
    return {
        _("Garantie"): ngettext("%(n)d mois", "%(n)d mois", version.warranty_months)
        % {"n": version.warranty_months},
        _("Réparabilité"): _told(version.repairability, " / 10"),
        _("Classe énergétique"): version.energy_class or "–",
        _("kWh par an"): _told(version.annual_kwh),
        _("Sécurité suivie jusqu’au"): f"{ends:%d/%m/%Y}" if ends else "–",
    }


def _told(value: Decimal | int | None, unit: str = "") -> str:
    return "–" if value is None else number_format(value, use_l10n=True) + unit


def compare_sheets(before: KitVersion, after: KitVersion) -> list[SheetLine]:
    """The data sheets of two versions side by side."""
    second = sheet_of(after)
    return [SheetLine(label, value, second[label]) for label, value in sheet_of(before).items()]


def standing(version: KitVersion, today: dt.date) -> tuple[str, str]:
    """Look and word key of a version: draft, later, offered, over."""
    if version.frozen_at is None:
        return "suspect", "draft"
    if version.valid_from > today:
        return "planned", "later"
    if version.valid_to is not None and version.valid_to < today:
        return "unknown", "over"
    return "ok", "offered"
