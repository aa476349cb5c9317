"""Resources as a question: what narrows and orders them, for people who validate and for all."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.returns.resources import ResourceCentre, ResourceState
from inventory.grants.models.returns.vocabulary import (
    Audience,
    ResourceKind,
    ResourceLanguage,
    Subject,
)
from inventory.grants.rules.returns.licences import LICENCES, OPEN
from schools.filters import Filter, by
from schools.keyset import KEY, Column
from schools.models import Network, Province


def centres() -> list[tuple[int, str]]:
    return list(ResourceCentre.objects.order_by("name").values_list("pk", "name"))


def described(version: str) -> tuple[Filter, ...]:
    """Filters on what is told of a resource; ``version`` is ``newest`` or ``live``."""
    return (
        Filter(
            "public",
            _("Public"),
            lambda: Audience.choices,
            lambda rows, value: rows.filter(**{f"{version}__audiences__contains": [value]}),
        ),
        Filter(
            "matiere",
            _("Matière"),
            lambda: Subject.choices,
            lambda rows, value: rows.filter(**{f"{version}__subjects__contains": [value]}),
        ),
        Filter("genre", _("Genre"), lambda: ResourceKind.choices, by(f"{version}__kind")),
        Filter("langue", _("Langue"), lambda: ResourceLanguage.choices, by(f"{version}__language")),
        Filter(
            "licence",
            _("Licence"),
            lambda: [
                ("libre", _("toutes réutilisations")),
                *((code, one.name) for code, one in LICENCES.items()),
            ],
            lambda rows, value: rows.filter(
                **{f"{version}__licence__in": OPEN if value == "libre" else [value]}
            ),
        ),
        Filter("centre", _("Centre"), centres, by(f"{version}__centre")),
    )


TO_JUDGE = (
    Filter("etat", _("État"), lambda: ResourceState.choices, by("state")),
    *described("newest"),
    Filter("province", _("Province"), lambda: Province.choices, by("site__province")),
    Filter("reseau", _("Réseau"), lambda: Network.choices, by("site__school__network")),
)
OPENED = described("live")
LATEST = (
    Column("public_at", down=True, moment=True),
    Column(KEY.path, down=True, kind=int),
)
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "recentes": (_("Les plus récentes d’abord"), (Column(KEY.path, down=True, kind=int),)),
    "attente": (_("Les plus anciennes d’abord"), (KEY,)),
}
OPEN_SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "recentes": (_("Les plus récentes d’abord"), LATEST),
    "titre": (_("Titre"), (Column("live__title"), KEY)),
}


def searched(rows: Any, question: str, version: str) -> Any:
    """Rows where each word stands in title, description, keywords, authors or school."""
    for word in question.replace("\x00", "").split()[:6]:
        rows = rows.filter(
            Q(**{f"{version}__title__unaccent__icontains": word})
            | Q(**{f"{version}__description__unaccent__icontains": word})
            | Q(**{f"{version}__keywords__icontains": word})
            | Q(**{f"{version}__authors__icontains": word})
            | Q(site__school__name__unaccent__icontains=word)
            | Q(reference__icontains=word)
        )
    return rows
