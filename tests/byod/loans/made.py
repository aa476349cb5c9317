"""A class, granted requests, a pool of laptops and chargers, made as a school would."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.loans.pools import LoanPool, PoolItem
from byod.models.people.identities import Identity, Named
from byod.models.people.members import Equipment, Member, MemberKind, SchoolClass
from inventory.models import Category, DeviceState
from schools.models import Site
from tests.cast import make_device

DUE = timezone.localdate() + dt.timedelta(days=200)
NAMES = (
    "Lina Brasseur", "Maëlle Collin", "Nathan Evrard", "Yasmine Haddad", "Tom Wauters",
    "Zoé Adam", "Ilyas Amrani", "Noé Bertrand", "Emma Collard", "Sacha Dony", "Hugo Leclercq",
    "Inès Marlier", "Louis Piret", "Rania Saïdi", "Élise Dubois-Lambert", "Victor Thiry",
    "Aya Benali", "Jules Marchal", "Camille Noël", "Adam Fontaine", "Manon Gérard",
    "Lucas Henry", "Chloé Jacob", "Simon Keller", "Olivia Lejeune",
)  # fmt: skip


def make_pupil(site: Site, school_class: SchoolClass | None, name: str, **extra: Any) -> Member:
    """A pupil of the class whose name is sealed."""
    member = Member.objects.create(
        site=site, kind=MemberKind.PUPIL, school_class=school_class,
        equipment=Equipment.NO_DEVICE, **extra,
    )  # fmt: skip
    given, _space, family = name.partition(" ")
    sealed = Identity(member=member)
    sealed.store(
        Named(given, family, f"{given.lower()}@eleve.example.org", f"Parent de {given}",
              f"parent-{member.pk}@example.org")
    )  # fmt: skip
    sealed.save()
    return member


def grant(member: Member, **extra: Any) -> LoanRequest:
    """The head said yes to this pupil."""
    return LoanRequest.objects.create(
        site=member.site, member=member, school_class=member.school_class, year=2026,
        state=RequestState.GRANTED, decided_at=timezone.now(), **extra,
    )  # fmt: skip


def make_item(pool: LoanPool, name: str, site: Site, *, charger: bool = False) -> PoolItem:
    """A laptop, or a charger, in stock."""
    device = make_device(
        site, name, Category.OTHER if charger else Category.LAPTOP,
        asset_number=name, state=DeviceState.IN_STOCK,
    )  # fmt: skip
    return PoolItem.objects.create(pool=pool, device=device, is_charger=charger)


class Lending:
    """``count`` pupils of 3B with a granted request each, as many sets PC-04xx and CH-04xx."""

    def __init__(self, site: Site, count: int = 3, first: int = 401) -> None:
        self.site = site
        self.school_class = SchoolClass.objects.create(site=site, name="3B", year=2026)
        self.pupils = [make_pupil(site, self.school_class, name) for name in NAMES[:count]]
        self.requests = [grant(member) for member in self.pupils]
        self.pool = LoanPool.objects.create(name="Portables de prêt", school=site.school)
        self.laptops = [make_item(self.pool, f"PC-{first + n:04d}", site) for n in range(count)]
        self.chargers = [
            make_item(self.pool, f"CH-{first + n:04d}", site, charger=True) for n in range(count)
        ]
        for laptop, charger in zip(self.laptops, self.chargers, strict=True):
            charger.partner = laptop
            charger.save(update_fields=["partner"])
