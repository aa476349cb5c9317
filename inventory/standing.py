"""Where the inventory declaration of each site stands, and what changed since it was signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import (
    Declaration,
    DeclarationKind,
    DeclarationNotice,
    NoticeKind,
    Standing,
)
from inventory.rules.counting import share_changed
from schools.models import Site
from schools.models.places import SiteQuerySet

COLOURS = {
    Standing.NEVER: "unknown",
    Standing.VALID: "ok",
    Standing.OUTDATED: "suspect",
    Standing.EXPIRED: "degraded",
    Standing.WITHDRAWN: "unknown",
}
"""The badge of each (interface guide)."""

_CHANGED = """
    (SELECT count(*) FROM inventory_device v
      WHERE v.site_id = d.site_id AND v.state <> 'retired'
        AND (d.situations ->> v.id::text)
            IS DISTINCT FROM v.state || '|' || coalesce(v.room_id::text, ''))
  + (SELECT count(*) FROM jsonb_object_keys(d.situations) AS known
      WHERE NOT EXISTS (SELECT 1 FROM inventory_device v
                         WHERE v.id = known::bigint AND v.site_id = d.site_id
                           AND v.state <> 'retired'))
"""
_OF_A_SITE = f"SELECT {_CHANGED} FROM inventory_declaration d WHERE d.id = %s"  # noqa: S608
_OF_SITES = (
    f"(SELECT {_CHANGED} FROM inventory_declaration d"  # noqa: S608 - no input
    " WHERE d.site_id = schools_site.id ORDER BY d.number DESC LIMIT 1)"
)


@dataclass(frozen=True)
class Stands:
    """One site's declaration: the word, its badge, the last version, and what changed since."""

    state: Standing
    declaration: Declaration | None
    changed: int = 0

    @property
    def colour(self) -> str:
        return COLOURS[self.state]

    def is_soon(self, today: dt.date) -> bool:
        """Whether it still holds, but not for long."""
        until = self.declaration.valid_until if self.declaration else None
        return self.state == Standing.VALID and until is not None and until <= warned_until(today)

    @property
    def words(self) -> str:
        """The fact, in one line."""
        last = self.declaration
        if last is None:
            return _("Le matériel n’a encore été déclaré par personne.")
        if self.state == Standing.WITHDRAWN:
            return _("Retirée le %(day)s.") % {"day": f"{last.on:%d/%m/%Y}"}
        day = f"{last.valid_until:%d/%m/%Y}" if last.valid_until else ""
        if self.state == Standing.EXPIRED:
            return _("Échue depuis le %(day)s.") % {"day": day}
        if self.state == Standing.OUTDATED:
            return _("Valable jusqu’au %(day)s, mais %(n)d appareils ont changé.") % {
                "day": day,
                "n": self.changed,
            }
        return _("Valable jusqu’au %(day)s.") % {"day": day}


def standing_of(site: Site, on: dt.date | None = None) -> Stands:
    """How a site stands. Two queries."""
    last = Declaration.objects.filter(site=site).defer("content", "situations").order_by("-number")
    found = last.first()
    if found is None:
        return Stands(Standing.NEVER, None)
    with connection.cursor() as cursor:
        cursor.execute(_OF_A_SITE, [found.pk])
        changed = int(cursor.fetchone()[0])
    state = _state(found, changed, on or timezone.localdate())
    return Stands(state, found, changed)


def _state(last: Declaration, changed: int, today: dt.date) -> Standing:
    if last.kind == DeclarationKind.WITHDRAWN or last.valid_until is None:
        return Standing.WITHDRAWN
    if last.valid_until < today:
        return Standing.EXPIRED
    if share_changed(changed, last.devices) > settings.DECLARATION_CHANGE_PERCENT:
        return Standing.OUTDATED
    return Standing.VALID


def with_standing(sites: SiteQuerySet, today: dt.date) -> Any:
    """Sites with their ``standing``, ``declared_on``, ``valid_until``, ``changed``: one query."""
    last = Declaration.objects.filter(site=OuterRef("pk")).order_by("-number")
    told = sites.annotate(
        last_kind=Subquery(last.values("kind")[:1]),
        declared_on=Subquery(last.values("on")[:1], output_field=DateField()),
        valid_until=Subquery(last.values("valid_until")[:1], output_field=DateField()),
        declared=Subquery(last.values("devices")[:1], output_field=IntegerField()),
        declaration=Subquery(last.values("pk")[:1], output_field=IntegerField()),
        signer=Subquery(last.values("signed_by_text")[:1]),
        changed=RawSQL(_OF_SITES, [], output_field=IntegerField()),  # noqa: S611 - no input
    )
    limit = settings.DECLARATION_CHANGE_PERCENT
    return told.annotate(
        standing=Case(
            When(last_kind=None, then=Value(Standing.NEVER.value)),
            When(last_kind=DeclarationKind.WITHDRAWN, then=Value(Standing.WITHDRAWN.value)),
            When(valid_until__lt=today, then=Value(Standing.EXPIRED.value)),
            When(changed__gt=F("declared") * limit / 100.0, then=Value(Standing.OUTDATED.value)),
            default=Value(Standing.VALID.value),
        )
    )


def warned_until(today: dt.date) -> dt.date:
    """Declarations that end by then are told beforehand."""
    return today + dt.timedelta(days=settings.DECLARATION_WARN_DAYS)


def sites_to_tell(today: dt.date) -> Any:
    """Open sites whose last declaration asks for a new one, or soon will, and of which nobody was
    told yet for that reason."""
    told = DeclarationNotice.objects.filter(declaration=OuterRef("declaration"))
    rows = with_standing(Site.objects.filter(closed_on=None), today).filter(
        Q(standing__in=[Standing.EXPIRED, Standing.OUTDATED])
        | Q(standing=Standing.VALID, valid_until__lte=warned_until(today))
    )
    expired, outdated = NoticeKind.EXPIRED, NoticeKind.OUTDATED
    kind = Case(
        When(standing=Standing.EXPIRED, then=Value(expired.value)),
        When(standing=Standing.OUTDATED, then=Value(outdated.value)),
        default=Value(NoticeKind.SOON.value),
    )
    return rows.annotate(notice=kind).filter(~Exists(told.filter(kind=OuterRef("notice"))))


def notice_for(site: Site, today: dt.date) -> Stands | None:
    """What the school's own page says of its declaration; None where nothing is to be done."""
    stands = standing_of(site, today)
    if stands.state in (Standing.EXPIRED, Standing.OUTDATED) or stands.is_soon(today):
        return stands
    return None
