"""A person settles what a stock-taking found: the register follows, or stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.devices import can_change
from inventory.access.stock import can_count
from inventory.actions.changes import Change, change, take_back
from inventory.actions.note_moves import note_moves
from inventory.models import Device, DeviceState, FindingKind, FindingState, StockFinding
from inventory.rules.counting import AWAY, GONE
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User
from schools.rules import Refused

Carry = Callable[[User, StockFinding, Device], list[Change]]


def settle_finding(user: User, pk: int, *, accept: bool) -> StockFinding:
    """Accept (the register follows) or leave it as it is.

    Raises StockFinding.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    with transaction.atomic():
        row = _locked(user, pk)
        if row.state != FindingState.OPEN:
            raise DecisionImpossible(
                _("Déjà réglé par %(who)s\u00a0: %(state)s.")
                % {"who": row.decided_by or "Préau", "state": row.get_state_display()}
            )
        row.undo = _carry_out(user, row) if accept else []
        row.state = FindingState.ACCEPTED if accept else FindingState.IGNORED
        row.decided_by, row.decided_at = user, timezone.now()
        row.save(update_fields=["state", "decided_by", "decided_at", "undo"])
        _write_down(user, row, "accept_finding" if accept else "leave_finding")
    return row


def undo_finding(user: User, pk: int) -> StockFinding:
    """Take a decision back, where the register has not moved on."""
    with transaction.atomic():
        row = _locked(user, pk)
        if row.state == FindingState.OPEN:
            raise DecisionImpossible(_("Aucune décision à annuler."))
        take_back(row.undo)
        row.state, row.decided_by, row.decided_at = FindingState.OPEN, None, None
        row.undo = []
        if row.kind == FindingKind.UNKNOWN:  # what was entered since stays in the register
            row.device = None
        row.save(update_fields=["state", "decided_by", "decided_at", "undo", "device"])
        _write_down(user, row, "undo_finding")
    return row


def settle_findings(
    user: User, pks: Sequence[int], *, accept: bool
) -> tuple[list[StockFinding], list[str]]:
    """Several together, each on its own: what was done, and why not for the rest."""
    done, refused = [], []
    for pk in pks:
        try:
            done.append(settle_finding(user, pk, accept=accept))
        except StockFinding.DoesNotExist:
            continue
        except DecisionImpossible as error:
            refused.append(str(error))
    return done, refused


def _locked(user: User, pk: int) -> StockFinding:
    rows = StockFinding.objects.visible_to(user).select_for_update(of=("self",))
    row = rows.select_related("stock_taking__site__school", "decided_by", "room").get(pk=pk)
    require(can_count(user, row.stock_taking.site))
    return row


def _carry_out(user: User, row: StockFinding) -> list[Change]:
    if row.kind == FindingKind.UNKNOWN:
        return []
    devices = Device.objects.select_for_update(of=("self",)).select_related(
        "product", "site__school"
    )
    device = devices.get(pk=row.device_id or 0)
    answer = can_change(user, device)
    if isinstance(answer, Refused):
        if row.kind == FindingKind.ELSEWHERE:  # a stranger is not told whose it is
            raise DecisionImpossible(
                _("Inscrit ailleurs\u00a0: demandez le transfert au helpdesk, qui voit les deux.")
            )
        raise DecisionImpossible(f"{device}\u00a0: {answer.why}")
    return CARRY[FindingKind(row.kind)](user, row, device)


def _lose(user: User, row: StockFinding, device: Device) -> list[Change]:
    taking = row.stock_taking
    later = device.stock_counts.filter(at__gt=taking.closed_at or taking.opened_at).exists()
    if device.site_id != taking.site_id or device.state in AWAY | GONE or later:
        raise _changed(device)
    return [change(device, state=DeviceState.LOST)]


def _move(user: User, row: StockFinding, device: Device) -> list[Change]:
    if device.site_id != row.stock_taking.site_id or row.room is None:
        raise _changed(device)
    return [change(device, room_id=row.room.pk)]


def _bring_back(user: User, row: StockFinding, device: Device) -> list[Change]:
    if device.site_id != row.stock_taking.site_id or device.state not in AWAY | GONE:
        raise _changed(device)
    room = row.room.pk if row.room else device.room_id
    return [change(device, state=DeviceState.INSTALLED, room_id=room)]


def _transfer(user: User, row: StockFinding, device: Device) -> list[Change]:
    """To this site; its room is where it was seen, its name made free."""
    site = row.stock_taking.site_id
    if device.site_id == site:
        raise _changed(device)
    name = device.name
    if Device.objects.filter(site=site, name=name).exists():
        name = f"{name[:50]}-{device.pk}"
    room = row.room.pk if row.room else None
    values = {"site_id": site, "room_id": room, "name": name, "state": DeviceState.INSTALLED}
    return [change(device, **values)]


def _repair(user: User, row: StockFinding, device: Device) -> list[Change]:
    if device.site_id != row.stock_taking.site_id or device.state in AWAY | GONE:
        raise _changed(device)
    return [change(device, state=DeviceState.IN_REPAIR)]


CARRY: dict[FindingKind, Carry] = {
    FindingKind.MISSING: _lose,
    FindingKind.MOVED: _move,
    FindingKind.BACK: _bring_back,
    FindingKind.ELSEWHERE: _transfer,
    FindingKind.DAMAGED: _repair,
}


def _changed(device: Device) -> DecisionImpossible:
    return DecisionImpossible(
        _("%(what)s a changé depuis le récolement\u00a0: corrigez sa fiche.") % {"what": device}
    )


def _write_down(user: User, row: StockFinding, verb: str) -> None:
    site = row.stock_taking.site
    if row.device_id is not None:
        note_moves([row.device_id], user, _("Récolement du %(day)s") % {"day": _day(row)})
    record_action(user, verb, row, site=site, after={"kind": row.kind, "state": row.state})
    announce("stock", row.stock_taking_id, site=site.pk)


def _day(row: StockFinding) -> str:
    return f"{timezone.localtime(row.stock_taking.opened_at):%d/%m/%Y}"
