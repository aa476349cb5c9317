"""Orders that wait are told to operators: claimed, told, written down. No transaction meanwhile.

Any number of workers share them. A worker that is killed leaves its orders leased: they are told
again under the same key, and carried out once.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import logging
import smtplib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import urllib3
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.actions.equity.order_operator import settle_order
from byod.models.equity.operators import LineOperator, OrderDoor
from byod.models.equity.orders import OPEN_ORDERS, LineOrderState, OperatorOrder
from byod.rules.equity.lines import retry_after
from schools.sealed import unseal
from schools.webhooks.addresses import AddressRefused, find_place

log = logging.getLogger(__name__)
BATCH = 100
LEASE = dt.timedelta(minutes=10)
ASK_AGAIN = dt.timedelta(minutes=15)
"""An order that the operator took but has not carried out: asked again after this."""
TIMEOUT = urllib3.Timeout(connect=5, read=10, total=12)
MOST_BYTES = 64 * 1024
HEADS = ("id", "order", "iccid", "number", "asked_at")


@dataclass(frozen=True, slots=True)
class Answered:
    """What an operator said: ``done``, ``accepted``, ``refused``, or ``failed`` with the reason."""

    state: str
    reference: str = ""
    error: str = ""


def send_operator_orders(now: dt.datetime | None = None) -> int:
    """One batch; how many were told. Zero: nothing is due."""
    rows = _claim(now or timezone.now())
    mails: dict[int, list[OperatorOrder]] = defaultdict(list)
    for row in rows:
        operator = row.line.plan.operator
        if operator.door == OrderDoor.HTTP:
            _write(row.pk, ask_by_http(operator, row))
        else:
            mails[operator.pk].append(row)
    for orders in mails.values():
        answer = tell_by_mail(orders[0].line.plan.operator, orders)
        for row in orders:
            _write(row.pk, answer)
    return len(rows)


@transaction.atomic
def _claim(now: dt.datetime) -> list[OperatorOrder]:
    due = OperatorOrder.objects.filter(state__in=OPEN_ORDERS, next_at__lte=now).exclude(
        line__plan__operator__door=OrderDoor.FILE
    )
    keys = list(
        due.select_for_update(of=("self",), skip_locked=True)
        .order_by("next_at", "pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    rows = OperatorOrder.objects.filter(pk__in=keys)
    rows.update(next_at=now + LEASE)
    return list(rows.select_related("line__plan__operator").order_by("pk"))


def told(row: OperatorOrder) -> dict[str, str]:
    """What leaves the house: the line, and what to do. Nothing of a school or a pupil."""
    return {
        "id": str(row.key),
        "order": row.kind,
        "iccid": row.line.iccid or "",
        "number": row.line.number,
        "asked_at": row.asked_at.isoformat(),
    }


def orders_csv(rows: Sequence[OperatorOrder]) -> str:
    """The orders as a file: UTF-8, semicolons."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(told(row) for row in rows)
    return text.getvalue()


def tell_by_mail(operator: LineOperator, rows: Sequence[OperatorOrder]) -> Answered:
    """One message with all orders. That it left is no confirmation: somebody notes the answer."""
    message = EmailMessage(
        _("Préau\u00a0: ordres pour vos lignes"),
        _("Le fichier joint dit quelles lignes suspendre, rétablir ou résilier."),
        to=[operator.email],
    )
    name = f"ordres-{timezone.localdate():%Y%m%d}.csv"
    message.attach(name, orders_csv(rows), "text/csv")
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("orders by mail did not leave (%s)", type(error).__name__)
        return Answered("failed", error=_("Le courriel n’est pas parti."))
    return Answered("mailed")


def ask_by_http(operator: LineOperator, row: OperatorOrder) -> Answered:
    """POST the order under its idempotency key; asked again, the operator tells how it stands.

    200 ``{"state": "done", "reference": "…"}``; 202 ``{"state": "accepted"}``; 409 or 422
    ``{"state": "refused", "message": "…"}``. Anything else is tried again later.
    """
    key = str(unseal(operator.sealed).get("key", "")) if operator.sealed else ""
    try:
        place = find_place(operator.url)
        pool = (
            urllib3.HTTPConnectionPool(place.ip, place.port)
            if place.scheme == "http"
            else urllib3.HTTPSConnectionPool(
                place.ip, place.port, server_hostname=place.host, assert_hostname=place.host
            )
        )
        with pool:
            answer = pool.urlopen(
                "POST", place.path, body=json.dumps(told(row)).encode(),
                headers={
                    "host": place.named,
                    "content-type": "application/json",
                    "authorization": f"Bearer {key}",
                    "idempotency-key": str(row.key),
                },
                retries=False, redirect=False, timeout=TIMEOUT, preload_content=False,
            )  # fmt: skip
            return _read(int(answer.status), answer.read(MOST_BYTES))
    except AddressRefused as refused:
        return Answered("failed", error=str(refused))
    except (urllib3.exceptions.HTTPError, OSError):
        return Answered("failed", error=_("L’opérateur ne répond pas."))


def _read(status: int, body: bytes) -> Answered:
    try:
        said = json.loads(body or b"{}")
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    reference = str(said.get("reference", ""))[:80]
    expected = {200: "done", 202: "accepted", 409: "refused", 422: "refused"}.get(status)
    if expected is None or said.get("state") != expected:
        error = _("L’opérateur a répondu %(status)d.") % {"status": status}
        return Answered("failed", error=error)
    return Answered(expected, reference, str(said.get("message", ""))[:200])


@transaction.atomic
def _write(key: int, answer: Answered, now: dt.datetime | None = None) -> None:
    """Write what was said, unless somebody settled it by hand meanwhile."""
    now = now or timezone.now()
    row = OperatorOrder.objects.select_for_update().get(pk=key)
    if row.state not in OPEN_ORDERS:
        return None
    row.tries += 1
    if answer.state == "done":
        row.sent_at = row.sent_at or now
        row.save(update_fields=["sent_at", "tries"])
        return settle_order(row, LineOrderState.CONFIRMED, now, answer.reference)
    if answer.state == "refused":
        row.save(update_fields=["tries"])
        settle_order(row, LineOrderState.REFUSED, now, answer.reference)
        OperatorOrder.objects.filter(pk=key).update(error=answer.error)
        return None
    if answer.state == "failed":
        wait = retry_after(row.tries)
        row.next_at, row.error = (now + wait if wait else None), answer.error
    else:
        row.state, row.sent_at, row.error = LineOrderState.SENT, row.sent_at or now, ""
        row.reference = answer.reference or row.reference
        row.next_at = now + ASK_AGAIN if answer.state == "accepted" else None
    row.save(
        update_fields=["state", "sent_at", "tries", "next_at", "error", "reference"],
    )
    return None
