"""Devices of a site, as the register intends them. What the network says lives in supervision."""

from __future__ import annotations

import hashlib
import secrets
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.catalogue import Product
from inventory.models.counted import Counted
from schools.models import Room, Site, User
from schools.models.scope import scope_of, sites_q
from schools.models.territory import words_index, words_of


class DeviceState(models.TextChoices):
    """Where a device is in its life."""

    ORDERED = "ordered", _("commandé")
    IN_STOCK = "in_stock", _("en stock")
    INSTALLED = "installed", _("installé")
    IN_REPAIR = "in_repair", _("en réparation")
    LENT = "lent", _("prêté")
    LOST = "lost", _("perdu ou volé")
    RETIRED = "retired", pgettext_lazy("device", "retiré")


class Owner(models.TextChoices):
    """To whom a device belongs."""

    AUTHORITY = "authority", _("pouvoir organisateur")
    SCHOOL = "school", _("école")
    REGION = "region", _("Région")
    LEASE = "lease", _("en location")
    OTHER = "other", _("autre")


class Origin(models.TextChoices):
    """How a device came (mission, M40)."""

    GRANT = "grant", _("appel à projets")
    CENTRE = "centre", _("centrale d’achat")
    OWN = "own", _("fonds propres")
    GIFT = "gift", _("don")
    UNKNOWN = "unknown", _("inconnue")


class CloudMove(models.TextChoices):
    """Whether a server could leave the school for the cloud (M41)."""

    NO = "", _("non examiné")
    CANDIDATE = "candidate", _("pourrait migrer")
    PLANNED = "planned", _("migration prévue")
    STAYS = "stays", _("reste à l’école")


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


def new_code() -> str:
    """A short code for a label: 40 random bits in Crockford's base 32, without I, L, O, U."""
    return "".join(secrets.choice(_ALPHABET) for _n in range(CODE_LENGTH))


def code_of(told: bytes) -> str:
    """The code that these bytes always give: who sends the same again names the same device."""
    number = int.from_bytes(hashlib.sha256(told).digest()[:5])
    return "".join(_ALPHABET[(number >> (5 * n)) % 32] for n in range(CODE_LENGTH))


def _day_number(column: str, without: str) -> Func:
    """A day as a number that an index and a cursor can hold; those without stand last."""
    return Func(
        F(column),
        template=f"(coalesce(%(expressions)s, DATE '{without}') - DATE '2000-01-01')",
        output_field=models.IntegerField(),
    )


def warranty_day() -> Func:
    """The end of the warranty as a number of days since 2000."""
    return _day_number("warranty_until", "9999-12-31")


def installed_day() -> Func:
    """The day of installation as a number of days since 2000."""
    return _day_number("installed_on", "9999-12-31")


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def installed(self) -> Self:
        return self.filter(state=DeviceState.INSTALLED)


class Device(models.Model):
    """One piece of equipment. Identity with evidence: serial > MAC > management address > name."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="devices")
    room = models.ForeignKey(Room, models.SET_NULL, related_name="devices", null=True, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="devices")
    name = models.CharField(_("nom"), max_length=60)
    serial = models.CharField(_("numéro de série"), max_length=60, null=True, blank=True)
    asset_number = models.CharField(_("étiquette"), max_length=30, null=True, blank=True)
    mac = models.CharField(_("adresse MAC"), max_length=17, null=True, blank=True)
    state = models.CharField(
        _("situation"), max_length=12, choices=DeviceState, default=DeviceState.INSTALLED
    )
    code = models.CharField(
        _("code de l’étiquette"), max_length=CODE_LENGTH, default=new_code, unique=True
    )
    """What a label's QR leads to; for good, whatever the addresses of pages become."""
    owner = models.CharField(
        _("propriétaire"), max_length=10, choices=Owner, default=Owner.AUTHORITY
    )
    origin = models.CharField(_("provenance"), max_length=8, choices=Origin, default=Origin.UNKNOWN)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("confié à"),
    )
    """The member of staff who keeps it. What pupils borrow is told by loans alone."""
    cloud_move = models.CharField(
        _("passage au cloud"), max_length=10, choices=CloudMove, default=CloudMove.NO, blank=True
    )
    cloud_why = models.CharField(_("pourquoi"), max_length=300, blank=True)
    """What speaks for or against it: read by whoever plans the moves."""
    custom = models.JSONField(_("champs propres"), default=dict, blank=True)
    """Values of the category's own fields, by key."""
    notes = models.CharField(_("remarque"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    """Counted by PostgreSQL at each change: who read an older one is refused (ADR 030)."""
    changed_at = models.DateTimeField(_("modifié le"), default=timezone.now, editable=False)
    """Set by PostgreSQL with the version."""
    installed_on = models.DateField(_("installé le"), null=True, blank=True)
    warranty_until = models.DateField(_("garantie jusqu’au"), null=True, blank=True)

    words = words_of("name")

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("équipement")
        verbose_name_plural = _("équipements")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="device_name_once_per_site"),
            models.UniqueConstraint(fields=["serial"], name="device_serial_once"),
            models.UniqueConstraint(fields=["asset_number"], name="device_asset_number_once"),
            models.CheckConstraint(
                name="device_mac_is_canonical",
                condition=Q(mac__isnull=True) | Q(mac__regex=r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$"),
            ),
            models.CheckConstraint(
                name="device_code_is_short",
                condition=Q(code__regex=r"^[0-9A-HJKMNP-TV-Z]{8}$"),
            ),
        ]
        indexes = [
            GinIndex(fields=["custom"], opclasses=["jsonb_path_ops"], name="device_by_custom"),
            # the orders of the list, for pages by key over the whole Region
            models.Index("name", "id", name="device_by_name"),
            models.Index(warranty_day(), "id", name="device_by_warranty"),
            models.Index(installed_day(), "id", name="device_by_age"),
            models.Index("state", "name", "id", name="device_by_state"),
            models.Index(Upper("serial"), name="device_by_serial"),
            models.Index(Upper("asset_number"), name="device_by_asset"),
            models.Index(OpClass(Upper("mac"), name="text_pattern_ops"), name="device_by_mac"),
            models.Index("site", Lower("name"), name="device_by_site_name"),
            words_index("device_by_words"),
        ]

    def __str__(self) -> str:
        return self.name


class DeviceMoveQuerySet(models.QuerySet["DeviceMove"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those at sites that the person sees: where a device was before is told there only."""
        return self.filter(sites_q(scope_of(user), "site"))


class DeviceMove(models.Model):
    """One step of a device's life: since when, in which state, where, with whom (custody)."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="moves")
    at = models.DateTimeField(_("depuis"), default=timezone.now)
    state = models.CharField(_("situation"), max_length=12, choices=DeviceState)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, models.SET_NULL, related_name="+", null=True, blank=True)
    room_text = models.CharField(_("local"), max_length=60, blank=True)
    """The room's name at that time: rooms are renamed and closed."""
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    why = models.CharField(_("motif"), max_length=300, blank=True)
    happened_on = models.DateField(_("survenu le"), null=True, blank=True)
    """When it happened, where that is not the day on which it was written down (a theft)."""
    police_report = models.CharField(_("numéro du procès-verbal"), max_length=60, blank=True)

    objects = DeviceMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("mouvement")
        verbose_name_plural = _("mouvements")
        ordering = ["device", "-at", "-id"]
        indexes = [models.Index(fields=["device", "-at", "-id"], name="move_latest")]

    def __str__(self) -> str:
        return f"{self.device}: {self.get_state_display()}"


class Proof(models.TextChoices):
    """How it is known that a room has WiFi."""

    DECLARED = "declared", _("déclaré")
    SURVEY = "survey", _("mesuré sur place")
    CLIENTS = "clients", _("appareils connectés vus")


class RoomCoverageQuerySet(models.QuerySet["RoomCoverage"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "room__site"))

    def covered(self) -> Self:
        """Those that count (K6): the access point is installed where the room is, the room used."""
        return self.filter(
            access_point__state=DeviceState.INSTALLED,
            access_point__site=F("room__site"),
            room__closed_on__isnull=True,
        )

    def validated(self) -> Self:
        """Those that somebody measured or saw at work."""
        return self.exclude(proof=Proof.DECLARED)


class RoomCoverage(Counted):
    """Which access point serves which room: declared by somebody, then proved (couverture)."""

    access_point = models.ForeignKey(
        Device, models.CASCADE, verbose_name=_("borne"), related_name="coverages"
    )
    room = models.ForeignKey(
        Room, models.CASCADE, verbose_name=_("local"), related_name="coverages"
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    declared_at = models.DateTimeField(_("déclaré le"), default=timezone.now)
    proof = models.CharField(_("preuve"), max_length=8, choices=Proof, default=Proof.DECLARED)
    proved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    proved_on = models.DateField(_("vérifié le"), null=True, blank=True)
    signal_dbm = models.SmallIntegerField(_("signal (dBm)"), null=True, blank=True)
    remark = models.CharField(_("remarque"), max_length=300, blank=True)

    objects = RoomCoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("couverture WiFi")
        verbose_name_plural = _("couvertures WiFi")
        constraints = [
            models.UniqueConstraint(fields=["access_point", "room"], name="coverage_once"),
            models.CheckConstraint(
                name="coverage_proved_on_a_day",
                condition=Q(proof="declared", proved_on=None)
                | (~Q(proof="declared") & Q(proved_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="coverage_signal_is_possible",
                condition=Q(signal_dbm__isnull=True) | Q(signal_dbm__range=(-100, -10)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.access_point} → {self.room}"


def rooms_covered() -> models.QuerySet[Room]:
    """Rooms that an installed access point serves, as declared (K6 counts the classes of them)."""
    return Room.objects.filter(pk__in=RoomCoverage.objects.covered().values("room"))
