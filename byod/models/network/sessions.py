"""Sessions: which device is on the network of a site, since when, in which segment."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.network.nas import NETWORK_READERS, Nas
from byod.models.network.policies import Segment
from byod.models.network.rules import Who
from byod.models.people.devices import Credential
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class NetworkSessionQuerySet(models.QuerySet["NetworkSession"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By technicians and the head of the site: of the device, never of its owner's name."""
        return self.filter(sites_q(scope_of(user, NETWORK_READERS), "site"))

    def open(self) -> Self:
        return self.filter(stopped_at=None)


class NetworkSession(models.Model):
    """One stay on the network (connexion), as accounting tells it (RFC 2866). No content, ever."""

    nas = models.ForeignKey(Nas, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    credential = models.ForeignKey(
        Credential, models.SET_NULL, related_name="+", null=True, blank=True
    )
    """Null: of a partner's realm, or forgotten."""
    who = models.CharField(_("qualité"), max_length=8, choices=Who, blank=True)
    segment = models.CharField(_("segment"), max_length=10, choices=Segment, blank=True)
    vid = models.PositiveSmallIntegerField("VLAN", null=True, blank=True)
    acct_id = models.CharField(max_length=128)
    """Acct-Session-Id: the NAS's own, once per NAS."""
    user_name = models.CharField(max_length=120, blank=True)
    """As the NAS says it, for the Disconnect-Request; emptied with the MAC."""
    mac = models.CharField(_("adresse MAC"), max_length=17, blank=True)
    """``02:a1:…``; after RADIUS_MAC_DAYS only its end, ``…:3f``."""
    access_point = models.CharField(_("borne"), max_length=64, blank=True)
    """Where the device is, as the NAS says it: Called-Station-Id without SSID, or NAS-Port-Id."""
    started_at = models.DateTimeField(_("depuis"), default=timezone.now)
    heard_at = models.DateTimeField(_("dernières nouvelles"), default=timezone.now)
    stopped_at = models.DateTimeField(_("terminée le"), null=True, blank=True)
    stop_cause = models.CharField(_("fin"), max_length=40, blank=True)
    """Acct-Terminate-Cause, or ``NAS-Reboot``, ``Silent``."""
    down_bytes = models.BigIntegerField(_("octets reçus"), default=0)
    up_bytes = models.BigIntegerField(_("octets envoyés"), default=0)
    beyond_limit = models.BooleanField(_("au-delà de la limite"), default=False)
    cached = models.BooleanField(_("de mémoire"), default=False)
    """Let in by the RADIUS server's memory while the platform did not answer."""

    objects = NetworkSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("connexion au réseau")
        verbose_name_plural = _("connexions au réseau")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["nas", "acct_id"], name="network_session_once"),
            models.CheckConstraint(
                name="network_session_stops_after_it_starts",
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "-started_at"],
                condition=Q(stopped_at=None),
                name="network_session_open_by_site",
            ),
            models.Index(
                fields=["credential", "started_at"],
                condition=Q(stopped_at=None),
                name="network_session_open_by_cred",
            ),
            models.Index(fields=["site", "-started_at"], name="network_session_by_site"),
            models.Index(fields=["credential"], name="network_session_by_credential"),
            models.Index(
                fields=["stopped_at"],
                condition=Q(stopped_at__isnull=False),
                name="network_session_stopped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} · {self.started_at:%Y-%m-%d %H:%M}"
