"""Pupils of the last count, as columns and totals of lists: a subquery, never a row's query."""

from __future__ import annotations

from typing import Any

from django.db.models import IntegerField, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from schools.models import Headcount, User


def last_year() -> int:
    """The year of the last count of 15 January; 0 before the first one."""
    return Headcount.objects.aggregate(last=Max("year"))["last"] or 0


def pupils(path: str, year: int, user: User) -> Coalesce:
    """Pupils of ``year`` per row, of the sites that the person sees.

    ``path`` leads from a headcount to the row.
    """
    seen = Headcount.objects.visible_to(user).filter(year=year).order_by()
    total = seen.filter(**{path: OuterRef("pk")}).values(path).annotate(total=Sum("pupils"))
    return Coalesce(Subquery(total.values("total")), 0, output_field=IntegerField())


def pupils_of(rows: QuerySet[Any], path: str, year: int, user: User) -> int:
    """Pupils of all these rows together, in one query."""
    kept = rows.order_by().values("pk")
    counts = Headcount.objects.visible_to(user).filter(**{f"{path}__in": kept, "year": year})
    return counts.aggregate(total=Sum("pupils"))["total"] or 0
