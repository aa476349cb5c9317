"""Stock-taking (récolement): what a site should have, what people saw, and how they settled it."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.devices import Device, DeviceState
from schools.models import Room, Site, User
from schools.models.scope import scope_of, sites_q


class StockState(models.TextChoices):
    RUNNING = "running", _("en cours")
    CLOSED = "closed", pgettext_lazy("stock-taking", "clôturé")
    ABANDONED = "abandoned", _("abandonné")


class StockTakingQuerySet(models.QuerySet["StockTaking"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def running(self) -> Self:
        return self.filter(state=StockState.RUNNING)


class StockTaking(models.Model):
    """A count of a site, of some of its rooms or of some categories. One at a time at a site."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    rooms = models.ManyToManyField(Room, related_name="+", blank=True)
    """Empty: the whole site."""
    categories = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    """Empty: all of them."""
    state = models.CharField(
        _("état"), max_length=10, choices=StockState, default=StockState.RUNNING
    )
    expected = models.PositiveIntegerField(_("attendus"), default=0)
    """How many the snapshot holds."""
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    opened_at = models.DateTimeField(_("ouvert le"), default=timezone.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(_("clôturé le"), null=True, blank=True)
    why = models.CharField(_("remarque"), max_length=300, blank=True)

    objects = StockTakingQuerySet.as_manager()

    class Meta:
        verbose_name = _("récolement")
        verbose_name_plural = _("récolements")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site"], condition=Q(state="running"), name="one_stock_taking_runs_per_site"
            ),
            models.CheckConstraint(
                name="stock_taking_closed_when_not_running",
                condition=Q(state="running", closed_at=None)
                | (~Q(state="running") & Q(closed_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["-opened_at", "-id"], name="stock_taking_latest")]

    def __str__(self) -> str:
        return f"{self.site}, {timezone.localtime(self.opened_at):%d/%m/%Y}"


class ExpectedDevice(models.Model):
    """One device that the register had at the site when the stock-taking was opened."""

    stock_taking = models.ForeignKey(StockTaking, models.CASCADE, related_name="expected_devices")
    device = models.ForeignKey(Device, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.SET_NULL, related_name="+", null=True, blank=True)
    room_text = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=12, choices=DeviceState)

    class Meta:
        verbose_name = _("équipement attendu")
        verbose_name_plural = _("équipements attendus")
        constraints = [
            models.UniqueConstraint(fields=["stock_taking", "device"], name="expected_once"),
        ]

    def __str__(self) -> str:
        return str(self.device)


def stock_photo_path(scan: StockScan, filename: str) -> str:
    """A name nobody can guess; the file is only ever served through a scoped view."""
    return f"stock/{uuid.uuid4().hex}.jpg"


class StockScanQuerySet(models.QuerySet["StockScan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "stock_taking__site"))

    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(undone_at=None)


class StockScan(models.Model):
    """One reading by scanner, camera or keyboard. The browser names it: sent again, it is one."""

    stock_taking = models.ForeignKey(StockTaking, models.CASCADE, related_name="scans")
    key = models.UUIDField(default=uuid.uuid4)
    text = models.CharField(_("lu"), max_length=120)
    device = models.ForeignKey(Device, models.CASCADE, related_name="+", null=True, blank=True)
    room = models.ForeignKey(Room, models.SET_NULL, related_name="+", null=True, blank=True)
    """Where the person stands."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("à"), default=timezone.now)
    """On the browser's clock, never later than the arrival."""
    received_at = models.DateTimeField(default=timezone.now)
    damaged = models.BooleanField(_("abîmé"), default=False)
    note = models.CharField(_("remarque"), max_length=300, blank=True)
    photo = models.FileField(upload_to=stock_photo_path, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = StockScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecture")
        verbose_name_plural = _("lectures")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["stock_taking", "key"], name="scan_once_per_key"),
        ]
        indexes = [models.Index(fields=["stock_taking", "-at", "-id"], name="scan_latest")]

    def __str__(self) -> str:
        return self.text


class StockCountQuerySet(models.QuerySet["StockCount"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "stock_taking__site"))


class StockCount(models.Model):
    """The fact that a device was seen in a stock-taking: once each, whoever scanned it."""

    stock_taking = models.ForeignKey(StockTaking, models.CASCADE, related_name="counts")
    device = models.ForeignKey(Device, models.CASCADE, related_name="stock_counts")
    scan = models.ForeignKey(StockScan, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.SET_NULL, related_name="+", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("compté le"))

    objects = StockCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("comptage")
        verbose_name_plural = _("comptages")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["stock_taking", "device"], name="counted_once"),
        ]
        indexes = [models.Index(fields=["device", "-at"], name="count_latest_of_device")]

    def __str__(self) -> str:
        return str(self.device)


class FindingKind(models.TextChoices):
    """What a closed stock-taking proposes to look at."""

    MISSING = "missing", _("manquant")
    MOVED = "moved", _("dans un autre local")
    BACK = "back", _("de retour")
    ELSEWHERE = "elsewhere", _("inscrit ailleurs")
    UNKNOWN = "unknown", pgettext_lazy("stock-taking", "inconnu")
    DAMAGED = "damaged", _("abîmé")


class FindingState(models.TextChoices):
    OPEN = "open", _("à décider")
    ACCEPTED = "accepted", _("accepté")
    IGNORED = "ignored", _("laissé tel quel")


class StockFindingQuerySet(models.QuerySet["StockFinding"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "stock_taking__site"))

    def open(self) -> Self:
        """Those that await a person."""
        return self.filter(state=FindingState.OPEN)


class StockFinding(models.Model):
    """A difference (constat) and what a person decided. The register follows no other way."""

    stock_taking = models.ForeignKey(StockTaking, models.CASCADE, related_name="findings")
    kind = models.CharField(_("constat"), max_length=10, choices=FindingKind)
    device = models.ForeignKey(Device, models.CASCADE, related_name="+", null=True, blank=True)
    room = models.ForeignKey(Room, models.SET_NULL, related_name="+", null=True, blank=True)
    """Where it was seen."""
    text = models.CharField(_("lu"), max_length=120, blank=True)
    state = models.CharField(
        _("suivi"), max_length=8, choices=FindingState, default=FindingState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    undo = models.JSONField(default=list)
    """What the decision changed, so that it can be taken back (``inventory.actions.changes``)."""

    objects = StockFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("constat")
        verbose_name_plural = _("constats")
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["stock_taking", "kind", "device"], name="finding_once_per_device"
            ),
            models.CheckConstraint(
                name="finding_is_about_something", condition=Q(device__isnull=False) | ~Q(text="")
            ),
            models.CheckConstraint(
                name="finding_decided_when_not_open",
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.device or self.text}"
