"""Answer « whom is this, and where do they go »: two or three queries, nothing is written."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from byod.rules.network.bandwidth import SPEEDS
from byod.rules.network.deciding import (
    Person,
    Place,
    Policy,
    Rule,
    Verdict,
    admit,
    decide,
    refused,
    vouch,
)
from byod.rules.network.marks import Mark, class_of, cui_of, told_verdict
from byod.rules.network.packets import Asker, asker_of
from schools.calendars.timetables import ZONE, hours_in_force
from schools.models import Site
from schools.sealed import unseal

NAS_OF = """
    SELECT n.id, n.site_id FROM byod_nas n
     WHERE n.retired_at IS NULL AND n.identifier IN ('', %(identifier)s)
       AND CASE WHEN %(radsec)s <> '' THEN n.radsec_name = %(radsec)s
                ELSE n.address = %(address)s::inet END
     ORDER BY n.identifier DESC LIMIT 1
"""
"""The client that asks: the row of its NAS-Identifier, else the one for any."""
PARTNER = """
    SELECT id FROM byod_upstreamrealm WHERE enabled AND address = %s::inet ORDER BY id LIMIT 1
"""
"""A partner's server that asks for one of ours who visits it: no site of ours, no policy."""
PLACE = """
    SELECT n.id, n.site_id, s.school_id, p.visitors, p.unauthorised, p.outside_hours,
           (SELECT json_object_agg(g.segment, v.vid) FROM byod_sitesegment g
              JOIN inventory_vlan v ON v.id = g.vlan_id WHERE g.site_id = n.site_id),
           (SELECT json_agg(json_build_array(r.who, r.segment, r.days, r.opens, r.closes,
                                             r.school_days_only, r.bandwidth, r.sessions, r.beyond))
              FROM byod_policyrule r WHERE r.policy_id = p.id)
      FROM ({nas}) n
      JOIN schools_site s ON s.id = n.site_id
      LEFT JOIN byod_networkpolicy p ON p.school_id = s.school_id AND p.state = 'live'
""".replace("{nas}", NAS_OF)
PERSON = """
    SELECT c.id, c.kind, c.sealed, c.serial, c.expires_at, c.revoked_at IS NOT NULL,
           d.lost_at IS NOT NULL OR d.removed_at IS NOT NULL, m.id, m.kind,
           m.left_on IS NOT NULL AND m.left_on <= %(today)s, s.school_id,
           EXISTS (SELECT 1 FROM byod_authorisation a
                    WHERE a.member_id = m.id AND a.ended_at IS NULL)
      FROM byod_credential c
      JOIN byod_personaldevice d ON d.id = c.device_id
      JOIN byod_member m ON m.id = d.member_id
      JOIN schools_site s ON s.id = m.site_id
     WHERE c.username = %(user)s
"""
Reply = dict[str, dict[str, Any]]


class UnknownClient(Exception):
    """The NAS is in nobody's list."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a credential says, beside what is judged."""

    credential: int
    kind: str
    sealed: str
    serial: str
    member: int
    person: Person


def ask_where(form: Mapping[str, str], now: dt.datetime) -> tuple[Verdict, Reply]:
    """Judge, and put it as rlm_rest reads it. Raises UnknownClient."""
    asker = asker_of(form)
    local = now.astimezone(ZONE)
    try:
        site, place = place_of(asker)
    except UnknownClient:
        return _ask_abroad(_partner_of(asker), form, local)

    def school_day() -> bool:
        return is_school_day(site, local.date())

    if form.get("stage") == "partner":
        verdict = admit(place, "visitor", local, school_day)
        return verdict, reply_of(verdict, None, form, place)
    known = person_of(form.get("user", ""), local.date())
    if known is None:
        return _no(refused("unknown"))
    if (wrong := _otherwise(known, form)) is not None:
        return _no(refused(wrong), known)
    verdict = decide(known.person, place, local, school_day)
    return verdict, reply_of(verdict, known, form, place)


def _partner_of(asker: Asker) -> int:
    """Which partner's server asks. Raises UnknownClient."""
    with connection.cursor() as cursor:
        cursor.execute(PARTNER, [None if asker.radsec else asker.address])
        row = cursor.fetchone()
    if row is None:
        raise UnknownClient
    return int(row[0])


def _ask_abroad(partner: int, form: Mapping[str, str], local: dt.datetime) -> tuple[Verdict, Reply]:
    """One of ours at a partner's: yes or no, and a CUI. Where they arrive is the partner's to say,
    and nothing is written down of where they are."""
    known = person_of(form.get("user", ""), local.date())
    if known is None or form.get("stage") == "partner":
        return _no(refused("unknown"))
    if (wrong := _otherwise(known, form)) is not None:
        return _no(refused(wrong), known)
    verdict = vouch(known.person, local)
    if verdict.rejected:
        return _no(verdict, known)
    told = told_verdict(verdict.outcome, verdict.reason, Mark(known.credential, verdict.who, "", 0))
    operator = f"partner|{partner}|{form.get('operator', '')[:120]}"
    return verdict, {
        "control:Tmp-String-4": _set(told),
        **_secret_of(known, form),
        **_cui_of(known, operator),
    }


def place_of(asker: Asker) -> tuple[int, Place]:
    """The site of a client, its live policy and its VLANs: one query. Raises UnknownClient."""
    with connection.cursor() as cursor:
        cursor.execute(
            PLACE,
            {
                "radsec": asker.radsec,
                "address": asker.address,
                "identifier": asker.identifier,
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise UnknownClient
    _nas, site, school, visitors, unauthorised, outside, vlans, rules = row
    policy = None
    if visitors is not None:
        policy = Policy(
            visitors, unauthorised, outside, {one[0]: _rule(one) for one in rules or ()}
        )
    return site, Place(school, policy, vlans or {})


def _rule(row: list[Any]) -> Rule:
    _who, segment, days, opens, closes, school_days, bandwidth, sessions, beyond = row
    return Rule(
        segment,
        tuple(days),
        dt.time.fromisoformat(opens) if opens else None,
        dt.time.fromisoformat(closes) if closes else None,
        school_days,
        bandwidth,
        sessions,
        beyond,
    )


def person_of(user: str, today: dt.date) -> Known | None:
    """Whose credential that is: one query."""
    with connection.cursor() as cursor:
        cursor.execute(PERSON, {"user": user.lower()[:100], "today": today})
        row = cursor.fetchone()
    if row is None:
        return None
    credential, kind, sealed, serial, expires, revoked, lost, member, who, left, school, may = row
    person = Person(school, who, may, expires, revoked=revoked, lost=lost, left=left)
    return Known(credential, kind, sealed, serial or "", member, person)


def _otherwise(known: Known, form: Mapping[str, str]) -> str | None:
    """Why the device does not prove itself as it should."""
    by_certificate = form.get("stage") == "certificate"
    if by_certificate != (known.kind == "tls"):
        return "wrong_method"
    if by_certificate and _hexadecimal(form.get("serial", "")) != _hexadecimal(known.serial):
        return "revoked" if known.person.revoked else "replaced"
    return None


def _hexadecimal(text: str) -> str:
    return text.lower().replace(":", "").lstrip("0")


def _no(verdict: Verdict, known: Known | None = None) -> tuple[Verdict, Reply]:
    mark = Mark(known.credential, verdict.who or known.person.kind, "", 0) if known else None
    told = told_verdict(verdict.outcome, verdict.reason, mark)
    return verdict, {"control:Auth-Type": _set("Reject"), "control:Tmp-String-4": _set(told)}


def reply_of(verdict: Verdict, known: Known | None, form: Mapping[str, str], place: Place) -> Reply:
    """The attributes of an answer: VLAN (RFC 3580), speed, how long it holds, the Class."""
    if verdict.rejected:
        return _no(verdict, known)[1]
    key = settings.SECRET_KEY.encode()
    credential = known.credential if known else 0
    mark = Mark(credential, verdict.who, verdict.segment, verdict.vid or 0)
    reply = {
        "control:Tmp-String-4": _set(told_verdict(verdict.outcome, verdict.reason, mark)),
        "reply:Tunnel-Type": _set("VLAN"),
        "reply:Tunnel-Medium-Type": _set("IEEE-802"),
        "reply:Tunnel-Private-Group-Id": _set(str(verdict.vid)),
        "reply:Filter-Id": _set(verdict.segment),
        "reply:Session-Timeout": _set(str(verdict.seconds)),
        "reply:Termination-Action": _set("RADIUS-Request"),
        "reply:Class": _set("0x" + class_of(mark, key).encode().hex()),
        **_speeds(verdict.bandwidth),
    }
    if known is not None:
        reply |= _secret_of(known, form)
        if known.person.school != place.school:
            reply |= _cui_of(known, str(place.school))
    return reply


def _secret_of(known: Known, form: Mapping[str, str]) -> Reply:
    if known.kind != "secret" or form.get("stage") == "certificate":
        return {}
    return {"control:Cleartext-Password": _set(str(unseal(known.sealed)["secret"]))}


def _cui_of(known: Known, operator: str) -> Reply:
    cui = cui_of(known.member, operator, settings.SECRET_KEY.encode())
    return {"reply:Chargeable-User-Identity": _set("0x" + cui.encode().hex())}


def _speeds(bandwidth: str) -> Reply:
    speeds = SPEEDS.get(bandwidth)
    if speeds is None:
        return {}
    down, up = speeds
    return {
        "reply:WISPr-Bandwidth-Max-Down": _set(str(down)),
        "reply:WISPr-Bandwidth-Max-Up": _set(str(up)),
    }


def _set(value: str) -> dict[str, Any]:
    return {"op": ":=", "value": [value]}


def is_school_day(site: int, day: dt.date) -> bool:
    """Whether the site is open that day, by its calendar and hours; kept for five minutes."""
    return _school_day(site, day, int(time.monotonic() // 300))


@lru_cache(maxsize=10_000)
def _school_day(site: int, day: dt.date, _slot: int) -> bool:
    here = Site.objects.select_related("school").get(pk=site)
    return bool(hours_in_force(here, day).hours(here.closed_on).of_day(day))
