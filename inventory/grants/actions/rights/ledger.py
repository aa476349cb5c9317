"""Draw on rights: reserve, commit, consume, void. Each once per key, never below nothing.

``cause`` says for what (``application:12``); the same ``key`` again changes nothing. Rights are
locked first, in the order of their keys; the checks of their rows refuse what slips through.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.grants.actions.rights.posting import Posting, moved, post, together
from inventory.grants.actions.rights.refusals import KeyReused, NotUsable, Overdrawn, euros
from inventory.grants.models.rights.conditions import conditions_of, missing_conditions
from inventory.grants.models.rights.ledger import (
    Account,
    Draw,
    DrawingRight,
    Movement,
    MovementKind,
)
from inventory.grants.models.rights.sharing import drawable, in_order
from inventory.grants.models.rights.standing import Standing, standing_of
from inventory.grants.rules.rights.sharing import spread
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User

__all__ = [
    "KeyReused",
    "NotUsable",
    "Overdrawn",
    "Standing",
    "commit",
    "consume",
    "reserve",
    "standing_of",
    "void",
]
CENT = Decimal("0.01")


def reserve(  # noqa: PLR0917 (the words of one line of the ledger)
    site: Site, amount: Decimal, cause: str, key: str, by: User | None, now: dt.datetime
) -> Movement:
    """Set an amount aside for a file. Raises Overdrawn, NotUsable.

    The site's own rights pay first, the one that ends first before; then those in common.
    """
    amount = _some(amount)
    with transaction.atomic():
        rights = _locked(drawable(site, timezone.localdate(now)))
        if done := _done(key, MovementKind.RESERVE, cause):
            return done
        usable = _usable(site, rights, timezone.localdate(now))
        available = sum((right.available for right in usable), Decimal(0))
        if available < amount:
            raise Overdrawn(available, amount)
        parts = spread(amount, [(right.pk, right.available) for right in usable])
        moves = moved(parts, Account.AVAILABLE, Account.RESERVED)
        posting = Posting(MovementKind.RESERVE, key, site, amount, moves, cause)
        return _write(posting, site, by, now)


def commit(cause: str, amount: Decimal, key: str, by: User | None, now: dt.datetime) -> Movement:
    """Grant what was reserved, or less: the difference is available again. Raises Overdrawn,
    NotUsable."""
    amount = _rounded(amount)
    with transaction.atomic():
        draws = _locked_draws(cause)
        if done := _done(key, MovementKind.COMMIT, cause):
            return done
        _require_drawn(draws)
        held = [(draw.right_id, draw.reserved) for draw in draws]
        reserved = sum((has for _right, has in held), Decimal(0))
        if reserved < amount:
            raise Overdrawn(reserved, amount, _more_than_reserved(reserved, amount))
        if not reserved:
            raise NotUsable(_("Plus rien n’est réservé pour ce dossier."))
        kept = spread(amount, held)
        back = _rest(held, kept)
        moves = together(
            moved(kept, Account.RESERVED, Account.COMMITTED),
            moved(back, Account.RESERVED, Account.AVAILABLE),
        )
        site = _site_of(cause)
        return _write(Posting(MovementKind.COMMIT, key, site, amount, moves, cause), site, by, now)


def consume(cause: str, amount: Decimal, key: str, by: User | None, now: dt.datetime) -> Movement:
    """What was delivered and signed for, in one or several times. Raises Overdrawn, NotUsable."""
    amount = _some(amount)
    with transaction.atomic():
        draws = _locked_draws(cause)
        if done := _done(key, MovementKind.CONSUME, cause):
            return done
        _require_drawn(draws)
        held = [(draw.right_id, draw.committed) for draw in draws]
        committed = sum((has for _right, has in held), Decimal(0))
        if committed < amount:
            raise Overdrawn(committed, amount, _more_than_committed(committed, amount))
        moves = moved(spread(amount, held), Account.COMMITTED, Account.CONSUMED)
        site = _site_of(cause)
        return _write(Posting(MovementKind.CONSUME, key, site, amount, moves, cause), site, by, now)


def void(cause: str, key: str, by: User | None, now: dt.datetime, why: str) -> Movement | None:
    """Give back what a file still holds, reserved or committed; None where it holds nothing."""
    with transaction.atomic():
        draws = _locked_draws(cause)
        if done := _done(key, MovementKind.VOID, cause):
            return done
        reserved = [(draw.right_id, draw.reserved) for draw in draws]
        committed = [(draw.right_id, draw.committed) for draw in draws]
        amount = sum((has for _right, has in [*reserved, *committed]), Decimal(0))
        if not amount:
            return None
        moves = together(
            moved(reserved, Account.RESERVED, Account.AVAILABLE),
            moved(committed, Account.COMMITTED, Account.AVAILABLE),
        )
        site = _site_of(cause)
        posting = Posting(MovementKind.VOID, key, site, amount, moves, cause, why)
        return _write(posting, site, by, now)


def _some(amount: Decimal) -> Decimal:
    amount = _rounded(amount)
    if amount <= 0:
        raise ValueError(f"an amount above nothing, not {amount}")
    return amount


def _rounded(amount: Decimal) -> Decimal:
    """To the cent; raises ValueError below nothing or with parts of a cent."""
    amount = Decimal(amount)
    if amount < 0 or amount != amount.quantize(CENT):
        raise ValueError(f"an amount in euros and cents, not {amount}")
    return amount.quantize(CENT)


def _locked(keys: Collection[int]) -> list[DrawingRight]:
    rows = DrawingRight.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=keys).order_by("pk"))


def _locked_draws(cause: str) -> list[Draw]:
    """What the cause holds, once nobody else can change it; what ends first is used first."""
    rights = list(Draw.objects.filter(cause=cause).values_list("right_id", flat=True))
    _locked(rights)
    drawn = Draw.objects.filter(cause=cause)
    return list(drawn.order_by("right__usable_until", "right"))


def _done(key: str, kind: MovementKind, cause: str) -> Movement | None:
    """What this key wrote already, read once the rights are locked."""
    found = Movement.objects.filter(key=key).first()
    if found is not None and (found.kind, found.cause) != (kind.value, cause):
        raise KeyReused(f"key {key!r} has served for {found.kind} of {found.cause!r}")
    return found


def _usable(site: Site, rights: Sequence[DrawingRight], on: dt.date) -> list[DrawingRight]:
    """Those whose conditions the site fulfils, in the order in which they pay."""
    if not rights:
        raise NotUsable(_no_right(site, on))
    programmes = {right.programme_id for right in rights}
    missing = {
        programme: missing_conditions(site, conditions_of(programme), on)
        for programme in programmes
    }
    usable = [right for right in rights if not missing[right.programme_id]]
    if not usable:
        raise NotUsable(" ".join(missing[rights[0].programme_id]))
    return in_order(usable, site)


def _no_right(site: Site, on: dt.date) -> str:
    last = DrawingRight.objects.filter(site=site).order_by("-usable_until").first()
    if last is None:
        return _("Cette implantation n’a pas de droit de tirage. Adressez-vous au SPW.")
    if last.usable_until < on:
        return _("La période d’utilisation est terminée depuis le %(day)s.") % {
            "day": f"{last.usable_until:%d/%m/%Y}"
        }
    return _("Ce droit s’utilise à partir du %(day)s.") % {"day": f"{last.usable_from:%d/%m/%Y}"}


def _require_drawn(draws: Sequence[Draw]) -> None:
    if not draws:
        raise NotUsable(_("Aucun montant n’est réservé pour ce dossier."))


def _more_than_reserved(reserved: Decimal, asked: Decimal) -> str:
    return _("Ce dossier a réservé %(reserved)s\u00a0: %(asked)s ne peuvent pas être engagés.") % {
        "reserved": euros(reserved),
        "asked": euros(asked),
    }


def _more_than_committed(committed: Decimal, asked: Decimal) -> str:
    return _(
        "Il reste %(committed)s d’engagé pour ce dossier\u00a0: "
        "%(asked)s ne peuvent pas être consommés."
    ) % {"committed": euros(committed), "asked": euros(asked)}


def _rest(
    held: Sequence[tuple[int, Decimal]], kept: Sequence[tuple[int, Decimal]]
) -> list[tuple[int, Decimal]]:
    stays = dict(kept)
    return [(right, has - stays.get(right, Decimal(0))) for right, has in held]


def _site_of(cause: str) -> Site:
    """For whom it was reserved."""
    first = Movement.objects.filter(cause=cause).select_related("site__school").earliest("pk")
    return first.site


def _write(posting: Posting, site: Site, by: User | None, now: dt.datetime) -> Movement:
    movement = post(posting, by, now)
    after = {"amount": str(posting.amount), "cause": posting.cause}
    verb = f"{posting.kind.value}_right"
    record_action(by, verb, movement, site=site, after=after, why=posting.why)
    announce("right", movement.pk, site=site.pk)
    return movement
