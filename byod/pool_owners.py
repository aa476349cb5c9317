"""To whom a person may open a pool: their school, the POs and provinces that they speak for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from byod.access.loans.desk import OPENERS
from byod.models.people.members import MEMBER_READERS
from inventory.access import DecisionImpossible
from schools.models import Authority, Province, School, User
from schools.models.scope import scope_of


@dataclass(frozen=True, slots=True)
class Owner:
    """``key`` is what the form sends: ``ecole-12``, ``po-3``, ``province-namur``."""

    key: str
    label: str
    shared: bool

    def given(self) -> dict[str, Any]:
        """What ``open_pool`` is given."""
        kind, _dash, value = self.key.partition("-")
        if kind == "province":
            return {"province": value}
        return {"school" if kind == "ecole" else "authority": int(value)}


def owners_of(user: User) -> list[Owner]:
    """Own schools first. Three queries."""
    mine, wide = scope_of(user, MEMBER_READERS), scope_of(user, OPENERS)
    here = Q(pk__in=mine.schools) | Q(sites__in=mine.sites)
    schools = School.objects.visible_to(user).open().filter(here).distinct().order_by("name")
    found = [Owner(f"ecole-{one.pk}", one.name, shared=False) for one in schools]
    for one in Authority.objects.filter(pk__in=wide.authorities).order_by("name"):
        words = _("les écoles de %s") % one.name
        found.append(Owner(f"po-{one.pk}", words, shared=True))
    for value, label in Province.choices:
        if wide.region or value in wide.provinces:
            words = _("les écoles de la province\u00a0: %s") % label
            found.append(Owner(f"province-{value}", words, shared=True))
    return found


def owner_of(key: str, owners: list[Owner]) -> Owner:
    """The one chosen; the only one where there is no choice. Raises DecisionImpossible."""
    found = next((one for one in owners if one.key == key), None)
    if found is None and len(owners) == 1:
        found = owners[0]
    if found is None:
        raise DecisionImpossible(_("Choisissez à qui est la réserve."))
    return found
