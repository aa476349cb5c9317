"""A device is not as its template intends: prepare that it gets its intended lines back."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.push import can_put_back
from inventory.actions.make_push_plan import Asked, Drafted, draft_steps, make_push_plan
from inventory.models import CliAccess, ConfigTemplate, Device, PushPlan, PushStep, StepState
from inventory.reach import Reach
from inventory.rules.templates import TemplateRefused
from schools.models import User


def templates_for(device: Device) -> QuerySet[ConfigTemplate]:
    """Those in use that are written for its command line."""
    platforms = CliAccess.objects.filter(device=device).values("platform")
    return ConfigTemplate.objects.filter(retired_at=None, platform__in=platforms)


def template_of(device: Device) -> ConfigTemplate | None:
    """The one that intends what the device should say: which was written to it last, else the only
    one there is. None: a person must choose."""
    fitting = list(templates_for(device))
    written = PushStep.objects.filter(device=device, state=StepState.VERIFIED)
    last = written.order_by("-ended_at").values_list("plan__template_version__template", flat=True)
    newest = last.first()
    found = next((one for one in fitting if one.pk == newest), None)
    return found or (fitting[0] if len(fitting) == 1 else None)


def draft_of(template: ConfigTemplate, device: Device, reach: Reach, now: dt.datetime) -> Drafted:
    """What would be written, or why nothing would. Raises TemplateRefused."""
    (one,) = draft_steps(template.newest(), [device], reach, now)
    return one


def put_back(
    user: User, device: Device, template: ConfigTemplate | None, reach: Reach, why: str = ""
) -> PushPlan:
    """A draft for this one device, which is its own first site; a second person approves it as any
    other. Raises DecisionRefused, DecisionImpossible."""
    require(can_put_back(user, device.site, timezone.localdate()))
    if template is None or not templates_for(device).filter(pk=template.pk).exists():
        raise DecisionImpossible(
            _("Choisissez le modèle qui dit ce que l’équipement devrait tenir.")
        )
    asked = Asked(
        _("Remettre %s comme prévu") % device.name,
        template.newest(),
        why,
        canary=device.site_id,
        first_wave=1,
        hold_min=0,
    )
    try:
        one = draft_of(template, device, reach, timezone.now())
        if one.state != StepState.WAITING:
            raise DecisionImpossible(one.reason)
        return make_push_plan(user, asked, [device], reach)
    except TemplateRefused as refused:
        raise DecisionImpossible(str(refused)) from None
