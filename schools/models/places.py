"""The territory: Authority (PO) → School (établissement) → Site (implantation) → Room.

The site is the unit that has a LAN; it is where every scope ends.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from schools.models.scope import scope_of, sites_q
from schools.models.territory import (
    Municipality,
    Province,
    province_sql,
    words_index,
    words_of,
)
from schools.rules import Scope

if TYPE_CHECKING:
    from schools.models.people import User


class Network(models.TextChoices):
    """Networks of education (réseaux). A PO may run schools of several (CECP and CPEONS)."""

    WBE = "wbe", "WBE"
    CPEONS = "cpeons", "CPEONS"
    CECP = "cecp", "CECP"
    SEGEC = "segec", "SeGEC"
    FELSI = "felsi", "FELSI"
    DG = "dg", "DG"
    NONE = "none", _("hors réseau")


class Community(models.TextChoices):
    """Whose school calendar and language apply."""

    FWB = "fwb", _("Fédération Wallonie-Bruxelles")
    DG = "dg", _("Communauté germanophone")


class Scheme(models.TextChoices):
    """Who numbers a place. A German-speaking school has no FASE number; an EPN has a BCE unit."""

    FASE = "fase", "FASE"
    DG = "dg", _("numéro DG")
    BCE = "bce", _("unité BCE")


class SchoolKind(models.TextChoices):
    """M29 counts schools, public digital spaces and training centres, never mixed."""

    SCHOOL = "school", _("école")
    EPN = "epn", _("espace public numérique")
    TRAINING = "training", _("centre de formation")


class Management(models.TextChoices):
    """Who may write to the network. Decentralised is not refusal of supervision (M39)."""

    CENTRAL = "central", _("centrale")
    DECENTRALISED = "decentralised", _("gérée par l’école")


class RoomKind(models.TextChoices):
    """M39 asks for coverage of the first three."""

    CLASSROOM = "classroom", _("classe")
    TEACHING = "teaching", _("local à usage pédagogique")
    STAFF = "staff", _("salle des professeurs")
    TECHNICAL = "technical", _("local technique")
    OTHER = "other", _("autre local")

    @classmethod
    def to_cover(cls) -> tuple[RoomKind, ...]:
        """The rooms WiFi must reach (M39)."""
        return (cls.CLASSROOM, cls.TEACHING, cls.STAFF)


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The person's own authorities, and those of the sites they may see."""
        scope = scope_of(user)
        if scope.region:
            return self
        sites = Site.objects.visible_to(user)
        return self.filter(
            Q(pk__in=scope.authorities) | Exists(sites.filter(school__authority=OuterRef("pk")))
        )


class Authority(models.Model):
    """Organising authority (pouvoir organisateur, PO)."""

    name = models.CharField(_("nom"), max_length=200)
    fase_number = models.CharField(_("numéro FASE"), max_length=10, null=True, blank=True)
    bce_number = models.CharField(_("numéro BCE"), max_length=12, null=True, blank=True)
    closed_on = models.DateField(_("fermé le"), null=True, blank=True)
    words = words_of("name", "fase_number", "bce_number")

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("pouvoir organisateur")
        verbose_name_plural = _("pouvoirs organisateurs")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["fase_number"], name="authority_fase_once"),
            models.UniqueConstraint(fields=["bce_number"], name="authority_bce_once"),
        ]
        indexes = [words_index("authority_by_words")]

    def __str__(self) -> str:
        return self.name


class SchoolQuerySet(models.QuerySet["School"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Schools with a site the person may see; their own people see one without sites too."""
        return self.within(scope_of(user))

    def within(self, scope: Scope) -> Self:
        """Schools of a part of the Region, those without a site too."""
        if scope.region:
            return self
        return self.filter(
            Q(pk__in=scope.schools)
            | Q(authority__in=scope.authorities)
            | Exists(Site.objects.filter(sites_q(scope), school=OuterRef("pk")))
        )

    def with_approved_plan(self, on: dt.date) -> Self:
        """Schools whose integrated transition plan is in force on a day (M39)."""
        return self.filter(
            Q(plans__superseded_on__isnull=True) | Q(plans__superseded_on__gt=on),
            plans__approved_on__lte=on,
        )

    def open(self) -> Self:
        """Those that the register still knows as running."""
        return self.filter(closed_on__isnull=True)

    def schools(self) -> Self:
        """Schools alone: EPN and training centres are counted apart (M29)."""
        return self.filter(kind=SchoolKind.SCHOOL)

    def without_contact(self, on: dt.date) -> Self:
        """Those that nobody answers for on that day.

        A contact person of the school answers for all of it; else each open site needs one.
        """
        sites = Site.objects.open().filter(school=OuterRef("pk"))
        answered = Site.objects.filter(_contact_q(on), pk=OuterRef("pk"))
        return self.exclude(
            Exists(School.objects.filter(_contact_q(on), pk=OuterRef("pk")))
            | (Exists(sites) & ~Exists(sites.filter(~Exists(answered))))
        )


def _contact_q(on: dt.date) -> Q:
    """Has a contact person whose role is in force and whose account is open."""
    ends = Q(roles__to_on__isnull=True) | Q(roles__to_on__gte=on)
    return ends & Q(roles__kind="contact", roles__from_on__lte=on, roles__user__is_active=True)


class School(models.Model):
    """School (établissement), with a number given by a scheme: FASE, or the DG's own.

    Public digital spaces (EPN) and training centres are rows of another ``kind``. A school that
    leaves the source is closed; one whose sites went to another tells which (``merged_into``).
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="schools")
    name = models.CharField(_("nom"), max_length=200)
    kind = models.CharField(_("genre"), max_length=8, choices=SchoolKind, default=SchoolKind.SCHOOL)
    network = models.CharField(_("réseau"), max_length=10, choices=Network)
    scheme = models.CharField(
        _("type de numéro"), max_length=8, choices=Scheme, default=Scheme.FASE
    )
    number = models.CharField(_("numéro"), max_length=12)
    community = models.CharField(
        _("communauté"), max_length=4, choices=Community, default=Community.FWB
    )
    closed_on = models.DateField(_("fermée le"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("fusionnée dans"),
        related_name="absorbed",
        null=True,
        blank=True,
    )
    words = words_of("name", "number")

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("école")
        verbose_name_plural = _("écoles")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="school_number_once"),
            models.CheckConstraint(
                name="school_merged_is_closed",
                condition=Q(merged_into=None)
                | (Q(closed_on__isnull=False) & ~Q(merged_into=F("pk"))),
            ),
        ]
        indexes = [words_index("school_by_words")]

    def __str__(self) -> str:
        return self.name


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Sites within the person's scope; none for nobody."""
        return self.filter(sites_q(scope_of(user)))

    def open(self) -> Self:
        """Sites that the register still knows as running."""
        return self.filter(closed_on__isnull=True)

    def with_approved_plan(self, on: dt.date) -> Self:
        """Sites whose school has an integrated transition plan in force on a day (M39)."""
        return self.filter(school__in=School.objects.with_approved_plan(on))

    def entitled_to_lan(self, on: dt.date) -> Self:
        """Sites that asked for LAN/WLAN *and* whose plan, in force on a day, says so (M39)."""
        return self.filter(
            Q(plan_sites__plan__superseded_on__isnull=True)
            | Q(plan_sites__plan__superseded_on__gt=on),
            plan_sites__plan__approved_on__lte=on,
            plan_sites__plan__school=F("school"),
            plan_sites__asks=True,
        )


def place_name(school: str, site: str) -> str:
    """``École Tilleuls, Moulin``; a site whose name ends the school's is not said twice."""
    if not site or school.casefold().endswith(f" {site}".casefold()) or school == site:
        return school
    return f"{school}, {site}"


class Site(models.Model):
    """Site (implantation): a place with a LAN."""

    school = models.ForeignKey(School, models.PROTECT, related_name="sites")
    name = models.CharField(_("nom"), max_length=200)
    scheme = models.CharField(
        _("type de numéro"), max_length=8, choices=Scheme, default=Scheme.FASE
    )
    number = models.CharField(_("numéro d’implantation"), max_length=12, null=True, blank=True)
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        verbose_name=_("commune"),
        related_name="sites",
        db_column="nis_code",
    )
    province = models.GeneratedField(
        verbose_name=_("province"),
        choices=Province,
        expression=province_sql("municipality_id"),
        output_field=models.CharField(max_length=16),
        db_persist=True,
    )
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    postcode = models.CharField(_("code postal"), max_length=4, blank=True)
    locality = models.CharField(_("localité"), max_length=100, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    management = models.CharField(
        _("gestion du réseau"), max_length=16, choices=Management, default=Management.CENTRAL
    )
    closed_on = models.DateField(_("fermée le"), null=True, blank=True)
    words = words_of("name", "locality", "postcode", "number")

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("implantation")
        verbose_name_plural = _("implantations")
        ordering = ["school__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="site_name_once_per_school"),
            models.UniqueConstraint(fields=["scheme", "number"], name="site_number_once"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(49, 51), longitude__range=(2, 7)),
                name="site_coordinates_in_wallonia",
            ),
        ]
        indexes = [
            models.Index(fields=["province"], name="site_by_province"),
            words_index("site_by_words"),
        ]

    def __str__(self) -> str:
        return place_name(self.school.name, self.name)

    @property
    def is_decentralised(self) -> bool:
        """True when the school itself manages its network: no central write."""
        return self.management == Management.DECENTRALISED


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def open(self) -> Self:
        """Rooms still in use."""
        return self.filter(closed_on__isnull=True)

    def to_cover(self) -> Self:
        """Rooms that WiFi must reach: classes, teaching rooms, teachers' workrooms (M39)."""
        return self.filter(kind__in=RoomKind.to_cover())


class Room(models.Model):
    """Room (local) of a site; ``building`` and ``floor`` group rooms on the page."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="rooms")
    name = models.CharField(_("nom"), max_length=60)
    kind = models.CharField(_("usage"), max_length=12, choices=RoomKind, default=RoomKind.CLASSROOM)
    building = models.CharField(_("bâtiment"), max_length=60, blank=True)
    floor = models.CharField(_("étage"), max_length=30, blank=True)
    closed_on = models.DateField(_("fermé le"), null=True, blank=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("local")
        verbose_name_plural = _("locaux")
        ordering = ["building", "floor", "name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="room_name_once_per_site"),
        ]

    def __str__(self) -> str:
        return self.name
