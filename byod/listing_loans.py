"""The list of loans as a question: filters, orders, search. The URL is the state."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.loans.loans import Loan, LoanState
from byod.models.people.members import SchoolClass
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import User

LATEST = (Column("pk", down=True, kind=int),)
DUE = (Column("due_on", kind=str, moment=True), KEY)
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "recent": (_("Les plus récents d’abord"), LATEST),
    "retour": (_("Les premiers à rendre d’abord"), DUE),
    "appareil": (_("Appareil"), (Column("item__device__name"), KEY)),
}
DUE_CHOICES = {
    "retard": _("En retard"),
    "semaine": _("Dans les sept jours"),
    "mois": _("Dans les trente jours"),
}


def _due(rows: QuerySet[Loan], value: str) -> QuerySet[Loan]:
    today = timezone.localdate()
    rows = rows.filter(state=LoanState.OUT)
    if value == "retard":
        return rows.filter(due_on__lt=today)
    days = 7 if value == "semaine" else 30
    return rows.filter(due_on__range=(today, today + dt.timedelta(days=days)))


def filters_for(user: User) -> tuple[Filter, ...]:
    """State, due date, the classes that the person sees, unsigned terms."""
    classes = SchoolClass.objects.visible_to(user).open().select_related("site")
    return (
        Filter("etat", _("État"), lambda: LoanState.choices, by("state")),
        Filter("retour", _("Retour"), lambda: [*DUE_CHOICES.items()], _due),
        Filter(
            "classe",
            _("Classe"),
            lambda: [(one.pk, one.name) for one in classes[:80]],
            by("borrower__school_class"),
        ),
        Filter(
            "signature",
            _("Conditions"),
            lambda: [("non", _("Pas signées"))],
            lambda rows, _value: rows.filter(state=LoanState.OUT, signature=None),
        ),
    )


def loans_asked(user: User, query: QueryDict) -> QuerySet[Loan]:
    """What the address bar asks for. ``q``: label of the device or charger, or a pseudonym."""
    rows = Loan.objects.visible_to(user).select_related(
        "item__device__product", "charger__device", "borrower__school_class", "site__school"
    )
    asked = " ".join(query.get("q", "").replace("\x00", "").split())[:60]
    if asked:
        rows = rows.filter(
            Q(item__device__name__icontains=asked)
            | Q(charger__device__name__icontains=asked)
            | Q(borrower__pseudonym__istartswith=asked)
        )
    return narrowed(rows, filters_for(user), query)
