"""What a file of devices refers to, read once: sites by number, products, people by e-mail."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import lru_cache

from inventory.models import CustomField, Product
from inventory.rules.custom import Field
from schools.imports.columns import plain as fold
from schools.imports.register_known import number_key
from schools.models import Site, User

plain = lru_cache(maxsize=8192)(fold)
Key = tuple[str, str]
ALIKE = 0.86
"""How alike two names of a product are before they are taken for one typing error."""


@dataclass(slots=True)
class NewProduct:
    """A product that the file names and the catalogue does not have."""

    ref: int
    maker: str
    model: str
    category: str
    line: int
    near: str = ""


@dataclass(slots=True)
class Known:
    """Everything by what people write. ``new``: products to be made, by maker and model."""

    sites: dict[Key, int]
    products: dict[Key, int]
    names: dict[str, str]
    """Maker and model in one, plain → as the catalogue writes them."""
    people: dict[str, int]
    own: dict[str, Field] = field(default_factory=dict)
    """Own fields by key: what a column ``champ:key`` may hold."""
    new: dict[Key, NewProduct] = field(default_factory=dict)

    def site(self, scheme: str, number: str) -> int | None:
        return self.sites.get(number_key(scheme, number))

    def product(self, maker: str, model: str) -> int | None:
        """The key of a product; below zero that of one still to be made."""
        key = (plain(maker), plain(model))
        found = self.products.get(key)
        if found is None and key in self.new:
            return -self.new[key].ref
        return found

    def near(self, maker: str, model: str) -> str:
        """A product of the catalogue whose name is nearly this one."""
        close = difflib.get_close_matches(
            f"{plain(maker)} {plain(model)}", self.names, n=1, cutoff=ALIKE
        )
        return self.names[close[0]] if close else ""

    def add(self, maker: str, model: str, category: str, line: int) -> NewProduct:
        """A product to be made, once however many rows name it."""
        key = (plain(maker), plain(model))
        if key not in self.new:
            near = self.near(maker, model)
            self.new[key] = NewProduct(len(self.new) + 1, maker, model, category, line, near)
        return self.new[key]


def known_to(user: User | None) -> Known:
    """What this person may refer to; None is the platform. Four queries."""
    sites = Site.objects.all() if user is None else Site.objects.visible_to(user)
    people = User.objects.get_queryset() if user is None else User.objects.visible_to(user)
    products = list(Product.objects.all())
    return Known(
        sites={
            number_key(scheme, number): pk
            for pk, scheme, number in sites.values_list("pk", "scheme", "number")
            if number
        },
        products={(plain(one.maker), plain(one.model)): one.pk for one in products},
        names={f"{plain(one.maker)} {plain(one.model)}": str(one) for one in products},
        people={
            email.lower(): pk
            for pk, email in people.filter(is_active=True).values_list("pk", "email")
        },
        own={row.key: row.as_field() for row in CustomField.objects.all()},
    )
