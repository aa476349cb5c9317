"""What a school or a teacher is to receive: an award's kits, or a basket paid by themselves."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.grants.models.calls.awards import Award
from inventory.grants.models.orders.market import MarketLot
from inventory.grants.models.orders.members import OFFICER, Membership
from inventory.models.catalogue import Product
from inventory.models.counted import Counted
from inventory.models.kits import KitVersion
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class OrderState(models.TextChoices):
    """Where an order is. Of several lots, the one that is furthest back speaks."""

    BASKET = "basket", _("panier")
    SUBMITTED = "submitted", _("à valider")
    VALIDATED = "validated", _("validée")
    SENT = "sent", pgettext_lazy("order", "commandée")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("order", "confirmée")
    PARTIAL = "partial", _("livrée en partie")
    DELIVERED = "delivered", _("livrée")
    CANCELLED = "cancelled", _("annulée")


OPEN = (
    OrderState.VALIDATED, OrderState.SENT, OrderState.ACKNOWLEDGED, OrderState.PARTIAL,
)  # fmt: skip
"""Something is still to come."""
CANCELLABLE = (OrderState.BASKET, OrderState.SUBMITTED, OrderState.VALIDATED, OrderState.SENT)
"""Before the supplier has acknowledged any of it."""


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the sites that the person sees; a teacher's own: theirs and the officers'."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if scope_of(user, OFFICER).region:
            return self
        here = sites_q(scope_of(user), "site") & Q(buyer=None)
        return self.filter(here | Q(buyer=user.pk))

    def sent_out(self) -> Self:
        """Without baskets and what was never validated."""
        return self.exclude(state__in=(OrderState.BASKET, OrderState.SUBMITTED))


class Order(Counted):
    """An order (commande) for one site: what an ``award`` grants, or, with ``membership``, of the
    purchasing centre, paid by the member, outside the drawing right."""

    reference = models.CharField(_("commande"), max_length=20, unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    award = models.ForeignKey(Award, models.PROTECT, related_name="orders", null=True, blank=True)
    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="orders", null=True, blank=True
    )
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    """The teacher who buys for themselves; None: the school."""
    state = models.CharField(
        _("état"), max_length=12, choices=OrderState, default=OrderState.BASKET
    )
    note = models.CharField(_("remarque pour la livraison"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True
    )
    made_at = models.DateTimeField(_("créée le"), default=timezone.now)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    """Of its basket: a change of a line counts as a change of the order."""
    validated_at = models.DateTimeField(_("validée le"), null=True, blank=True)
    total = models.DecimalField(_("montant"), max_digits=12, decimal_places=2, default=0)
    """Σ of its lines, set when it is validated."""

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("commande")
        verbose_name_plural = _("commandes")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "buyer"],
                condition=Q(state="basket", membership__isnull=False),
                nulls_distinct=False,
                name="order_one_basket",
            ),
            models.CheckConstraint(
                name="order_validated_once_it_counts",
                condition=Q(state__in=("basket", "submitted", "cancelled"))
                | Q(validated_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["award"],
                condition=~Q(state="cancelled"),
                name="order_once_per_award",
            ),
            models.CheckConstraint(
                name="order_of_an_award_or_of_a_member",
                condition=Q(award=None, membership__isnull=False)
                | Q(award__isnull=False, membership=None),
            ),
            models.CheckConstraint(
                name="order_buyer_is_a_member",
                condition=Q(buyer=None) | Q(membership__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="order_latest"),
            models.Index(fields=["site", "state"], name="order_by_site"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_purchase(self) -> bool:
        """Whether a member pays it: outside the drawing right."""
        return self.membership_id is not None


class OrderLine(models.Model):
    """So many of a version of a kit at its price, under one lot. Frozen once validated."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    kit_version = models.ForeignKey(KitVersion, models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField(
        _("nombre"), default=1, validators=[MinValueValidator(1)]
    )
    unit_price = models.DecimalField(_("prix"), max_digits=10, decimal_places=2)
    lot = models.ForeignKey(
        MarketLot, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("lot")
    )
    supplier_order = models.ForeignKey(
        "grants.SupplierOrder", models.PROTECT, related_name="lines", null=True, blank=True
    )

    class Meta:
        verbose_name = _("ligne d’une commande")
        verbose_name_plural = _("lignes des commandes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "kit_version"], name="order_line_once"),
            models.CheckConstraint(
                name="order_line_counts", condition=Q(quantity__gte=1, unit_price__gte=0)
            ),
            models.CheckConstraint(
                name="order_line_sent_under_a_lot",
                condition=Q(supplier_order=None) | Q(lot__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.kit_version}"


class OrderItemQuerySet(models.QuerySet["OrderItem"]):
    def with_progress(self) -> Self:
        """With ``taken`` (accepted so far), in the order of the line."""
        rows = self.select_related("product").annotate(
            taken=Coalesce(models.Sum("shipped__accepted"), 0)
        )
        return rows.order_by("accessory", "pk")


class OrderItem(models.Model):
    """So many of a product, out of a line's kits: what deliveries are counted against."""

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, models.PROTECT, related_name="order_items")
    quantity = models.PositiveIntegerField(_("nombre"))
    accessory = models.BooleanField(_("accessoire"), default=False)

    objects = OrderItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("contenu d’une commande")
        verbose_name_plural = _("contenus des commandes")
        ordering = ["line", "accessory", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "product"], name="order_item_once"),
            models.CheckConstraint(name="order_item_counts", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"


class EventKind(models.TextChoices):
    """What happens to an order, in the order in which it usually does."""

    CREATED = "created", pgettext_lazy("order", "créée")
    SUBMITTED = "submitted", _("soumise à la direction")
    RETURNED = "returned", _("renvoyée")
    VALIDATED = "validated", _("validée")
    SENT = "sent", _("envoyée au fournisseur")
    ACKNOWLEDGED = "acknowledged", _("confirmée par le fournisseur")
    PLANNED = "planned", _("livraison prévue")
    BACKORDERED = "backordered", _("en rupture")
    SHIPPED = "shipped", _("livraison annoncée")
    ARRIVED = "arrived", _("livraison arrivée")
    SIGNED = "signed", _("livraison signée")
    REPLACED = "replaced", _("remplacement sous garantie")
    COLLECTED = "collected", _("pièces reprises par le fournisseur")
    CANCELLED = "cancelled", _("annulée")


class OrderEvent(models.Model):
    """One line of an order's history; PostgreSQL refuses to change it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="events")
    kind = models.CharField(_("fait"), max_length=12, choices=EventKind)
    at = models.DateTimeField(_("le"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    actor_text = models.CharField(_("par"), max_length=150, blank=True)
    told = models.CharField(_("précision"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("fait d’une commande")
        verbose_name_plural = _("faits des commandes")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.order}: {self.get_kind_display()}"
