"""A model that the catalogue lacks: a product “to be told” of its category, named by the school."""

from __future__ import annotations

from django.utils.translation import override

from inventory.models import Category, Product

OTHER = "autre"
OTHER_MAKER = "À préciser"


def other_product(category: str, *, make: bool) -> Product:
    """The placeholder of a category; ``make``: enter it into the catalogue if it is not there yet.

    Named in French whoever asks: it is one row for the Region. Technicians replace it later.
    """
    with override("fr"):
        label = str(Category(category).label)
    model = label[:1].upper() + label[1:]
    known = Product.objects.filter(maker=OTHER_MAKER, model=model).first()
    if known is not None or not make:
        return known or Product(maker=OTHER_MAKER, model=model, category=category)
    return Product.objects.get_or_create(
        maker=OTHER_MAKER, model=model, defaults={"category": category}
    )[0]
