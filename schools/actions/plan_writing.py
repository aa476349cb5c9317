"""What the actions about a transition plan share: the lock, and a line per site in the journal."""

from __future__ import annotations

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from schools.access import DecisionRefused, can_write_plan, require
from schools.actions.audit import record_action
from schools.actions.give_consent import sites_of
from schools.agreements.plan_form import SiteAnswer
from schools.live import announce_many
from schools.models import PlanSite, PlanState, School, Site, TransitionPlan, User


def lock_plan(user: User, pk: int) -> TransitionPlan:
    """A version that the person sees, for this transaction. Raises TransitionPlan.DoesNotExist.

    The school is locked first, as ``start_plan`` does: two people never wait in a ring.
    """
    seen = TransitionPlan.objects.visible_to(user)
    school = seen.values_list("school", flat=True).get(pk=pk)
    School.objects.select_for_update(no_key=True, of=("self",)).get(pk=school)
    return seen.select_for_update(of=("self",)).select_related("school__authority").get(pk=pk)


def lock_plan_to_write(user: User, pk: int) -> TransitionPlan:
    """A draft that the person may write.

    Raises as ``lock_plan``, SignatureRefused with the reason, DecisionRefused once it is frozen.
    """
    plan = lock_plan(user, pk)
    require(can_write_plan(user, plan.school))
    if plan.state != PlanState.DRAFT:
        raise DecisionRefused(
            _("Cette version est « %(state)s » : elle ne se modifie plus.")
            % {"state": plan.get_state_display()}
        )
    return plan


def write_down_plan(
    user: User, plan: TransitionPlan, action: str, before: str, why: str = ""
) -> None:
    """Who moved the version from which state, in the journal of each site; the open pages hear."""
    sites = sites_of(plan.school)
    places: list[Site | None] = [*sites] or [None]
    for site in places:
        record_action(
            user,
            action,
            plan,
            site=site,
            before={"state": before},
            after={"state": plan.state},
            why=why,
        )
    announce_many([{"topic": "plan", "id": plan.pk, "site": site.pk} for site in sites])


def answers_of(plan: TransitionPlan) -> dict[str, str]:
    """Question → answer."""
    return dict(plan.answers.values_list("question", "body"))


def site_answers_of(plan: TransitionPlan) -> dict[int, SiteAnswer]:
    """Each open site of the school, and what the plan says of it so far."""
    mine = Prefetch("plan_sites", PlanSite.objects.filter(plan=plan), to_attr="told")
    sites = Site.objects.open().filter(school=plan.school_id).prefetch_related(mine)
    return {site.pk: _site_answer(site) for site in sites.select_related("municipality")}


def _site_answer(site: Site) -> SiteAnswer:
    name = site.name or str(site.municipality)
    told: list[PlanSite] = site.told  # type: ignore[attr-defined]
    if not told:
        return SiteAnswer(name)
    row = told[0]
    return SiteAnswer(name, row.asks, row.existing, row.rooms, row.wanted_on is not None)
