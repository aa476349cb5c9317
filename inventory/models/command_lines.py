"""How the platform signs in to devices' command lines. Secrets go in and never come out."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.cli.contract import Login
from inventory.cli.fingerprints import HostKey, told
from inventory.models.devices import Device
from schools.models import Authority, Province, School, Site, User
from schools.models.scope import scope_of, sites_q
from schools.sealed import seal, unseal

MOST_REFUSALS = 5
"""Devices in a row that refuse a set before nobody uses it: a central account would be locked."""


class CliCredentialSet(models.Model):
    """A name and passwords (identifiants), write-only: sealed, and no door shows them again."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    sealed = models.TextField(editable=False)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)
    refusals = models.PositiveSmallIntegerField(_("refus de suite"), default=0, editable=False)
    """Refused sign-ins since the last one that was accepted, or since the set changed."""

    class Meta:
        verbose_name = _("identifiants de ligne de commande")
        verbose_name_plural = _("identifiants de ligne de commande")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_suspended(self) -> bool:
        """Refused too often: nobody tries it until a person has looked."""
        return self.refusals >= MOST_REFUSALS

    def store(self, login: Login) -> None:
        """Seal a login into this row (not yet saved)."""
        self.sealed = seal(
            {"username": login.username, "password": login.password, "enable": login.enable}
        )
        self.refusals = 0

    def login(self) -> Login:
        """The usable login. Raises ImproperlyConfigured under the wrong FIELD_KEY."""
        return Login(**unseal(self.sealed))


class CliCredentialScope(models.Model):
    """Where a set holds: a site's before its school's, PO's, province's, the Region's; then by
    ``rank``. One set is tried, never one after the other: that would lock accounts."""

    credential_set = models.ForeignKey(CliCredentialSet, models.CASCADE, related_name="scopes")
    rank = models.PositiveSmallIntegerField(_("ordre"), default=0)
    platform = models.CharField(_("plateforme"), max_length=40, blank=True)
    """Only devices of this one; blank: all."""
    region = models.BooleanField(_("toute la Région"), default=False)
    province = models.CharField(_("province"), max_length=16, choices=Province, blank=True)
    authority = models.ForeignKey(
        Authority, models.CASCADE, related_name="+", null=True, blank=True
    )
    school = models.ForeignKey(School, models.CASCADE, related_name="+", null=True, blank=True)
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("portée d’identifiants")
        verbose_name_plural = _("portées d’identifiants")
        ordering = ["rank", "id"]
        constraints = [
            models.CheckConstraint(
                name="cli_scope_is_exactly_one",
                condition=(
                    Q(region=True, province="", authority=None, school=None, site=None)
                    | (Q(region=False, authority=None, school=None, site=None) & ~Q(province=""))
                    | Q(region=False, province="", authority__isnull=False, school=None, site=None)
                    | Q(region=False, province="", authority=None, school__isnull=False, site=None)
                    | Q(region=False, province="", authority=None, school=None, site__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        where = self.site or self.school or self.authority or self.province or "Région"
        return f"{self.credential_set} · {where}"


class AccessState(models.TextChoices):
    """How the last readings of a configuration went."""

    NEVER = "never", _("jamais lue")
    OK = "ok", _("à jour")
    FAILING = "failing", _("en échec")
    PAUSED = "paused", _("à débloquer")


class Cause(models.TextChoices):
    """Why a configuration was read."""

    SCHEDULE = "schedule", _("planifiée")
    DEMAND = "demand", _("demandée")
    BEFORE_PUSH = "before_push", _("avant un changement")
    AFTER_PUSH = "after_push", _("après un changement")
    TRAP = "trap", _("annoncée par l’équipement")


class CliAccessQuerySet(models.QuerySet["CliAccess"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "device__site"))


class CliAccess(models.Model):
    """A device's command line: where it answers, what it speaks, and when it is read next."""

    device = models.OneToOneField(Device, models.CASCADE, related_name="cli_access")
    address = models.GenericIPAddressField(_("adresse"))
    port = models.PositiveIntegerField(_("port SSH"), default=22)
    platform = models.CharField(_("plateforme"), max_length=40)
    """A key of ``inventory/cli/platforms.toml``."""
    credential_set = models.ForeignKey(
        CliCredentialSet,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("identifiants"),
    )
    """None: the set whose scope holds for the site."""
    host_key = models.TextField(_("clé SSH connue"), blank=True, editable=False)
    host_key_at = models.DateTimeField(null=True, blank=True, editable=False)
    offered_key = models.TextField(blank=True, default="", editable=False)
    """Another key that the device showed since: nobody has said yet whether it is its own."""
    offered_key_at = models.DateTimeField(null=True, editable=False)
    """When it was first shown."""
    enabled = models.BooleanField(_("sauvegardée"), default=True)
    state = models.CharField(
        _("état"), max_length=8, choices=AccessState, default=AccessState.NEVER, editable=False
    )
    failures = models.PositiveIntegerField(_("échecs de suite"), default=0, editable=False)
    next_backup_at = models.DateTimeField(_("prochaine lecture"), default=timezone.now)
    wanted = models.CharField(max_length=12, choices=Cause, default=Cause.SCHEDULE, editable=False)
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, editable=False
    )
    wanted_at = models.DateTimeField(null=True, editable=False)
    """Since when a person, or a trap, waits for a reading; None: nobody does."""
    false_alarms = models.PositiveSmallIntegerField(default=0, editable=False)
    """Readings in a row that a trap asked for, and that found nothing new."""
    lease_until = models.DateTimeField(null=True, editable=False)
    """Until when the worker that reads it is believed to live."""
    token = models.UUIDField(null=True, editable=False)
    """Of the reading under way: a worker that was overtaken writes nothing."""
    last_read_at = models.DateTimeField(_("lue le"), null=True, editable=False)
    expected = models.ForeignKey(
        "inventory.ConfigBlob", models.PROTECT, related_name="+", null=True, editable=False
    )
    """The configuration that somebody wanted: the first one, what was pushed, what was accepted."""

    objects = CliAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("accès à la ligne de commande")
        verbose_name_plural = _("accès aux lignes de commande")
        ordering = ["device"]
        constraints = [
            models.UniqueConstraint(fields=["address", "port"], name="cli_access_address_once"),
            models.CheckConstraint(
                name="cli_access_port_sane", condition=Q(port__range=(1, 65535))
            ),
            models.CheckConstraint(
                name="cli_access_offered_is_another_key",
                condition=Q(offered_key="", offered_key_at=None)
                | (~Q(offered_key="") & ~Q(offered_key=F("host_key")))
                & Q(offered_key_at__isnull=False),
            ),
            models.CheckConstraint(
                name="cli_access_lease_has_token",
                condition=Q(lease_until=None, token=None)
                | Q(lease_until__isnull=False, token__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_backup_at"],
                condition=Q(enabled=True) & ~Q(state="paused"),
                name="cli_access_by_next_backup",
            ),
            models.Index(fields=["state"], name="cli_access_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.device} ({self.address})"

    @property
    def known(self) -> HostKey | None:
        """The key that the device is held to, as people compare it."""
        return told(self.host_key)

    @property
    def offered(self) -> HostKey | None:
        """The other one that it showed since."""
        return told(self.offered_key)

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for a reading that has not ended."""
        return self.wanted_at is not None
