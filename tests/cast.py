"""The people and schools everyone knows.

Two schools that must never see each other: **Tilleuls** (Namur, consents given) and **Peupliers**
(Liège, German-speaking). **Bouleaux** has not consented; **Saules** manages its network itself.
Sofia works at the central helpdesk, Thomas is local technician in Namur, Claire is contact of
Tilleuls, Bernard its head, Véronique speaks for its PO, Karl is contact of Peupliers, Odile works
for the SPW.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from deploy.lab.load.towns import fictitious_town
from inventory.models import Category, Device, Link, Port, Product
from schools.models import (
    Authority,
    Community,
    Consent,
    ConsentKind,
    Invitation,
    Management,
    Municipality,
    Network,
    Province,
    Role,
    RoleKind,
    Room,
    Scheme,
    School,
    Site,
    User,
)
from supervision.models import CredentialSet, Target
from supervision.snmp.contract import Community as SnmpCommunity

PASSWORD = "un-mot-de-passe-de-test"
GIVEN = dt.date(2025, 2, 14)
_serial = iter(range(1, 1_000_000))


@dataclass
class Cast:
    """Everybody and every place, made by :func:`make_cast`."""

    tilleuls: Site
    peupliers: Site
    bouleaux: Site
    saules: Site
    sofia: User
    thomas: User
    claire: User
    bernard: User
    veronique: User
    karl: User
    odile: User


def make_person(name: str, kind: str, **scope: Any) -> User:
    """A person with one role; ``scope`` is a Role's scope field."""
    first = name.split(maxsplit=1)[0].lower().replace("é", "e")
    user = User.objects.create_user(f"{first}@example.org", PASSWORD, full_name=name)
    Role.objects.create(user=user, kind=kind, from_on=GIVEN, **scope)
    return user


def make_site(
    name: str,
    province: str,
    *,
    consents: bool = True,
    community: str = Community.FWB,
    management: str = Management.CENTRAL,
) -> Site:
    """A school with one site under a PO of its own."""
    n = next(_serial)
    authority = Authority.objects.create(name=f"PO {name}", fase_number=f"9{n:04d}")
    school = School.objects.create(
        authority=authority,
        name=f"École {name}",
        number=f"{n:05d}",
        network=Network.WBE if community == Community.FWB else Network.DG,
        scheme=Scheme.FASE if community == Community.FWB else Scheme.DG,
        community=community,
    )
    if consents:
        give_consents(school)
    return Site.objects.create(
        school=school,
        name=name,
        scheme=school.scheme,
        municipality=make_town(province),
        management=management,
    )


def make_town(province: str, name: str = "Marvelle") -> Municipality:
    """A municipality that does not exist, in that province."""
    return fictitious_town(name, province)


def give_consents(school: School) -> None:
    """Both consents: the PO's to assistance, the school's to supervision."""
    Consent.objects.get_or_create(
        kind=ConsentKind.ASSISTANCE,
        authority=school.authority,
        revoked_on=None,
        defaults={"given_on": GIVEN, "signed_by": "V. Exemple"},
    )
    Consent.objects.create(
        kind=ConsentKind.SUPERVISION, school=school, given_on=GIVEN, signed_by="B. Exemple"
    )


def make_room(site: Site, name: str = "A.01", **extra: Any) -> Room:
    return Room.objects.create(site=site, name=name, **extra)


def make_device(site: Site, name: str, category: str = Category.SWITCH, **extra: Any) -> Device:
    """An installed device of the given category."""
    product, _ = Product.objects.get_or_create(
        maker="Exemple", model=f"{category} 1", category=category
    )
    return Device.objects.create(site=site, name=name, product=product, **extra)


def make_link(upper: Device, lower: Device, upper_port: str = "", lower_port: str = "1") -> Link:
    """A cable from a port of ``upper`` to a port of ``lower``; ports are made as needed."""
    number = upper.ports.count() + 1
    a = Port.objects.create(device=upper, name=upper_port or str(number), number=number)
    b, _ = Port.objects.get_or_create(device=lower, name=lower_port, defaults={"number": 1})
    first, second = sorted((a, b), key=lambda port: port.pk)
    return Link.objects.create(port_a=first, port_b=second)


def make_credential_set(name: str = "test", community: str = "public") -> CredentialSet:
    found = CredentialSet.objects.filter(name=name).first()
    if found:
        return found
    row = CredentialSet(name=name)
    row.store(SnmpCommunity(community))
    row.save()
    return row


def make_target(device: Device, address: str | None = None, **extra: Any) -> Target:
    """Supervise a device, by default at a loopback address of its own."""
    n = next(_serial)
    return Target.objects.create(
        device=device,
        site=device.site,
        address=address or f"127.99.{n // 250}.{1 + n % 250}",
        credential_set=extra.pop("credential_set", None) or make_credential_set(),
        **extra,
    )


def make_invitation(site: Site, email: str, by: User, **extra: Any) -> Invitation:
    """An invitation to become contact person of that site; its message has left."""
    now = timezone.now()
    values: dict[str, Any] = {
        "full_name": "Inès Exemple",
        "kind": RoleKind.CONTACT,
        "site": site,
        "invited_by": by,
        "due_at": None,
        "sent_at": now,
        "expires_at": now + dt.timedelta(days=14),
    }
    return Invitation.objects.create(email=email, **(values | extra))


def body_of(answer: Any) -> bytes:
    """The whole of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def make_cast() -> Cast:
    """Make everyone. Costs some 30 queries: ask for the ``cast`` fixture."""
    tilleuls = make_site("Tilleuls", Province.NAMUR)
    peupliers = make_site("Peupliers", Province.LIEGE, community=Community.DG)
    bouleaux = make_site("Bouleaux", Province.HAINAUT, consents=False)
    saules = make_site("Saules", Province.NAMUR, management=Management.DECENTRALISED)
    school = tilleuls.school
    return Cast(
        tilleuls=tilleuls,
        peupliers=peupliers,
        bouleaux=bouleaux,
        saules=saules,
        sofia=make_person("Sofia Exemple", RoleKind.CENTRAL_TECHNICIAN, region=True),
        thomas=make_person("Thomas Exemple", RoleKind.LOCAL_TECHNICIAN, province=Province.NAMUR),
        claire=make_person("Claire Exemple", RoleKind.CONTACT, school=school),
        bernard=make_person("Bernard Exemple", RoleKind.HEAD, school=school),
        veronique=make_person("Véronique Exemple", RoleKind.AUTHORITY, authority=school.authority),
        karl=make_person("Karl Exemple", RoleKind.CONTACT, school=peupliers.school),
        odile=make_person("Odile Exemple", RoleKind.OFFICER, region=True),
    )
