"""Write down what the SPW keeps about connections: contracts, offers, register, exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.access.connections import can_except, can_keep_contracts, can_measure
from inventory.actions.keep_network import ChangedMeanwhile, NetworkRefused
from inventory.connection_words import refusal_of
from inventory.models import (
    FibreException,
    FrameworkContract,
    Infrastructure,
    MeasuredSpeed,
    Renegotiation,
)
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User

ConnectionRefused = NetworkRefused
"""Told in the same way: a field (empty: the whole), and words."""
M = TypeVar("M", bound=models.Model)


def keep(user: User, row: M, values: Mapping[str, Any], *, seen: int = 0) -> M:
    """Add an operator, a contract or an offer, or change one that was read in version ``seen``.

    Raises DecisionRefused; ChangedMeanwhile; ConnectionRefused with the field where the database
    refuses.
    """
    require(can_keep_contracts(user))
    with transaction.atomic():
        kind = str(row._meta.model_name)
        before: dict[str, Any] = {}
        if row.pk is not None:
            row = fresh(row, seen)
            before = {name: plain(getattr(row, name)) for name in values}
        after = {name: plain(value) for name, value in values.items()}
        changed = [name for name in after if not before or before[name] != after[name]]
        if not changed:
            return row
        for name, value in values.items():
            setattr(row, name, value)
        write(row.save)
        record_action(
            user,
            f"{'change' if before else 'add'}_{kind}",
            row,
            site=getattr(row, "site", None),
            before={name: before[name] for name in changed} if before else {},
            after={name: after[name] for name in changed},
        )
    return row


def keep_infrastructure(
    user: User, site: Site, values: Mapping[str, Any], *, seen: int
) -> Infrastructure:
    """What the register says of one site; as :func:`keep`. ``seen`` 0: it said nothing yet."""
    require(can_keep_contracts(user))
    with transaction.atomic():
        hold(site)  # two who write the first row: the second meets it
        row = Infrastructure.objects.filter(site=site).first() or Infrastructure(site=site)
        return keep(user, row, values, seen=seen)


def note_renegotiation(
    user: User, contract: FrameworkContract, held_on: dt.date, outcome: str
) -> Renegotiation:
    """New conditions were agreed on: the window starts again on that day."""
    require(can_keep_contracts(user))
    row = Renegotiation(
        contract=contract, held_on=held_on, outcome=outcome, by=user, by_text=str(user)
    )
    with transaction.atomic():
        held = FrameworkContract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        if held_on < held.start_on:
            raise ConnectionRefused("held_on", _("Cette date précède le début du contrat."))
        write(row.save)
        after = {"held_on": plain(held_on), "outcome": outcome}
        record_action(user, "renegotiate_contract", contract, after=after)
    return row


def decide_exception(
    user: User, site: Site, reason: str, review_on: dt.date, today: dt.date
) -> FibreException:
    """Excuse a site from fibre until a day; a second click gives the first decision.

    Raises DecisionRefused; ConnectionRefused where somebody else was faster, with what they wrote.
    """
    require(can_except(user))
    row = FibreException(
        site=site,
        reason=reason,
        decided_by=user,
        decided_by_text=str(user),
        decided_on=today,
        review_on=review_on,
    )
    with transaction.atomic():
        hold(site)
        if (known := FibreException.objects.standing().filter(site=site).first()) is not None:
            return _decided_already(known, row)
        write(row.save)
        after = {"reason": reason, "review_on": plain(review_on)}
        record_action(user, "except_fibre", row, site=site, after=after)
        announce("connection", site.pk, site=site.pk)
    return row


def _decided_already(known: FibreException, wanted: FibreException) -> FibreException:
    """The same decision twice is one; another is refused, and says which one stands."""
    same = ("reason", "review_on", "decided_by")
    if all(getattr(known, name) == getattr(wanted, name) for name in same):
        return known
    raise ConnectionRefused(
        "",
        _(
            "%(who)s a déjà noté une exception ici\u00a0: «\u00a0%(reason)s\u00a0», à revoir le "
            "%(review)s. Levez-la avant d’en décider une autre."
        )
        % {
            "who": known.decided_by_text,
            "reason": known.reason,
            "review": date_format(known.review_on, "d/m/Y"),
        },
    )


def lift_exception(user: User, site: Site, pk: int, today: dt.date) -> bool:
    """End the exception ``pk`` of a site, the one that was read; a second click finds none."""
    require(can_except(user))
    with transaction.atomic():
        standing = FibreException.objects.standing().select_for_update(of=("self",))
        row = standing.filter(site=site, pk=pk).first()
        if row is None:
            return False
        FibreException.objects.filter(pk=row.pk).update(lifted_on=today)
        record_action(user, "lift_exception", row, site=site, after={"lifted_on": plain(today)})
        announce("connection", site.pk, site=site.pk)
    return True


def note_speed(user: User, site: Site, values: Mapping[str, Any]) -> tuple[MeasuredSpeed, bool]:
    """Keep a measure, and whether it is new: a program that sends it twice is given the first."""
    require(can_measure(user, site))
    key = {name: values[name] for name in ("at", "method")}
    with transaction.atomic():
        row, new = MeasuredSpeed.objects.get_or_create(
            site=site,
            **key,
            defaults={
                "down_mbps": values["down_mbps"],
                "up_mbps": values["up_mbps"],
                "by": user,
                "by_text": str(user),
            },
        )
        if new:
            after = {"down_mbps": row.down_mbps, "up_mbps": row.up_mbps, "method": row.method}
            record_action(user, "measure_speed", row, site=site, after=after)
    return row, new


def fresh(row: M, seen: int) -> M:
    """The row as it stands, held. Raises ChangedMeanwhile where another version was read."""
    found: Any = (
        type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    )
    if found is None:
        raise ConnectionRefused("", _("Quelqu’un vient de le retirer\u00a0: rien à modifier."))
    if found.version != seen:
        raise ChangedMeanwhile(found)
    return found  # type: ignore[no-any-return]


def hold(site: Site) -> None:
    """One writer at a time for what a site has once."""
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)


def write(step: Callable[[], object]) -> None:
    """Do it; what the database refuses becomes words."""
    try:
        with transaction.atomic():
            step()
    except IntegrityError as error:
        if (refusal := refusal_of(error)) is None:
            raise
        raise ConnectionRefused(*refusal) from None


def plain(value: Any) -> Any:
    """A value as the journal keeps it."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
