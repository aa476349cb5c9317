"""Damages of lent devices that tickets answer for. A damage has one ticket, whoever retries."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.loans.damages import LoanDamage
from helpdesk.models.tickets import Ticket


class DamageTicket(models.Model):
    """The link, written with its ticket in one transaction."""

    damage = models.OneToOneField(LoanDamage, models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="damages")
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("ticket d’un dégât")
        verbose_name_plural = _("tickets de dégâts")

    def __str__(self) -> str:
        return f"{self.damage} → {self.ticket_id}"
