"""What the network said: samples, the latest snapshot, neighbours, and the events of a target."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.models import Device
from schools.models import User
from schools.models.scope import scope_of, sites_q
from supervision.models.checks import Check
from supervision.models.targets import Target, Trap


class Sample(models.Model):
    """One poll of one target, in a table partitioned by day (plain SQL in the migration).

    ``rtt_ms`` is null when nobody answered; ``metrics`` maps a profile's metric key to a number.
    """

    pk = models.CompositePrimaryKey("target_id", "at")
    target = models.ForeignKey(
        Target, models.DO_NOTHING, related_name="samples", db_constraint=False
    )
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8)
    rtt_ms = models.FloatField(null=True)
    metrics = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "supervision_sample"
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.target_id} {self.at:%H:%M:%S} {self.outcome}"


class Snapshot(models.Model):
    """The latest full reading of a target: what its page shows as live.

    ``values``: metric key → number or text; ``ports``: list of
    ``{"name", "index", "admin", "oper", "speed_mbps", "in_octets", "out_octets", "errors"}``.
    """

    target = models.OneToOneField(Target, models.CASCADE, related_name="snapshot", primary_key=True)
    at = models.DateTimeField()
    values = models.JSONField(default=dict)
    ports = models.JSONField(default=list)

    class Meta:
        verbose_name = _("dernier relevé")
        verbose_name_plural = _("derniers relevés")

    def __str__(self) -> str:
        return f"{self.target} {self.at:%H:%M:%S}"


class Neighbour(models.Model):
    """A neighbour heard by LLDP (lldpRemTable): raw text, and the device it was resolved to."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="neighbours")
    local_port = models.CharField(max_length=60)
    remote_chassis = models.CharField(max_length=80)
    remote_port = models.CharField(max_length=80)
    remote_name = models.CharField(max_length=120, blank=True)
    device = models.ForeignKey(Device, models.SET_NULL, related_name="+", null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("voisin LLDP")
        verbose_name_plural = _("voisins LLDP")
        constraints = [
            models.UniqueConstraint(
                fields=["target", "local_port", "remote_chassis", "remote_port"],
                name="neighbour_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.local_port} → {self.remote_name or self.remote_chassis}"


class EventKind(models.TextChoices):
    STATE = "state", _("changement d’état")
    REBOOT = "reboot", _("redémarrage")
    TRAP = "trap", _("trap reçu")
    ATTACHED = "attached", _("rattaché à une cause")
    ACTION = "action", _("action à distance")


class TargetEventQuerySet(models.QuerySet["TargetEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "target__site"))


class TargetEvent(models.Model):
    """One line in the story of a target (relevés). Append-only."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=EventKind)
    check_row = models.ForeignKey(Check, models.CASCADE, related_name="events", null=True)
    old = models.CharField(max_length=10, blank=True)
    new = models.CharField(max_length=10, blank=True)
    severity = models.CharField(max_length=8, blank=True)
    trap = models.ForeignKey(Trap, models.SET_NULL, related_name="+", null=True)
    data = models.JSONField(default=dict)

    objects = TargetEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["target", "-at"], name="event_by_target"),
            models.Index(fields=["-at"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.kind} {self.old}→{self.new}"


class PollRun(models.Model):
    """One batch of polls, for metrics across processes; kept two days. Durations in seconds."""

    at = models.DateTimeField()
    worker = models.CharField(max_length=80)
    asked = models.IntegerField()
    answered = models.IntegerField()
    silent = models.IntegerField()
    refused = models.IntegerField()
    faulty = models.IntegerField()
    read_s = models.FloatField()
    judge_s = models.FloatField()
    write_s = models.FloatField()
    lag_s = models.FloatField()
    """How late the latest target of the batch was, against its schedule."""

    class Meta:
        verbose_name = _("lot de relevés")
        verbose_name_plural = _("lots de relevés")
        indexes = [models.Index(fields=["at"], name="poll_run_by_time")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.worker}: {self.asked}"
