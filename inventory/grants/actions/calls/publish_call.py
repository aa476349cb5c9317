"""Publish a version of a call, put its deadline off, close it early. What is published is frozen;
drafts of schools follow, and are told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.who import can_keep_calls
from inventory.grants.actions.calls.write_call import draft_of, hold, open_correction
from inventory.grants.models.calls.applications import (
    Application,
    ApplicationMove,
    ApplicationState,
)
from inventory.grants.models.calls.forms import FormVersion
from inventory.grants.models.calls.published import Call, CallMode, CallState, CallVersion
from inventory.grants.rules.calls.eligibility import RuleRefused, read_rules
from inventory.grants.rules.calls.form_edit import FormRefused, check_order
from inventory.grants.rules.calls.grid import KINDS, GridRefused, read_grid, read_ranking
from inventory.grants.rules.calls.questions import all_questions, read_form
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


def lacks_of(version: CallVersion, now: dt.datetime) -> list[tuple[str, str]]:
    """What keeps a version from being published: the part of the page, and words."""
    found: list[tuple[str, str]] = []
    if not version.title_fr.strip():
        found.append(("texts", _("Le titre manque.")))
    if not version.title_de.strip() or not version.rules_de.strip():
        found.append(("texts", _("Le titre et le règlement manquent en allemand.")))
    if not version.rules_fr.strip():
        found.append(("texts", _("Le règlement manque.")))
    if version.closes_at <= now:
        found.append(("dates", _("La clôture est passée.")))
    found += _form_lacks(version.form)
    try:
        read_rules(version.eligibility)
    except RuleRefused as refused:
        n = refused.n + 1
        found.append(("eligibility", _("La condition %(n)d est incomplète.") % {"n": n}))
    if version.call.mode == CallMode.COMPETITION:
        found += _judging_lacks(version)
    if version.number > 1 and not version.why.strip():
        found.append(("why", _("Dites pourquoi l’appel est corrigé\u00a0: le motif est public.")))
    return found


def _form_lacks(form: FormVersion) -> list[tuple[str, str]]:
    questions = list(all_questions(read_form(form.content)))
    if not questions:
        return [("form", _("Le formulaire n’a pas de question."))]
    found = []
    if not any(one.kind == "kits" for one in questions):
        found.append(("form", _("Le formulaire ne demande aucun kit.")))
    if any(not one.label.get("de") for one in questions):
        found.append(("form", _("Des questions n’ont pas d’intitulé en allemand.")))
    try:
        check_order(form.content)
    except FormRefused as refused:
        found.append(("form", str(refused)))
    return found


def _judging_lacks(version: CallVersion) -> list[tuple[str, str]]:
    try:
        grid = read_grid(version.grid)
        read_ranking(version.ranking)
    except (GridRefused, ValueError, KeyError, TypeError):
        return [("grid", _("La grille ou le classement est incomplet."))]
    found = []
    if any(not grid.of_kind(kind) for kind in KINDS):
        found.append(
            ("grid", _("La grille a au moins un critère pédagogique et un critère technique."))
        )
    if version.budget <= 0:
        found.append(("budget", _("Le budget manque\u00a0: le classement s’arrête là.")))
    return found


def publish_call(user: User, pk: int, revision: int, now: dt.datetime) -> CallVersion:
    """Freeze the draft and put it in force. ``revision``: what was read before the yes.

    Raises Call.DoesNotExist, DecisionImpossible with the first lack.
    """
    require(can_keep_calls(user))
    with transaction.atomic():
        draft = draft_of(user, pk)
        if draft.revision != revision:
            raise DecisionImpossible(
                _("Quelqu’un a modifié cet appel depuis que vous l’avez relu. Relisez-le.")
            )
        if lacks := lacks_of(draft, now):
            raise DecisionImpossible(lacks[0][1])
        _put_in_force(user, draft, now)
    return draft


def extend_call(
    user: User, pk: int, closes_at: dt.datetime, why: str, now: dt.datetime
) -> CallVersion:
    """Put the deadline off: a version of its own, with a public reason.

    Raises Call.DoesNotExist, DecisionImpossible.
    """
    require(can_keep_calls(user))
    with transaction.atomic():
        call = _in_force(user, pk)
        if closes_at <= now or closes_at <= _version(call).closes_at:
            raise DecisionImpossible(_("La nouvelle clôture suit l’ancienne et n’est pas passée."))
        version = _changed(user, call, {"closes_at": closes_at}, why)
        _put_in_force(user, version, now)
    return version


def close_call(user: User, pk: int, why: str, now: dt.datetime) -> CallVersion:
    """Close early, from now on: files that are sent later are refused."""
    require(can_keep_calls(user))
    with transaction.atomic():
        call = _in_force(user, pk)
        if not _version(call).opens_at < now < _version(call).closes_at:
            raise DecisionImpossible(_("Cet appel n’est pas ouvert\u00a0: rien à clôturer."))
        version = _changed(user, call, {"closes_at": now}, why)
        _put_in_force(user, version, now)
    return version


def _in_force(user: User, pk: int) -> Call:
    call = hold(user, pk)
    if call.current is None or call.state != CallState.PUBLISHED:
        raise DecisionImpossible(_("Cet appel n’est pas en cours."))
    if call.versions.draft().exists():
        raise DecisionImpossible(
            _("Une correction est en préparation\u00a0: publiez-la ou abandonnez-la d’abord.")
        )
    return call


def _version(call: Call) -> CallVersion:
    assert call.current is not None  # a constraint of the table
    return call.current


def _changed(user: User, call: Call, values: dict[str, Any], why: str) -> CallVersion:
    if not why.strip():
        raise DecisionImpossible(_("Donnez le motif\u00a0: il est public."))
    version = open_correction(user, call.pk)
    for name, value in values.items():
        setattr(version, name, value)
    version.why = why.strip()[:500]
    version.save()
    return version


def _put_in_force(user: User, version: CallVersion, now: dt.datetime) -> None:
    call = version.call
    before = call.current
    FormVersion.objects.filter(pk=version.form_id, published_at=None).update(published_at=now)
    CallVersion.objects.filter(pk=version.pk).update(
        published_at=now, published_by=user, published_by_text=str(user)
    )
    version.refresh_from_db()
    Call.objects.filter(pk=call.pk).update(current=version, state=CallState.PUBLISHED)
    record_action(
        user,
        "publish_call",
        version,
        before={"closes_at": before.closes_at.isoformat()} if before else {},
        after={"closes_at": version.closes_at.isoformat()},
        why=version.why,
    )
    if before is not None:
        _move_drafts(user, version, before, now)
    announce("call", call.pk, site=None)


def _move_drafts(user: User, version: CallVersion, before: CallVersion, now: dt.datetime) -> None:
    """Files in hand follow the new version. Where its form is another one, those already signed
    are drafts again: a new question may be theirs to answer. Answers stay."""
    held = Application.objects.filter(call=version.call).in_hand().select_for_update(of=("self",))
    rows = list(held.order_by("pk"))
    other_form = version.form_id != before.form_id
    moves = []
    for row in rows:
        state = ApplicationState.DRAFT if other_form else row.state
        moves.append(
            ApplicationMove(
                application=row, at=now, before=row.state, after=state, by=user,
                by_text=str(user), why=version.why,
            )
        )  # fmt: skip
        if state != row.state:
            row.validated_at = row.validated_by = row.countersigned_at = row.countersigned_by = None
        row.version, row.form, row.state = version, version.form, state
    names = ["version", "form", "state", "validated_at", "validated_by", "countersigned_at"]
    Application.objects.bulk_update(rows, [*names, "countersigned_by"], batch_size=500)
    ApplicationMove.objects.bulk_create(moves, batch_size=500)


def preview_of(version: CallVersion, now: dt.datetime) -> dict[str, Any]:
    """What a yes would do, in figures: for the page that asks."""
    return {
        "lacks": lacks_of(version, now),
        "in_hand": Application.objects.filter(call=version.call).in_hand().count(),
        "sent": Application.objects.filter(call=version.call).sent().count(),
        "opens_now": version.opens_at <= now,
        "closes": timezone.localtime(version.closes_at),
    }
