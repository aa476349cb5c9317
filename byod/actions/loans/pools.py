"""Pools: opened, filled, emptied, closed. A device stands in one pool, and is not booked beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_keep_pool, can_keep_pool_of, can_open_shared
from byod.models.loans.loans import TAKEN, Loan
from byod.models.loans.pools import LoanPool, PoolItem
from inventory.access import DecisionImpossible, require
from inventory.models import NETWORK, BookableDevice, Category, Device, DeviceState
from inventory.rules.codes import read_scan
from schools.actions.audit import JournalLine, record_action, record_actions
from schools.live import announce
from schools.models import Authority, Province, School, User

AT_MOST = 500


@dataclass(slots=True)
class Filled:
    """What came of a list of labels: added ones, and each refusal in words."""

    added: list[PoolItem] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def open_pool(
    user: User, name: str, *, school: int | None = None, authority: int | None = None,
    province: str = "",
) -> LoanPool:  # fmt: skip
    """A pool of a school, or one that the schools of a PO or of a province share.

    Raises School.DoesNotExist, Authority.DoesNotExist where unseen, DecisionRefused,
    DecisionImpossible. The owner is locked: the same form sent twice opens one.
    """
    made = LoanPool(name=" ".join(name.split())[:80])
    if school is not None:
        seen = School.objects.visible_to(user).select_for_update(of=("self",), no_key=True)
        made.school = seen.get(pk=school)
        require(can_keep_pool_of(user, made.school))
    else:
        if authority is not None:
            rows = Authority.objects.visible_to(user).select_for_update(of=("self",), no_key=True)
            made.authority = rows.get(pk=authority)
        elif province not in Province.values:
            raise DecisionImpossible(_("Choisissez à qui est la réserve."))
        made.province = province if authority is None else ""
        require(can_open_shared(user, made))
    if not made.name:
        raise DecisionImpossible(_("Donnez un nom à la réserve."))
    same = {"school": made.school, "authority": made.authority, "province": made.province}
    if LoanPool.objects.filter(name=made.name, closed_on=None, **same).exists():
        raise DecisionImpossible(_("Il y a déjà une réserve de ce nom."))
    made.save()
    record_action(user, "open_loan_pool", made)
    return made


def lock_pool(user: User, pk: int) -> LoanPool:
    """The pool, locked, which the person keeps. Raises LoanPool.DoesNotExist, DecisionRefused."""
    seen = LoanPool.objects.visible_to(user).select_for_update(of=("self",))
    pool = seen.select_related("school__authority", "authority").get(pk=pk)
    require(can_keep_pool(user, pool))
    if pool.closed_on is not None:
        raise DecisionImpossible(_("Cette réserve est fermée."))
    return pool


@transaction.atomic
def fill_pool(user: User, pk: int, texts: Sequence[str], *, chargers: bool = False) -> Filled:
    """Add devices by label, serial, asset number or name; one a text. ``chargers``: they are
    chargers; one called as a device but for its letters (CH-0417, PC-0417) makes a set with it.

    Each is locked before it is looked at: who shares it for bookings at the same moment waits.
    """
    pool = lock_pool(user, pk)
    told = Filled()
    for text in list(dict.fromkeys(" ".join(one.split()) for one in texts))[:AT_MOST]:
        if not text:
            continue
        device = _device(user, text)
        why = _why_not(device, pool)
        if device is None or why:
            told.refused.append((text, why))
            continue
        charger = chargers or device.name.upper().startswith("CH-")
        made = PoolItem.objects.create(pool=pool, device=device, is_charger=charger)
        told.added.append(made)
    pair_chargers(pool)
    record_actions(
        user,
        [
            JournalLine("add_to_loan_pool", pool, after={"device": item.device.name})
            for item in told.added
        ],
    )
    announce("loan_pool", pool.pk, site=None)
    return told


def _device(user: User, text: str) -> Device | None:
    code, word = read_scan(text)
    told = Q(serial__iexact=word) | Q(asset_number__iexact=word) | Q(name__iexact=word)
    asked = Q(code=code) | told if code else told
    seen = Device.objects.visible_to(user).filter(asked)
    rows = seen.select_for_update(of=("self",), no_key=True)
    return rows.select_related("product", "site__school").order_by("pk").first()


def _why_not(device: Device | None, pool: LoanPool) -> str:
    """What it is or where it stands first; then what it is used for already."""
    if device is None:
        return _("inconnu dans votre inventaire")
    if not pool.sites().filter(pk=device.site_id).exists():
        return _("il est de %s, qui ne partage pas cette réserve") % device.site.school.name
    if device.product.category in NETWORK:
        return _("le matériel du réseau ne se prête pas")
    if device.state in (DeviceState.LOST, DeviceState.RETIRED, DeviceState.ORDERED):
        return _("il est %s") % device.get_state_display()
    return _used_for(device)


def _used_for(device: Device) -> str:
    if PoolItem.objects.in_pool().filter(device=device).exists():
        return _("il est déjà dans une réserve")
    shared = BookableDevice.objects.filter(device=device, bookable__withdrawn_on=None)
    if (known := shared.select_related("bookable").first()) is not None:
        return _("il fait partie de « %s », qui se réserve") % known.bookable.name
    return ""


def pair_chargers(pool: LoanPool) -> int:
    """Chargers without a set whose number is that of one device of the pool. How many."""
    items = list(PoolItem.objects.in_pool().filter(pool=pool).select_related("device"))
    taken = {one.partner_id for one in items if one.partner_id}
    by_number: dict[str, list[PoolItem]] = {}
    for one in items:
        if not one.is_charger:
            by_number.setdefault(_number(one.device.name), []).append(one)
    made = []
    for one in items:
        same = by_number.get(_number(one.device.name), []) if one.is_charger else []
        if one.partner_id is None and len(same) == 1 and same[0].pk not in taken:
            one.partner = same[0]
            taken.add(same[0].pk)
            made.append(one)
    PoolItem.objects.bulk_update(made, ["partner"])
    return len(made)


def _number(name: str) -> str:
    """``CH-0417`` → ``0417``; a name without digits has none, and pairs with nothing."""
    digits = "".join(sign for sign in name if sign.isdecimal())
    return digits or name


@transaction.atomic
def empty_pool(user: User, pk: int, items: Iterable[int]) -> int:
    """Take pieces out of a pool. Raises DecisionImpossible while one of them is lent or kept."""
    pool = lock_pool(user, pk)
    rows = list(
        PoolItem.objects.in_pool()
        .select_for_update(of=("self",))
        .filter(pool=pool, pk__in=[*items])
        .select_related("device")
        .order_by("pk")
    )
    held = Loan.objects.filter(Q(item__in=rows) | Q(charger__in=rows), state__in=TAKEN)
    if (one := held.select_related("item__device").first()) is not None:
        raise DecisionImpossible(
            _("%s est prêté ou réservé\u00a0: faites-le rendre d’abord.") % one.item
        )
    now = timezone.now()
    for row in rows:
        row.removed_at = now
        row.partner = None
    PoolItem.objects.bulk_update(rows, ["removed_at", "partner"])
    PoolItem.objects.filter(partner__in=rows).update(partner=None)
    record_actions(
        user,
        [
            JournalLine("take_out_of_loan_pool", pool, after={"device": row.device.name})
            for row in rows
        ],
    )
    announce("loan_pool", pool.pk, site=None)
    return len(rows)


def is_charger_like(device: Device) -> bool:
    """Whether a piece is a charger by its category, which has none of its own."""
    return bool(device.product.category == Category.OTHER)
