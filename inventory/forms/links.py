"""The form that plugs a cable in: two free ports of the site, and what the cable is."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.network import RowForm
from inventory.models import DeviceState, Link, Port, Side
from schools.models import Site

CABLE = ("kind", "role", "label", "cable", "colour", "length_m")


class LinkForm(RowForm):
    """What is known of a cable that is there."""

    class Meta:
        model = Link
        fields = CABLE


class ConnectForm(LinkForm):
    """A new cable: ``a`` and ``b`` are free ports."""

    a = forms.TypedChoiceField(label=_("De"), coerce=int)
    b = forms.TypedChoiceField(label=_("À"), coerce=int)
    field_order = ("a", "b", *CABLE)

    def __init__(self, site: Site, *args: Any, **kwargs: Any) -> None:
        super().__init__(site, *args, **kwargs)
        choices = [("", "–"), *free_ports(site)]
        for name in "ab":
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name in CABLE}


def free_ports(site: Site) -> list[tuple[str, list[tuple[int, str]]]]:
    """The site's ports that no cable has, by device: the groups of a choice, in one query."""
    rows = (
        Port.objects.filter(device__site=site, link_a=None, link_b=None)
        .exclude(device__state=DeviceState.RETIRED)
        .order_by("device__name", "device", "number", "side", "name")
        .values_list("pk", "device__name", "name", "description", "side")
    )
    return [
        (device, [(pk, _label(device, name, told, side)) for pk, _d, name, told, side in ports])
        for device, ports in groupby(rows, key=lambda row: row[1])
    ]


def _label(device: str, name: str, told: str, side: str) -> str:
    side_word = f" ({Side(side).label})" if side == Side.FRONT else ""
    return f"{device} {name}{side_word}" + (f", {told}" if told else "")
