"""The demo of people: classes of three schools, a charter, devices, guests. All invented."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Mapping

from django.utils import timezone

from byod.actions.people.authorise import settle_site
from byod.actions.people.authority import current_issuer
from byod.actions.people.credentials import issue_certificate, issue_secret, new_seed
from byod.actions.people.devices import add_device
from byod.actions.people.guests import sponsor_guest
from byod.actions.people.import_class_list import school_key
from byod.actions.people.in_force import in_force
from byod.models.people.agreements import CharterAgreement
from byod.models.people.charters import CharterVersion
from byod.models.people.devices import PersonalDevice
from byod.models.people.identities import Identity, Named
from byod.models.people.members import Authorisation, Member, MemberKind, SchoolClass
from byod.rules.equity.years import school_year
from deploy.lab.load.byod.letters import load_letters
from schools.models import Community, Level, Role, RoleKind, Site, Teaching, User

GIVEN = (
    "Léa", "Noah", "Emma", "Louis", "Jade", "Arthur", "Alice", "Gabriel", "Mila", "Victor", "Inès",
    "Sacha", "Zoé", "Adam", "Lina", "Hugo", "Chloé", "Liam", "Nora", "Tom", "Yasmine", "Eliott",
    "Manon", "Rayan", "Camille", "Théo", "Sarah", "Oscar", "Louise", "Ethan",
)  # fmt: skip
FAMILY = (
    "Dubois", "Lambert", "Martin", "Dupont", "Simon", "Laurent", "Leroy", "Claes", "Renard",
    "Gérard", "Lejeune", "Denis", "Fontaine", "Collard", "Marchal", "Thiry", "Noël", "Bodart",
    "Henrotin", "Servais", "Delvaux", "Wauters", "Piette", "Toussaint", "Evrard",
)  # fmt: skip
GERMAN = ("Jonas", "Lena", "Felix", "Mia", "Elias", "Emily", "Paul", "Anna", "Lukas", "Lea")
CLASSES = ("1A", "1B", "2A", "2B", "3A", "3B", "4A", "5G", "6G")
SCHOOLS = 3
OWN_FR = """L’école ouvre son réseau aux appareils personnels des élèves.

1. J’utilise mon appareil en classe quand l’enseignant le demande, et pas autrement.
2. Je ne photographie ni n’enregistre personne sans son accord.
3. J’éteins les sons. L’école ne répare pas et ne remplace pas mon appareil.
4. Si je perds mon appareil, je le déclare tout de suite dans mon espace."""
FLOOR_FR = """Socle commun à toutes les écoles de Wallonie.

1. Chaque appareil a son propre accès. Son propriétaire, un parent ou l’école peut le couper.
2. L’école ne lit ni les messages ni les sites visités.
3. Elle garde six mois l’heure et le lieu des connexions, rien d’autre.
4. Un filtre écarte les contenus interdits aux mineurs.
5. Personne n’est obligé d’apporter un appareil : qui n’en a pas en reçoit un en prêt."""
FLOOR_DE = """Gemeinsame Grundlage aller Schulen der Wallonie.

1. Jedes Gerät hat einen eigenen Zugang. Besitzer, Eltern oder Schule können ihn sperren.
2. Die Schule liest weder Nachrichten noch besuchte Seiten.
3. Sie bewahrt sechs Monate lang Zeit und Ort der Verbindungen auf, sonst nichts.
4. Ein Filter hält Inhalte fern, die für Minderjährige verboten sind.
5. Niemand muss ein Gerät mitbringen: Wer keines hat, bekommt eines geliehen."""
OWN_DE = """Die Schule öffnet ihr Netz für die eigenen Geräte der Schülerinnen und Schüler.

1. Ich benutze mein Gerät im Unterricht, wenn die Lehrkraft es verlangt, sonst nicht.
2. Ich fotografiere und filme niemanden ohne Einverständnis.
3. Ich schalte den Ton aus. Die Schule repariert und ersetzt mein Gerät nicht.
4. Verliere ich mein Gerät, melde ich es sofort in meinem Bereich."""


def load_people(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    if Member.objects.exists():
        return
    now = timezone.now()
    current_issuer(now)
    _publish(None, FLOOR_FR, FLOOR_DE, now - dt.timedelta(days=80))
    for rank, site in enumerate(chosen_sites(sites)):
        _publish(site, OWN_FR, OWN_DE, now - dt.timedelta(days=70))
        _load_site(site, random.Random(7 + rank), now)


def chosen_sites(sites: Mapping[str, Site]) -> list[Site]:
    """Where the demo's heads and contact people work first, then other secondary schools."""
    wanted = ("bernard@preau.example", "karl@preau.example", "claire@preau.example")
    found: dict[int, Site] = {}
    for email in wanted:
        kinds = (RoleKind.HEAD, RoleKind.CONTACT)
        for role in Role.objects.filter(user__email=email, kind__in=kinds):
            rows = Site.objects.open().select_related("school").order_by("pk")
            mine = rows.filter(pk=role.site_id) if role.site_id else rows.filter(school=role.school)
            found |= {site.pk: site for site in mine[:1]}
    second = Teaching.objects.filter(level=Level.SECONDARY).values("site")
    others = Site.objects.open().filter(pk__in=second).select_related("school").order_by("pk")
    for site in others:
        if len(found) >= SCHOOLS:
            break
        found.setdefault(site.pk, site)
    return list(found.values())


def _publish(site: Site | None, french: str, german: str, at: dt.datetime) -> None:
    school = site.school if site else None
    CharterVersion.objects.get_or_create(
        school=school,
        number=1,
        defaults={"text_fr": french, "text_de": german, "published_at": at},
    )


def _load_site(site: Site, chance: random.Random, now: dt.datetime) -> None:
    year = school_year(timezone.localdate(now))
    german = site.school.community == Community.DG
    for name in CLASSES:
        room = SchoolClass.objects.create(site=site, name=name, year=year)
        _load_class(room, chance, german, adult=name.startswith("6"))
    _load_teachers(site, chance, german)
    _agree(site, chance, now)
    settle_site(site, now)
    _load_devices(site, chance, now)
    load_letters(site, now)
    sponsor = User.objects.filter(roles__kind=RoleKind.HEAD, roles__school=site.school).first()
    if sponsor:
        for name, hours in (("Sylvie Conférencière", 4), ("Marc Stagiaire", 24)):
            sponsor_guest(sponsor, site, name, hours, once=uuid.uuid4(), now=now)


def _load_class(room: SchoolClass, chance: random.Random, german: bool, *, adult: bool) -> None:
    members = Member.objects.bulk_create(
        Member(
            site=room.site,
            kind=MemberKind.PUPIL,
            school_class=room,
            school_key=school_key(room.site, f"{room.name}-{rank}"),
            language="de" if german else "fr",
            adult=adult and chance.random() < 0.5,
        )
        for rank in range(chance.randint(17, 25))
    )
    _name(members, chance, german)


def _load_teachers(site: Site, chance: random.Random, german: bool) -> None:
    members = Member.objects.bulk_create(
        Member(
            site=site,
            kind=MemberKind.TEACHER,
            school_key=school_key(site, f"E{rank}"),
            language="de" if german else "fr",
            adult=True,
        )
        for rank in range(14)
    )
    _name(members, chance, german)


def _name(members: list[Member], chance: random.Random, german: bool) -> None:
    rows = []
    for member in members:
        given, family = chance.choice(GERMAN if german else GIVEN), chance.choice(FAMILY)
        row = Identity(member=member)
        parent = f"{chance.choice(GIVEN)} {family}" if member.needs_guardian else ""
        mail = f"famille.{member.pk}@example.org" if parent else ""
        row.store(Named(given, family, guardian_name=parent, guardian_email=mail))
        rows.append(row)
    Identity.objects.bulk_create(rows)


def _agree(site: Site, chance: random.Random, now: dt.datetime) -> None:
    """Most have accepted; in some classes guardians are still awaited."""
    texts = in_force(site.school)
    rows = []
    for member in Member.objects.filter(site=site).exclude(kind=MemberKind.GUEST):
        at = now - dt.timedelta(days=chance.randint(2, 60), minutes=chance.randint(0, 600))
        if chance.random() < 0.88:
            rows.append(_yes(member, texts.floor, texts.own, at, guardian=False))
            if member.needs_guardian and chance.random() < 0.82:
                rows.append(_yes(member, texts.floor, texts.own, at, guardian=True))
    CharterAgreement.objects.bulk_create(rows)


def _yes(
    member: Member,
    floor: CharterVersion | None,
    own: CharterVersion | None,
    at: dt.datetime,
    *,
    guardian: bool,
) -> CharterAgreement:
    return CharterAgreement(member=member, floor=floor, charter=own, at=at, as_guardian=guardian)


def _load_devices(site: Site, chance: random.Random, now: dt.datetime) -> None:
    kinds = (
        ("Téléphone", "android"),
        ("iPhone", "ios"),
        ("Portable", "windows"),
        ("Chromebook", "chromeos"),
    )
    live = Authorisation.objects.live().filter(member__site=site).values("member")
    owners = list(Member.objects.filter(pk__in=live).exclude(kind=MemberKind.GUEST).order_by("pk"))
    for member in chance.sample(owners, k=min(60, len(owners))):
        member.site = site
        name, platform = chance.choice(kinds)
        at = now - dt.timedelta(days=chance.randint(1, 40))
        row = add_device(member, name, platform, once=uuid.uuid4(), now=at)
        issue = issue_certificate if chance.random() < 0.7 else issue_secret
        issue(member, row.pk, new_seed(), at)
        if chance.random() < 0.9:
            seen = now - dt.timedelta(days=chance.randint(0, 20), hours=chance.randint(0, 8))
            PersonalDevice.objects.filter(pk=row.pk).update(seen_at=max(seen, at))
