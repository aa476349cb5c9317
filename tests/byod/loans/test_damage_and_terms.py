"""Damage becomes a ticket without a name; terms are frozen, signed once; conditions compare."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from byod.actions.loans.damages import Told, report_damage, settle_damage
from byod.actions.loans.hand_out import give_charger, hand_out
from byod.actions.loans.note_condition import add_photo, damaged_parts, note_condition
from byod.actions.loans.sign_terms import is_intact, publish_terms, sign_at_desk, sign_by_link
from byod.actions.loans.take_back import take_back
from byod.models.loans.loans import LoanState
from byod.models.loans.terms import LoanTerms, TermsSignature
from helpdesk.actions.open_for_damage import open_for_damages
from helpdesk.damage_tickets import tickets_of
from helpdesk.models import Ticket
from inventory.access import DecisionImpossible, DecisionRefused
from inventory.models import Device, DeviceMove, DeviceState
from schools.models import AuditEntry
from tests.byod.loans.made import DUE, Lending

TEXT = "L’appareil reste à l’école. Vous en prenez soin et le rendez à la date dite."


@pytest.fixture
def lending(cast):
    return Lending(cast.tilleuls)


@pytest.fixture
def loan(cast, lending):
    made = hand_out(cast.claire, lending.pupils[0], lending.laptops[0].pk, DUE)
    return give_charger(cast.claire, made.pk, lending.chargers[0].pk)[0]


def test_a_damage_opens_one_ticket_that_names_no_pupil(cast, lending, loan):
    row = report_damage(cast.claire, loan.pk, Told("damage", ("screen", "case")))
    assert open_for_damages() == 1
    assert open_for_damages() == 0
    ticket = Ticket.objects.get()
    assert ticket.title == "Portable PC-0401, prêté\u00a0: abîmé ou en panne (écran, boîtier)"
    assert (ticket.device.name, ticket.site) == ("PC-0401", cast.tilleuls)
    assert tickets_of([row.pk])[row.pk].words == f"Ticket {ticket.pk}\u00a0: À prendre"
    member = lending.pupils[0]
    told = " ".join(f"{one.object_text} {one.after}" for one in AuditEntry.objects.all())
    told += ticket.title + " ".join(str(event.data) for event in ticket.events.all())
    for word in (member.pseudonym, "Lina", "Brasseur"):
        assert word not in told
    loan.refresh_from_db()
    assert loan.state == LoanState.RETURNED
    assert Device.objects.get(name="PC-0401").state == DeviceState.IN_REPAIR
    with pytest.raises(DecisionImpossible):
        report_damage(cast.claire, loan.pk, Told("damage"))


def test_another_device_replaces_the_damaged_one_in_the_same_request(cast, lending, loan):
    report_damage(cast.claire, loan.pk, Told("damage", ("screen",)))
    other = hand_out(cast.claire, lending.pupils[0], lending.laptops[1].pk, DUE)
    assert (other.request, other.replaces) == (lending.requests[0], loan)


def test_repaired_it_is_back_in_the_pool(cast, lending, loan):
    row = report_damage(cast.claire, loan.pk, Told("damage", ("screen",)))
    settle_damage(cast.bernard, row.pk, back=True)
    assert Device.objects.get(name="PC-0401").state == DeviceState.IN_STOCK
    hand_out(cast.claire, lending.pupils[1], lending.laptops[0].pk, DUE)


def test_a_theft_says_when_and_the_device_is_lost(cast, lending, loan):
    with pytest.raises(DecisionImpossible):
        report_damage(cast.claire, loan.pk, Told("theft"))
    day = timezone.localdate() - dt.timedelta(days=2)
    row = report_damage(cast.claire, loan.pk, Told("theft", (), day, "LI.42/2026"))
    move = DeviceMove.objects.filter(device__name="PC-0401").first()
    assert (move.state, move.happened_on, move.police_report) == ("lost", day, "LI.42/2026")
    settle_damage(cast.claire, row.pk, back=False)
    lending.laptops[0].refresh_from_db()
    assert lending.laptops[0].removed_at is not None


def test_damage_is_the_schools_to_tell(cast, loan, client):
    client.force_login(cast.karl)
    assert client.post(reverse("byod:loan_damage", args=[loan.pk])).status_code == 404
    with pytest.raises(loan.DoesNotExist):
        report_damage(cast.sofia, loan.pk, Told("damage"))


def test_what_came_back_damaged_is_compared_with_how_it_left(cast, loan):
    note_condition(cast.claire, loan.pk, "out", {"screen": "2", "case": "4", "battery": "3"})
    with pytest.raises(DecisionImpossible):
        note_condition(cast.claire, loan.pk, "back", {"screen": "4"})
    take_back(cast.claire, loan.pk)
    back = {"screen": "4", "case": "4", "battery": "3", "keyboard": "3"}
    assert note_condition(cast.claire, loan.pk, "back", back) == ["screen"]
    assert damaged_parts(loan) == ["screen"]


def test_photos_stay_with_the_device(cast, loan, client):
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    row = add_photo(cast.claire, loan.pk, "out", io.BytesIO(picture.getvalue()), picture.tell())
    assert row.item == loan.item
    url = reverse("byod:loan_photo", args=[row.pk])
    for person, status in ((cast.claire, 200), (cast.sofia, 404), (cast.karl, 404)):
        client.force_login(person)
        assert client.get(url).status_code == status


def test_published_terms_and_signatures_never_change(cast, loan):
    terms = publish_terms(cast.bernard, cast.tilleuls.school_id, TEXT, "Das Gerät bleibt …")
    with pytest.raises(DecisionRefused):
        publish_terms(cast.claire, cast.tilleuls.school_id, TEXT)
    signed = sign_at_desk(cast.claire, loan.pk, "Anne  Brasseur", "paper")
    assert sign_at_desk(cast.claire, loan.pk, "Quelqu’un d’autre", "tablet") == signed
    assert (signed.terms, signed.by_guardian, is_intact(signed)) == (terms, True, True)
    assert "Brasseur" not in signed.sealed
    for rows, change in (
        (LoanTerms.objects.filter(pk=terms.pk), {"text_fr": "autre"}),
        (TermsSignature.objects.filter(pk=signed.pk), {"sealed": "autre"}),
        (TermsSignature.objects.filter(pk=signed.pk), {"loan_id": loan.pk + 1}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    assert publish_terms(cast.bernard, cast.tilleuls.school_id, TEXT + " Toujours.").number == 2
    assert TermsSignature.objects.get().terms == terms


def test_a_minor_does_not_sign_alone_and_a_hand_out_never_waits(cast, lending, loan):
    publish_terms(cast.bernard, cast.tilleuls.school_id, TEXT)
    minor = lending.pupils[0]
    with pytest.raises(DecisionImpossible):
        sign_by_link(minor, loan.pk, "Lina Brasseur", as_guardian=False)
    with pytest.raises(loan.DoesNotExist):
        sign_by_link(lending.pupils[1], loan.pk, "Un autre", as_guardian=True)
    signed = sign_by_link(minor, loan.pk, "Anne Brasseur", as_guardian=True)
    assert (signed.way, signed.by_guardian) == ("link", True)
    assert loan.state == LoanState.OUT


def test_papers_of_a_class_are_printed_and_their_reading_is_written(cast, lending, loan, client):
    publish_terms(cast.bernard, cast.tilleuls.school_id, TEXT)
    for name, person, status in (
        ("loan_class_slips", cast.claire, 200),
        ("loan_class_receipts", cast.claire, 200),
        ("loan_class_receipts", cast.sofia, 404),
    ):
        client.force_login(person)
        answer = client.get(reverse(f"byod:{name}", args=[lending.school_class.pk]))
        assert answer.status_code == status
        if status == 200:
            assert answer.content.startswith(b"%PDF")


def test_a_family_reads_its_loan_and_signs_by_its_link(cast, lending, loan, client):
    from byod.actions.people.links import make_link  # noqa: PLC0415

    publish_terms(cast.bernard, cast.tilleuls.school_id, TEXT)
    here = reverse("byod:mine_loan_sign", args=[loan.pk])
    assert client.get(here).status_code == 302
    client.get(make_link(lending.pupils[0], as_guardian=True, by=None))
    page = client.get(reverse("byod:mine"), follow=True)
    assert "PC-0401" in page.content.decode()
    assert client.get(here).status_code == 200
    assert "Cochez" in client.post(here, {"nom": "Anne Brasseur"}).content.decode()
    assert client.post(here, {"nom": "Anne Brasseur", "lu": "oui"}).status_code == 302
    assert TermsSignature.objects.get().loan == loan
    client.get(make_link(lending.pupils[1], as_guardian=True, by=None))
    assert client.get(here).status_code == 404
