"""What projects owe: noted from awards, moved by deliveries, extended with a reason, lifted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.returns import can_deposit, can_extend
from inventory.grants.models.calls.awards import Award, AwardState
from inventory.grants.models.orders.deliveries import Reception
from inventory.grants.models.returns.obligations import (
    Depositor,
    Extension,
    ExtensionState,
    Obligation,
)
from inventory.grants.rules.returns.due import due_on
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

OVER = (AwardState.LAPSED, AwardState.WITHDRAWN)


def note_obligations(now: dt.datetime) -> int:
    """Write down what granted projects owe, and lift it where the award lapsed. Any number of
    times, side by side: an award owes once. Returns how many are new."""
    known = Obligation.objects.filter(award=OuterRef("pk"))
    awards: Any = (
        Award.objects.filter(~Exists(known), application__version__returns_owed__gte=1)
        .exclude(state__in=OVER)
        .select_related("application__version", "application__site__school")
        .order_by("pk")
    )
    made = sum(note_obligation(award) is not None for award in awards.iterator(chunk_size=500))
    _lift_lapsed(timezone.localdate(now))
    return made


def note_obligation(award: Award) -> Obligation | None:
    """Of one award; None where it owes nothing, or owed already."""
    version = award.application.version
    if not version.returns_owed or award.state in OVER:
        return None
    begin = timezone.localdate(award.decided_at)
    with transaction.atomic():
        row, new = Obligation.objects.get_or_create(
            award=award,
            defaults={
                "site": award.application.site,
                "owed": version.returns_owed,
                "months": version.returns_due_months,
                "counts_from": begin,
                "due_on": due_on(begin, version.returns_due_months),
            },
        )
        if new:
            after = {"owed": row.owed, "due_on": row.due_on.isoformat()}
            record_action(None, "owe_resources", row, site=row.site, after=after)
    return row if new else None


def last_deliveries() -> dict[int, dt.date]:
    """The day of the last signed delivery of each award that owes something. One query."""
    owing = Obligation.objects.standing().values("award")
    rows = (
        Reception.objects.filter(shipment__order__award__in=owing)
        .order_by()
        .values_list("shipment__order__award")
        .annotate(last=Max("signed_at"))
    )
    return {award: timezone.localdate(last) for award, last in rows}


def follow_deliveries(received: dict[int, dt.date]) -> int:
    """Count again from the last delivery: award → the day it was received. Never earlier, and an
    extension that reaches further stays. Returns how many moved."""
    moved = 0
    for pk in sorted(received):
        with transaction.atomic():
            row = (
                Obligation.objects.select_for_update(of=("self",))
                .filter(award=pk, counts_from__lt=received[pk])
                .first()
            )
            if row is None:
                continue
            before = row.due_on
            due = due_on(received[pk], row.months)
            row.counts_from, row.due_on = received[pk], max(due, row.extended_to or due)
            row.save(update_fields=["counts_from", "due_on"])
            if row.due_on != before:
                told = ({"due_on": day.isoformat()} for day in (before, row.due_on))
                record_action(
                    None, "move_due_day", row, site=row.site, before=next(told), after=next(told)
                )
            moved += 1
    return moved


def _lift_lapsed(today: dt.date) -> None:
    rows = Obligation.objects.standing().filter(award__state__in=OVER)
    for row in rows.select_related("site__school", "award__application"):
        why = _("L’octroi est caduc ou retiré.")
        Obligation.objects.filter(pk=row.pk, lifted_on=None).update(lifted_on=today, lifted_why=why)
        record_action(None, "lift_obligation", row, site=row.site, why=why)


def ask_extension(user: User, obligation: Obligation, wanted_on: dt.date, why: str) -> Extension:
    """The school asks for more time. Raises DecisionRefused, DecisionImpossible."""
    require(can_deposit(user, obligation))
    with transaction.atomic():
        row = _hold(obligation)
        _refuse_bad(row, wanted_on, why)
        if row.extensions.filter(state=ExtensionState.ASKED).exists():
            raise DecisionImpossible(
                _("Une demande de prolongation attend déjà la réponse du SPW.")
            )
        extension = Extension.objects.create(
            obligation=row,
            wanted_on=wanted_on,
            why=why.strip()[:500],
            asked_by=user,
            asked_by_text=str(user),
        )
        after = {"wanted_on": wanted_on.isoformat()}
        record_action(user, "ask_extension", row, site=row.site, after=after, why=why)
        announce("obligation", row.pk, site=row.site_id)
    return extension


def answer_extension(
    user: User, extension: Extension, grant: bool, answer: str, now: dt.datetime
) -> Extension:
    """An officer grants or refuses what was asked; a refusal says why."""
    require(can_extend(user))
    if not grant and not answer.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: l’école lira votre réponse."))
    with transaction.atomic():
        row = _hold(extension.obligation)
        held = Extension.objects.select_for_update(of=("self",)).get(pk=extension.pk)
        if held.state != ExtensionState.ASKED:
            raise DecisionImpossible(_("Cette demande a déjà reçu une réponse."))
        held.state = ExtensionState.GRANTED if grant else ExtensionState.REFUSED
        held.decided_by, held.decided_at, held.answer = user, now, answer.strip()[:500]
        held.save(update_fields=["state", "decided_by", "decided_at", "answer"])
        if grant:
            _extend(row, held.wanted_on)
        after = {"state": held.state, "due_on": row.due_on.isoformat()}
        record_action(user, "answer_extension", row, site=row.site, after=after, why=answer)
        announce("obligation", row.pk, site=row.site_id)
    return held


def grant_extension(
    user: User, obligation: Obligation, wanted_on: dt.date, why: str, now: dt.datetime
) -> Extension:
    """An officer gives more time without being asked."""
    require(can_extend(user))
    with transaction.atomic():
        row = _hold(obligation)
        _refuse_bad(row, wanted_on, why)
        before = row.due_on
        extension = Extension.objects.create(
            obligation=row,
            wanted_on=wanted_on,
            why=why.strip()[:500],
            state=ExtensionState.GRANTED,
            asked_by=user,
            asked_by_text=str(user),
            decided_by=user,
            decided_at=now,
        )
        _extend(row, wanted_on)
        record_action(
            user,
            "extend_obligation",
            row,
            site=row.site,
            before={"due_on": before.isoformat()},
            after={"due_on": wanted_on.isoformat()},
            why=why,
        )
        announce("obligation", row.pk, site=row.site_id)
    return extension


def invite_depositor(user: User, obligation: Obligation, email: str) -> Depositor:
    """Let a teacher with an account deposit for this project; the same one twice is one."""
    require(can_deposit(user, obligation))
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise DecisionImpossible(
            _(
                "Personne n’a de compte à cette adresse. La direction invite d’abord l’enseignant "
                "dans «\u00a0Contacts et accès\u00a0»."
            )
        )
    with transaction.atomic():
        row, new = Depositor.objects.get_or_create(
            obligation=obligation, person=person, defaults={"by": user}
        )
        if new:
            after = {"person": str(person)}
            record_action(user, "invite_depositor", obligation, site=obligation.site, after=after)
    return row


def _hold(obligation: Obligation) -> Obligation:
    return (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("site__school", "award__application")
        .get(pk=obligation.pk)
    )


def _refuse_bad(row: Obligation, wanted_on: dt.date, why: str) -> None:
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: le motif reste avec la prolongation."))
    if wanted_on <= row.due_on:
        raise DecisionImpossible(
            _("La nouvelle date doit suivre le %s, date actuelle.") % f"{row.due_on:%d/%m/%Y}"
        )


def _extend(row: Obligation, until: dt.date) -> None:
    row.extended_to, row.due_on = until, max(until, row.due_on)
    row.save(update_fields=["extended_to", "due_on"])
