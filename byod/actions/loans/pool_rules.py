"""The rules of a shared pool: its name, who lends from it, how much at a time; its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.actions.loans.pools import lock_pool
from byod.models.equity.lines import Line
from byod.models.loans.loans import TAKEN, Loan
from byod.models.loans.pools import LoanPool, PoolItem, PoolSite
from inventory.access import DecisionImpossible
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User

MOST = 9999


@dataclass(frozen=True, slots=True)
class Rules:
    """``added``: sites by name or FASE number, one a text; ``limits``: rule → devices at a time;
    ``dropped``: rules that go."""

    name: str
    everyone: bool
    each_at_most: int | None
    added: Sequence[str] = ()
    limits: Mapping[int, int | None] = field(default_factory=dict)
    dropped: Iterable[int] = ()


@transaction.atomic
def change_pool(user: User, pk: int, rules: Rules) -> list[tuple[str, str]]:
    """Write the rules; what is out stays out. Back: the sites that were refused, and why.

    Raises LoanPool.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    pool = lock_pool(user, pk)
    if not pool.is_shared:
        raise DecisionImpossible(
            _("Cette réserve est celle d’une école\u00a0: elle seule en prête.")
        )
    name = " ".join(rules.name.split())[:80]
    if not name:
        raise DecisionImpossible(_("Donnez un nom à la réserve."))
    for most in (rules.each_at_most, *rules.limits.values()):
        if most is not None and not 1 <= most <= MOST:
            raise DecisionImpossible(_("Un nombre d’appareils va de 1 à %(n)d.") % {"n": MOST})
    before = told(pool)
    pool.name, pool.everyone, pool.each_at_most = name, rules.everyone, rules.each_at_most
    pool.save(update_fields=["name", "everyone", "each_at_most"])
    kept = pool.rules.exclude(pk__in=[*rules.dropped])
    pool.rules.filter(pk__in=[*rules.dropped]).delete()
    for rule in kept.filter(pk__in=[*rules.limits]):
        rule.at_most = rules.limits[rule.pk]
        rule.save(update_fields=["at_most"])
    refused = [one for text in rules.added if (one := _add(pool, text)) is not None]
    after = told(pool)
    if after != before:
        record_action(user, "change_loan_pool", pool, before=before, after=after)
        announce("loan_pool", pool.pk, site=None)
    return refused


def _add(pool: LoanPool, text: str) -> tuple[str, str] | None:
    """None: added, or there already."""
    text = " ".join(text.replace("\x00", "").split())[:120]
    if not text:
        return None
    sites = pool.sites().filter(closed_on=None)
    found = sites.filter(Q(number__iexact=text) | Q(name__iexact=text)).order_by("pk")
    rows = list((found if found.exists() else sites.filter(name__icontains=text))[:2])
    if len(rows) > 1:
        return text, _("plusieurs implantations portent ce nom\u00a0: donnez le numéro FASE")
    if not rows:
        return text, _("aucune implantation de ce nom ou de ce numéro ne partage cette réserve")
    PoolSite.objects.get_or_create(pool=pool, site=rows[0])
    return None


def told(pool: LoanPool) -> dict[str, Any]:
    """The rules, for the journal."""
    rules = pool.rules.select_related("site").order_by("site__name", "pk")
    return {
        "name": pool.name,
        "everyone": pool.everyone,
        "each_at_most": pool.each_at_most,
        "sites": [[rule.site.name, rule.at_most] for rule in rules],
    }


@transaction.atomic
def close_pool(user: User, pk: int) -> LoanPool:
    """Its pieces are free for other uses; what was lent from it stays readable.

    Raises LoanPool.DoesNotExist, DecisionRefused; DecisionImpossible while something is out.
    """
    pool = lock_pool(user, pk)
    out = Loan.objects.filter(Q(item__pool=pool) | Q(charger__pool=pool), state__in=TAKEN)
    if count := out.count():
        raise DecisionImpossible(
            _("Faites d’abord rendre ce qui est prêté ou réservé de cette réserve\u00a0: %(n)d.")
            % {"n": count}
        )
    if Line.objects.filter(pool=pool, removed_at=None).exists():
        raise DecisionImpossible(
            _("Des connexions sont dans cette réserve\u00a0: retirez-les ou mettez-les ailleurs.")
        )
    now = timezone.now()
    pieces = PoolItem.objects.in_pool().filter(pool=pool)
    count = pieces.update(removed_at=now, partner=None)
    pool.closed_on = timezone.localdate(now)
    pool.save(update_fields=["closed_on"])
    record_action(user, "close_loan_pool", pool, after={"devices": count})
    announce("loan_pool", pool.pk, site=None)
    return pool


def sites_to_name(pool: LoanPool) -> list[Site]:
    """Open sites that may be named in its rules, for the list that the field proposes."""
    named = pool.rules.values("site")
    return list(pool.sites().filter(closed_on=None).exclude(pk__in=named).order_by("name")[:300])
