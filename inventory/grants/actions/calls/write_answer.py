"""Save one answer of a draft, or a file joined to it. Two people at once: nothing is overwritten
unread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.who import can_write
from inventory.grants.actions.calls.hold import hold
from inventory.grants.models.calls.applications import Answer, Application, AskedKit
from inventory.grants.models.calls.files import ApplicationFile
from inventory.grants.rules.calls.questions import (
    MOST_FILES,
    AnswerRefused,
    Question,
    find,
    read_answer,
    read_form,
)
from inventory.models import KitVersion
from schools.actions.audit import record_action
from schools.agreements.papers import Paper
from schools.models import User


class WrittenMeanwhile(Exception):
    """Somebody saved this answer since it was read: ``row`` is theirs, ``mine`` what was sent."""

    def __init__(self, row: Answer, mine: Any) -> None:
        super().__init__(row)
        self.row, self.mine = row, mine


def write_answer(
    user: User, pk: int, key: str, data: Mapping[str, list[str]], revision: int
) -> Answer:
    """Save an answer that was read at ``revision`` (0: there was none). The same one twice is one.

    Raises WrittenMeanwhile, AnswerRefused with words, DecisionRefused, DecisionImpossible,
    Application.DoesNotExist.
    """
    with transaction.atomic():
        application = hold(user, pk)
        require(can_write(user, application))
        question = _question(application, key)
        value = read_answer(question, data)
        now = timezone.now()
        row = application.answers.select_related("edited_by").filter(question=key).first()
        if row is None:
            row = Answer(application=application, question=key, revision=0)
        elif row.value == value:
            return row
        if row.revision != revision:
            raise WrittenMeanwhile(row, value)
        if question.kind == "kits":
            _ask_kits(application, question, value or {}, timezone.localdate(now))
        row.value, row.revision = value, row.revision + 1
        row.edited_at, row.edited_by = now, user
        row.save()
        Application.objects.filter(pk=application.pk).update(
            changed_at=now, amount=application.amount
        )
    return row


def _question(application: Application, key: str) -> Question:
    question = find(read_form(application.form.content), key)
    if question is None:
        raise DecisionImpossible(
            _("Cette question ne fait plus partie du formulaire. Rechargez la page.")
        )
    return question


def offered_kits(question: Question, on: dt.date) -> list[KitVersion]:
    """The kit versions that may be asked for on that day, by name."""
    rows = KitVersion.objects.offered(on).select_related("kit")
    if question.kits:
        rows = rows.filter(kit__in=question.kits)
    return list(rows.order_by("kit__name", "pk"))


def _ask_kits(
    application: Application, question: Question, value: Mapping[str, int], on: dt.date
) -> None:
    """The rows of what is asked for follow the answer; the amount too."""
    known = {one.pk: one for one in offered_kits(question, on)}
    kept = {row.kit_version_id: row for row in application.asked_kits.all()}
    wanted = {int(key): count for key, count in value.items()}
    if unknown := set(wanted) - set(known) - set(kept):
        raise AnswerRefused(
            _("Un kit choisi n’est plus proposé (%(n)s). Rechargez la page.")
            % {"n": ", ".join(str(one) for one in sorted(unknown))}
        )
    for key, row in kept.items():
        if key not in wanted:
            row.delete()
    total = Decimal(0)
    for key, count in wanted.items():
        held = kept.get(key) or AskedKit(
            application=application, kit_version_id=key, unit_price=known[key].price
        )
        held.quantity = count
        held.save()
        total += held.unit_price * count
    application.amount = total


def rename(user: User, pk: int, title: str, now: dt.datetime) -> Application:
    """Change the title of the project."""
    title = title.strip()
    if not title or len(title) > 160:
        raise AnswerRefused(_("Donnez un titre de 160 caractères au plus."))
    with transaction.atomic():
        application = hold(user, pk)
        require(can_write(user, application))
        application.title, application.changed_at = title, now
        application.save(update_fields=["title", "changed_at"])
    return application


def join_file(user: User, pk: int, key: str, paper: Paper) -> ApplicationFile:
    """Join a file to a question. The same file twice is one.

    Raises AnswerRefused past the limit, DecisionRefused, Application.DoesNotExist.
    """
    with transaction.atomic():
        application = hold(user, pk)
        require(can_write(user, application))
        question = _question(application, key)
        if question.kind != "file":
            raise AnswerRefused(_("Cette question n’attend pas de pièce."))
        there = application.files.filter(question=key, removed_at=None)
        if (known := there.filter(sha256=paper.sha256).first()) is not None:
            return known
        if there.count() >= MOST_FILES:
            raise AnswerRefused(_("Cinq pièces au plus par question\u00a0: retirez-en une."))
        row = ApplicationFile(
            application=application,
            question=key,
            name=paper.name,
            content_type=paper.content_type,
            size=len(paper.content),
            sha256=paper.sha256,
            uploaded_by=user,
        )
        row.file.save(paper.name, ContentFile(paper.content), save=False)
        row.save()
        record_action(
            user, "join_file", application, site=application.site, after={"file": row.name}
        )
    return row


def remove_file(user: User, pk: int, file: int, now: dt.datetime) -> None:
    """Take a joined file away; what was sent with it once keeps it."""
    with transaction.atomic():
        application = hold(user, pk)
        require(can_write(user, application))
        row = application.files.filter(pk=file, removed_at=None).first()
        if row is None:
            return
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        record_action(
            user, "remove_file", application, site=application.site, before={"file": row.name}
        )
