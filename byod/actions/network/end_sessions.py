"""End sessions that may not go on: find them, ask the NAS, write down what it answered.

Found by query, not told: whatever revoked a credential, however it was written, the device is asked
to leave within seconds (ADR 004). Killed at any point, an order is sent again.
"""

from __future__ import annotations

import datetime as dt
import select
import socket
import time
from dataclasses import dataclass

from django.db import connection, transaction

from byod.access.network.keeping import can_end_session
from byod.models.network.orders import DisconnectOrder, DisconnectState, DisconnectWhy
from byod.models.network.sessions import NetworkSession
from byod.rules.network.coa import (
    ACCT_SESSION,
    CALLING_STATION,
    EVENT_TIMESTAMP,
    NAS_IDENTIFIER,
    NO_SUCH_SESSION,
    USER_NAME,
    CoaAnswer,
    disconnect_request,
    read_answer,
)
from inventory.access.refusals import require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

WAITS_S = (3, 10, 30)
"""Between one sending and the next; after the last one the order is « non confirmé »."""
ANSWER_S = 1.5
BATCH = 200
"""Orders sent together: one byte tells the answers of one NAS apart."""
FIND = """
    INSERT INTO byod_disconnectorder (session_id, why, state, asked_at, tries, due_at)
    SELECT s.id, CASE WHEN d.lost_at IS NOT NULL OR d.removed_at IS NOT NULL THEN 'lost'
                      WHEN c.revoked_at IS NOT NULL THEN 'revoked' ELSE 'withdrawn' END,
           'waiting', %(now)s, 0, %(now)s
      FROM byod_networksession s
      JOIN byod_credential c ON c.id = s.credential_id
      JOIN byod_personaldevice d ON d.id = c.device_id
      JOIN byod_member m ON m.id = d.member_id
     WHERE s.stopped_at IS NULL
       AND (c.revoked_at IS NOT NULL OR d.lost_at IS NOT NULL OR d.removed_at IS NOT NULL
            OR (s.segment <> 'quarantine'
                AND NOT EXISTS (SELECT 1 FROM byod_authorisation a
                                 WHERE a.member_id = m.id AND a.ended_at IS NULL)))
       AND NOT EXISTS (SELECT 1 FROM byod_disconnectorder o
                        WHERE o.session_id = s.id AND o.why IN ('lost', 'revoked', 'withdrawn'))
     LIMIT 500
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """One packet on its way."""

    order: int
    session: int
    site: int
    where: tuple[str, int]
    secret: bytes
    packet: bytes


def find_sessions_to_end(now: dt.datetime) -> int:
    """Order the end of every open session that lost its right. Twice orders nothing more."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"now": now})
        return int(cursor.rowcount)


@transaction.atomic
def end_session(user: User, pk: int, now: dt.datetime) -> DisconnectOrder:
    """Ask for one session to end, by hand. Twice asks once. Raises DecisionRefused."""
    session = NetworkSession.objects.visible_to(user).select_for_update(of=("self",)).get(pk=pk)
    require(can_end_session(user, session.site))
    waiting = session.disconnects.waiting().first()
    if waiting is not None:
        return waiting
    order = DisconnectOrder.objects.create(
        session=session, why=DisconnectWhy.BY_HAND, asked_at=now, due_at=now
    )
    record_action(user, "end_session", session.nas, site=session.site)
    return order


def send_orders(now: dt.datetime, answer_s: float = ANSWER_S) -> dict[str, int]:
    """Send what is due, wait for the answers, write them down. Outcome → how many."""
    sent = _take(now)
    answers = _exchange(sent, answer_s) if sent else {}
    return _settle(sent, answers, now)


@transaction.atomic
def _take(now: dt.datetime) -> list[Sent]:
    """Lock what is due, and put its next sending off: whoever comes meanwhile leaves it."""
    due = DisconnectOrder.objects.waiting().filter(due_at__lte=now).order_by("due_at")
    rows = due.select_for_update(of=("self",), skip_locked=True).select_related("session__nas")
    sent: list[Sent] = []
    for rank, order in enumerate(rows[:BATCH]):
        order.tries += 1
        order.sent_at = now
        last = order.tries > len(WAITS_S)
        wait = WAITS_S[-1] if last else WAITS_S[order.tries - 1]
        order.due_at = now + dt.timedelta(seconds=wait)
        if (one := _packet(order, rank, now)) is None or order.session.stopped_at is not None:
            order.state = DisconnectState.UNCONFIRMED
        else:
            sent.append(one)
        order.save(update_fields=["tries", "sent_at", "due_at", "state"])
    return sent


def _packet(order: DisconnectOrder, identifier: int, now: dt.datetime) -> Sent | None:
    """None for a client that is reached through RadSec alone, or knows no Disconnect-Request."""
    session, nas = order.session, order.session.nas
    if nas.address is None or not nas.coa_port:
        return None
    secret = nas.secret.encode()
    packet = disconnect_request(
        identifier,
        secret,
        [
            (USER_NAME, session.user_name.encode()),
            (ACCT_SESSION, session.acct_id.encode()),
            (CALLING_STATION, session.mac.replace(":", "-").upper().encode()),
            (NAS_IDENTIFIER, nas.identifier.encode()),
            (EVENT_TIMESTAMP, int(now.timestamp()).to_bytes(4, "big")),
        ],
    )
    where = (nas.address, nas.coa_port)
    return Sent(order.pk, session.pk, session.site_id, where, secret, packet)


def _exchange(sent: list[Sent], answer_s: float) -> dict[int, CoaAnswer]:
    """Order → its answer, of those that came in time. One socket for each family of addresses."""
    sockets: dict[bool, socket.socket] = {}
    waiting: dict[tuple[str, int, int], Sent] = {}
    found: dict[int, CoaAnswer] = {}
    try:
        for one in sent:
            six = ":" in one.where[0]
            if six not in sockets:
                family = socket.AF_INET6 if six else socket.AF_INET
                sockets[six] = socket.socket(family, socket.SOCK_DGRAM)
                sockets[six].setblocking(False)
            try:
                sockets[six].sendto(one.packet, one.where)
            except OSError:
                continue  # no route: as if nobody answered
            waiting[(*one.where, one.packet[1])] = one
        _listen(list(sockets.values()), waiting, found, time.monotonic() + answer_s)
    finally:
        for one_socket in sockets.values():
            one_socket.close()
    return found


def _listen(
    sockets: list[socket.socket],
    waiting: dict[tuple[str, int, int], Sent],
    found: dict[int, CoaAnswer],
    until: float,
) -> None:
    while waiting and (left := until - time.monotonic()) > 0:
        ready, _writable, _broken = select.select(sockets, [], [], left)
        for one_socket in ready:
            try:
                packet, sender = one_socket.recvfrom(4096)
            except OSError:
                continue  # the port is closed there (ICMP)
            key = (sender[0], sender[1], packet[1] if len(packet) > 1 else -1)
            one = waiting.get(key)
            answer = read_answer(packet, one.packet, one.secret) if one else None
            if one is not None and answer is not None:
                found[one.order] = answer
                del waiting[key]


@transaction.atomic
def _settle(sent: list[Sent], answers: dict[int, CoaAnswer], now: dt.datetime) -> dict[str, int]:
    counts = {"acked": 0, "naked": 0, "unconfirmed": 0, "again": 0}
    rows = DisconnectOrder.objects.waiting().select_for_update(of=("self",))
    waiting = {row.pk: row for row in rows.filter(pk__in=[one.order for one in sent])}
    for one in sent:
        order = waiting.get(one.order)
        if order is None:
            continue
        answer = answers.get(one.order)
        if answer is not None:
            _answered(order, one, answer, now)
        elif order.tries > len(WAITS_S):
            order.state = DisconnectState.UNCONFIRMED
        order.save(update_fields=["state", "answered_at", "error_cause"])
        counts[order.state if order.state != DisconnectState.WAITING else "again"] += 1
        announce("network", one.site, site=one.site)
    return counts


def _answered(order: DisconnectOrder, one: Sent, answer: CoaAnswer, now: dt.datetime) -> None:
    order.state = DisconnectState.ACKED if answer.acked else DisconnectState.NAKED
    order.answered_at, order.error_cause = now, answer.error_cause
    over = {True: "Admin-Reset", False: "Lost-Service"}[answer.acked]
    if answer.acked or answer.error_cause == NO_SUCH_SESSION:
        rows = NetworkSession.objects.open().filter(pk=one.session, started_at__lte=now)
        rows.update(stopped_at=now, stop_cause=over)
