"""Write a school's policy: a draft, begun from the one in force or from another school's, put in
force whole. What is in force never changes; the next version replaces it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from byod.access.network.keeping import can_write_policy
from byod.models.network.policies import NetworkPolicy, PolicyState, Segment
from byod.models.network.rules import Bandwidth, PolicyRule, Who
from byod.rules.network.floor import below_floor
from inventory.access.refusals import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import School, User

COPIED = ("device_limit", "charter_required", "visitors", "unauthorised", "outside_hours")
RULE = (
    *("who", "segment", "days", "opens", "closes", "school_days_only"),
    *("bandwidth", "sessions", "beyond"),
)
USUAL: tuple[dict[str, Any], ...] = (
    {"who": Who.PUPIL, "segment": Segment.PUPILS, "opens": dt.time(7, 30),
     "closes": dt.time(17, 30), "school_days_only": True, "sessions": 3},
    {"who": Who.TEACHER, "segment": Segment.STAFF, "days": [0, 1, 2, 3, 4, 5, 6],
     "bandwidth": Bandwidth.FREE},
    {"who": Who.VISITOR, "segment": Segment.VISITORS, "days": [0, 1, 2, 3, 4, 5, 6]},
    {"who": Who.GUEST, "segment": Segment.GUESTS, "days": [0, 1, 2, 3, 4, 5, 6],
     "bandwidth": Bandwidth.SLOW},
)  # fmt: skip
"""What a school begins with that has no policy yet."""


@transaction.atomic
def start_policy(user: User, school: School, *, source: int | None = None) -> NetworkPolicy:
    """The draft of the school: the one there is, else a copy of ``source``, of the policy in force,
    or the usual rules. Raises DecisionRefused, NetworkPolicy.DoesNotExist for an unseen source."""
    require(can_write_policy(user, school))
    School.objects.select_for_update().get(pk=school.pk)
    versions = NetworkPolicy.objects.filter(school=school)
    draft = versions.filter(state=PolicyState.DRAFT).first()
    if draft is not None:
        return draft
    if source is not None:
        copied: NetworkPolicy | None = NetworkPolicy.objects.visible_to(user).get(pk=source)
    else:
        copied = versions.live().first()
    last = versions.order_by("-number").values_list("number", flat=True).first() or 0
    values = {name: getattr(copied, name) for name in COPIED} if copied else {}
    draft = NetworkPolicy.objects.create(school=school, number=last + 1, **values)
    rules = PolicyRule.objects.filter(policy=copied).values(*RULE) if copied else USUAL
    PolicyRule.objects.bulk_create(PolicyRule(policy=draft, **one) for one in rules)
    record_action(user, "start_policy", draft, after={"number": draft.number})
    return draft


@transaction.atomic
def change_policy(
    user: User, pk: int, values: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any] | None]
) -> NetworkPolicy:
    """Write the draft: its values, and the rule of each kind of person (None: no rule).

    Raises DecisionRefused, DecisionImpossible for what is no draft any more.
    """
    draft = _draft(user, pk)
    before = {name: str(getattr(draft, name)) for name in values}
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save(update_fields=[*values])
    for who, rule in rules.items():
        if rule is None:
            PolicyRule.objects.filter(policy=draft, who=who).delete()
        else:
            PolicyRule.objects.update_or_create(policy=draft, who=who, defaults=dict(rule))
    after = {name: str(value) for name, value in values.items()}
    record_action(user, "change_policy", draft, before=before, after=after)
    return draft


def _draft(user: User, pk: int) -> NetworkPolicy:
    draft = (
        NetworkPolicy.objects.visible_to(user)
        .select_for_update(of=("self",))
        .select_related("school")
        .get(pk=pk)
    )
    require(can_write_policy(user, draft.school))
    if draft.state != PolicyState.DRAFT:
        raise DecisionImpossible(
            _("Cette version n’est plus un brouillon. Commencez-en une nouvelle.")
        )
    return draft


@transaction.atomic
def put_in_force(user: User, pk: int, now: dt.datetime) -> NetworkPolicy:
    """Replace the policy in force by the draft. Again: nothing more happens.

    Raises DecisionRefused; DecisionImpossible, each value below the regional floor in words.
    """
    known = NetworkPolicy.objects.visible_to(user).select_related("school").get(pk=pk)
    School.objects.select_for_update().get(pk=known.school_id)
    if NetworkPolicy.objects.filter(pk=pk, state=PolicyState.LIVE).exists():
        require(can_write_policy(user, known.school))
        return known
    draft = _draft(user, pk)
    wrong = below_floor(draft, draft.rules.all(), settings.NETWORK_FLOOR)
    if wrong:
        raise DecisionImpossible(" ".join(wrong))
    before = NetworkPolicy.objects.filter(school=draft.school, state=PolicyState.LIVE)
    before.update(state=PolicyState.RETIRED, retired_at=now)
    draft.state, draft.live_at = PolicyState.LIVE, now
    draft.save(update_fields=["state", "live_at"])
    record_action(user, "put_policy_in_force", draft, after={"number": draft.number})
    for site in draft.school.sites.values_list("pk", flat=True):
        announce("network", site, site=site)
    return draft


@transaction.atomic
def drop_policy(user: User, pk: int) -> None:
    """Throw the draft away. Raises as ``change_policy``."""
    draft = _draft(user, pk)
    record_action(user, "drop_policy", draft, before={"number": draft.number})
    draft.delete()
