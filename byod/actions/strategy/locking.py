"""What every move of a strategy begins and ends with: lock in one order, write down, announce."""

from __future__ import annotations

from django.utils.translation import gettext as _

from byod.access.strategy.strategies import StrategyImpossible, can_write_strategy, require
from byod.models.strategy.strategies import Strategy, StrategyState
from schools.actions.audit import record_action
from schools.live import announce_many
from schools.models import School, Site, User


def lock_school(school: int) -> School:
    """One school, for this transaction: whatever concerns its strategies waits here."""
    return (
        School.objects.select_for_update(no_key=True, of=("self",))
        .select_related("authority")
        .get(pk=school)
    )


def lock_strategy(user: User, pk: int) -> Strategy:
    """A version that the person sees, for this transaction. Raises Strategy.DoesNotExist.

    The school is locked first, as ``start_strategy`` does: two people never wait in a ring.
    """
    seen = Strategy.objects.visible_to(user)
    lock_school(seen.values_list("school", flat=True).get(pk=pk))
    return seen.select_for_update(of=("self",)).select_related("school__authority").get(pk=pk)


def lock_draft(user: User, pk: int) -> Strategy:
    """A draft that the person may write.

    Raises as ``lock_strategy``, StrategyRefused with the reason, StrategyImpossible once frozen.
    """
    strategy = lock_strategy(user, pk)
    require(can_write_strategy(user, strategy.school))
    if strategy.state != StrategyState.DRAFT:
        raise StrategyImpossible(
            _("Cette version est « %(state)s » : elle ne se modifie plus.")
            % {"state": strategy.get_state_display()}
        )
    return strategy


def write_down(
    user: User | None, action: str, strategy: Strategy, before: str = "", why: str = ""
) -> None:
    """Who moved the version from which state, in the journal of each site; open pages hear."""
    sites = list(Site.objects.open().filter(school=strategy.school_id))
    places: list[Site | None] = [*sites] or [None]
    for site in places:
        record_action(
            user,
            action,
            strategy,
            site=site,
            before={"state": before} if before else {},
            after={"state": strategy.state},
            why=why,
        )
    announce_many([{"topic": "strategy", "id": strategy.pk, "site": site.pk} for site in sites])


def answers_of(strategy: Strategy) -> dict[str, str]:
    """Question → answer."""
    return dict(strategy.answers.values_list("question", "body"))
