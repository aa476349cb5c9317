"""Save one answer of a draft. Two people at once: nobody's text is overwritten unread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import DecisionRefused
from schools.actions.plan_writing import lock_plan_to_write
from schools.agreements.plan_form import LONGEST, question_of
from schools.models import PlanAnswer, PlanSite, Site, TransitionPlan, User

Row = TypeVar("Row", PlanAnswer, PlanSite)


@dataclass(frozen=True, slots=True)
class SiteWords:
    """What is said of one site."""

    asks: bool | None
    existing: str = ""
    rooms: str = ""
    wanted_on: dt.date | None = None


class WrittenMeanwhile(Exception):
    """Somebody saved this part since it was read: ``row`` holds their words, unchanged."""

    def __init__(self, row: PlanAnswer | PlanSite) -> None:
        super().__init__(row)
        self.row = row


@transaction.atomic
def write_answer(user: User, pk: int, question: str, body: str, revision: int) -> PlanAnswer:
    """Save an answer that was read at ``revision`` (0: there was none).

    The same words twice are one writing. Raises WrittenMeanwhile with the other's words,
    DecisionRefused for a text too long or a version that is frozen, and as ``lock_plan``.
    """
    plan = lock_plan_to_write(user, pk)
    if question_of(plan.form, question) is None:
        raise DecisionRefused(_("Cette question n’existe pas dans ce plan."))
    body = body.replace("\r\n", "\n").strip()
    _refuse_too_long(body)
    row = plan.answers.filter(question=question).first()
    if row is None:
        row = PlanAnswer(plan=plan, question=question, revision=0)
    return _write(user, row, revision, lambda r: r.body == body, lambda r: _set(r, body=body))


@transaction.atomic
def write_site(user: User, pk: int, site_pk: int, words: SiteWords, revision: int) -> PlanSite:
    """Save what is said of one site. Raises as ``write_answer``, and Site.DoesNotExist."""
    plan = lock_plan_to_write(user, pk)
    site = _site(plan, site_pk)
    values = {
        "asks": words.asks,
        "existing": words.existing.replace("\r\n", "\n").strip(),
        "rooms": words.rooms.replace("\r\n", "\n").strip(),
        "wanted_on": words.wanted_on,
    }
    _refuse_too_long(str(values["existing"]), str(values["rooms"]))
    row = plan.plan_sites.filter(site=site).first() or PlanSite(plan=plan, site=site, revision=0)
    return _write(
        user,
        row,
        revision,
        lambda r: all(getattr(r, name) == value for name, value in values.items()),
        lambda r: _set(r, **values),
    )


def _site(plan: TransitionPlan, pk: int) -> Site:
    return Site.objects.open().get(pk=pk, school=plan.school_id)


def _write(
    user: User,
    row: Row,
    revision: int,
    is_same: Callable[[Row], bool],
    change: Callable[[Row], None],
) -> Row:
    """The plan is locked: between the look and the writing nobody comes."""
    if row.pk is not None and is_same(row):
        return row
    if row.revision != revision:
        raise WrittenMeanwhile(row)
    change(row)
    row.revision += 1
    row.edited_at, row.edited_by = timezone.now(), user
    row.save()
    return row


def _set(row: PlanAnswer | PlanSite, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _refuse_too_long(*texts: str) -> None:
    longest = max(len(text) for text in texts)
    if longest > LONGEST:
        raise DecisionRefused(
            _("Ce texte compte %(n)d caractères, 8 000 au plus. Joignez le détail en document.")
            % {"n": longest}
        )
