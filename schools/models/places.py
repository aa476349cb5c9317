"""The territory: Authority (PO) → School (établissement) → Site (implantation) → Room.

The site is the unit that has a LAN; it is where every scope ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from schools.models.scope import scope_of, sites_q

if TYPE_CHECKING:
    from schools.models.people import User


class Province(models.TextChoices):
    """The five provinces of Wallonia; keys as in the NIS codes' provinces."""

    BRABANT_WALLON = "brabant-wallon", _("Brabant wallon")
    HAINAUT = "hainaut", _("Hainaut")
    LIEGE = "liege", _("Liège")
    LUXEMBOURG = "luxembourg", _("Luxembourg")
    NAMUR = "namur", _("Namur")


class Network(models.TextChoices):
    """Networks of education (réseaux)."""

    WBE = "wbe", "WBE"
    CPEONS = "cpeons", "CPEONS"
    CECP = "cecp", "CECP"
    SEGEC = "segec", "SeGEC"
    FELSI = "felsi", "FELSI"
    DG = "dg", "DG"


class Community(models.TextChoices):
    """Whose school calendar and language apply."""

    FWB = "fwb", _("Fédération Wallonie-Bruxelles")
    DG = "dg", _("Communauté germanophone")


class Scheme(models.TextChoices):
    """Who numbers a school. A German-speaking school has no FASE number."""

    FASE = "fase", "FASE"
    DG = "dg", _("numéro DG")


class Management(models.TextChoices):
    """Who may write to the network. Decentralised is not refusal of supervision (M39)."""

    CENTRAL = "central", _("centrale")
    DECENTRALISED = "decentralised", _("gérée par l’école")


class Level(models.TextChoices):
    NURSERY = "maternel", _("maternel")
    PRIMARY = "primaire", _("primaire")
    SECONDARY = "secondaire", _("secondaire")
    SPECIAL = "specialise", _("spécialisé")
    CEFA = "cefa", _("CEFA")
    ADULT = "promotion-sociale", _("promotion sociale")


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
    network = models.CharField(_("réseau"), max_length=10, choices=Network)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("pouvoir organisateur")
        verbose_name_plural = _("pouvoirs organisateurs")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["fase_number"], name="authority_fase_once"),
            models.UniqueConstraint(fields=["bce_number"], name="authority_bce_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolQuerySet(models.QuerySet["School"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Schools that have at least one site the person may see."""
        if scope_of(user).region:
            return self
        return self.filter(Exists(Site.objects.visible_to(user).filter(school=OuterRef("pk"))))


class School(models.Model):
    """School (établissement), with a number given by a scheme: FASE, or the DG's own."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="schools")
    name = models.CharField(_("nom"), max_length=200)
    scheme = models.CharField(
        _("type de numéro"), max_length=8, choices=Scheme, default=Scheme.FASE
    )
    number = models.CharField(_("numéro"), max_length=12)
    community = models.CharField(
        _("communauté"), max_length=4, choices=Community, default=Community.FWB
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("école")
        verbose_name_plural = _("écoles")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="school_number_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Sites within the person's scope; none for nobody."""
        return self.filter(sites_q(scope_of(user)))

    def open(self) -> Self:
        """Sites that the register still knows as running."""
        return self.filter(closed_on__isnull=True)


def place_name(school: str, site: str) -> str:
    """``École Tilleuls, Moulin``; a site whose name ends the school's is not said twice."""
    if not site or school.casefold().endswith(f" {site}".casefold()) or school == site:
        return school
    return f"{school}, {site}"


class Site(models.Model):
    """Site (implantation): a place with a LAN."""

    school = models.ForeignKey(School, models.PROTECT, related_name="sites")
    name = models.CharField(_("nom"), max_length=200)
    fase_number = models.CharField(_("numéro d’implantation"), max_length=10, null=True, blank=True)
    province = models.CharField(_("province"), max_length=16, choices=Province)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    postcode = models.CharField(_("code postal"), max_length=4, blank=True)
    municipality = models.CharField(_("commune"), max_length=100, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    management = models.CharField(
        _("gestion du réseau"), max_length=16, choices=Management, default=Management.CENTRAL
    )
    closed_on = models.DateField(_("fermée le"), null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("implantation")
        verbose_name_plural = _("implantations")
        ordering = ["school__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="site_name_once_per_school"),
            models.UniqueConstraint(fields=["fase_number"], name="site_fase_once"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(49, 51), longitude__range=(2, 7)),
                name="site_coordinates_in_wallonia",
            ),
        ]
        indexes = [models.Index(fields=["province"], name="site_by_province")]

    def __str__(self) -> str:
        return place_name(self.school.name, self.name)

    @property
    def is_decentralised(self) -> bool:
        """True when the school itself manages its network: no central write."""
        return self.management == Management.DECENTRALISED


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

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


class Headcount(models.Model):
    """Pupils of a site at a level on the count of 15 January of ``year``."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="headcounts")
    level = models.CharField(_("niveau"), max_length=20, choices=Level)
    year = models.PositiveSmallIntegerField(_("année du comptage"))
    pupils = models.PositiveIntegerField(_("élèves"))

    class Meta:
        verbose_name = _("comptage d’élèves")
        verbose_name_plural = _("comptages d’élèves")
        ordering = [F("year").desc(), "level"]
        constraints = [
            models.UniqueConstraint(fields=["site", "level", "year"], name="headcount_once"),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.level} {self.year}: {self.pupils}"
