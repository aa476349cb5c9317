"""Incidents: confirmed faults, at most one open per check, gathered under their root cause."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Device
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q
from supervision.models.checks import Check, Service, Severity


class IncidentState(models.TextChoices):
    """Held: confirmed, but the device above must be re-tested first. Open: raised or attached."""

    HELD = "held", _("en attente du parent")
    OPEN = "open", _("ouvert")
    CLOSED = "closed", _("clos")


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def live(self) -> Self:
        """Not closed: held or open."""
        return self.exclude(state=IncidentState.CLOSED)

    def raised(self) -> Self:
        """Open root causes: what deserves a ticket."""
        return self.filter(state=IncidentState.OPEN, root=None)

    def attached(self) -> Self:
        """Consequences of another incident."""
        return self.filter(root__isnull=False)


class Incident(models.Model):
    """A fault that outlasted the agreed time. ``root`` set: a consequence of that incident."""

    check_row = models.ForeignKey(Check, models.CASCADE, related_name="incidents")
    device = models.ForeignKey(Device, models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    service = models.CharField(max_length=10, choices=Service)
    severity = models.CharField(max_length=8, choices=Severity)
    flapping = models.BooleanField(_("instable"), default=False)
    state = models.CharField(max_length=6, choices=IncidentState, default=IncidentState.HELD)
    root = models.ForeignKey(
        "self", models.SET_NULL, related_name="consequences", null=True, blank=True
    )
    began_at = models.DateTimeField(_("depuis"))
    confirmed_at = models.DateTimeField(_("confirmé le"))
    raised_at = models.DateTimeField(_("levé le"), null=True, blank=True)
    recovering_at = models.DateTimeField(_("répond à nouveau depuis"), null=True, blank=True)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    hold_until = models.DateTimeField(null=True, blank=True)
    """Its root recovered and it did not: it has the agreed time again before it is raised."""
    value = models.FloatField(_("valeur"), null=True, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-confirmed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_row"],
                condition=~Q(state="closed"),
                name="one_live_incident_per_check",
            ),
            models.CheckConstraint(
                name="incident_closed_has_an_end",
                condition=(
                    Q(state="closed", closed_at__isnull=False)
                    | (~Q(state="closed") & Q(closed_at__isnull=True))
                ),
            ),
            models.CheckConstraint(
                name="incident_not_its_own_root", condition=Q(root=None) | ~Q(root=F("id"))
            ),
            models.CheckConstraint(
                name="incident_ends_after_it_begins",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("began_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "state"], condition=~Q(state="closed"), name="incident_live_by_site"
            ),
            models.Index(fields=["root"], name="incident_by_root"),
            models.Index(fields=["site"], condition=Q(state="held"), name="incident_held_by_site"),
            models.Index(fields=["-closed_at"], name="incident_by_end"),
            models.Index(fields=["device", "-began_at"], name="incident_by_device"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people quote, e.g. ``INC-26-09417``: year of confirmation, then the number."""
        return f"INC-{self.confirmed_at:%y}-{self.pk or 0:05d}"
