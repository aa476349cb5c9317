"""Strategies in every state, and what their deployment needs."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from byod.actions.strategy import decide, deploy
from byod.actions.strategy.start import start_strategy
from byod.actions.strategy.write import write_answer
from byod.models.network.policies import NetworkPolicy, PolicyState
from byod.models.people.charters import CharterVersion
from byod.models.strategy.strategies import Strategy
from byod.rules.strategy.form import LATEST, questions_of
from schools.models import Level, School, Site, Teaching


def make_secondary(site: Site, level: str = Level.SECONDARY) -> School:
    Teaching.objects.get_or_create(site=site, level=level)
    return site.school


def make_policy(school: School, number: int = 1) -> NetworkPolicy:
    return NetworkPolicy.objects.create(
        school=school, number=number, state=PolicyState.LIVE, live_at=timezone.now()
    )


def make_charter(school: School) -> CharterVersion:
    return CharterVersion.objects.create(
        school=school, number=1, text_fr="La charte.", published_at=timezone.now()
    )


def written(user: Any, school: School) -> Strategy:
    """A draft that lacks nothing."""
    draft = start_strategy(user, school.pk, "empty")
    for one in questions_of(LATEST):
        write_answer(user, draft.pk, one.key, f"Réponse sur {one.key}.", 0)
    return draft


def approved(cast: Any) -> Strategy:
    """Of Tilleuls, written by its head, approved by its PO."""
    school = make_secondary(cast.tilleuls)
    draft = written(cast.bernard, school)
    decide.submit_strategy(cast.bernard, draft.pk)
    return decide.approve_strategy(cast.veronique, draft.pk)


def deployed(cast: Any) -> Strategy:
    strategy = approved(cast)
    make_charter(strategy.school)
    make_policy(strategy.school)
    return deploy.deploy_strategy(cast.bernard, strategy.pk)
