"""Save one answer of a draft. Two people at once: nobody's text is overwritten unread."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from schools.access import DecisionRefused
from schools.actions.plan_writing import lock_plan_to_write
from schools.actions.write_together import too_long, words_of, write_row
from schools.agreements.plan_form import question_of
from schools.models import PlanAnswer, PlanSite, Site, TransitionPlan, User


@dataclass(frozen=True, slots=True)
class SiteWords:
    """What is said of one site."""

    asks: bool | None
    existing: str = ""
    rooms: str = ""
    wanted_on: dt.date | None = None


@transaction.atomic
def write_answer(user: User, pk: int, question: str, body: str, revision: int) -> PlanAnswer:
    """Save an answer that was read at ``revision`` (0: there was none).

    The same words twice are one writing. Raises WrittenMeanwhile with the other's words,
    DecisionRefused for a text too long or a version that is frozen, and as ``lock_plan``.
    """
    plan = lock_plan_to_write(user, pk)
    if question_of(plan.form, question) is None:
        raise DecisionRefused(_("Cette question n’existe pas dans ce plan."))
    body = words_of(body)
    _refuse_too_long(body)
    row = plan.answers.filter(question=question).first()
    if row is None:
        row = PlanAnswer(plan=plan, question=question, revision=0)
    return write_row(user, row, revision, {"body": body})


@transaction.atomic
def write_site(user: User, pk: int, site_pk: int, words: SiteWords, revision: int) -> PlanSite:
    """Save what is said of one site. Raises as ``write_answer``, and Site.DoesNotExist."""
    plan = lock_plan_to_write(user, pk)
    site = _site(plan, site_pk)
    values = {
        "asks": words.asks,
        "existing": words_of(words.existing),
        "rooms": words_of(words.rooms),
        "wanted_on": words.wanted_on,
    }
    _refuse_too_long(str(values["existing"]), str(values["rooms"]))
    row = plan.plan_sites.filter(site=site).first() or PlanSite(plan=plan, site=site, revision=0)
    return write_row(user, row, revision, values)


def _site(plan: TransitionPlan, pk: int) -> Site:
    return Site.objects.open().get(pk=pk, school=plan.school_id)


def _refuse_too_long(*texts: str) -> None:
    if why := too_long(*texts):
        raise DecisionRefused(why)
