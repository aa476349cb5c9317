"""Checks of a target and the time a fault must last before it counts (temps convenu, M42)."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.models import Consent, User
from schools.models.scope import scope_of, sites_q
from supervision.models.targets import Target


class CheckState(models.TextChoices):
    """The life of a check. Unknown is not a fault: we could not look."""

    UNKNOWN = "unknown", _("inconnu")
    OK = "ok", _("en service")
    SUSPECT = "suspect", _("à confirmer")
    CONFIRMED = "confirmed", _("en panne")
    RECOVERING = "recovering", _("se rétablit")


class Severity(models.TextChoices):
    """How bad a failing reading is."""

    NONE = "", _("aucune")
    DEGRADED = "degraded", _("dégradé")
    DOWN = "down", _("en panne")


class Service(models.TextChoices):
    """What a fault takes from the school; agreed times are set per service."""

    INTERNET = "internet", _("Internet")
    LAN = "lan", _("réseau câblé")
    WIFI = "wifi", _("WiFi")
    POWER = "power", _("alimentation")
    PRINTING = "printing", _("impression")
    SERVER = "server", _("serveur")


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "target__site"))

    def failing(self) -> Self:
        return self.filter(
            state__in=[CheckState.SUSPECT, CheckState.CONFIRMED, CheckState.RECOVERING]
        )


class Check(models.Model):
    """One question about a target (``reachability``, ``temperature``…), and where it stands.

    ``history`` is a bit ring of the last 20 readings, newest in bit 0, 1 = failing; ``readings``
    counts how many of them exist yet: with both, flapping is judged without reading old rows.
    """

    target = models.ForeignKey(Target, models.CASCADE, related_name="checks")
    key = models.CharField(_("contrôle"), max_length=40)
    service = models.CharField(_("service"), max_length=10, choices=Service)
    state = models.CharField(
        _("état"), max_length=10, choices=CheckState, default=CheckState.UNKNOWN
    )
    severity = models.CharField(
        _("gravité"), max_length=8, choices=Severity, default=Severity.NONE, blank=True
    )
    state_at = models.DateTimeField(_("dans cet état depuis"), null=True, blank=True)
    failing_since = models.DateTimeField(_("échoue depuis"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    """Set while a fault is open, even when we are blind."""
    recovering_since = models.DateTimeField(_("répond à nouveau depuis"), null=True, blank=True)
    blind_s = models.FloatField(default=0)
    """Seconds of the running period during which we could not look: they do not count."""
    flapping = models.BooleanField(_("instable"), default=False)
    history = models.IntegerField(default=0)
    readings = models.SmallIntegerField(default=0)
    value = models.FloatField(_("valeur"), null=True, blank=True)
    detail = models.CharField(_("précision"), max_length=200, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("contrôle")
        verbose_name_plural = _("contrôles")
        constraints = [
            models.UniqueConstraint(fields=["target", "key"], name="check_once_per_target"),
            models.CheckConstraint(
                name="check_failing_has_a_beginning",
                condition=(
                    Q(state__in=["unknown", "ok"])
                    | Q(
                        state__in=["suspect", "confirmed", "recovering"],
                        failing_since__isnull=False,
                    )
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=~Q(state__in=["ok", "unknown"]),
                name="check_failing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target.device} {self.key}: {self.state}"


class AgreedTime(models.Model):
    """How long a fault may last before it is one (temps convenu): the most specific row wins.

    Order of precision: agreement and check, agreement and service, agreement, check, service,
    and last the row that names nothing.
    """

    agreement = models.ForeignKey(Consent, models.CASCADE, related_name="+", null=True, blank=True)
    service = models.CharField(_("service"), max_length=10, choices=Service, blank=True)
    check_key = models.CharField(_("contrôle"), max_length=40, blank=True)
    confirm_s = models.PositiveIntegerField(_("temps convenu (s)"))
    recover_s = models.PositiveIntegerField(
        _("stable avant clôture (s)"),
        default=60,
        help_text=_("Durée de bonnes réponses avant de tenir la panne pour finie."),
    )

    class Meta:
        verbose_name = _("temps convenu")
        verbose_name_plural = _("temps convenus")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "service", "check_key"],
                name="agreed_time_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="agreed_time_by_service_or_check",
                condition=Q(service="") | Q(check_key=""),
            ),
        ]

    def __str__(self) -> str:
        where = self.check_key or self.service or "*"
        return f"{self.agreement or '*'} · {where}: {self.confirm_s} s"
