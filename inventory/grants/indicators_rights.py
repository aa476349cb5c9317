"""K8: schools that used their right, and the share of what was granted that is consumed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from inventory.grants.models.rights.ledger import DrawingRight

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class DrawingRightsUse:
    """K8, as published: « Nombre d’écoles bénéficiaires et taux d’usage des droits de tirage »."""

    schools: int
    """Schools with something consumed: delivered and signed for."""
    granted: Decimal
    consumed: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Σ consumed ÷ Σ granted, between 0 and 1; None while nothing is granted."""
        return self.consumed / self.granted if self.granted else None


def use_of_rights(**scope: Any) -> DrawingRightsUse:
    """K8 for the Region, or for a part of it: ``site__province="namur"``. One query."""
    found = DrawingRight.objects.filter(**scope).aggregate(
        schools=Count("site__school", distinct=True, filter=Q(consumed__gt=0)),
        granted=Sum("granted"),
        consumed=Sum("consumed"),
    )
    return DrawingRightsUse(
        found["schools"], found["granted"] or NOTHING, found["consumed"] or NOTHING
    )


def use_by(path: str) -> dict[str, DrawingRightsUse]:
    """K8 by a fact of the site (``site__province``, ``site__school__network``). One query."""
    rows = (
        DrawingRight.objects.order_by()
        .values_list(path)
        .annotate(
            schools=Count("site__school", distinct=True, filter=Q(consumed__gt=0)),
            granted=Sum("granted"),
            consumed=Sum("consumed"),
        )
    )
    return {key: DrawingRightsUse(schools, granted, used) for key, schools, granted, used in rows}
