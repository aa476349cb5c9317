"""The catalogue as a question: which products, in which order."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, Device, DeviceState, Product
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import User

SUPPORT = {
    "fini": _("terminé"),
    "bientot": _("finit dans l’année"),
    "inconnu": _("date inconnue"),
}
USED = {"oui": _("utilisés"), "non": _("jamais utilisés")}
NAMES = (Column("maker"), Column("model"), KEY)
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "nom": (_("Marque et modèle"), NAMES),
    "categorie": (_("Catégorie"), (Column("category"), *NAMES)),
    "nombre": (_("Les plus nombreux d’abord"), (Column("count", True, int), *NAMES)),
}


def _by_support(rows: QuerySet[Product], value: str) -> QuerySet[Product]:
    today = timezone.localdate()
    asked = {
        "fini": Q(support_ends_on__lt=today),
        "bientot": Q(
            support_ends_on__gte=today, support_ends_on__lte=today + dt.timedelta(days=365)
        ),
        "inconnu": Q(support_ends_on=None),
    }
    return rows.filter(asked[value])


def _by_use(rows: QuerySet[Product], value: str) -> QuerySet[Product]:
    used = Exists(Device.objects.filter(product=OuterRef("pk")))
    return rows.filter(used if value == "oui" else ~used)


def _makers() -> list[tuple[str, str]]:
    makers = Product.objects.order_by("maker").values_list("maker", flat=True).distinct()
    return [(maker, maker) for maker in makers]


FILTERS = (
    Filter("categorie", _("Catégorie"), lambda: Category.choices, by("category")),
    Filter("marque", _("Marque"), _makers, by("maker")),
    Filter("support", _("Support"), lambda: [*SUPPORT.items()], _by_support),
    Filter("usage", _("Usage"), lambda: [*USED.items()], _by_use),
)


def products_asked(user: User, query: QueryDict) -> QuerySet[Product]:
    """Products with how many devices of them one sees (``count``)."""
    seen = Device.objects.visible_to(user).exclude(state=DeviceState.RETIRED)
    counted = seen.filter(product=OuterRef("pk")).order_by().values("product")
    number = Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    rows = Product.objects.annotate(count=Coalesce(number, 0))
    for word in str(query.get("q", "")).split()[:6]:
        rows = rows.filter(
            Q(maker__icontains=word)
            | Q(model__icontains=word)
            | Q(part_number__icontains=word)
            | Q(description__icontains=word)
            | Q(pk__in=Product.objects.filter(aliases__model__icontains=word).values("pk"))
        )
    return narrowed(rows, FILTERS, query)
