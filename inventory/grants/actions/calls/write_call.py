"""Prepare a call: a new one, last year's copied, a correction of one that is out."""

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
from inventory.grants.access.calls.who import can_keep_calls
from inventory.grants.models.calls.forms import FormVersion, ReferenceCounter
from inventory.grants.models.calls.published import Call, CallDocument, CallMode, CallVersion
from schools.actions.audit import record_action
from schools.agreements.papers import Paper
from schools.models import User

COPIED = (
    *("title_fr", "title_de", "summary_fr", "summary_de", "rules_fr", "rules_de", "budget"),
    *("eligibility", "grid", "ranking", "decision_texts", "uses_right", "countersigned"),
    *("per_site", "returns_owed", "returns_due_months", "min_reviews", "divergence_points"),
)
"""What a version says besides its dates and its form."""
MOST_DOCUMENTS = 12
EMPTY_FORM: dict[str, Any] = {"sections": []}


class ChangedMeanwhile(DecisionImpossible):
    """Somebody wrote this draft since it was read."""


def start_call(user: User, mode: str, title: str, now: dt.datetime) -> Call:
    """A call in preparation, with an empty form."""
    require(can_keep_calls(user))
    with transaction.atomic():
        call = _new_call(user, mode, now)
        form = FormVersion.objects.create(call=call, number=1, content=EMPTY_FORM)
        opens, closes = _dates(now)
        CallVersion.objects.create(
            call=call, number=1, form=form, title_fr=title, opens_at=opens, closes_at=closes
        )
        record_action(user, "start_call", call, after={"title": title, "mode": mode})
    return call


def copy_call(user: User, pk: int, now: dt.datetime) -> Call:
    """Last year's call again: everything but the dates; documents too. Raises Call.DoesNotExist."""
    require(can_keep_calls(user))
    with transaction.atomic():
        old = Call.objects.visible_to(user).get(pk=pk)
        last = old.versions.order_by("-number")[0] if old.current is None else old.current
        call = _new_call(user, old.mode, now, copied_from=old)
        form = FormVersion.objects.create(call=call, number=1, content=last.form.content)
        opens, closes = _a_year_later(last, now)
        version = CallVersion.objects.create(
            call=call,
            number=1,
            form=form,
            opens_at=opens,
            closes_at=closes,
            **{name: getattr(last, name) for name in COPIED},
        )
        _copy_documents(last, version)
        record_action(user, "copy_call", call, after={"from": old.reference})
    return call


def _new_call(user: User, mode: str, now: dt.datetime, **extra: Any) -> Call:
    year = timezone.localtime(now).year
    number = ReferenceCounter.take("AP", year)
    known = CallMode(mode)
    return Call.objects.create(
        reference=f"AP-{year}-{number:02d}", mode=known, made_by=user, made_at=now, **extra
    )


def _dates(now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """From a fortnight on, for eight weeks, until noon: a proposal to be changed."""
    day = timezone.localtime(now).replace(hour=12, minute=0, second=0, microsecond=0)
    return day + dt.timedelta(days=14), day + dt.timedelta(days=70)


def _a_year_later(last: CallVersion, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    opens = timezone.localtime(last.opens_at) + dt.timedelta(days=364)
    closes = timezone.localtime(last.closes_at) + dt.timedelta(days=364)
    return (opens, closes) if closes > now else _dates(now)


def _copy_documents(old: CallVersion, new: CallVersion) -> None:
    """The rows anew, the files as they are: nobody rewrites a document."""
    CallDocument.objects.bulk_create(
        CallDocument(
            version=new,
            title=one.title,
            language=one.language,
            file=one.file.name,
            name=one.name,
            content_type=one.content_type,
            size=one.size,
            sha256=one.sha256,
        )
        for one in old.documents.all()
    )


def open_correction(user: User, pk: int) -> CallVersion:
    """The draft of the next version of a published call; a second click gives the same one."""
    require(can_keep_calls(user))
    with transaction.atomic():
        call = hold(user, pk)
        if (draft := call.versions.draft().first()) is not None:
            return draft
        last = call.current
        if last is None:
            raise DecisionImpossible(_("Cet appel n’est pas encore publié\u00a0: modifiez-le."))
        draft = CallVersion.objects.create(
            call=call,
            number=last.number + 1,
            form=last.form,
            opens_at=last.opens_at,
            closes_at=last.closes_at,
            **{name: getattr(last, name) for name in COPIED},
        )
        _copy_documents(last, draft)
        record_action(user, "open_correction", draft)
    return draft


def drop_correction(user: User, pk: int) -> bool:
    """Throw the draft of a correction away; the version in force stays. False: there was none."""
    require(can_keep_calls(user))
    with transaction.atomic():
        call = hold(user, pk)
        draft = call.versions.draft().first()
        if draft is None or call.current is None:
            return False
        record_action(user, "drop_correction", draft)
        draft.delete()
        call.forms.filter(published_at=None).delete()
    return True


def write_version(user: User, pk: int, values: Mapping[str, Any], revision: int) -> CallVersion:
    """Change the draft of a call that was read at ``revision``.

    Raises Call.DoesNotExist, ChangedMeanwhile, DecisionImpossible where dates are out of order.
    """
    require(can_keep_calls(user))
    with transaction.atomic():
        draft = draft_of(user, pk)
        if draft.revision != revision:
            raise ChangedMeanwhile(
                _("Quelqu’un a modifié cet appel entre-temps. Relisez-le, puis enregistrez.")
            )
        before = {name: getattr(draft, name) for name in values}
        changed = [name for name, value in values.items() if before[name] != value]
        if not changed:
            return draft
        for name in changed:
            setattr(draft, name, values[name])
        if draft.closes_at <= draft.opens_at:
            raise DecisionImpossible(_("La clôture suit l’ouverture\u00a0: vérifiez les dates."))
        draft.revision += 1
        draft.save()
        record_action(
            user,
            "write_call",
            draft,
            before={name: plain(before[name]) for name in changed},
            after={name: plain(values[name]) for name in changed},
        )
    return draft


def add_document(user: User, pk: int, paper: Paper, title: str, language: str) -> CallDocument:
    """Put a PDF or a picture beside the draft. Raises Call.DoesNotExist, DecisionImpossible."""
    require(can_keep_calls(user))
    with transaction.atomic():
        draft = draft_of(user, pk)
        if draft.documents.count() >= MOST_DOCUMENTS:
            raise DecisionImpossible(_("Douze documents au plus\u00a0: retirez-en un d’abord."))
        row = CallDocument(
            version=draft,
            title=title.strip()[:120] or paper.name,
            language="de" if language == "de" else "fr",
            name=paper.name,
            content_type=paper.content_type,
            size=len(paper.content),
            sha256=paper.sha256,
        )
        row.file.save(paper.name, ContentFile(paper.content), save=False)
        row.save()
        record_action(user, "add_call_document", draft, after={"title": row.title})
    return row


def remove_document(user: User, pk: int, document: int) -> None:
    """Take a document of the draft away; a published version keeps its own."""
    require(can_keep_calls(user))
    with transaction.atomic():
        draft = draft_of(user, pk)
        row = draft.documents.filter(pk=document).first()
        if row is not None:
            record_action(user, "remove_call_document", draft, before={"title": row.title})
            row.delete()


def hold(user: User, pk: int) -> Call:
    """The call, held: whoever sends a file meanwhile waits. Raises Call.DoesNotExist."""
    return Call.objects.visible_to(user).select_for_update(of=("self",)).get(pk=pk)


def draft_of(user: User, pk: int) -> CallVersion:
    """The draft of a call, held. Raises Call.DoesNotExist, DecisionImpossible without one."""
    draft = hold(user, pk).versions.draft().select_for_update(of=("self",)).first()
    if draft is None:
        raise DecisionImpossible(
            _("Cet appel est publié\u00a0: il est figé. Ouvrez une correction pour le changer.")
        )
    return draft


def plain(value: Any) -> Any:
    """A value as the journal keeps it."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, str):
        return value[:400]
    return value
