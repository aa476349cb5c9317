"""What keeps a file from being sent: answers, kits no longer offered, conditions of the call."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from inventory.grants.access.calls.facts import facts_of_site, verdicts_of
from inventory.grants.models.calls.applications import Application
from inventory.grants.rules.calls.eligibility import Verdict
from inventory.grants.rules.calls.questions import (
    Missing,
    all_questions,
    missing_answers,
    read_form,
)
from inventory.models import KitVersion


def answers_of(application: Application) -> dict[str, Any]:
    """Question → value."""
    return dict(application.answers.values_list("question", "value"))


def files_of(application: Application) -> dict[str, int]:
    """Question → how many files are joined."""
    found: dict[str, int] = {}
    for key in application.files.filter(removed_at=None).values_list("question", flat=True):
        found[key] = found.get(key, 0) + 1
    return found


def missing_in(application: Application, on: dt.date) -> list[Missing]:
    """Answers that are missing, and kits that are no longer offered."""
    sections = read_form(application.form.content)
    found = missing_answers(sections, answers_of(application), files_of(application))
    return found + _stale_kits(application, on)


def _stale_kits(application: Application, on: dt.date) -> list[Missing]:
    asked = application.asked_kits.select_related("kit_version__kit")
    offered = KitVersion.objects.offered(on).filter(pk__in=asked.values("kit_version"))
    known = set(offered.values_list("pk", flat=True))
    sections = read_form(application.form.content)
    anchor = next((one.anchor for one in all_questions(sections) if one.kind == "kits"), "")
    return [
        Missing(
            anchor,
            _("Kits"),
            _("%(kit)s n’est plus proposé\u00a0: choisissez sa version actuelle")
            % {"kit": row.kit_version},
        )
        for row in asked
        if row.kit_version_id not in known
    ]


def verdicts_on(application: Application, on: dt.date) -> list[Verdict]:
    """The conditions of the call, judged for the site of the file."""
    return verdicts_of(application.version.eligibility, facts_of_site(application.site, on), on)
