"""Consumables (consommables) and the ledger of their stocks.

An entry is written once and never changed; what is wrong is put right by another entry. The
balance of a line is kept by the trigger that takes each entry in, and can never be negative.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.catalogue import Product
from inventory.models.devices import Device
from schools.models import Authority, Province, RoleKind, Site, User
from schools.models.scope import scope_of, sites_q


class ConsumableKind(models.TextChoices):
    """What wears out."""

    TONER = "toner", _("toner, encre")
    LAMP = "lamp", _("lampe")
    BATTERY = "battery", _("batterie, pile")
    CABLE = "cable", _("câble")
    ADAPTER = "adapter", _("adaptateur, chargeur")
    PART = "part", _("pièce de rechange")
    OTHER = "other", pgettext_lazy("consumable", "autre")


class Unit(models.TextChoices):
    """In what it is counted: always whole ones."""

    PIECE = "piece", _("pièce")
    BOX = "box", _("boîte")
    METRE = "metre", _("mètre")


class Consumable(models.Model):
    """Something that is used up. One catalogue for the whole Region, as for products."""

    name = models.CharField(_("nom"), max_length=80)
    kind = models.CharField(_("type"), max_length=8, choices=ConsumableKind)
    unit = models.CharField(_("unité"), max_length=6, choices=Unit, default=Unit.PIECE)
    reference = models.CharField(_("référence du fabricant"), max_length=40, blank=True)
    barcode = models.CharField(_("code-barres"), max_length=30, null=True, blank=True, unique=True)
    fits = models.ManyToManyField(
        Product, related_name="consumables", blank=True, verbose_name=_("convient à")
    )
    withdrawn = models.BooleanField(_("n’est plus proposé"), default=False)

    class Meta:
        verbose_name = _("consommable")
        verbose_name_plural = _("consommables")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "reference"], name="consumable_once"),
        ]

    def __str__(self) -> str:
        return self.name


class StoreQuerySet(models.QuerySet["Store"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of one's sites and authorities; a van within the province it drives in."""
        scope = scope_of(user)
        if scope.region:
            return self
        seen = Q(site__isnull=False) & sites_q(scope, "site")
        seen |= Q(authority__in=scope.authorities)
        seen |= Q(holder__isnull=False, province__in=scope.provinces)
        technician = scope_of(user, frozenset({RoleKind.LOCAL_TECHNICIAN.value}))
        if technician.provinces:
            near = Authority.objects.filter(schools__sites__province__in=technician.provinces)
            seen |= Q(authority__in=near)
        return self.filter(seen)


class Store(models.Model):
    """Where consumables lie: a site, a technician's van, the depot of an authority."""

    name = models.CharField(_("nom"), max_length=80)
    site = models.OneToOneField(Site, models.PROTECT, related_name="+", null=True, blank=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="+", null=True, blank=True
    )
    holder = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("tenu par"),
    )
    province = models.CharField(_("province"), max_length=16, choices=Province, blank=True)
    """Of a van: where its technician works."""
    made_at = models.DateTimeField(_("ouvert le"), default=timezone.now)

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stocks")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="store_belongs_to_one",
                condition=Q(site__isnull=False, authority=None, holder=None, province="")
                | Q(site=None, authority__isnull=False, holder=None, province="")
                | (Q(site=None, authority=None, holder__isnull=False) & ~Q(province="")),
            ),
            models.UniqueConstraint(
                fields=["authority", "name"], name="store_name_once_per_authority"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StockLineQuerySet(models.QuerySet["StockLine"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(store__in=Store.objects.visible_to(user))

    def to_reorder(self) -> Self:
        """Those at their reorder level or below."""
        return self.filter(reorder_level__isnull=False, quantity__lte=F("reorder_level"))


class StockLine(models.Model):
    """What a store has of a consumable, and when to order again. PostgreSQL keeps the quantity:
    the sum of the ledger's entries, written by their trigger alone."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="lines")
    consumable = models.ForeignKey(Consumable, models.PROTECT, related_name="lines")
    quantity = models.PositiveIntegerField(_("en stock"), default=0, editable=False)
    reorder_level = models.PositiveIntegerField(_("seuil"), null=True, blank=True)
    """Order when so many or fewer are left; null: nobody asked for it."""
    order_to = models.PositiveIntegerField(_("remonter à"), null=True, blank=True)
    last_cost = models.DecimalField(
        _("dernier prix"), max_digits=9, decimal_places=2, null=True, editable=False
    )
    """Of one unit, in euros, as last received."""

    objects = StockLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne de stock")
        verbose_name_plural = _("lignes de stock")
        ordering = ["store", "consumable"]
        constraints = [
            models.UniqueConstraint(fields=["store", "consumable"], name="stock_line_once"),
            models.CheckConstraint(name="stock_never_negative", condition=Q(quantity__gte=0)),
            models.CheckConstraint(
                name="stock_orders_above_its_level",
                condition=Q(order_to=None, reorder_level=None)
                # an unknown comparison would pass: both must be there
                | Q(
                    reorder_level__isnull=False,
                    order_to__isnull=False,
                    order_to__gt=F("reorder_level"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store}: {self.consumable}"

    @property
    def is_low(self) -> bool:
        """Whether it is time to order."""
        return self.reorder_level is not None and self.quantity <= self.reorder_level

    @property
    def to_order(self) -> int:
        """How many bring it up to where it should be; 0 while enough is there."""
        return (self.order_to or 0) - self.quantity if self.is_low else 0


class Movement(models.TextChoices):
    """Why a quantity changed."""

    RECEIVED = "received", _("reçu")
    USED = "used", _("utilisé")
    MOVED = "moved", _("déplacé")
    RETURNED = "returned", pgettext_lazy("consumable", "rendu au stock")
    COUNTED = "counted", _("compté")
    UNDONE = "undone", _("écriture annulée")


class StockEntryQuerySet(models.QuerySet["StockEntry"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(store__in=Store.objects.visible_to(user))


class StockEntry(models.Model):
    """One line of the ledger. ``balance`` is what was left after it, as PostgreSQL counted."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="entries")
    consumable = models.ForeignKey(Consumable, models.PROTECT, related_name="entries")
    movement = models.CharField(_("mouvement"), max_length=8, choices=Movement)
    quantity = models.IntegerField(_("quantité"))
    """More is positive, less negative."""
    balance = models.PositiveIntegerField(_("solde"), default=0, editable=False)
    at = models.DateTimeField(_("le"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    actor_text = models.CharField(_("par"), max_length=200)
    key = models.UUIDField(editable=False)
    """Of the gesture: sent twice, it is written once."""
    device = models.ForeignKey(
        Device, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("pour")
    )
    reference = models.CharField(_("référence"), max_length=60, blank=True)
    """A ticket, a delivery note: as text."""
    why = models.CharField(_("motif"), max_length=300, blank=True)
    unit_cost = models.DecimalField(
        _("prix"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, related_name="undone_by", null=True, blank=True
    )

    objects = StockEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("écriture de stock")
        verbose_name_plural = _("écritures de stock")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "store", "consumable"], name="stock_entry_once_per_key"
            ),
            models.CheckConstraint(
                name="stock_entry_has_its_sign",
                condition=Q(movement__in=["received", "returned"], quantity__gt=0)
                | Q(movement="used", quantity__lt=0)
                | (Q(movement__in=["moved", "undone"]) & ~Q(quantity=0))
                | (Q(movement="counted") & (Q(quantity=0) | ~Q(why=""))),
            ),
            models.CheckConstraint(
                name="stock_undone_names_what",
                condition=Q(movement="undone", undoes__isnull=False)
                | (~Q(movement="undone") & Q(undoes=None)),
            ),
            models.CheckConstraint(
                name="stock_cost_is_received",
                condition=Q(unit_cost=None) | Q(movement="received", unit_cost__gte=0),
            ),
        ]
        indexes = [
            models.Index(fields=["store", "consumable", "-id"], name="stock_entry_by_line"),
            models.Index(fields=["store", "-id"], name="stock_entry_by_store"),
        ]

    def __str__(self) -> str:
        return f"{self.consumable} {self.quantity:+d} ({self.store})"
