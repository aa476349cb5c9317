"""Devices that the supplier replaces under warranty: the old one out, the new one in."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.grants.models.orders.deliveries import ShippedPiece
from inventory.models.counted import Counted
from inventory.models.devices import Device
from schools.models import User
from schools.models.scope import scope_of, sites_q


class ReplacementState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("replacement", "demandé")
    GRANTED = "granted", pgettext_lazy("replacement", "accepté par le fournisseur")
    DONE = "done", pgettext_lazy("replacement", "remplacé")
    REFUSED = "refused", pgettext_lazy("replacement", "refusé")


class ReplacementQuerySet(models.QuerySet["Replacement"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        scope = scope_of(user)
        if scope.region:
            return self  # an empty Q beside another would vanish in “or”
        here = sites_q(scope, "device__site")
        return self.filter(here | Q(piece__line__shipment__supplier__people=user)).distinct()


class Replacement(Counted):
    """A claim under warranty on a delivered device. Nothing is consumed a second time; the new
    device keeps the end of the old one's warranty."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="+")
    piece = models.ForeignKey(ShippedPiece, models.PROTECT, related_name="replacements")
    """As which the first device of the chain arrived."""
    state = models.CharField(
        _("état"), max_length=8, choices=ReplacementState, default=ReplacementState.ASKED
    )
    why = models.CharField(_("ce qui ne va pas"), max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True
    )
    asked_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    answer = models.CharField(_("réponse"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    new_device = models.OneToOneField(
        Device, models.PROTECT, related_name="+", null=True, blank=True
    )
    done_at = models.DateTimeField(_("remplacé le"), null=True, blank=True)

    objects = ReplacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("remplacement sous garantie")
        verbose_name_plural = _("remplacements sous garantie")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=~Q(state="refused"),
                name="replacement_once_per_device",
            ),
            models.CheckConstraint(
                name="replacement_done_with_a_device",
                condition=Q(state="done", new_device__isnull=False, done_at__isnull=False)
                | (~Q(state="done") & Q(new_device=None, done_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device}: {self.get_state_display()}"
