"""The catalogue: what kinds of equipment exist."""

from __future__ import annotations

from django.db import models
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


class Product(models.Model):
    """A model of a maker, e.g. a 48-port switch."""

    maker = models.CharField(_("marque"), max_length=60)
    model = models.CharField(_("modèle"), max_length=100)
    category = models.CharField(_("catégorie"), max_length=16, choices=Category)
    description = models.CharField(_("en bref"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("produit")
        verbose_name_plural = _("produits")
        ordering = ["maker", "model"]
        constraints = [
            models.UniqueConstraint(fields=["maker", "model"], name="product_once"),
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.model}"
