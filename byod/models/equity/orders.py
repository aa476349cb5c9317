"""Orders to operators (ordres à l’opérateur): suspend, resume, end. Pulled by a worker."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.equity.lines import Line
from schools.models import User


class OrderKind(models.TextChoices):
    SUSPEND = "suspend", _("suspendre")
    RESUME = "resume", _("rétablir")
    END = "end", _("résilier")


class OrderWhy(models.TextChoices):
    """A purpose, never free text: an operator learns nothing of a pupil."""

    LOST = "lost", _("perdue ou volée")
    UNUSED = "unused", _("inutilisée")
    RETURNED = "returned", _("rendue")
    LENT = "lent", _("prêtée")
    SCHOOL = "school", _("demande de l’école")


class LineOrderState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("line order", "à transmettre")
    SENT = "sent", pgettext_lazy("line order", "transmis, non confirmé")
    CONFIRMED = "confirmed", pgettext_lazy("line order", "confirmé")
    REFUSED = "refused", pgettext_lazy("line order", "refusé par l’opérateur")
    CANCELLED = "cancelled", pgettext_lazy("line order", "annulé")


OPEN_ORDERS = (LineOrderState.WAITING, LineOrderState.SENT)


class OperatorOrderQuerySet(models.QuerySet["OperatorOrder"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(line__in=Line.objects.visible_to(user).values("pk"))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_ORDERS)


class OperatorOrder(models.Model):
    """What an operator is told to do with a line; until it answers, it is « not confirmed »."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="orders")
    kind = models.CharField(_("ordre"), max_length=8, choices=OrderKind)
    why = models.CharField(_("parce que"), max_length=8, choices=OrderWhy)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Idempotency key: an order told twice is carried out once."""
    state = models.CharField(
        _("état"), max_length=10, choices=LineOrderState, default=LineOrderState.WAITING
    )
    asked_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    """Null: the platform."""
    tries = models.PositiveSmallIntegerField(_("essais"), default=0)
    next_at = models.DateTimeField(_("prochain essai"), default=timezone.now, null=True, blank=True)
    """Null: no program tries any more; a person looks."""
    sent_at = models.DateTimeField(_("transmis le"), null=True, blank=True)
    settled_at = models.DateTimeField(_("réglé le"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    """Who noted by hand that it is done; null: the operator's program said so."""
    reference = models.CharField(_("référence de l’opérateur"), max_length=80, blank=True)
    """Proof: the operator's, or what the person who noted it read (number of a mail, a call)."""
    error = models.CharField(_("dernier échec"), max_length=200, blank=True)

    objects = OperatorOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("ordre à l’opérateur")
        verbose_name_plural = _("ordres à l’opérateur")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state__in=["waiting", "sent"]),
                name="line_order_one_at_a_time",
            ),
            models.CheckConstraint(
                name="line_order_settled_says_when",
                condition=Q(state__in=["waiting", "sent"], settled_at=None)
                | Q(state__in=["confirmed", "refused", "cancelled"], settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="line_order_by_hand_has_proof",
                condition=Q(settled_by=None) | ~Q(state="confirmed") | ~Q(reference=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=["waiting", "sent"]),
                name="line_order_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.line}"
