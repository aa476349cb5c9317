"""Deploy an approved strategy: the network lives by it, and the charter says so."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from byod.access.strategy.strategies import StrategyImpossible, can_submit_strategy, require
from byod.actions.strategy.decide import supersede
from byod.actions.strategy.locking import lock_strategy, write_down
from byod.models.network.policies import NetworkPolicy
from byod.models.people.charters import CharterVersion
from byod.models.strategy.strategies import Strategy, StrategyState
from byod.rules.strategy.standing import year_after
from schools.models import School, User


@dataclass(frozen=True, slots=True)
class Needed:
    """Something that a deployment needs: whether it is there, and where it is made."""

    key: str
    what: str | Promise
    there: bool
    how: str | Promise


def needed_for(school: School) -> list[Needed]:
    """What must be there before a strategy is deployed, and must stay for it to count."""
    policy = NetworkPolicy.objects.live().filter(school=school).exists()
    charter = CharterVersion.objects.published().filter(Q(school=school) | Q(school=None)).exists()
    return [
        Needed(
            "charter",
            gettext_lazy("une charte publiée"),
            charter,
            gettext_lazy("Écrivez la charte de l’école et publiez-la."),
        ),
        Needed(
            "policy",
            gettext_lazy("une politique d’accès en vigueur sur le réseau"),
            policy,
            gettext_lazy("Mettez une politique d’accès en vigueur."),
        ),
    ]


@transaction.atomic
def deploy_strategy(user: User, pk: int) -> Strategy:
    """From now on it is lived by; the one that was deployed gives way. Twice is once.

    Raises Strategy.DoesNotExist, StrategyRefused with the reason, StrategyImpossible naming what
    is missing.
    """
    strategy = lock_strategy(user, pk)
    require(can_submit_strategy(user, strategy.school))
    if strategy.state == StrategyState.DEPLOYED:
        return strategy
    if strategy.state != StrategyState.APPROVED:
        raise StrategyImpossible(_("Cette version n’est pas approuvée : elle ne se déploie pas."))
    missing = [one for one in needed_for(strategy.school) if not one.there]
    if missing:
        raise StrategyImpossible(
            _("Pas encore déployée. Il manque : %(what)s.")
            % {"what": ", ".join(str(one.what) for one in missing)}
        )
    # Locked: a policy that is being replaced this moment is waited for.
    policy = (
        NetworkPolicy.objects.live().filter(school=strategy.school_id).select_for_update().first()
    )
    if policy is None:
        raise StrategyImpossible(_("La politique d’accès vient d’être retirée."))
    supersede(strategy, StrategyState.DEPLOYED)
    strategy.state, strategy.policy = StrategyState.DEPLOYED, policy
    strategy.deployed_at, strategy.deployed_by = timezone.now(), user
    strategy.review_on = year_after(timezone.localdate())
    strategy.save(update_fields=["state", "policy", "deployed_at", "deployed_by", "review_on"])
    write_down(user, "deploy_strategy", strategy, StrategyState.APPROVED)
    return strategy
