"""The demo of network: policies in force, segments, clients; devices that came in, or did not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import cycle

from django.db import connection
from django.utils import timezone

from byod.actions.network.write_policy import USUAL
from byod.models.network.nas import Nas
from byod.models.network.policies import NetworkPolicy, PolicyState, Segment
from byod.models.network.rules import PolicyRule
from byod.models.network.segments import SiteSegment
from byod.models.network.sessions import NetworkSession
from byod.models.people.devices import Credential
from inventory.models import Category, Device, Vlan
from inventory.models.vlans import Purpose
from schools.models import School, Site

VIDS = {
    Segment.PUPILS: (120, "byod-eleves", Purpose.BYOD),
    Segment.STAFF: (110, "byod-profs", Purpose.BYOD),
    Segment.VISITORS: (130, "byod-visiteurs", Purpose.BYOD),
    Segment.GUESTS: (140, "byod-invites", Purpose.GUESTS),
    Segment.QUARANTINE: (199, "byod-quarantaine", Purpose.BYOD),
}
REFUSALS = (
    ("rejected", "wrong_secret", "pupil", "PEAP"),
    ("quarantined", "unauthorised", "pupil", "TTLS"),
    ("rejected", "guest_over", "guest", "TTLS"),
    ("rejected", "unknown", "", "PEAP"),
    ("quarantined", "outside_hours", "pupil", "TLS"),
    ("rejected", "no_trust", "", "PEAP"),
)
OPEN = 23
"""Sessions of the first site; the others have fewer."""


def load_network(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    chosen = sorted(sites.values(), key=lambda site: site.pk)[:6]
    schools = {site.school_id: site.school for site in chosen}
    for school in schools.values():
        _policy(school)
    for rank, site in enumerate(chosen):
        if SiteSegment.objects.filter(site=site).exists():
            continue
        _segments(site)
        nas = _client(site)
        _sessions(site, nas, max(3, OPEN - 6 * rank))
        _answers(site, nas)


def _policy(school: School) -> None:
    """The usual rules, in force for two months."""
    if NetworkPolicy.objects.filter(school=school).exists():
        return
    policy = NetworkPolicy.objects.create(school=school, number=1)
    PolicyRule.objects.bulk_create(PolicyRule(policy=policy, **one) for one in USUAL)
    policy.state, policy.live_at = PolicyState.LIVE, timezone.now() - dt.timedelta(days=61)
    policy.save()


def _segments(site: Site) -> None:
    for segment, (vid, name, purpose) in VIDS.items():
        vlan = Vlan.objects.filter(site=site, vid=vid).first() or Vlan.objects.create(
            site=site, vid=vid, name=name, purpose=purpose
        )
        SiteSegment.objects.create(site=site, segment=segment, vlan=vlan)


def _client(site: Site) -> Nas:
    nas = Nas(
        site=site,
        name="Contrôleur WiFi",
        radsec_name=f"site-{site.pk}.radsec.preau.example",
        seen_at=timezone.now() - dt.timedelta(minutes=2),
    )
    nas.set_secret(f"secret-de-demonstration-{site.pk}")
    nas.save()
    return nas


def _sessions(site: Site, nas: Nas, count: int) -> None:
    """Pupils and a few teachers, on the access points of the site."""
    points = list(
        Device.objects.filter(site=site, product__category=Category.ACCESS_POINT)
        .order_by("name")
        .values_list("name", flat=True)[:8]
    ) or ["AP-1"]
    known = Credential.objects.filter(device__member__site=site, revoked_at=None)
    credentials = list(known.select_related("device__member")[:count])
    now, at_point = timezone.now(), cycle(points)
    for rank in range(count):
        credential = credentials[rank] if rank < len(credentials) else None
        who = credential.device.member.kind if credential else ("pupil", "teacher")[rank % 7 == 6]
        segment = {"teacher": Segment.STAFF, "guest": Segment.GUESTS}.get(who, Segment.PUPILS)
        NetworkSession.objects.create(
            nas=nas, site=site, credential=credential, who=who, segment=segment,
            vid=VIDS[segment][0], acct_id=f"demo-{rank}", user_name="anonymous",
            mac=f"02:5e:{rank:02x}:10:{rank * 7 % 256:02x}:a{rank % 10}",
            access_point=next(at_point), started_at=now - dt.timedelta(minutes=4 + 5 * rank),
            heard_at=now, down_bytes=(rank + 1) * 7_340_032, up_bytes=(rank + 1) * 524_288,
            beyond_limit=rank == 4,
        )  # fmt: skip
        if credential is not None:
            credential.device.seen_at = now
            credential.device.save(update_fields=["seen_at"])


def _answers(site: Site, nas: Nas) -> None:
    """Some that were refused or set aside this morning."""
    now = timezone.now()
    rows = [
        (now - dt.timedelta(minutes=9 + 17 * rank), site.pk, nas.pk, outcome, reason, who, method,
         Segment.QUARANTINE.value if outcome == "quarantined" else "",
         199 if outcome == "quarantined" else None, f"{rank:x}f:a{rank}")
        for rank, (outcome, reason, who, method) in enumerate(REFUSALS)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO byod_authevent (at, site_id, nas_id, outcome, reason, who, method,"
            " segment, vid, mac_end) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
