"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from byod.models.people.charters import CharterVersion
from byod.models.people.devices import Credential, CredentialKind, PersonalDevice, Platform
from byod.models.people.identities import Identity, IdentityReading, Named
from byod.models.people.members import (
    Authorisation,
    Equipment,
    Member,
    MemberKind,
    SchoolClass,
)
from schools.models import Site, User
from schools.sealed import seal

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = ()
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "byod.Identity": "names: read by one action, which writes down who did",
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
        credential=Credential.objects.create(
            device=device,
            kind=CredentialKind.SECRET,
            username=f"d{pupil.pk}@{site.pk}.preau.example",
            sealed=seal({"secret": "un-secret-de-test"}),
            expires_at=now + dt.timedelta(days=300),
        ),
    )
