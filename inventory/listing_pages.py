"""A page of the list of devices. Where no index leads through the whole Region, the rows are
narrowed first to the few among which the page is.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat

from inventory.listing import SORTS, sorted_by
from inventory.models import Device
from inventory.models.devices import DeviceQuerySet
from schools.keyset import KEY, PAGE, Column, beyond, cursor_values, page_of
from schools.models import Site

FOUND = (Column("found_name"), KEY)


def device_page(
    asked: DeviceQuerySet, sort: str, after: str, *, searched: bool, size: int = PAGE
) -> tuple[list[Device], str]:
    """The devices of the page, and the cursor of the next one. ``searched``: by words."""
    rows = sorted_by(asked, sort)
    if searched and sort == "nom":
        rows = _found(rows, after, size)
    elif not searched and sort == "ecole":
        rows = _at_first_sites(rows, after, size)
    return page_of(rows, SORTS[sort][1], after, size)


def _found(rows: DeviceQuerySet, after: str, size: int) -> DeviceQuerySet:
    """A search sorts what it found, without the joins. Along the index of names it would read
    140,000 devices before those that begin with “TBI”."""
    # another expression than the indexed column, on purpose
    found = rows.select_related(None).annotate(found_name=Concat("name", Value("")))
    found = found.order_by(*(column.order for column in FOUND))
    if (values := cursor_values(after, FOUND)) is not None:
        found = found.filter(beyond(FOUND, values))
    return rows.filter(pk__in=list(found.values_list("pk", flat=True)[: size + 1]))


def _at_first_sites(rows: DeviceQuerySet, after: str, size: int) -> DeviceQuerySet:
    """Schools and devices stand in two tables: the page is at the next sites that have a device
    asked for, one more than it has rows. Sites of the same name belong together."""
    sites = Site.objects.order_by("school__name", "name")
    has_some = Exists(rows.select_related(None).order_by().filter(site=OuterRef("pk")))
    ahead = sites.filter(has_some)
    if (values := cursor_values(after, SORTS["ecole"][1])) is not None:
        school, name = values[:2]
        same = Q(school__name=school, name=name)
        later = Q(school__name__gt=school) | Q(school__name=school, name__gt=name)
        sites, ahead = sites.filter(later | same), ahead.filter(later)
    for school, name in ahead.values_list("school__name", "name")[size : size + 1]:
        sites = sites.filter(Q(school__name__lt=school) | Q(school__name=school, name__lte=name))
        return rows.filter(site__in=list(sites.order_by().values_list("pk", flat=True)))
    return rows
