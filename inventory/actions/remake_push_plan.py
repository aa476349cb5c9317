"""Make a change again for the devices that still want it: another text, or another base."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.push import can_prepare
from inventory.actions.drive_push import can_be_remade
from inventory.actions.make_push_plan import Asked, candidates, make_push_plan
from inventory.actions.push_writing import lock_plan
from inventory.models import PushPlan, StepState
from inventory.reach import Reach
from schools.models import User


@transaction.atomic
def remake_push_plan(user: User, pk: int, reach: Reach) -> PushPlan:
    """A new draft from the newest version of the template and the newest readings, for every device
    of an ended plan but those that were written, are the school's own, or had nothing to change.

    It takes the same way: another approval, a first site, waves. Raises DecisionImpossible.
    """
    plan = lock_plan(user, pk)
    require(can_prepare(user))
    if not can_be_remade(plan):
        raise DecisionImpossible(_("Ce changement n’a pas d’équipement à reprendre."))
    left = plan.steps.exclude(state__in=[StepState.VERIFIED, StepState.BLOCKED, StepState.SKIPPED])
    devices = list(candidates(user).filter(pk__in=left.values("device")))
    sites = {device.site_id for device in devices}
    asked = Asked(
        plan.title,
        plan.template_version.template.newest(),
        plan.why,
        canary=plan.canary_site_id if plan.canary_site_id in sites else None,
        hold_min=plan.hold_min,
        days=max(1, (plan.expires_at - plan.made_at).days),
        replaces=plan,
    )
    return make_push_plan(user, asked, devices, reach)
