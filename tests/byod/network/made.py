"""A site with a network, its people and their credentials, for the tests of this part."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from byod.actions.people.authority import issue
from byod.models.network.nas import Nas
from byod.models.network.policies import NetworkPolicy, PolicyState, Segment
from byod.models.network.realms import Realm
from byod.models.network.rules import PolicyRule
from byod.models.network.segments import SiteSegment
from byod.models.people.devices import Credential, CredentialKind, PersonalDevice, Platform
from byod.models.people.members import Authorisation, Member, MemberKind
from inventory.models import Vlan
from schools.models import Site
from schools.sealed import seal

SECRET = "secret-de-borne-pour-tests"
VLANS = {"pupils": 120, "staff": 110, "visitors": 130, "guests": 140, "quarantine": 199}
ALWAYS: dict[str, Any] = {"days": [0, 1, 2, 3, 4, 5, 6]}


def make_network(site: Site, vlans: dict[str, int] | None = None) -> None:
    """The five segments on VLANs of the site."""
    for segment, vid in (vlans or VLANS).items():
        vlan = Vlan.objects.create(site=site, vid=vid, name=f"{Segment(segment).value}-{vid}")
        SiteSegment.objects.create(site=site, segment=segment, vlan=vlan)


def make_nas(site: Site, address: str | None = "127.0.0.1", **more: Any) -> Nas:
    nas = Nas(site=site, name=f"AP {address or more['radsec_name']}", address=address, **more)
    nas.set_secret(SECRET)
    nas.save()
    return nas


def make_policy(site: Site, *, live: bool = True, **more: Any) -> NetworkPolicy:
    """Pupils, teachers, visitors and guests, each in their segment, always; ``more`` by kind."""
    rules = {
        "pupil": {"segment": "pupils"},
        "teacher": {"segment": "staff"},
        "visitor": {"segment": "visitors"},
        "guest": {"segment": "guests", "bandwidth": "slow"},
    }
    changed = {who: more.pop(who) for who in list(rules) if who in more}
    last = NetworkPolicy.objects.filter(school=site.school).count()
    policy = NetworkPolicy.objects.create(school=site.school, number=last + 1, **more)
    for who, values in rules.items():
        PolicyRule.objects.create(
            policy=policy, who=who, **{**ALWAYS, **values, **changed.get(who, {})}
        )
    if live:
        now = timezone.now()
        NetworkPolicy.objects.filter(school=site.school, state="live").update(
            state="retired", retired_at=now
        )
        policy.state, policy.live_at = PolicyState.LIVE, now
        policy.save()
    return policy


def make_realm(site: Site, name: str) -> Realm:
    return Realm.objects.create(name=name, school=site.school)


def make_member(site: Site, kind: str = MemberKind.PUPIL, *, authorised: bool = True) -> Member:
    member = Member.objects.create(site=site, kind=kind)
    if authorised:
        now = timezone.now()
        Authorisation.objects.create(member=member, accepted_at=now, guardian_at=now)
    return member


def make_credential(member: Member, username: str, secret: str = "", **more: Any) -> Credential:
    """With a secret; ``hours`` says when it ends."""
    end = timezone.now() + dt.timedelta(hours=more.pop("hours", 7200))
    device = PersonalDevice.objects.create(
        member=member, name="Appareil", platform=Platform.ANDROID
    )
    return Credential.objects.create(
        device=device,
        kind=CredentialKind.SECRET,
        username=username,
        sealed=seal({"secret": secret or f"secret-de-{username}"}),
        issued_at=timezone.now() - dt.timedelta(days=9),
        expires_at=end,
        **more,
    )


def make_certificate(member: Member, username: str) -> tuple[Credential, str, str]:
    """With a certificate of our authority: the credential, the PEM of its chain and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = issue(username, key.public_key())
    device = PersonalDevice.objects.create(
        member=member, name="Tablette", platform=Platform.ANDROID
    )
    credential = Credential.objects.create(
        device=device,
        kind=CredentialKind.CERTIFICATE,
        username=username,
        serial=made.serial,
        issuer=made.issuer,
        expires_at=made.expires_at,
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return credential, made.chain, pem.decode()
