"""Scans of a site's prefixes: what is asked, how far it got, who answered."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import ObservedDevice
from schools.models import Authority, Province, School, Site, User
from schools.models.scope import scope_of, sites_q
from supervision.models.targets import CredentialSet


class CredentialScope(models.Model):
    """Where a credential set is tried, and when: site before school, PO, province, Region; then by
    ``rank``."""

    credential_set = models.ForeignKey(CredentialSet, models.CASCADE, related_name="scopes")
    rank = models.PositiveSmallIntegerField(_("ordre"), default=0)
    region = models.BooleanField(_("toute la Région"), default=False)
    province = models.CharField(_("province"), max_length=16, choices=Province, blank=True)
    authority = models.ForeignKey(
        Authority, models.CASCADE, related_name="+", null=True, blank=True
    )
    school = models.ForeignKey(School, models.CASCADE, related_name="+", null=True, blank=True)
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("portée d’identifiants SNMP")
        verbose_name_plural = _("portées d’identifiants SNMP")
        ordering = ["rank", "id"]
        constraints = [
            models.CheckConstraint(
                name="credential_scope_is_exactly_one",
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


class ScanState(models.TextChoices):
    QUEUED = "queued", _("en attente")
    RUNNING = "running", _("en cours")
    DONE = "done", _("terminée")
    CANCELLED = "cancelled", _("arrêtée")


class ScanQuerySet(models.QuerySet["Scan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def live(self) -> Self:
        """Those that are not over."""
        return self.filter(state__in=[ScanState.QUEUED, ScanState.RUNNING])

    def unattended(self, now: dt.datetime) -> Self:
        """Live scans that no worker holds: queued, or their worker died."""
        return self.live().filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))


class Scan(models.Model):
    """One discovery (découverte) of a site; a killed one resumes at ``cursor``, addresses done."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    scheduled = models.BooleanField(_("planifiée"), default=False)
    asked = models.JSONField(_("adresses demandées"), default=list)
    """Prefixes and addresses in text, as they were asked for."""
    port = models.PositiveIntegerField(_("port UDP"), default=161)
    total = models.PositiveIntegerField(_("adresses"), default=0)
    cursor = models.PositiveIntegerField(_("faites"), default=0)
    answered = models.PositiveIntegerField(_("équipements trouvés"), default=0)
    refused = models.PositiveIntegerField(_("refus"), default=0)
    state = models.CharField(_("état"), max_length=10, choices=ScanState, default=ScanState.QUEUED)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    """Until when the worker that runs it is believed to live."""
    created_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    started_at = models.DateTimeField(_("commencée le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminée le"), null=True, blank=True)

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("découverte")
        verbose_name_plural = _("découvertes")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(state__in=["queued", "running"]),
                name="scan_one_live_per_site",
            ),
            models.CheckConstraint(
                name="scan_cursor_within_total", condition=Q(cursor__lte=models.F("total"))
            ),
        ]
        indexes = [models.Index(fields=["site", "-created_at"], name="scan_by_site")]

    def __str__(self) -> str:
        return ", ".join(self.asked[:3]) + (" …" if len(self.asked) > 3 else "")

    @property
    def is_live(self) -> bool:
        return self.state in (ScanState.QUEUED, ScanState.RUNNING)


class ScanFindingQuerySet(models.QuerySet["ScanFinding"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "scan__site"))


class ScanFinding(models.Model):
    """An address of a scan where somebody spoke, or where somebody was expected. Silent addresses
    of nobody leave no row."""

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="findings")
    address = models.GenericIPAddressField(_("adresse"))
    outcome = models.CharField(_("réponse"), max_length=10)
    """An ``Outcome`` of supervision.snmp."""
    detail = models.CharField(max_length=200, blank=True)
    credential_set = models.ForeignKey(
        CredentialSet, models.SET_NULL, related_name="+", null=True, blank=True
    )
    observed = models.ForeignKey(
        ObservedDevice, models.SET_NULL, related_name="+", null=True, blank=True
    )
    troubles = models.JSONField(default=list)

    objects = ScanFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse d’une découverte")
        verbose_name_plural = _("réponses d’une découverte")
        ordering = ["scan", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scan", "address"], name="finding_once_per_address"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.outcome}"
