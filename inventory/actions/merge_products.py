"""Two products are one: everything that names the second names the first, and its name is kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, can_keep_catalogue, require
from inventory.models import NETWORK, KitItem, Product, ProductAlias
from schools.actions.audit import record_action
from schools.models import User


@dataclass(frozen=True, slots=True)
class Merged:
    """``moved``: how many rows of each model follow, by its name."""

    product: Product
    moved: dict[str, int]


@transaction.atomic
def merge_products(user: User, keep: int, gone: int) -> Merged:
    """Fold ``gone`` into ``keep``: a statement for each table that refers to products, however
    many rows. Discovery and files that still say the former name find the product by its alias.

    Raises Product.DoesNotExist, DecisionRefused, DecisionImpossible with the reason.
    """
    require(can_keep_catalogue(user))
    if keep == gone:
        raise DecisionImpossible(_("Choisissez deux produits différents."))
    locked = Product.objects.select_for_update().filter(pk__in=[keep, gone]).order_by("pk")
    rows = {product.pk: product for product in locked}
    if len(rows) < 2:
        raise Product.DoesNotExist
    kept, former = rows[keep], rows[gone]
    if (kept.category in NETWORK) != (former.category in NETWORK):
        raise DecisionImpossible(
            _("L’un est du matériel de réseau, l’autre non : corrigez d’abord la catégorie.")
        )
    with connection.cursor() as cursor:  # frozen kits let their products follow (migration 0011)
        cursor.execute("SELECT set_config('preau.merging_products', %s, true)", [f"{gone}>{keep}"])
    _join_items(keep, gone)
    try:
        with transaction.atomic():
            moved = _move_all(keep, gone)
    except IntegrityError:
        raise DecisionImpossible(
            _("Ces deux produits sont utilisés côte à côte ailleurs : ils ne se fusionnent pas.")
        ) from None
    text = str(former)
    former.delete()
    if not Product.objects.named(former.maker, former.model).exists():
        ProductAlias.objects.create(product=kept, maker=former.maker, model=former.model)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('preau.merging_products', '', true)")
    record_action(user, "merge_products", kept, before={"merged": text}, after=moved)
    return Merged(kept, moved)


def _join_items(keep: int, gone: int) -> None:
    """A kit that holds both holds their sum."""
    twins = KitItem.objects.filter(version=OuterRef("version"), product=gone)
    both = KitItem.objects.filter(product=keep, version__items__product=gone)
    both.update(quantity=F("quantity") + Subquery(twins.values("quantity")[:1]))
    KitItem.objects.filter(product=gone, version__items__product=keep).delete()


def _move_all(keep: int, gone: int) -> dict[str, int]:
    """Every foreign key to products, also those of apps that come later."""
    moved = {}
    for relation in Product._meta.related_objects:
        if isinstance(relation, models.ManyToManyRel):
            continue  # its rows are moved through their own table
        model: type[models.Model] = relation.related_model
        rows = model._base_manager.filter(**{relation.field.name: gone})
        if count := rows.update(**{relation.field.name: keep}):
            moved[model._meta.label_lower] = count
    return moved
