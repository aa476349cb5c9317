"""A person settles a difference: accept, merge, ignore, or take a decision back.

Two technicians at once are safe: the row is locked, and a decision carries the fingerprint of what
the person saw. The second one is told who decided what, or that it has changed since.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, can_decide, can_decide_on, require
from inventory.actions.accept import ACCEPT
from inventory.actions.changes import Change, change, take_back
from inventory.actions.compare_site import compare_site, lock_site
from inventory.actions.device_writing import follow
from inventory.actions.note_moves import note_moves
from inventory.models import (
    Device,
    DeviceState,
    Difference,
    DifferenceKind,
    DifferenceState,
    ObservedDevice,
)
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

MERGEABLE = frozenset({DifferenceKind.NEW, DifferenceKind.CONFLICT, DifferenceKind.TWIN})


def accept_difference(
    user: User, pk: int, *, seen: str = "", why: str = "", **said: Any
) -> Difference:
    """Let the register follow the network. ``said``: what the person chose, e.g. ``room``.

    Raises Difference.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """

    def carry_out(row: Difference) -> list[Change]:
        accept = ACCEPT.get(row.kind)
        if accept is None:
            raise DecisionImpossible(
                _("Les preuves se contredisent : rattachez à un équipement, ou ignorez.")
            )
        if row.kind == DifferenceKind.MOVED and row.device is not None:
            require(can_decide(user, row.device.site))
        return accept(row, said)

    step = _Step("accept_difference", DifferenceState.ACCEPTED, carry_out)
    return _decide(user, pk, step, seen, why)


def merge_difference(
    user: User, pk: int, device: int, *, seen: str = "", why: str = ""
) -> Difference:
    """Say that the observation *is* a device of the register, whatever the evidence told."""

    def carry_out(row: Difference) -> list[Change]:
        if row.kind not in MERGEABLE:
            raise DecisionImpossible(_("Cet écart ne se rattache pas : acceptez ou ignorez."))
        chosen = Device.objects.visible_to(user).filter(pk=device, site=row.site_id)
        found = chosen.exclude(state=DeviceState.RETIRED).first()
        if found is None:
            raise DecisionImpossible(_("Choisissez un équipement de cette implantation."))
        observed = ObservedDevice.objects.select_for_update(of=("self",)).get(
            pk=row.observed_device_id or 0
        )
        changes = [
            change(other, device_id=None, matched_by="")
            for other in ObservedDevice.objects.select_for_update(of=("self",))
            .filter(device=found)
            .exclude(pk=observed.pk)
        ]
        return [*changes, change(observed, device_id=found.pk, matched_by="person", conflict=[])]

    step = _Step("merge_difference", DifferenceState.MERGED, carry_out)
    return _decide(user, pk, step, seen, why)


def ignore_difference(user: User, pk: int, *, seen: str = "", why: str = "") -> Difference:
    """Leave it until what it says changes."""
    step = _Step("ignore_difference", DifferenceState.IGNORED, lambda row: [])
    return _decide(user, pk, step, seen, why)


@transaction.atomic
def undo_decision(user: User, pk: int) -> Difference:
    """Take a decision back. Raises DecisionImpossible where the register moved on since."""
    row = _locked(user, pk)
    if row.state not in (
        DifferenceState.ACCEPTED,
        DifferenceState.MERGED,
        DifferenceState.IGNORED,
    ):
        raise DecisionImpossible(_("Aucune décision à annuler."))
    before = row.state
    take_back(row.undo)
    _tell_moves(user, row.undo, _("décision annulée"))
    row.state, row.decided_by, row.decided_at = DifferenceState.OPEN, None, None
    row.why, row.undo = "", []
    row.save(update_fields=["state", "decided_by", "decided_at", "why", "undo"])
    record_action(
        user,
        "undo_decision",
        row,
        site=row.site,
        before={"state": before},
        after={"state": row.state},
    )
    compare_site(row.site, None, timezone.now())
    announce("inventory", row.site_id, site=row.site_id)
    return row


def accept_many(user: User, pks: list[int]) -> tuple[list[Difference], list[tuple[int, str]]]:
    """Accept safe differences one by one: what was done, and (key, why not) for the rest."""
    done, refused = [], []
    for pk in pks:
        row = Difference.objects.visible_to(user).filter(pk=pk).first()
        if row is None:
            continue
        if not row.safe:
            refused.append((pk, _("à examiner un par un")))
            continue
        try:
            done.append(accept_difference(user, pk, seen=row.fingerprint))
        except DecisionImpossible as error:
            refused.append((pk, str(error)))
    return done, refused


@dataclass(frozen=True)
class _Step:
    """One way to settle a difference."""

    verb: str
    state: DifferenceState
    carry_out: Callable[[Difference], list[Change]]


@transaction.atomic
def _decide(user: User, pk: int, step: _Step, seen: str, why: str) -> Difference:
    """Lock, check, carry out, audit, announce."""
    row = _locked(user, pk)
    if row.state != DifferenceState.OPEN:
        who = row.decided_by or _("la plateforme")
        raise DecisionImpossible(
            _("Déjà réglé : %(state)s par %(who)s.")
            % {"state": row.get_state_display(), "who": who}
        )
    if seen and seen != row.fingerprint:
        raise DecisionImpossible(_("L’écart a changé depuis que vous l’avez lu : relisez-le."))
    row.undo, now = step.carry_out(row), timezone.now()
    _tell_moves(user, row.undo, row.get_kind_display())
    row.state, row.decided_by, row.decided_at, row.why = step.state, user, now, why[:500]
    row.save(update_fields=["state", "decided_by", "decided_at", "why", "undo"])
    record_action(
        user,
        step.verb,
        row,
        site=row.site,
        before={"intended": row.intended},
        after={"observed": row.observed, "state": row.state},
        why=why,
    )
    compare_site(row.site, None, now)
    announce("inventory", row.site_id, site=row.site_id)
    return row


def _tell_moves(user: User, changes: list[Change], why: str) -> None:
    """The next step of the devices that a decision made, moved or retired."""
    told = {one[2] for one in changes if one[0] in ("set", "made") and one[1] == "device"}
    keys = list(Device.objects.filter(pk__in=told).values_list("pk", flat=True))
    note_moves(keys, user, why)
    follow(
        one[2] for one in changes if one[0] == "set" and one[1] == "device" and "site_id" in one[3]
    )


def _locked(user: User, pk: int) -> Difference:
    """The difference, its site's lock and its row's lock; the person may decide."""
    seen = Difference.objects.visible_to(user)
    lock_site(seen.get(pk=pk).site_id)
    rows = seen.select_for_update(of=("self",))
    row = rows.select_related("site__school", "device__site__school", "decided_by").get(pk=pk)
    require(can_decide_on(user, row))
    return row
