"""One person's data: handed over on request, erased, and what stays; names in no other place."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
from zipfile import ZipFile

import pytest
from django.db import connections
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from byod.actions.people.links import make_link
from byod.actions.privacy.person import erase_member
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import LoanPool, PoolItem
from byod.models.network.orders import DisconnectOrder
from byod.models.network.sessions import NetworkSession
from byod.models.people.devices import PersonalDevice
from byod.models.people.identities import Identity, IdentityReading, Named
from byod.models.people.members import Member, MemberKind
from byod.told_person import told_in_words
from inventory.models import Category
from schools.models import AuditEntry
from tests.byod.network import made as network
from tests.cast import make_device

pytestmark = pytest.mark.django_db
NAME = "Zéphyrine Quatremains"


def make_pupil(site) -> Member:
    member = Member.objects.create(site=site, kind=MemberKind.PUPIL)
    identity = Identity(member=member)
    identity.store(Named("Zéphyrine", "Quatremains", guardian_email="parent@example.org"))
    identity.save()
    PersonalDevice.objects.create(member=member, name="Tablette bleue", platform="android")
    return member


def lend(member: Member) -> Loan:
    pool, _made = LoanPool.objects.get_or_create(name="Réserve", school=member.site.school)
    device = make_device(member.site, f"Portable {member.pk}", Category.LAPTOP)
    now = timezone.now()
    return Loan.objects.create(
        site=member.site,
        item=PoolItem.objects.create(pool=pool, device=device),
        borrower=member,
        state=LoanState.OUT,
        during=DateTimeTZRange(now, None),
        due_on=timezone.localdate(),
        out_at=now,
    )


def at(name, *args):
    return reverse(f"byod:{name}", args=args)


def test_the_head_hands_over_all_that_is_kept_and_it_is_noted(client, cast):
    member = make_pupil(cast.tilleuls)
    client.force_login(cast.bernard)
    assert NAME.split()[1] not in client.get(at("member_data", member.pk)).content.decode()
    response = client.get(at("member_export", member.pk, "json"))
    told = json.loads(response.content)
    assert told["people"]["identity"]["family_name"] == "Quatremains"
    assert told["people"]["devices"][0]["name"] == "Tablette bleue"
    assert "Quatremains" not in response["Content-Disposition"]
    assert client.get(at("member_export", member.pk, "pdf")).content.startswith(b"%PDF-")
    assert client.get(at("member_export", member.pk, "exe")).status_code == 404
    assert list(IdentityReading.objects.values_list("why", flat=True)) == ["export", "export"]
    lines = AuditEntry.objects.filter(action="export_member")
    assert {line.object_type for line in lines} == {"schools.site"}
    assert member.pseudonym not in str(list(AuditEntry.objects.values()))


def test_nobody_else_exports_or_erases(client, cast):
    member = make_pupil(cast.tilleuls)
    for who, status in (
        (cast.claire, 403), (cast.veronique, 404), (cast.odile, 404), (cast.sofia, 404),
        (cast.karl, 404),
    ):  # fmt: skip
        client.force_login(who)
        assert client.get(at("member_export", member.pk, "json")).status_code == status
        assert client.get(at("member_data", member.pk)).status_code == status
        assert client.post(at("member_erase", member.pk)).status_code == status
    assert Identity.objects.count() == 1
    assert IdentityReading.objects.count() == 0


def test_an_open_loan_holds_the_person_until_it_is_back(client, cast):
    member = make_pupil(cast.tilleuls)
    loan = lend(member)
    client.force_login(cast.bernard)
    assert "Un prêt est en cours" in client.get(at("member_data", member.pk)).content.decode()
    told = client.post(at("member_erase", member.pk), follow=True).content.decode()
    assert "Enregistrez le retour" in told
    assert Identity.objects.filter(member=member).exists()
    now = timezone.now()
    Loan.objects.filter(pk=loan.pk).update(
        state=LoanState.RETURNED, returned_at=now, during=DateTimeTZRange(loan.out_at, now)
    )
    client.post(at("member_erase", member.pk))
    loan.refresh_from_db()
    assert loan.borrower is None
    assert not Identity.objects.filter(member=member).exists()
    assert not PersonalDevice.objects.filter(member=member).exists()
    assert Loan.objects.count() == 1
    assert AuditEntry.objects.filter(action="erase_member").count() == 1


def test_what_is_kept_is_told_in_words():
    told = told_in_words(
        {
            "school": "X",
            "people": {
                "person": {"pseudonym": "E-1", "adult": False, "left_on": None},
                "devices": [{"name": "Tablette", "unknown_key": 3}],
            },
            "loans": {},
        }
    )
    assert [one.title for one in told] == ["Votre inscription"]
    person, devices = told[0].groups
    assert person.facts == [("pseudonyme", "E-1"), ("majeur", "non")]
    assert devices.groups[0].facts == [("nom", "Tablette"), ("unknown key", "3")]


def test_readings_are_the_heads_and_the_pos_to_follow(client, cast):
    for site, who in ((cast.tilleuls, "Claire Exemple"), (cast.peupliers, "Karl Exemple")):
        IdentityReading.objects.create(
            site=site, reader_text=who, why="loan_desk", members=[1, 2, 3]
        )
    for who in (cast.bernard, cast.veronique):
        client.force_login(who)
        page = client.get(at("readings")).content.decode()
        assert "Claire Exemple" in page
        assert "Guichet des prêts" in page
        assert "Karl Exemple" not in page
        assert client.get(at("readings"), {"pour": "letter"}).content.decode().count("<tr") == 0
    sheet = b"".join(client.get(at("readings_export"))).decode()
    assert "guichet des prêts;3" in sheet
    client.force_login(cast.odile)
    assert client.get(at("readings")).status_code == 403


def test_a_pupil_reads_and_takes_away_their_own_by_their_link(client, cast):
    member = make_pupil(cast.tilleuls)
    assert client.get(at("mine_told")).url == at("mine_door")
    client.get(make_link(member, as_guardian=False, by=cast.claire))
    client.post(make_link(member, as_guardian=False, by=cast.claire))
    page = client.get(at("mine_told")).content.decode()
    assert "Quatremains" in page
    assert "Tablette bleue" in page
    told = json.loads(client.get(at("mine_told_file", "json")).content)
    assert told["people"]["identity"]["given_name"] == "Zéphyrine"
    assert client.get(at("mine_told_file", "pdf")).content.startswith(b"%PDF-")
    assert IdentityReading.objects.count() == 0  # one's own name leaves none


def test_the_same_as_a_page_in_an_archive(client, cast):
    member = make_pupil(cast.tilleuls)
    client.get(make_link(member, as_guardian=False, by=cast.claire))
    archive = ZipFile(io.BytesIO(client.get(at("mine_told_file", "zip")).content))
    page = archive.read("index.html").decode()
    assert "Quatremains" in page
    assert ">élève<" in page  # in words, not as a code
    told = json.loads(archive.read("donnees.json"))
    assert told["people"]["identity"]["given_name"] == "Zéphyrine"


def test_a_running_session_is_asked_to_end_when_its_owner_is_erased(client, cast):
    member = make_pupil(cast.tilleuls)
    now = timezone.now()
    credential = network.make_credential(member, "d1@ecole.preau.example", "un-secret")
    nas = network.make_nas(cast.tilleuls, "192.0.2.1")
    running, over = (
        NetworkSession.objects.create(
            nas=nas,
            site=cast.tilleuls,
            acct_id=f"S{n}",
            user_name="d1@ecole.preau.example",
            credential=credential,
            mac="02:00:00:00:00:01",
            started_at=now - dt.timedelta(hours=1),
            stopped_at=stopped,
        )
        for n, stopped in enumerate((None, now))
    )
    client.force_login(cast.bernard)
    client.post(at("member_erase", member.pk))
    order = DisconnectOrder.objects.get()
    running.refresh_from_db()
    over.refresh_from_db()
    assert (order.session, order.state) == (running, "waiting")
    assert running.mac  # which the order needs
    assert (running.credential, over.credential, over.mac) == (None, None, "")


@pytest.mark.django_db(transaction=True)
def test_two_clerks_erase_at_once(cast):
    member, faults = make_pupil(cast.tilleuls), []

    def go() -> None:
        try:
            erase_member(cast.bernard, member.pk, timezone.now())
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    clerks = [threading.Thread(target=go) for _ in range(2)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    assert faults == []
    assert not Identity.objects.exists()
