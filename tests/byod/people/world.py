"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from byod.actions.people.authority import current_issuer
from byod.models.people.agreements import CharterAgreement
from byod.models.people.authorities import (
    CertificateAuthority,
    RevocationList,
    RevokedCertificate,
)
from byod.models.people.charters import CharterVersion
from byod.models.people.decisions import DecisionKind, MassDecision
from byod.models.people.devices import Credential, CredentialKind, PersonalDevice, Platform
from byod.models.people.guests import GuestStay
from byod.models.people.identities import Identity, IdentityReading, Named
from byod.models.people.letters import FamilyLetter, LetterKind, LetterRound, LetterState
from byod.models.people.links import MemberSession, PersonalLink
from byod.models.people.lists import ClassList
from byod.models.people.members import (
    Authorisation,
    Equipment,
    Member,
    MemberKind,
    SchoolClass,
)
from byod.models.people.providers import SchoolProvider
from byod.models.people.refusals import GuardianRefusal
from schools.models import Site, User
from schools.sealed import seal

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("moi/entrer/", {"token": "inconnu"}),
    ("inscrits/decisions/", {"pk": "mass_decision"}),
    ("inscrits/lettres/", {"pk": "letter_round"}),
    ("inscrits/listes/", {"pk": "class_list"}),
    ("inscrits/personne/", {"pk": "pupil"}),
    ("inscrits/appareils/", {"pk": "personal_device"}),
    ("inscrits/charte/", {"school": "school"}),
    ("inscrits/fournisseur/", {"school": "school"}),
    ("moi/ecole/", {"school": "school"}),
    ("inscrits/", {"site": "site"}),
    ("invites/", {"pk": "guest_stay"}),
    ("moi/appareils/", {"pk": "personal_device"}),
    ("school-classes/", {"pk": "school_class"}),
    ("members/", {"pk": "pupil"}),
    ("byod/pki/ocsp/", {"asked": "inconnu"}),
    ("byod/pki/", {"pk": "certificate_authority"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
DOOR = "whoever has no personal link is led to the door before any device"
SHARED: dict[str, str] = {
    "byod:crl": "which certificates are revoked is told to anybody; it names nobody",
    "byod:ocsp_get": "likewise, one at a time",
    "byod:provider": "a pupil of whatever school leaves for its identity provider, unknown as yet",
    **{
        f"byod:mine_{act}": DOOR
        for act in (
            *("device", "profile", "secret", "certify", "rename", "lost", "remove"),
            "told_file",
        )
    },
}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "byod.Identity": "names: read by one action, which writes down who did",
    "byod.DecisionEntry": "what a decision about many wrote: read by undoing it alone",
    "byod.MemberSession": "a browser of a pupil: read by its own cookie alone",
    "byod.RevocationList": "told to anybody: which certificates open nothing any more",
    "byod.RevokedCertificate": "told to anybody in the lists of revocations",
}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class PeopleWorld:
    """A class with a pupil, authorised, whose tablet has a secret."""

    school_class: SchoolClass
    pupil: Member
    identity: Identity
    identity_reading: IdentityReading
    charter: CharterVersion
    authorisation: Authorisation
    personal_device: PersonalDevice
    credential: Credential
    personal_link: PersonalLink
    mass_decision: MassDecision
    letter_round: LetterRound
    family_letter: FamilyLetter
    guardian_refusal: GuardianRefusal
    member_session: MemberSession
    charter_agreement: CharterAgreement
    guest_stay: GuestStay
    class_list: ClassList
    school_provider: SchoolProvider
    certificate_authority: CertificateAuthority
    revocation_list: RevocationList
    revoked_certificate: RevokedCertificate


def make_people_world(site: Site, technician: User, name: str, made: dict[str, Any]) -> PeopleWorld:
    """``made``: what the parts before this one made, by name."""
    now = timezone.now()
    school_class = SchoolClass.objects.create(site=site, name="3B", year=2026)
    pupil = Member.objects.create(
        site=site,
        kind=MemberKind.PUPIL,
        school_class=school_class,
        school_key=f"cle-{name}",
        equipment=Equipment.NO_DEVICE,
    )
    identity = Identity(member=pupil)
    identity.store(Named("Élève", f"Exemple-{name}", guardian_email="parent@example.org"))
    identity.save()
    charter = CharterVersion.objects.create(
        school=site.school, number=1, text_fr=f"La charte de {name}.", published_at=now
    )
    device = PersonalDevice.objects.create(
        member=pupil, name=f"Tablette {name}", platform=Platform.ANDROID
    )
    link = PersonalLink.objects.create(
        member=pupil, digest=f"lien-{name}", expires_at=now + dt.timedelta(days=30)
    )
    letters = LetterRound.objects.create(site=site, kind=LetterKind.AGREE, asked_by=technician)
    issuer = current_issuer(now)
    return PeopleWorld(
        school_class=school_class,
        pupil=pupil,
        identity=identity,
        identity_reading=IdentityReading.objects.create(
            site=site,
            reader=technician,
            reader_text=f"Lecture de {name}",
            why="class_list",
            members=[pupil.pk],
        ),
        charter=charter,
        authorisation=Authorisation.objects.create(
            member=pupil, charter=charter, accepted_at=now, guardian_at=now
        ),
        personal_device=device,
        personal_link=link,
        mass_decision=MassDecision.objects.create(
            site=site, kind=DecisionKind.PAPER, until=now + dt.timedelta(hours=48)
        ),
        letter_round=letters,
        family_letter=FamilyLetter.objects.create(
            round=letters, member=pupil, kind=letters.kind, state=LetterState.NO_ADDRESS
        ),
        guardian_refusal=GuardianRefusal.objects.create(
            member=pupil, reason="other", words=f"Le refus de {name}"
        ),
        member_session=MemberSession.objects.create(
            link=link, digest=f"session-{name}", expires_at=now + dt.timedelta(hours=1)
        ),
        charter_agreement=CharterAgreement.objects.create(
            member=pupil, as_guardian=True, charter=charter
        ),
        guest_stay=GuestStay.objects.create(
            site=site,
            member=Member.objects.create(site=site, kind=MemberKind.GUEST),
            sponsor=technician,
            sponsor_text=f"Accueil de {name}",
            once=uuid.uuid4(),
            until=now + dt.timedelta(hours=4),
        ),
        class_list=ClassList.objects.create(
            site=site, year=2026, sealed=seal({"rows": []}), figures={"refused": 0}
        ),
        school_provider=SchoolProvider.objects.create(
            school=site.school,
            name=f"ENT {name}",
            issuer="https://ent.example.org",
            client_id=f"preau-{name}",
        ),
        certificate_authority=issuer,
        revocation_list=RevocationList.objects.get_or_create(
            authority=issuer,
            defaults={"number": 1, "at": now, "next_at": now + dt.timedelta(hours=1)},
        )[0],
        revoked_certificate=RevokedCertificate.objects.create(
            issuer=issuer,
            serial=f"{pupil.pk:020x}",
            at=now,
            expires_at=now + dt.timedelta(days=300),
        ),
        credential=Credential.objects.create(
            device=device,
            kind=CredentialKind.SECRET,
            username=f"d{pupil.pk}@{site.pk}.preau.example",
            sealed=seal({"secret": "un-secret-de-test"}),
            expires_at=now + dt.timedelta(days=300),
        ),
    )
