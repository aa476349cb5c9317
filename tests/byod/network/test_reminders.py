"""Who is told that a device's access ends: once a rung, on a school day, each at their address."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail

from byod.actions.network.remind_certificates import mail_endings, note_endings
from byod.models.network.reminders import CredentialReminder
from byod.models.people.devices import Credential
from byod.models.people.identities import IdentityReading, Named
from byod.models.people.members import Authorisation
from tests.byod.network import made
from tests.byod.people.made import make_pupil

pytestmark = pytest.mark.django_db
FRIDAY = dt.datetime(2026, 11, 27, 7, 35, tzinfo=dt.UTC)


def ending(member, name: str, days: float) -> Credential:
    row = made.make_credential(member, f"{name}@tilleuls.preau.example")
    row.device.name = name
    row.device.save()
    row.expires_at = FRIDAY + dt.timedelta(days=days)
    row.save()
    return row


@pytest.fixture
def lea(cast, settings):
    settings.PREAU_URL = "https://preau.example"
    pupil = make_pupil(cast.tilleuls, "Léa", "Exemple", authorised=True)
    mails = {"email": "lea@ecole.example", "guardian_email": "marc@famille.example"}
    pupil.identity.store(Named("Léa", "Exemple", **mails))
    pupil.identity.save()
    return pupil


def test_pupil_and_guardian_are_told_once_a_rung(lea):
    phone = ending(lea, "Téléphone", 29)
    ending(lea, "Tablette", 20)
    ending(lea, "Ordinateur", 40)
    assert note_endings(FRIDAY) == 4
    assert note_endings(FRIDAY) == 0
    assert mail_endings() == 2
    assert mail_endings() == 0
    to_pupil, to_guardian = mail.outbox
    assert (to_pupil.to, to_guardian.to) == (["lea@ecole.example"], ["marc@famille.example"])
    assert "– Téléphone\u00a0: jusqu’au 26/12/2026\n– Tablette" in to_pupil.body
    assert "Ordinateur" not in to_pupil.body
    assert re.search(r"https://preau\.example/\S+", to_pupil.body)
    assert "http" not in to_guardian.body  # the page of the device is the child's
    assert IdentityReading.objects.filter(why="certificate_reminder").count() == 2

    phone.revoked_at = FRIDAY
    phone.save()
    later = FRIDAY + dt.timedelta(days=14)  # the tablet has six days left, the computer 26
    assert note_endings(later) == 4
    waiting = CredentialReminder.objects.unsent().values_list("credential__device__name", "days")
    assert set(waiting) == {("Tablette", 7), ("Ordinateur", 30)}


@pytest.mark.parametrize(
    "change",
    [
        lambda row: Authorisation.objects.all().delete(),
        lambda row: type(row.device).objects.update(lost_at=FRIDAY),
        lambda row: Credential.objects.update(expires_at=FRIDAY - dt.timedelta(hours=1)),
    ],
    ids=["not authorised", "lost", "over already"],
)
def test_who_has_nothing_to_renew_is_left_alone(lea, change):
    change(ending(lea, "Téléphone", 29))
    assert note_endings(FRIDAY) == 0


def test_no_letter_is_asked_for_on_a_closed_day_nor_sent_to_who_renewed(lea):
    row = ending(lea, "Téléphone", 29)
    assert note_endings(FRIDAY + dt.timedelta(days=1)) == 0
    note_endings(FRIDAY)
    row.revoked_at = FRIDAY
    row.save()
    assert mail_endings() == 0
    assert mail.outbox == []


def test_an_adult_is_told_alone(lea):
    lea.adult = True
    lea.save()
    ending(lea, "Téléphone", 5)
    assert note_endings(FRIDAY) == 1
    assert CredentialReminder.objects.get().days == 7
