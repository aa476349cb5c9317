"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from byod.models.network.policies import NetworkPolicy, PolicyState
from byod.models.network.realms import Realm
from schools.models import Site, User

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = ()
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "byod.Realm": "the public part of an identity: it names a school, nobody",
}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class NetworkWorld:
    """A realm and a live policy of the site's school."""

    realm: Realm
    policy: NetworkPolicy


def make_network_world(
    site: Site, technician: User, name: str, made: dict[str, Any]
) -> NetworkWorld:
    """``made``: what the parts before this one made, by name."""
    return NetworkWorld(
        realm=Realm.objects.create(name=f"s{site.pk}.preau.example", school=site.school),
        policy=NetworkPolicy.objects.create(
            school=site.school, number=1, state=PolicyState.LIVE, live_at=timezone.now()
        ),
    )
