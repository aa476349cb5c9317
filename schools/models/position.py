"""A position: what a person does, and where. Roles hold one, invitations offer one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.models.places import Authority, School, Site
from schools.models.scope import sites_q
from schools.models.territory import Province
from schools.rules import Grant, Place, Scope


class RoleKind(models.TextChoices):
    """The kinds of person of the mission."""

    CENTRAL_TECHNICIAN = "central_technician", gettext_lazy("helpdesk régional")
    LOCAL_TECHNICIAN = "local_technician", gettext_lazy("technicien local")
    CONTACT = "contact", gettext_lazy("personne de contact")
    HEAD = "head", gettext_lazy("direction d’école")
    AUTHORITY = "authority", gettext_lazy("pouvoir organisateur")
    OFFICER = "officer", gettext_lazy("agent du SPW")
    REVIEWER = "reviewer", gettext_lazy("évaluateur")

    @classmethod
    def that_manage(cls) -> frozenset[str]:
        """The kinds that read the people of their place; a contact reads names and telephones, a
        reviewer nobody."""
        return frozenset(cls.values) - {cls.CONTACT.value, cls.REVIEWER.value}


@dataclass(frozen=True)
class Post:
    """A kind of role at one place, as actions pass it around. Exactly one place is set."""

    kind: str
    region: bool = False
    province: str = ""
    authority: Authority | None = None
    school: School | None = None
    site: Site | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """As the columns of a position."""
        return {
            "kind": self.kind,
            "region": self.region,
            "province": self.province,
            "authority": self.authority,
            "school": self.school,
            "site": self.site,
        }

    @property
    def kind_word(self) -> str:
        """``personne de contact``."""
        return str(RoleKind(self.kind).label)

    @property
    def where(self) -> str:
        """The place in words."""
        if self.region:
            return _("toute la Région")
        if self.province:
            return str(Province(self.province).label)
        return str(self.authority or self.school or self.site)

    def __str__(self) -> str:
        return f"{self.kind_word} · {self.where}"

    @property
    def is_closed(self) -> bool:
        """Whether the register knows the place as closed."""
        place = self.authority or self.school or self.site
        return place is not None and place.closed_on is not None

    def as_place(self) -> Place:
        """The place as a plain value, with what stands above it. One query for a school's sites."""
        if self.site is not None:
            school = self.site.school
            return Place(
                site_id=self.site.pk,
                school_id=school.pk,
                authority_id=school.authority_id,
                provinces=frozenset({str(self.site.province)}),
            )
        if self.school is not None:
            found = self.school.sites.filter(closed_on=None).values_list("province", flat=True)
            return Place(
                school_id=self.school.pk,
                authority_id=self.school.authority_id,
                provinces=frozenset(found),
            )
        if self.authority is not None:
            return Place(authority_id=self.authority.pk)
        return Place(region=self.region, province=self.province)

    def journal_sites(self) -> list[Site | None]:
        """The sites in whose journal a change of this position stands; ``[None]``: the Region's."""
        if self.site is not None:
            return [self.site]
        if self.school is not None:
            return list(self.school.sites.filter(closed_on=None)) or [None]
        return [None]


def posts_q(scope: Scope) -> Q:
    """A filter for positions held within a scope, or at the school of a site of it."""
    if scope.region:
        return Q()
    sites = Site.objects.filter(sites_q(scope))
    schools = School.objects.filter(
        Q(pk__in=scope.schools)
        | Q(authority__in=scope.authorities)
        | Exists(sites.filter(school=OuterRef("pk")))
    )
    return (
        Q(province__in=scope.provinces)
        | Q(authority__in=scope.authorities)
        | Q(school__in=schools.values("pk"))
        | Q(site__in=sites.values("pk"))
        | Q(site__school__in=scope.schools)
    )


class Position(models.Model):
    """One kind at one scope along Region → province → PO → school → site, both days included."""

    kind = models.CharField(gettext_lazy("fonction"), max_length=20, choices=RoleKind)
    region = models.BooleanField(gettext_lazy("toute la Région"), default=False)
    province = models.CharField(
        gettext_lazy("province"), max_length=16, choices=Province, blank=True
    )
    authority = models.ForeignKey(
        Authority, models.CASCADE, related_name="%(class)ss", null=True, blank=True
    )
    school = models.ForeignKey(
        School, models.CASCADE, related_name="%(class)ss", null=True, blank=True
    )
    site = models.ForeignKey(Site, models.CASCADE, related_name="%(class)ss", null=True, blank=True)
    from_on = models.DateField(gettext_lazy("du"), default=timezone.localdate)
    to_on = models.DateField(gettext_lazy("au"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_has_exactly_one_scope",
                condition=(
                    Q(region=True, province="", authority=None, school=None, site=None)
                    | (Q(region=False, authority=None, school=None, site=None) & ~Q(province=""))
                    | Q(region=False, province="", authority__isnull=False, school=None, site=None)
                    | Q(region=False, province="", authority=None, school__isnull=False, site=None)
                    | Q(region=False, province="", authority=None, school=None, site__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="%(class)s_kind_fits_its_scope",
                condition=(
                    Q(kind__in=["central_technician", "officer", "reviewer"], region=True)
                    | (Q(kind="local_technician") & (Q(region=True) | ~Q(province="")))
                    | Q(kind="authority", authority__isnull=False)
                    | (
                        Q(kind__in=["contact", "head"])
                        & (Q(school__isnull=False) | Q(site__isnull=False))
                    )
                ),
            ),
            models.CheckConstraint(
                name="%(class)s_ends_after_it_begins",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")),
            ),
        ]

    @property
    def post(self) -> Post:
        """What and where, without the dates."""
        return Post(
            kind=self.kind,
            region=self.region,
            province=self.province,
            authority=self.authority,
            school=self.school,
            site=self.site,
        )

    @property
    def where(self) -> str:
        """The place in words."""
        return self.post.where

    def is_live(self, on: dt.date) -> bool:
        """In force on a day, both ends included."""
        return self.from_on <= on and (self.to_on is None or self.to_on >= on)

    def as_grant(self) -> Grant:
        """The position as a plain value. A reviewer's is held for the Region and opens none of it:
        each file is given by name (``inventory.grants``)."""
        return Grant(
            kind=self.kind,
            region=self.region and self.kind != RoleKind.REVIEWER,
            province=self.province,
            authority_id=self.authority_id,
            school_id=self.school_id,
            site_id=self.site_id,
        )


PLACES = ("authority", "school__authority", "site__school__authority")
"""What reading a position's words costs: give it to ``select_related``."""
