"""Lines (connexions prêtées): SIM cards, 4G and 5G hotspots, vouchers for a fixed line."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.equity.operators import LinePlan
from byod.models.loans.pools import LoanPool
from inventory.models import Device
from schools.models import User


class LineKind(models.TextChoices):
    HOTSPOT_4G = "hotspot_4g", _("borne 4G")
    HOTSPOT_5G = "hotspot_5g", _("borne 5G")
    SIM = "sim", _("carte SIM")
    VOUCHER = "voucher", _("bon pour une ligne fixe")


MOBILE = (LineKind.HOTSPOT_4G, LineKind.HOTSPOT_5G, LineKind.SIM)
"""Those with an ICCID."""


class LineService(models.TextChoices):
    """What the operator does with it."""

    ACTIVE = "active", pgettext_lazy("line", "active")
    SUSPENDED = "suspended", pgettext_lazy("line", "suspendue")
    LOST = "lost", pgettext_lazy("line", "perdue")
    ENDED = "ended", pgettext_lazy("line", "résiliée")


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the pools that one sees. Who has one stands in its loan, not here."""
        return self.filter(pool__in=LoanPool.objects.visible_to(user).values("pk"))

    def with_loan(self) -> Self:
        """With ``is_out``: in somebody's hands."""
        from byod.models.equity.line_loans import LineLoan  # noqa: PLC0415  they know each other

        out = LineLoan.objects.filter(line=OuterRef("pk"), state="out")
        return self.annotate(is_out=Exists(out))

    def free(self) -> Self:
        """Could be lent now: active, in nobody's hands, not expired, no order to stop it."""
        from byod.models.equity.orders import OperatorOrder  # noqa: PLC0415  likewise

        stopping = OperatorOrder.objects.open().filter(line=OuterRef("pk"))
        rows = self.with_loan().filter(service=LineService.ACTIVE, removed_at=None, is_out=False)
        rows = rows.exclude(Exists(stopping.filter(kind__in=("suspend", "end"))))
        today = timezone.localdate()
        return rows.filter(Q(expires_on=None) | Q(expires_on__gt=today))


class Line(models.Model):
    """A connection that may be lent. Destinations are never known, only megabytes a month."""

    kind = models.CharField(_("genre"), max_length=10, choices=LineKind)
    pool = models.ForeignKey(LoanPool, models.PROTECT, related_name="lines")
    plan = models.ForeignKey(LinePlan, models.PROTECT, related_name="lines")
    iccid = models.CharField(_("ICCID"), max_length=20, null=True, blank=True, unique=True)
    number = models.CharField(_("numéro d’appel"), max_length=20, blank=True)
    label = models.CharField(_("repère"), max_length=40)
    """Printed on it, what people read: BORNE-07."""
    device = models.ForeignKey(Device, models.PROTECT, related_name="+", null=True, blank=True)
    """The hotspot that carries the card."""
    sealed = models.TextField(editable=False, blank=True)
    """Code of a voucher, shown once it is lent."""
    service = models.CharField(
        _("service"), max_length=10, choices=LineService, default=LineService.ACTIVE
    )
    service_at = models.DateTimeField(_("depuis"), default=timezone.now)
    expires_on = models.DateField(_("expire le"), null=True, blank=True)
    added_at = models.DateTimeField(_("ajoutée le"), default=timezone.now)
    removed_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("connexion prêtée")
        verbose_name_plural = _("connexions prêtées")
        ordering = ["label", "pk"]
        constraints = [
            models.CheckConstraint(
                name="line_has_its_number",
                condition=Q(kind="voucher", iccid=None) & ~Q(sealed="")
                | ~Q(kind="voucher") & Q(iccid__regex=r"^89[0-9]{17,18}$", sealed=""),
            ),
            models.UniqueConstraint(
                fields=["pool", "label"], condition=Q(removed_at=None), name="line_label_once"
            ),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(removed_at=None, device__isnull=False),
                name="line_device_carries_one",
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "service"], name="line_by_pool"),
            models.Index(fields=["expires_on"], name="line_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.label
