"""What the inventory knows of a site, as the plain values that a template draws on."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.conf import settings as conf
from django.db.models import Q

from inventory.models import Device, SiteSettings, Ssid, Vlan
from inventory.rules.network_settings import Layer, Setting, in_force
from inventory.rules.templates import (
    MARK,
    Box,
    Place,
    SiteFacts,
    SnmpFact,
    SsidFact,
    VlanFact,
)
from schools.models import Site


def facts_of(sites: Iterable[Site]) -> dict[int, SiteFacts]:
    """Site → its facts, for a device that has no name yet; four queries for any number of sites."""
    known = {site.pk: site for site in sites}
    vlans: dict[int, list[VlanFact]] = {}
    for vlan in Vlan.objects.filter(site__in=known).order_by("vid"):
        vlans.setdefault(vlan.site_id, []).append(VlanFact(vlan.vid, vlan.name, vlan.purpose))
    ssids: dict[int, list[SsidFact]] = {}
    on_air = Ssid.objects.filter(site__in=known).on_air().select_related("vlan").order_by("name")
    for ssid in on_air:
        ssids.setdefault(ssid.site_id, []).append(_ssid(ssid))
    chosen = settings_of(known.values())
    return {
        key: _facts(site, vlans.get(key, []), ssids.get(key, []), chosen[key])
        for key, site in known.items()
    }


def for_device(facts: SiteFacts, device: Device) -> SiteFacts:
    """The facts of its site, and the device's own."""
    room = device.room.name if device.room else ""
    snmp = replace(facts.snmp, location=room or facts.site.name)
    return replace(facts, device=Box(device.name, room), snmp=snmp)


def settings_of(sites: Iterable[Site]) -> dict[int, dict[str, Setting]]:
    """Site → each setting in force and where it comes from; one query."""
    known = list(sites)
    rows = list(
        SiteSettings.objects.filter(
            Q(region=True)
            | Q(authority__in={site.school.authority_id for site in known})
            | Q(site__in=[site.pk for site in known])
        )
    )
    region = [row for row in rows if row.region]
    of_authority = {row.authority_id: row for row in rows if row.authority_id}
    of_site = {row.site_id: row for row in rows if row.site_id}
    found = {}
    for site in known:
        said = [("region", one) for one in region]
        if (row := of_authority.get(site.school.authority_id)) is not None:
            said.append(("authority", row))
        if (row := of_site.get(site.pk)) is not None:
            said.append(("site", row))
        found[site.pk] = in_force([Layer(level, _values(row)) for level, row in said])
    return found


def _values(row: SiteSettings) -> dict[str, object]:
    return {
        "ntp": tuple(row.ntp),
        "syslog": tuple(row.syslog),
        "snmp_managers": tuple(row.snmp_managers),
        "snmp_contact": row.snmp_contact,
        "community": f"settings:{row.pk}" if row.sealed else "",
    }


def _ssid(ssid: Ssid) -> SsidFact:
    passphrase = f"{{{{secret:ssid:{ssid.pk}}}}}" if ssid.has_passphrase else ""
    return SsidFact(ssid.name, ssid.vlan.vid, ssid.security, ssid.hidden, ssid.band, passphrase)


def _facts(
    site: Site, vlans: list[VlanFact], ssids: list[SsidFact], chosen: dict[str, Setting]
) -> SiteFacts:
    source = str(chosen["community"].value)
    community = f"{{{{secret:{source}}}}}" if source else ""
    place = Place(
        site.name or str(site.municipality),
        site.school.name,
        site.school.number,
        str(site.get_province_display()),
    )
    return SiteFacts(
        place,
        Box(""),
        tuple(vlans),
        tuple(ssids),
        _texts(chosen["ntp"]),
        _texts(chosen["syslog"]),
        SnmpFact(
            contact=str(chosen["snmp_contact"].value),
            managers=_texts(chosen["snmp_managers"]),
            community=community,
        ),
    )


def _texts(setting: Setting) -> tuple[str, ...]:
    return tuple(map(str, setting.value)) if isinstance(setting.value, tuple) else ()


# --- secrets: opened for the line that is sent, kept nowhere ---


def secrets_for(keys: Iterable[str]) -> dict[str, str]:
    """Mark key → secret. A key whose row is gone has no entry."""
    asked: dict[str, list[int]] = {}
    for key in keys:
        kind, _sep, pk = key.partition(":")
        if pk.isdecimal():
            asked.setdefault(kind, []).append(int(pk))
    found = {
        f"ssid:{ssid.pk}": ssid.passphrase()
        for ssid in Ssid.objects.filter(pk__in=asked.get("ssid", []))
    }
    found |= {
        f"settings:{row.pk}": row.community()
        for row in SiteSettings.objects.filter(pk__in=asked.get("settings", []))
    }
    return found


def digest(secret: str) -> str:
    """Tells two secrets apart without holding either: keyed, so that guessing helps nobody."""
    key = conf.FIELD_KEY.encode() if isinstance(conf.FIELD_KEY, str) else conf.FIELD_KEY
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()[:32]


def digests_of(lines: Iterable[str], secrets: Mapping[str, str]) -> dict[str, str]:
    """Each line with marks → a digest of its secrets together."""
    return {
        line: digest("\0".join(secrets.get(key, "") for key in MARK.findall(line)))
        for line in lines
    }
