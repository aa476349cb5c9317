"""Write down what the RADIUS server answered to a device: one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import connection

from byod.actions.network.ask_where import NAS_OF
from byod.rules.network.marks import Mark, access_point_of, mac_end, read_verdict
from byod.rules.network.packets import asker_of, moment_of

NOTE = """
    WITH n AS ({nas}),
    c AS (SELECT id, device_id FROM byod_credential
           WHERE id = %(credential)s OR (%(credential)s IS NULL AND username = %(certificate)s)),
    nas AS (UPDATE byod_nas SET seen_at = %(now)s FROM n
             WHERE byod_nas.id = n.id AND (seen_at IS NULL
                   OR seen_at < %(now)s::timestamptz - interval '1 minute')),
    device AS (UPDATE byod_personaldevice SET seen_at = %(at)s FROM c
                WHERE byod_personaldevice.id = c.device_id AND %(outcome)s = 'accepted'
                  AND (seen_at IS NULL OR seen_at < %(at)s::timestamptz - interval '5 minutes'))
    INSERT INTO byod_authevent (at, site_id, nas_id, credential_id, outcome, reason, who, segment,
                                vid, method, realm, mac_end, access_point, cached)
    SELECT %(at)s, n.site_id, n.id, (SELECT id FROM c), %(outcome)s, %(reason)s, %(who)s,
           %(segment)s, %(vid)s, %(method)s, %(realm)s, %(mac)s, %(access_point)s, %(cached)s
      FROM n
    RETURNING site_id
""".replace("{nas}", NAS_OF)
METHODS = {
    "13": "TLS", "21": "TTLS", "25": "PEAP", "EAP-TLS": "TLS", "EAP-TTLS": "TTLS",
}  # fmt: skip


def note_answer(form: Mapping[str, str], now: dt.datetime) -> int | None:
    """Keep one answer; the site of the client, None where the client is unknown."""
    outcome, reason, mark = read_verdict(form.get("verdict", ""))
    if form.get("answer") != "accept":
        outcome, reason = _refusal(outcome, reason, form)
    elif outcome not in ("accepted", "quarantined"):
        outcome, reason = "accepted", "other"
    mark = mark or Mark(0, "", "", 0)
    asker = asker_of(form)
    rejected = outcome == "rejected"
    values = {
        "radsec": asker.radsec,
        "address": asker.address,
        "identifier": asker.identifier,
        "now": now,
        "at": moment_of(form, now),
        "credential": mark.credential or None,
        "certificate": form.get("certificate", "").lower()[:100],
        "outcome": outcome,
        "reason": reason[:20],
        "who": mark.who[:8],
        "segment": "" if rejected else mark.segment[:10],
        "vid": None if rejected else mark.vid or None,
        "method": _method(form.get("method", "")),
        "realm": _realm(form),
        "mac": mac_end(form.get("mac", "")),
        "access_point": access_point_of(form.get("called", ""), form.get("port", "")),
        "cached": form.get("cached") == "cached",
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTE, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _method(text: str) -> str:
    return METHODS.get(text, text)[:12]


def _realm(form: Mapping[str, str]) -> str:
    """After the @; what stands before it is never kept."""
    return (
        form.get("user", "").rpartition("@")[2].lower()[:80] if "@" in form.get("user", "") else ""
    )


def _refusal(outcome: str, reason: str, form: Mapping[str, str]) -> tuple[str, str]:
    """Why a device was refused: as the platform judged, or, where it had let it in, what failed
    afterwards; where it was never asked, what TLS says."""
    if outcome == "rejected" and reason:
        return "rejected", reason
    failure = form.get("failure", "").lower()
    if outcome:
        return "rejected", "wrong_secret"
    if "revoked" in failure:
        return "rejected", "revoked"
    if "certificate" in failure and "alert" not in failure:
        return "rejected", "certificate"
    if "alert" in failure or "tls" in failure or "ssl" in failure:
        return "rejected", "no_trust"
    return "rejected", "other"
