"""Tickets, whatever their cause, and the incidents that they gather."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Device
from schools.models import RoleKind, Room, Site, Timetable, User
from schools.models.scope import scope_of, sites_q
from supervision.models import Incident

TICKET_READERS = frozenset(
    {
        RoleKind.CENTRAL_TECHNICIAN.value,
        RoleKind.LOCAL_TECHNICIAN.value,
        RoleKind.CONTACT.value,
        RoleKind.HEAD.value,
        RoleKind.AUTHORITY.value,
    }
)
"""Roles that open tickets of their scope. An SPW officer reads figures, not conversations."""


class TicketKind(models.TextChoices):
    """ITIL: an incident interrupts a service, a request asks for one."""

    INCIDENT = "incident", _("incident")
    REQUEST = "request", _("demande")


class TicketState(models.TextChoices):
    NEW = "new", _("nouveau")
    IN_PROGRESS = "in_progress", _("en cours")
    WAITING = "waiting", _("attend l’école")
    RESOLVED = "resolved", _("résolu")
    CLOSED = "closed", _("clos")

    @classmethod
    def live(cls) -> tuple[TicketState, ...]:
        """States in which somebody still owes something."""
        return (cls.NEW, cls.IN_PROGRESS, cls.WAITING)


class Priority(models.IntegerChoices):
    CRITICAL = 1, _("critique")
    HIGH = 2, _("haute")
    NORMAL = 3, _("normale")
    LOW = 4, _("basse")


class ResolutionMode(models.TextChoices):
    """How a fault was mended (K12 counts by mode)."""

    REMOTE = "remote", _("à distance")
    CONTACT = "contact", _("avec la personne de contact")
    ON_SITE = "on_site", _("sur place")
    BY_ITSELF = "by_itself", _("rétabli sans intervention")


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Tickets of the sites that the person's ticket-reading roles open."""
        return self.filter(sites_q(scope_of(user, TICKET_READERS), "site"))

    def open(self) -> Self:
        return self.filter(state__in=TicketState.live())

    def untaken(self) -> Self:
        return self.open().filter(assignee=None)


class Ticket(models.Model):
    """What somebody must bring to an end. Its number is its primary key."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="tickets")
    title = models.CharField(_("titre"), max_length=200)
    kind = models.CharField(
        _("type"), max_length=8, choices=TicketKind, default=TicketKind.INCIDENT
    )
    priority = models.PositiveSmallIntegerField(
        _("priorité"), choices=Priority, default=Priority.NORMAL
    )
    state = models.CharField(_("état"), max_length=12, choices=TicketState, default=TicketState.NEW)
    subject = models.CharField(_("sujet"), max_length=16, blank=True)
    """What a school reports about: ``internet``, ``screen``, ``computer``, ``printer``…"""
    room = models.ForeignKey(Room, models.SET_NULL, related_name="+", null=True, blank=True)
    device = models.ForeignKey(Device, models.SET_NULL, related_name="+", null=True, blank=True)
    opened_at = models.DateTimeField(_("ouvert le"), default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    """Null: opened by supervision."""
    detected_at = models.DateTimeField(_("détecté le"), null=True, blank=True)
    assignee = models.ForeignKey(
        User, models.PROTECT, related_name="assigned_tickets", null=True, blank=True
    )
    touched = models.BooleanField(_("traité par une personne"), default=False)
    """A person acted on it: recovery may then write to it but never close it."""
    promise_s = models.PositiveIntegerField(_("délai promis (s)"), null=True, blank=True)
    timetable = models.ForeignKey(
        Timetable, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    """The calendars and opening hours that it was opened with: its clock runs over them."""
    due_at = models.DateTimeField(_("échéance"), null=True, blank=True)
    paused_at = models.DateTimeField(_("en pause depuis"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("résolu le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    resolution = models.CharField(
        _("mode de résolution"), max_length=10, choices=ResolutionMode, blank=True
    )
    request_key = models.UUIDField(null=True, blank=True, editable=False)
    """Made by the form: the same report sent twice is one ticket."""

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["priority", "due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request_key"], name="ticket_request_once"),
            models.CheckConstraint(
                name="ticket_resolved_has_a_moment_and_a_mode",
                condition=(
                    Q(state__in=["new", "in_progress", "waiting"], resolved_at=None)
                    | (
                        Q(state__in=["resolved", "closed"], resolved_at__isnull=False)
                        & ~Q(resolution="")
                    )
                ),
            ),
            models.CheckConstraint(
                name="ticket_closed_has_a_moment",
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="ticket_paused_only_while_waiting",
                condition=Q(paused_at=None) | Q(state="waiting"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "due_at", "id"],
                condition=Q(state__in=["new", "in_progress", "waiting"]),
                name="ticket_queue",
            ),
            models.Index(fields=["site", "-opened_at"], name="ticket_by_site"),
            models.Index(fields=["assignee", "state"], name="ticket_by_assignee"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.title}"


class CauseRole(models.TextChoices):
    ROOT = "root", _("cause")
    EFFECT = "effect", _("conséquence")


class TicketCause(models.Model):
    """An incident that a ticket answers for. An incident has one ticket, whoever retries."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="causes")
    incident = models.OneToOneField(Incident, models.PROTECT, related_name="+")
    role = models.CharField(max_length=6, choices=CauseRole)
    linked_at = models.DateTimeField(default=timezone.now)
    recovered_at = models.DateTimeField(null=True, blank=True)
    """When the recovery of the incident was written to the ticket: a fact handled once."""

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        indexes = [
            models.Index(
                fields=["incident"],
                condition=Q(recovered_at=None),
                name="cause_not_yet_recovered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} → {self.ticket_id}"
