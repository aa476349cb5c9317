"""Whether a device says what its template intends, as pages tell it beside the way back."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from inventory.access.push import can_put_back
from inventory.actions.put_back import draft_of, template_of, templates_for
from inventory.models import ConfigTemplate, Device, StepState
from inventory.reach import Reach
from inventory.rules.templates import TemplateRefused
from schools.models import User
from schools.rules import Refused


@dataclass(frozen=True, slots=True)
class Intended:
    """``reason``: why nothing would be written, empty where something would; ``why_not``: why
    this person, or anybody, may not prepare it."""

    templates: list[ConfigTemplate]
    chosen: ConfigTemplate | None
    added: int = 0
    removed: int = 0
    reason: str = ""
    why_not: str = ""

    @property
    def differs(self) -> bool:
        return bool(self.added or self.removed)


def intended_of(user: User, device: Device, reach: Reach) -> Intended | None:
    """None where no template speaks of such devices."""
    templates, chosen = list(templates_for(device)), template_of(device)
    if not templates:
        return None
    answer = can_put_back(user, device.site, timezone.localdate())
    why_not = answer.why if isinstance(answer, Refused) else ""
    if chosen is None:
        return Intended(templates, None, why_not=why_not)
    try:
        one = draft_of(chosen, device, reach, timezone.now())
    except TemplateRefused as refused:
        return Intended(templates, chosen, reason=str(refused), why_not=why_not)
    signs = [sign for sign, _line in one.diff]
    reason = "" if one.state == StepState.WAITING else one.reason
    return Intended(templates, chosen, signs.count("+"), signs.count("-"), reason, why_not)
