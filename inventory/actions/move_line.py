"""The life of a line: a school asks, the SPW or the helpdesk orders, activates and ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.access.connections import can_cancel_line, can_move_line, can_opt_in
from inventory.actions.keep_connections import ConnectionRefused, fresh, hold, plain, write
from inventory.connection_words import REFUSALS
from inventory.models import LineRole, Offer, Subscription, SubscriptionMove, SubscriptionState
from inventory.rules.connections import may_move
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User

FROM_OFFER = ("technology", "down_mbps", "up_mbps", "price_month", "price_once")


def ask_line(user: User, site: Site, values: Mapping[str, Any], today: dt.date) -> Subscription:
    """Opt in to an offer, or note terms of one's own; a main line replaces the one in service.

    Raises DecisionRefused; ConnectionRefused with the field.
    """
    require(can_opt_in(user, site))
    with transaction.atomic():
        hold(site)
        row = Subscription(site=site, asked_by=user, asked_by_text=str(user), asked_on=today)
        for name, value in values.items():
            setattr(row, name, value)
        if row.offer is not None:
            _take(row, row.offer, today)
        if row.role == LineRole.MAIN:
            row.follows = Subscription.objects.active().main().filter(site=site).first()
            _refuse_second_heir(row)
        write(row.save)
        _moved(user, row, SubscriptionState.ASKED, today)
        told = {name: plain(getattr(row, name)) for name in (*FROM_OFFER, "role")}
        record_action(user, "ask_line", row, site=site, after=told)
        announce("connection", site.pk, site=site.pk)
    return row


def _take(row: Subscription, offer: Offer, today: dt.date) -> None:
    """The terms are the offer's of today; it is held, so that none changes meanwhile."""
    held = Offer.objects.select_for_update(of=("self",)).open(today).filter(pk=offer.pk)
    current = held.select_related("contract").first()
    if current is None:
        raise ConnectionRefused(
            "offer", _("Cette offre n’est plus proposée. Choisissez-en une autre.")
        )
    row.offer, row.operator_id, row.terms = current, current.contract.operator_id, ""
    for name in FROM_OFFER:
        setattr(row, name, getattr(current, name))


def _refuse_second_heir(row: Subscription) -> None:
    """One main line is awaited at a time; a cancelled heir no longer stands in the way."""
    if Subscription.objects.awaited().main().filter(site=row.site).exists():
        raise ConnectionRefused(*REFUSALS["one_main_line_awaited"])
    if row.follows is None:
        return
    heirs = Subscription.objects.filter(follows=row.follows)
    heirs.filter(state=SubscriptionState.CANCELLED).update(follows=None)


def move_line(
    user: User,
    row: Subscription,
    state: str,
    on: dt.date,
    *,
    seen: int,
    today: dt.date,
    circuit: str = "",
    why: str = "",
) -> Subscription:
    """Take a line to its next state; activating the heir of a line ends that line the same day.

    A second click changes nothing; a second clerk is told what the first has noted. Raises
    DecisionRefused; ConnectionRefused with the field.
    """
    allowed = can_cancel_line if state == SubscriptionState.CANCELLED else can_move_line
    require(allowed(user, row.site))
    if on > today:
        raise ConnectionRefused("on", _("Cette date est à venir\u00a0: notez-la le jour venu."))
    with transaction.atomic():
        current = Subscription.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if current.state == state and _is_noted(current, on, circuit, why):
            return current
        if not may_move(current.state, state):
            raise ConnectionRefused("", no_way(current, state))
        current = fresh(current, seen)
        before = current.state
        current.state = state
        if circuit:
            current.circuit = circuit
        if state == SubscriptionState.ACTIVE:
            _hand_over(user, current, on)
            current.start_on = on
        elif state == SubscriptionState.ENDED:
            current.end_on = on
        write(current.save)
        _moved(user, current, state, on, why)
        record_action(
            user,
            f"{VERBS[state]}_line",
            current,
            site=row.site,
            before={"state": before},
            after={"state": state, "on": plain(on), "circuit": current.circuit},
            why=why,
        )
        announce("connection", row.site_id, site=row.site_id)
    return current


def _is_noted(row: Subscription, on: dt.date, circuit: str, why: str) -> bool:
    """Whether the step that a line has taken is this very one: a second click."""
    step = row.moves.filter(state=row.state, on=on, why=why[:500])
    return circuit in ("", row.circuit) and step.exists()


def no_way(row: Subscription, state: str) -> str:
    """Why a line cannot be taken there: who has taken it where, when."""
    last = row.moves.order_by("-pk").first()
    then = SubscriptionState(state).label
    if last is None:
        return _("Une ligne %(now)s ne peut pas être %(then)s.") % {
            "now": row.get_state_display(),
            "then": then,
        }
    told = {
        "now": row.get_state_display(),
        "day": date_format(last.on, "d/m/Y"),
        "who": last.by_text or _("quelqu’un"),
        "then": then,
    }
    if row.state == state:
        return (
            _(
                "Déjà notée %(now)s au %(day)s par %(who)s\u00a0: rien n’a été changé. "
                "Relisez la page."
            )
            % told
        )
    return (
        _(
            "La ligne est %(now)s depuis le %(day)s (%(who)s)\u00a0: elle ne peut pas être "
            "%(then)s. Relisez la page."
        )
        % told
    )


VERBS = {"ordered": "order", "active": "activate", "ended": "end", "cancelled": "cancel"}


def _hand_over(user: User, heir: Subscription, on: dt.date) -> None:
    """The line before stops on the day on which its heir starts: no gap, and never two."""
    if heir.follows_id is None:
        return
    old = Subscription.objects.select_for_update(of=("self",)).get(pk=heir.follows_id)
    if old.state != SubscriptionState.ACTIVE:
        return
    old.state, old.end_on = SubscriptionState.ENDED.value, on
    write(old.save)
    _moved(user, old, old.state, on, _("remplacée"))
    after = {"state": old.state, "on": plain(on)}
    record_action(user, "end_line", old, site=old.site, before={"state": "active"}, after=after)


def _moved(user: User, row: Subscription, state: str, on: dt.date, why: str = "") -> None:
    SubscriptionMove.objects.create(
        subscription=row, state=state, on=on, by=user, by_text=str(user), why=why[:500]
    )
