"""The demo of strategies: one deployed, one that waits for its PO, one sent back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone, translation

from byod.actions.strategy.deploy import needed_for
from byod.models.network.policies import NetworkPolicy
from byod.models.strategy.settled import StrategyPilot
from byod.models.strategy.strategies import Strategy, StrategyAnswer, StrategyState
from byod.rules.strategy.form import LATEST, questions_of
from byod.rules.strategy.standing import year_after
from schools.models import Site, User

FILLED = {
    "[Cours et années concernés.]": "En 3e et 4e\u00a0: sciences, langues et français.",
    "[Autres repères.]": "Nombre de classes qui travaillent hors ligne.",
    "[locaux]": "les blocs A et B",
    "[Nombre d’appareils de la réserve.]": "La réserve compte 60 portables.",
    "[personne]": "l’éducatrice référente",
    "[assurance, numéro de contrat, franchise]": "l’assurance de l’école, franchise de 50 €",
    "[Fonction]": "L’éducatrice référente",
    "[heures]": "quatre heures",
    "[fonction]": "un collègue du CDI",
    "[formations prévues]": "deux midis par trimestre, entre collègues",
}
"""What the model text leaves to the school, as this one filled it in."""
REASONS = (
    "L’assurance des appareils prêtés n’est pas précisée\u00a0: "
    "indiquez le contrat et la franchise."
)


def load_strategy(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    if Strategy.objects.exists():
        return
    head = User.objects.filter(email="bernard@preau.example").first()
    po = User.objects.filter(email="veronique@preau.example").first()
    officer = User.objects.filter(email="odile@preau.example").first()
    now = timezone.now()
    with translation.override("fr"):
        first = _written(sites["moulin"], head, now - dt.timedelta(days=71))
        waiting = _written(sites["dumont"], None, now - dt.timedelta(days=4))
        back = _written(sites["aldegonde"], None, now - dt.timedelta(days=20))
    _handed_in(waiting, None, now - dt.timedelta(days=3))
    _handed_in(back, None, now - dt.timedelta(days=15))
    _decided(back, StrategyState.RETURNED, None, now - dt.timedelta(days=9), REASONS)
    _handed_in(first, head, now - dt.timedelta(days=66))
    _decided(first, StrategyState.APPROVED, po, now - dt.timedelta(days=61))
    _deployed(first, head, now - dt.timedelta(days=58))
    StrategyPilot.objects.create(
        school=sites["moulin"].school,
        set_by=officer,
        since_on=timezone.localdate() - dt.timedelta(days=120),
    )


def _written(site: Site, by: User | None, at: dt.datetime) -> Strategy:
    strategy = Strategy.objects.create(school=site.school, version=1, started_at=at)
    StrategyAnswer.objects.bulk_create(
        StrategyAnswer(
            strategy=strategy,
            question=one.key,
            body=_filled(str(one.model)),
            edited_at=at,
            edited_by=by,
        )
        for one in questions_of(LATEST)
    )
    return strategy


def _filled(text: str) -> str:
    for gap, words in FILLED.items():
        text = text.replace(gap, words)
    return text


def _handed_in(strategy: Strategy, by: User | None, at: dt.datetime) -> None:
    strategy.state, strategy.submitted_at, strategy.submitted_by = StrategyState.SUBMITTED, at, by
    strategy.save()


def _decided(
    strategy: Strategy, state: StrategyState, by: User | None, at: dt.datetime, reasons: str = ""
) -> None:
    strategy.state, strategy.reasons = state, reasons
    strategy.decided_at, strategy.decided_by = at, by
    strategy.save()


def _deployed(strategy: Strategy, by: User | None, at: dt.datetime) -> None:
    """Where the network and the charter of the demo are there."""
    policy = NetworkPolicy.objects.live().filter(school=strategy.school).first()
    if policy is None or not all(one.there for one in needed_for(strategy.school)):
        return
    strategy.state, strategy.policy = StrategyState.DEPLOYED, policy
    strategy.deployed_at, strategy.deployed_by = at, by
    strategy.review_on = year_after(timezone.localdate(at))
    strategy.save()
