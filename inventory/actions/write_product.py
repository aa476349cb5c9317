"""Enter a product into the catalogue, or correct it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.access import can_keep_catalogue, require
from inventory.actions.device_writing import FactsRefused, told_value
from inventory.models import NETWORK, Product
from schools.actions.audit import record_action
from schools.models import User

FIELDS = (
    "maker", "model", "category", "description", "part_number", "ports_template", "power_w",
    "poe_budget_w", "sale_ends_on", "support_ends_on", "documents_url",
)  # fmt: skip


class ProductChanged(Exception):
    """Somebody wrote the product since it was read; ``product`` is as it is now."""

    def __init__(self, product: Product) -> None:
        super().__init__(str(product))
        self.product = product


@transaction.atomic
def add_product(user: User, facts: Mapping[str, Any]) -> Product:
    """A new product. Raises DecisionRefused, FactsRefused where the catalogue has it already."""
    require(can_keep_catalogue(user))
    _unknown(facts["maker"], facts["model"])
    product = Product(**{name: facts[name] for name in FIELDS if name in facts})
    _save(product)
    record_action(user, "add_product", product, after={"category": product.category})
    return product


@transaction.atomic
def change_product(user: User, pk: int, facts: Mapping[str, Any], *, seen: int) -> Product:
    """Correct a product; its devices keep the ports that they have.

    Raises Product.DoesNotExist, DecisionRefused, ProductChanged, FactsRefused.
    """
    require(can_keep_catalogue(user))
    product = Product.objects.select_for_update().get(pk=pk)
    if product.version != seen:
        raise ProductChanged(product)
    changed = {n: facts[n] for n in FIELDS if n in facts and getattr(product, n) != facts[n]}
    if not changed:
        return product
    if "maker" in changed or "model" in changed:
        _unknown(facts["maker"], facts["model"], but=pk)
    if "category" in changed:
        _same_side(product, str(changed["category"]))
    before = {name: told_value(getattr(product, name)) for name in changed}
    for name, value in changed.items():
        setattr(product, name, value)
    _save(product)
    product.refresh_from_db(fields=["version", "changed_at"])
    after = {name: told_value(value) for name, value in changed.items()}
    record_action(user, "change_product", product, before=before, after=after)
    return product


def _same_side(product: Product, category: str) -> None:
    """Who may change a device follows from its category: it does not change under their feet."""
    if (product.category in NETWORK) != (category in NETWORK) and product.devices.exists():
        raise FactsRefused(
            {
                "category": _(
                    "Des équipements de ce produit existent : il ne passe pas du réseau aux "
                    "autres catégories, ni l’inverse. Créez un autre produit."
                )
            }
        )


def _unknown(maker: str, model: str, but: int = 0) -> None:
    found = Product.objects.named(maker, model).exclude(pk=but).first()
    if found is not None:
        raise FactsRefused(
            {"model": _("Le catalogue a déjà « %(product)s ».") % {"product": found}}
        )


def _save(product: Product) -> None:
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError:
        raise FactsRefused({"model": _("Le catalogue a déjà ce produit.")}) from None
