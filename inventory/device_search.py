"""Words that people type, as a condition on devices.

The small tables (products, rooms, sites) are asked first, and devices by their keys: an OR over
joined columns would read every device of the Region, at 150,000 for most of a second.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from inventory.models import Product
from inventory.rules.codes import read_code
from schools.finding import one_word
from schools.models import Room, School, Site, User
from schools.words import SAINTS, fold

AT_MOST = 6
"""Words of one question."""


def search_q(user: User, text: str) -> Q:
    """Every word in the name, a number, the product, the room or the place of the device."""
    found = Q()
    for word in text.split()[:AT_MOST]:
        if spellings := _spellings(word):
            found &= (
                named_q(word)
                | _among("room", Room.objects.visible_to(user).filter(name__iexact=word))
                | sites_q(user, spellings)
            )
    return found


def named_q(word: str) -> Q:
    """One word in what the device itself tells: name, number, label, address, product."""
    found = Q(serial__iexact=word) | Q(asset_number__iexact=word) | Q(mac__istartswith=word)
    if code := read_code(word):
        found |= Q(code=code)
    for spelling in _spellings(word):
        found |= Q(words__contains=spelling)
    by_name = Q(maker__unaccent__icontains=word) | Q(model__unaccent__icontains=word)
    return found | _among("product", Product.objects.filter(by_name))


def sites_q(user: User, spellings: tuple[str, ...]) -> Q:
    """Devices at the sites that the person sees whose name, place or school has such a word."""
    named = one_word(spellings, "words", alike=False)
    schools = School.objects.filter(named).values("pk")
    return _among("site", Site.objects.visible_to(user).filter(named | Q(school__in=schools)))


def _spellings(word: str) -> tuple[str, ...]:
    """The word folded, and as the database spells it (``ST-1``: ``st 1``, ``saint 1``)."""
    folded = fold(word)
    spoken = " ".join(SAINTS.get(part, part) for part in folded.split())
    return tuple(dict.fromkeys(filter(None, (folded, spoken))))


def _among(field: str, rows: QuerySet[Any]) -> Q:
    """Keys, not a subquery: PostgreSQL then knows how few they are, and joins nothing."""
    keys = list(rows.order_by().values_list("pk", flat=True))
    return Q(**{f"{field}__in": keys}) if keys else Q(pk__in=[])
