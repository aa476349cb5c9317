"""Which labels, on which sheet, from which one on: the question that the page and the PDF share."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.listing import devices_asked, site_chosen
from inventory.models import Delivery, LabelRun
from inventory.models.devices import DeviceQuerySet
from inventory.printing.formats import LabelFormat, formats
from schools.models import User

TICKED = 1000
"""Devices that an address names one by one."""


def labels_asked(user: User, query: QueryDict) -> DeviceQuerySet:
    """By filter, by room, those that were ticked, or those of a former run; in the order of a walk
    through the rooms."""
    rows = devices_asked(user, query)
    keys = [int(key) for key in query.getlist("appareil") if key.isdecimal()][:TICKED]
    if keys:
        rows = rows.filter(pk__in=keys)
    if (room := number_of(query, "local")) is not None:
        rows = rows.filter(room=room)
    if (run := run_asked(user, query)) is not None:
        rows = rows.filter(pk__in=run.devices)
    return rows.order_by("site", "room__building", "room__floor", "room__name", "name", "pk")


def number_of(query: QueryDict, name: str) -> int | None:
    """A key in the address; None where there is none."""
    told = str(query.get(name, ""))
    return int(told) if told.isdecimal() and len(told) < 19 else None


def run_asked(user: User, query: QueryDict) -> LabelRun | None:
    """A former run of the person's, to print some of it again."""
    key = number_of(query, "tirage")
    return LabelRun.objects.visible_to(user).filter(pk=key).first() if key is not None else None


def delivery_asked(user: User, query: QueryDict) -> Delivery | None:
    """The delivery that the list is narrowed to, if the person sees it."""
    key = number_of(query, "livraison")
    return Delivery.objects.visible_to(user).filter(pk=key).first() if key is not None else None


def form_asked(query: QueryDict) -> LabelFormat:
    """The sheet; the first of the known ones where the address names none."""
    known = formats()
    return known.get(str(query.get("format", "")), next(iter(known.values())))


def first_asked(query: QueryDict) -> int:
    """The first label of the sheet that is not used."""
    return min(max(number_of(query, "premiere") or 1, 1), form_asked(query).a_page)


def title_asked(user: User, query: QueryDict, total: int) -> str:
    """What a run is called: what was asked, in few words."""
    if (delivery := delivery_asked(user, query)) is not None:
        return _("Livraison %(reference)s") % {"reference": delivery.reference}
    if (run := run_asked(user, query)) is not None:
        return run.title
    if (site := site_chosen(user, query)) is not None:
        return str(site)
    if words := str(query.get("q", "")).strip():
        return _("Recherche «\u00a0%(words)s\u00a0»") % {"words": words[:60]}
    return ngettext("%(n)d équipement", "%(n)d équipements", total) % {"n": total}
