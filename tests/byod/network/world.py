"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from byod.models.network.days import NetworkDay
from byod.models.network.events import AuthEvent
from byod.models.network.nas import Nas
from byod.models.network.orders import DisconnectOrder, DisconnectWhy
from byod.models.network.policies import NetworkPolicy, PolicyState
from byod.models.network.realms import Realm
from byod.models.network.reminders import CredentialReminder
from byod.models.network.rules import PolicyRule
from byod.models.network.segments import SiteSegment
from byod.models.network.servers import RadiusServer
from byod.models.network.sessions import NetworkSession
from byod.models.network.upstream import UpstreamRealm
from inventory.models import Vlan
from schools.models import Site, User
from schools.sealed import seal

OF_RADIUS = "the RADIUS server's door: a token, no person"
GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("connexions/<int:pk>/terminer/", {"pk": "network_session"}),
    ("clients-radius/<int:pk>/", {"pk": "nas"}),
    ("serveurs-radius/partenaires/<int:pk>/", {"pk": "upstream_realm"}),
    ("politiques/<int:pk>/", {"pk": "policy_draft"}),
    ("ecoles/<int:pk>/politique/", {"pk": "school"}),
    ("network-policies/", {"pk": "policy"}),
    ("network-segments/", {"pk": "site_segment"}),
    ("radius-clients/", {"pk": "nas"}),
    ("network-sessions/", {"pk": "network_session"}),
    ("network-days/", {"pk": "network_day"}),
    ("disconnect-orders/", {"pk": "disconnect_order"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {
    "byod:radius_authorize": OF_RADIUS,
    "byod:radius_post_auth": OF_RADIUS,
    "byod:radius_accounting": OF_RADIUS,
    "byod:radius_client": OF_RADIUS,
    "byod:radius_servers": "of the Region: machines, certificates, partners",
    "byod:partner_add": "of the Region: machines, certificates, partners",
    "byod:partner": "of the Region: machines, certificates, partners",
}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "byod.Realm": "the public part of an identity: it names a school, nobody",
}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class NetworkWorld:
    """A realm, a live policy, a client, a session that must end, and what is left of others."""

    realm: Realm
    policy: NetworkPolicy
    policy_rule: PolicyRule
    policy_draft: NetworkPolicy
    site_segment: SiteSegment
    nas: Nas
    network_session: NetworkSession
    auth_event: AuthEvent
    disconnect_order: DisconnectOrder
    network_day: NetworkDay
    upstream_realm: UpstreamRealm
    radius_server: RadiusServer
    credential_reminder: CredentialReminder


def make_network_world(
    site: Site, technician: User, name: str, made: dict[str, Any]
) -> NetworkWorld:
    """``made``: what the parts before this one made, by name."""
    now = timezone.now()
    policy = NetworkPolicy.objects.create(school=site.school, number=1)
    rule = PolicyRule.objects.create(policy=policy, who="pupil", segment="pupils")
    policy.state, policy.live_at = PolicyState.LIVE, now
    policy.save()
    vlan = Vlan.objects.create(site=site, vid=3900, name=f"Élèves {name}")
    nas = Nas.objects.create(
        site=site, name=f"Contrôleur {name}", radsec_name=f"s{site.pk}.radsec.preau.example",
        sealed=seal({"secret": "un-secret-de-borne"}),
    )  # fmt: skip
    credential = made["credential"]
    session = NetworkSession.objects.create(
        nas=nas, site=site, credential=credential, who="pupil", segment="pupils", vid=3900,
        acct_id=f"S-{name}", user_name=credential.username, mac="02:00:00:00:3f:a2",
        access_point=f"AP-{name}",
    )  # fmt: skip
    return NetworkWorld(
        realm=Realm.objects.create(name=f"s{site.pk}.preau.example", school=site.school),
        policy=policy,
        policy_rule=rule,
        policy_draft=NetworkPolicy.objects.create(school=site.school, number=2),
        site_segment=SiteSegment.objects.create(site=site, segment="pupils", vlan=vlan),
        nas=nas,
        network_session=session,
        auth_event=note_event(site, nas, reason="unknown", access_point=f"AP-{name}"),
        disconnect_order=DisconnectOrder.objects.create(
            session=session, why=DisconnectWhy.REVOKED
        ),
        network_day=NetworkDay.objects.create(
            site=site, on=now.date(), segment="pupils", sessions=31, devices=24, gigabytes=2
        ),
        upstream_realm=UpstreamRealm.objects.create(
            name=f"partenaire-{site.pk}", realms=f"p{site.pk}.example", address="192.0.2.1",
            sealed=seal({"secret": "un-secret-de-partenaire"}),
        ),
        credential_reminder=CredentialReminder.objects.create(credential=credential, days=30),
        radius_server=RadiusServer.objects.create(host=f"radius-{site.pk}", checked_at=now),
    )  # fmt: skip


def note_event(site: Site, nas: Nas, **values: Any) -> AuthEvent:
    """An answer; the table numbers its rows by itself."""
    values = {"at": timezone.now(), "outcome": "rejected", "reason": "unknown"} | values
    columns = ", ".join(values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO byod_authevent (site_id, nas_id, {columns}) VALUES (%s, %s, {marks})"
            " RETURNING number",
            [site.pk, nas.pk, *values.values()],
        )
        number = cursor.fetchone()[0]
    return AuthEvent.objects.get(number=number)
