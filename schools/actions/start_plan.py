from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from schools.access import DecisionRefused, can_write_plan, require
from schools.actions.plan_writing import write_down_plan
from schools.agreements.plan_form import LATEST
from schools.models import PlanAnswer, PlanSite, PlanState, School, TransitionPlan, User


@transaction.atomic
def start_plan(user: User, school_pk: int) -> TransitionPlan:
    """Begin the next version as a copy of the latest. A draft that exists is returned.

    Raises School.DoesNotExist where unseen, SignatureRefused with the reason, DecisionRefused
    while a version is being examined.
    """
    school = (
        School.objects.visible_to(user)
        .select_for_update(no_key=True, of=("self",))
        .get(pk=school_pk)
    )
    require(can_write_plan(user, school))
    in_hand = school.plans.filter(state__in=(PlanState.DRAFT, PlanState.SUBMITTED)).first()
    if in_hand is not None:
        if in_hand.state == PlanState.DRAFT:
            return in_hand
        raise DecisionRefused(
            _("La version %(n)d est à l’examen. Reprenez-la pour la modifier.")
            % {"n": in_hand.version}
        )
    last = school.plans.aggregate(last=Max("version"))["last"] or 0
    plan = TransitionPlan.objects.create(school=school, version=last + 1, form=LATEST)
    former = school.plans.filter(version=last).first()
    if former is not None:
        copy_answers(former, plan)
    write_down_plan(user, plan, "start_plan", "")
    return plan


def copy_answers(former: TransitionPlan, plan: TransitionPlan) -> None:
    """What was answered, word for word; a site that closed or left the school is left out."""
    PlanAnswer.objects.bulk_create(
        PlanAnswer(
            plan=plan,
            question=a.question,
            body=a.body,
            edited_at=a.edited_at,
            edited_by=a.edited_by,
        )
        for a in former.answers.select_related("edited_by")
    )
    rows = former.plan_sites.filter(site__school=plan.school_id, site__closed_on=None)
    PlanSite.objects.bulk_create(
        PlanSite(
            plan=plan,
            site_id=row.site_id,
            asks=row.asks,
            existing=row.existing,
            rooms=row.rooms,
            wanted_on=row.wanted_on,
            edited_at=row.edited_at,
            edited_by=row.edited_by,
        )
        for row in rows.select_related("edited_by")
    )
