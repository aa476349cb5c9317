"""The catalogue: what kinds of equipment exist."""

from __future__ import annotations

from typing import Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What a piece of equipment is for."""

    ROUTER = "router", _("routeur")
    SWITCH = "switch", _("commutateur")
    ACCESS_POINT = "access_point", _("borne WiFi")
    CONTROLLER = "controller", _("contrôleur WiFi")
    UPS = "ups", _("onduleur")
    PRINTER = "printer", _("imprimante")
    SERVER = "server", _("serveur")
    NAS = "nas", _("stockage")
    BOARD = "board", _("écran interactif")
    PROJECTOR = "projector", _("projecteur")
    LAPTOP = "laptop", _("portable")
    TABLET = "tablet", _("tablette")
    DESKTOP = "desktop", _("poste fixe")
    HOTSPOT = "hotspot", _("borne 4G ou carte SIM")
    PANEL = "panel", _("panneau de brassage")
    SOCKET = "socket", _("prise murale")
    OTHER = "other", _("autre")


PASSIVE = frozenset({Category.PANEL, Category.SOCKET})
"""What only passes a cable on: it has no power, no address, no state."""
NETWORK = PASSIVE | {
    Category.ROUTER,
    Category.SWITCH,
    Category.ACCESS_POINT,
    Category.CONTROLLER,
    Category.UPS,
}
"""What carries the network: changed by technicians, never by a school."""


class ProductQuerySet(models.QuerySet["Product"]):
    def named(self, maker: str, model: str) -> Self:
        """Products of that maker and model, also by a name that was merged into another."""
        alias = Q(aliases__maker__iexact=maker, aliases__model__iexact=model)
        return self.filter(Q(maker__iexact=maker, model__iexact=model) | alias).distinct()


class Product(models.Model):
    """A model of a maker, e.g. a 48-port switch."""

    maker = models.CharField(_("marque"), max_length=60)
    model = models.CharField(_("modèle"), max_length=100)
    category = models.CharField(_("catégorie"), max_length=16, choices=Category)
    description = models.CharField(_("en bref"), max_length=120, blank=True)
    part_number = models.CharField(_("référence de commande"), max_length=60, blank=True)
    ports_template = models.JSONField(_("ports"), default=list, blank=True)
    """Lines ``{"name": "Gi1/0/[1-24]", "kind": "copper", "speed_mbps": 1000, "poe": true}``:
    what a new device of this product gets (:mod:`inventory.rules.ports_template`)."""
    power_w = models.PositiveIntegerField(_("consommation (W)"), null=True, blank=True)
    poe_budget_w = models.PositiveIntegerField(_("budget PoE (W)"), null=True, blank=True)
    sale_ends_on = models.DateField(_("fin de vente"), null=True, blank=True)
    support_ends_on = models.DateField(_("fin de support"), null=True, blank=True)
    documents_url = models.URLField(
        _("documentation"),
        max_length=300,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("modifié le"), default=timezone.now, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("produit")
        verbose_name_plural = _("produits")
        ordering = ["maker", "model"]
        constraints = [
            models.UniqueConstraint(fields=["maker", "model"], name="product_once"),
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.model}"


class ProductAlias(models.Model):
    """Another name of a product: what discovery and files still say after two were merged."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="aliases")
    maker = models.CharField(_("marque"), max_length=60)
    model = models.CharField(_("modèle"), max_length=100)

    class Meta:
        verbose_name = _("autre nom d’un produit")
        verbose_name_plural = _("autres noms de produits")
        constraints = [
            models.UniqueConstraint(Upper("maker"), Upper("model"), name="product_alias_once"),
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.model}"
