"""What is said and done about a ticket: comments, events, photos, visual checks."""

from __future__ import annotations

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.models.tickets import Ticket
from inventory.models import Device
from schools.models import User


def _seen_by(user: User | AnonymousUser) -> Q:
    """Rows of tickets that the person sees; internal ones only for technicians."""
    seen = Q(Exists(Ticket.objects.visible_to(user).filter(pk=OuterRef("ticket"))))
    if user.is_authenticated and user.is_technician:
        return seen
    return seen & Q(internal=False)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(_seen_by(user))


class Comment(models.Model):
    """A message of the conversation, or an internal note that the school never sees."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    body = models.TextField(_("message"), max_length=5000)
    internal = models.BooleanField(_("note interne"), default=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ticket", "at"], name="comment_by_ticket")]

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:40]}"


class EventKind(models.TextChoices):
    """What can happen to a ticket besides words."""

    OPENED = "opened", _("ouvert")
    CONFIRMED = "confirmed", _("panne confirmée")
    ATTACHED = "attached", _("conséquences rattachées")
    CAUSE = "cause", _("cause changée")
    RECOVERED = "recovered", _("rétabli")
    RELAPSED = "relapsed", _("de nouveau en panne")
    TAKEN = "taken", _("pris en charge")
    RELEASED = "released", _("rendu à la file")
    ASKED = "asked", _("contrôle visuel demandé")
    ANSWERED = "answered", _("contrôle visuel répondu")
    WAITING = "waiting", _("réponse de l’école attendue")
    RESUMED = "resumed", _("délai reparti")
    JOINED = "joined", _("signalement rattaché")
    REPORTED = "reported", _("signalé par l’école")
    PRIORITY = "priority", _("priorité changée")
    REMOTE = "remote", _("action à distance")
    RESOLVED = "resolved", _("résolu")
    REOPENED = "reopened", _("rouvert")
    CLOSED = "closed", _("clos")


class TicketEventQuerySet(models.QuerySet["TicketEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(_seen_by(user))


class TicketEvent(models.Model):
    """One fact of the ticket's history, append-only. SLA clocks are computed from these rows."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=EventKind)
    actor = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    actor_text = models.CharField(max_length=200, blank=True)
    internal = models.BooleanField(default=False)
    data = models.JSONField(default=dict)

    objects = TicketEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("événement du ticket")
        verbose_name_plural = _("événements du ticket")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ticket", "at"], name="ticket_event_by_ticket")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.kind}"


class VisualCheck(models.Model):
    """What a technician asks a contact person to look at, and what they saw.

    Only looking and simple gestures: ``questions`` is a list of
    ``{"key", "text", "choices": [[value, label], …]}``; ``answers`` maps key to value.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="visual_checks")
    device = models.ForeignKey(Device, models.SET_NULL, related_name="+", null=True, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    questions = models.JSONField(default=list)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=dict)
    note = models.TextField(_("autre chose à dire"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("contrôle visuel")
        verbose_name_plural = _("contrôles visuels")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(answered_at=None),
                name="one_open_visual_check_per_ticket",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.asked_at:%H:%M}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(_seen_by(user))


def attachment_path(attachment: Attachment, filename: str) -> str:
    """A name nobody can guess; the file is only ever served through a scoped view."""
    return f"tickets/{attachment.ticket_id}/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """A photo, re-encoded on arrival: its metadata (place, camera) is gone."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="attachments")
    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="attachments", null=True, blank=True
    )
    visual_check = models.ForeignKey(
        VisualCheck, models.CASCADE, related_name="attachments", null=True, blank=True
    )
    internal = models.BooleanField(default=False)
    file = models.FileField(upload_to=attachment_path)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.content_type}"
