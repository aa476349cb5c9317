"""Write a template: a new version where the last one was used, the same one where it was not."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from inventory.access import require
from inventory.access.push import can_prepare
from inventory.models import ConfigTemplate, TemplateVersion
from inventory.rules.config_lines import GRAMMARS, check_owned, patterns
from inventory.rules.templates import SAMPLE, render
from schools.actions.audit import record_action
from schools.models import User


@dataclass(frozen=True, slots=True)
class Written:
    """What a person typed."""

    text: str
    owns: str
    note: str = ""


def check_template(written: Written, grammar: str) -> list[str]:
    """Render it against the sample. Raises TemplateRefused with the line; returns the lines."""
    lines = render(written.text, SAMPLE)
    check_owned(lines, patterns(written.owns), GRAMMARS[grammar])
    return lines


@transaction.atomic
def save_template(
    user: User, template: ConfigTemplate, written: Written, seen: int | None = None
) -> TemplateVersion:
    """Keep a text. ``seen``: number of the version that was read.

    Raises DecisionRefused, TemplateRefused, StaleTemplate when somebody wrote one meanwhile.
    """
    require(can_prepare(user))
    check_template(written, template.grammar)
    if template._state.adding:
        template.save()
    ConfigTemplate.objects.select_for_update().get(pk=template.pk)
    last = template.versions.order_by("-number").first()
    if last is not None and seen is not None and seen != last.number:
        raise StaleTemplate(last.number)
    if last is not None and (last.text, last.owns) == (written.text, written.owns):
        return last
    if last is None or last.plans.exists():
        top = template.versions.aggregate(top=Max("number"))["top"] or 0
        last = TemplateVersion(template=template, number=top + 1)
    last.text, last.owns, last.note, last.made_by = written.text, written.owns, written.note, user
    last.save()
    record_action(user, "save_template", template, after={"version": last.number}, why=last.note)
    return last


class StaleTemplate(Exception):
    """Somebody wrote another version since this one was read; ``args[0]`` is its number."""
