"""Begin a version: from the former one, the model text, another school of the PO, or nothing."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from byod.access.strategy.strategies import StrategyImpossible, can_write_strategy, require
from byod.actions.strategy.locking import lock_school, write_down
from byod.models.strategy.strategies import Strategy, StrategyAnswer, StrategyState
from byod.rules.strategy.form import LATEST, questions_of
from schools.models import School, User

MODEL = "model"
EMPTY = "empty"


def sources_for(school: School) -> QuerySet[Strategy]:
    """Strategies in force at the other schools of the same PO, to start from."""
    return (
        Strategy.objects.in_force()
        .filter(school__authority=school.authority_id, school__closed_on=None)
        .exclude(school=school)
        .select_related("school")
        .order_by("school__name", "-version")
    )


@transaction.atomic
def start_strategy(user: User, school_pk: int, source: str = "") -> Strategy:
    """Begin the next version; a draft that exists is returned.

    ``source``: ``model``, ``empty`` or the key of a strategy of ``sources_for``; without one, the
    school's latest version, or the model text where there is none. Raises School.DoesNotExist
    where unseen, StrategyRefused with the reason, StrategyImpossible while one is being examined.
    """
    School.objects.visible_to(user).get(pk=school_pk)
    school = lock_school(school_pk)
    require(can_write_strategy(user, school))
    mine = Strategy.objects.filter(school=school)
    in_hand = mine.filter(state__in=(StrategyState.DRAFT, StrategyState.SUBMITTED)).first()
    if in_hand is not None:
        if in_hand.state == StrategyState.DRAFT:
            return in_hand
        raise StrategyImpossible(
            _("La version %(n)d attend l’approbation. Reprenez-la pour la modifier.")
            % {"n": in_hand.version}
        )
    last = mine.aggregate(last=Max("version"))["last"] or 0
    bodies = _bodies(school, mine.filter(version=last).first(), source)
    strategy = Strategy.objects.create(school=school, version=last + 1, form=LATEST)
    StrategyAnswer.objects.bulk_create(
        StrategyAnswer(strategy=strategy, question=key, body=body, edited_by=user)
        for key, body in bodies.items()
        if body
    )
    write_down(user, "start_strategy", strategy)
    return strategy


def _bodies(school: School, former: Strategy | None, source: str) -> dict[str, str]:
    """Question → text to begin with. Raises StrategyImpossible for a source that is gone."""
    if source == EMPTY:
        return {}
    if source == MODEL or (not source and former is None):
        return {one.key: str(one.model) for one in questions_of(LATEST)}
    copied = former
    if source:
        found = sources_for(school).filter(pk=int(source)) if source.isdecimal() else None
        copied = found.first() if found is not None else None
    if copied is None:
        raise StrategyImpossible(
            _("Cette stratégie n’est plus en vigueur : choisissez un autre point de départ.")
        )
    known = {one.key for one in questions_of(LATEST)}
    rows = copied.answers.values_list("question", "body")
    return {key: body for key, body in rows if key in known}
