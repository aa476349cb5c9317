"""The list of devices as a question: which ones, in which order, from where on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.device_search import search_q
from inventory.listing_custom import by_custom
from inventory.models import Category, CloudMove, Device, DeviceState, Origin, Owner
from inventory.models.devices import DeviceQuerySet, installed_day, warranty_day
from inventory.observed import device_states
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import Province, Site, User

SOON = dt.timedelta(days=90)
WARRANTY = {
    "finie": pgettext_lazy("warranty", "finie"),
    "bientot": _("finit dans les 90 jours"),
    "encours": _("en cours"),
    "inconnue": pgettext_lazy("warranty", "inconnue"),
}
AGE = {
    "1": _("moins d’un an"),
    "3": _("de 1 à 3 ans"),
    "5": _("de 3 à 5 ans"),
    "vieux": _("plus de 5 ans"),
    "inconnu": pgettext_lazy("age", "inconnu"),
}
SUPPORT = {"fini": _("terminé"), "bientot": _("finit dans l’année")}
HOLDER = {"oui": _("confié à quelqu’un"), "non": _("à personne en particulier")}
CLOUD = [(key, word) for key, word in CloudMove.choices if key]


def by_warranty(rows: DeviceQuerySet, value: str) -> DeviceQuerySet:
    """The warranty as of today; it still runs on its last day."""
    today = timezone.localdate()
    asked = {
        "finie": Q(warranty_until__lt=today),
        "bientot": Q(warranty_until__gte=today, warranty_until__lte=today + SOON),
        "encours": Q(warranty_until__gte=today),
        "inconnue": Q(warranty_until=None),
    }
    return rows.filter(asked[value])


def by_age(rows: DeviceQuerySet, value: str) -> DeviceQuerySet:
    """Years since the installation, by anniversaries."""
    today = timezone.localdate()
    asked = {
        "1": Q(installed_on__gt=_years_ago(today, 1)),
        "3": Q(installed_on__lte=_years_ago(today, 1), installed_on__gt=_years_ago(today, 3)),
        "5": Q(installed_on__lte=_years_ago(today, 3), installed_on__gt=_years_ago(today, 5)),
        "vieux": Q(installed_on__lte=_years_ago(today, 5)),
        "inconnu": Q(installed_on=None),
    }
    return rows.filter(asked[value])


def _years_ago(today: dt.date, years: int) -> dt.date:
    """The anniversary; 29 February is kept on the 28th."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def by_support(rows: DeviceQuerySet, value: str) -> DeviceQuerySet:
    """What the maker still mends."""
    today = timezone.localdate()
    if value == "fini":
        return rows.filter(product__support_ends_on__lt=today)
    return rows.filter(
        product__support_ends_on__gte=today,
        product__support_ends_on__lte=today + dt.timedelta(days=365),
    )


FILTERS = (
    Filter("type", _("Type"), lambda: Category.choices, by("product__category")),
    Filter(
        "etat",
        _("État"),
        lambda: device_states().choices(),
        lambda rows, state: device_states().only(rows, state),
        states=True,
    ),
    Filter("situation", _("Situation"), lambda: DeviceState.choices, by("state")),
    Filter("province", _("Province"), lambda: Province.choices, by("site__province")),
)
MORE_FILTERS = (
    Filter("proprietaire", _("Propriétaire"), lambda: Owner.choices, by("owner")),
    Filter("provenance", _("Provenance"), lambda: Origin.choices, by("origin")),
    Filter(
        "confie",
        _("Confié"),
        lambda: [*HOLDER.items()],
        lambda rows, value: rows.filter(holder__isnull=value == "non"),
    ),
    Filter("garantie", _("Garantie"), lambda: [*WARRANTY.items()], by_warranty),
    Filter("age", _("Âge"), lambda: [*AGE.items()], by_age),
    Filter("support", _("Support"), lambda: [*SUPPORT.items()], by_support),
    Filter("cloud", _("Cloud"), lambda: CLOUD, by("cloud_move")),
)
ALL_FILTERS = FILTERS + MORE_FILTERS
"""Those of the bar, and those behind “Plus de filtres”."""

NAME = Column("name")
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "nom": (_("Nom"), (NAME, KEY)),
    "modele": (_("Modèle"), (Column("product__maker"), Column("product__model"), NAME, KEY)),
    "ecole": (_("École"), (Column("site__school__name"), Column("site__name"), NAME, KEY)),
    "situation": (_("Situation"), (Column("state"), NAME, KEY)),
    "garantie": (_("Garantie, la plus courte d’abord"), (Column("warranty_day", kind=int), KEY)),
    "age": (_("Âge, les plus vieux d’abord"), (Column("installed_day", kind=int), KEY)),
}


def devices_asked(user: User, query: QueryDict) -> DeviceQuerySet:
    """The devices that the address bar asks for; an unknown value filters nothing."""
    devices = (
        Device.objects.visible_to(user)
        .select_related("product", "room", "site__school", "holder")
        .filter(search_q(user, str(query.get("q", ""))))
    )
    if query.get("situation") not in (*DeviceState.values, "tout"):
        devices = devices.exclude(state=DeviceState.RETIRED)
    for name in ("site", "produit"):
        if (key := str(query.get(name, ""))).isdecimal() and len(key) < 19:
            devices = devices.filter(**{"product" if name == "produit" else name: int(key)})
    if (key := str(query.get("livraison", ""))).isdecimal() and len(key) < 19:
        devices = devices.filter(arrival__delivery=int(key))
    return by_custom(narrowed(devices, ALL_FILTERS, query), query)


def sorted_by(devices: DeviceQuerySet, sort: str) -> DeviceQuerySet:
    """With the columns that the order needs."""
    if sort == "garantie":
        return devices.annotate(warranty_day=warranty_day())
    if sort == "age":
        return devices.annotate(installed_day=installed_day())
    return devices


def cloud_candidates(devices: DeviceQuerySet) -> DeviceQuerySet:
    """Servers and storage that somebody looked at, with what was said."""
    return devices.exclude(cloud_move=CloudMove.NO).order_by(F("cloud_move"), "site", "name")


def site_chosen(user: User, query: QueryDict) -> Site | None:
    """The site that the list is narrowed to, if the person sees it."""
    key = str(query.get("site", ""))
    if not key.isdecimal() or len(key) > 18:
        return None
    return Site.objects.visible_to(user).select_related("school").filter(pk=int(key)).first()
