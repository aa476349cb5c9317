"""The desk understands what is scanned by what it is, does each scan once, and undoes it."""

from __future__ import annotations

import json
import uuid

import pytest
from django.urls import reverse

from byod.actions.loans.desk import end_desk, open_desk
from byod.actions.loans.reserve import reserve_device
from byod.actions.loans.scan import Scanned, record_scan, record_scans, undo_scan
from byod.desk_shown import desk_shown
from byod.models.equity.requests import RequestState
from byod.models.loans.desks import DeskMode, DeskScan, LoanDesk
from byod.models.loans.loans import Loan, LoanState
from byod.models.people.identities import IdentityReading
from inventory.access import DecisionImpossible, DecisionRefused
from inventory.models import Device, DeviceState
from schools.models import AuditEntry
from tests.byod.loans.made import DUE, Lending, grant, make_item, make_pupil


@pytest.fixture
def lending(cast):
    return Lending(cast.tilleuls)


@pytest.fixture
def desk(cast, lending):
    return open_desk(cast.claire, cast.tilleuls.pk, DUE, school_class=lending.school_class.pk)


def scan(user, desk, text, act="scan"):
    """One scan; the answer of the desk."""
    return record_scan(user, desk.pk, Scanned(uuid.uuid4(), text, act))


def outcomes(user, desk, *texts):
    return [scan(user, desk, text).scan.outcome for text in texts]


def test_pupil_device_charger_make_a_loan_and_serve_the_request(cast, lending, desk):
    lina = lending.pupils[0]
    got = outcomes(cast.claire, desk, lina.pseudonym, "PC-0401", "CH-0401")
    assert got == ["at_desk", "lent", "lent"]
    loan = Loan.objects.get()
    assert (loan.borrower, loan.item, loan.charger) == (
        lina, lending.laptops[0], lending.chargers[0],
    )  # fmt: skip
    assert loan.state == LoanState.OUT
    lending.requests[0].refresh_from_db()
    assert lending.requests[0].state == RequestState.SERVED
    lent = Device.objects.filter(state=DeviceState.LENT).values_list("name", flat=True)
    assert sorted(lent) == ["CH-0401", "PC-0401"]
    assert not Device.objects.exclude(holder=None).exists()


def test_the_journal_never_tells_a_pupil(cast, lending, desk):
    lina = lending.pupils[0]
    outcomes(cast.claire, desk, lina.pseudonym, "PC-0401", "CH-0401")
    told = " ".join(
        f"{one.object_text} {one.before} {one.after} {one.why}" for one in AuditEntry.objects.all()
    )
    assert "PC-0401" in told
    for word in (lina.pseudonym, "Lina", "Brasseur", f'"member": {lina.pk}'):
        assert word not in told


def test_a_wrong_order_is_told_and_does_nothing(cast, lending, desk):
    lina = lending.pupils[0].pseudonym
    got = outcomes(cast.claire, desk, "PC-0401", lina, "CH-0401", "PC-0401", "PC-0402", "CH-0401")
    assert got == ["wants_pupil", "at_desk", "wants_device", "lent", "wants_charger", "lent"]
    assert Loan.objects.count() == 1


def test_another_pupil_scanned_next_carries_on(cast, lending, desk):
    """Whoever forgets the charger's scan does not hold up the queue."""
    one, two, _three = (member.pseudonym for member in lending.pupils)
    got = outcomes(cast.claire, desk, one, "PC-0401", two, "PC-0402", "CH-0402")
    assert got == ["at_desk", "lent", "at_desk", "lent", "lent"]
    assert Loan.objects.filter(state="out").count() == 2


def test_a_device_in_repair_is_refused_in_words(cast, lending, desk):
    Device.objects.filter(name="PC-0401").update(state=DeviceState.IN_REPAIR)
    scan(cast.claire, desk, lending.pupils[0].pseudonym)
    answer = scan(cast.claire, desk, "PC-0401")
    assert answer.scan.outcome == "in_repair"
    assert answer.words == "PC-0401 est en réparation. Prenez un autre appareil."
    assert outcomes(cast.claire, desk, "PC-0402") == ["lent"]


def test_what_is_out_or_kept_for_another_is_refused(cast, lending, desk):
    one, two, _three = (member.pseudonym for member in lending.pupils)
    reserve_device(cast.bernard, lending.requests[1].pk, lending.laptops[1].pk, DUE)
    outcomes(cast.claire, desk, one, "PC-0401", "CH-0401")
    got = outcomes(cast.claire, desk, two, "PC-0401", lending.pupils[2].pseudonym, "PC-0402")
    assert got == ["at_desk", "out", "at_desk", "reserved"]
    assert outcomes(cast.claire, desk, two, "PC-0402") == ["at_desk", "lent"]


def test_a_prepared_device_is_handed_out_by_one_scan(cast, lending, desk):
    from byod.actions.loans.prepare_class import prepare_class  # noqa: PLC0415

    assert prepare_class(cast.claire, lending.school_class.pk, DUE) == (3, 0)
    assert prepare_class(cast.claire, lending.school_class.pk, DUE) == (0, 0)
    assert outcomes(cast.claire, desk, "PC-0402", "CH-0402") == ["lent", "lent"]
    loan = Loan.objects.get(state="out")
    assert loan.borrower == lending.pupils[1]


def test_the_charger_of_another_set_is_lent_and_told(cast, lending, desk):
    got = outcomes(cast.claire, desk, lending.pupils[0].pseudonym, "PC-0401", "CH-0403")
    assert got == ["at_desk", "lent", "other_charger"]
    assert Loan.objects.get().charger == lending.chargers[2]


def test_without_a_charger(cast, lending, desk):
    outcomes(cast.claire, desk, lending.pupils[0].pseudonym, "PC-0401")
    assert scan(cast.claire, desk, "", "without").scan.outcome == "lent"
    assert Loan.objects.get().without_charger is True


def test_a_pupil_without_a_granted_request_gets_nothing(cast, lending, desk):
    stranger = make_pupil(cast.tilleuls, lending.school_class, "Paul Sans")
    assert outcomes(cast.claire, desk, stranger.pseudonym) == ["no_request"]
    outcomes(cast.claire, desk, lending.pupils[0].pseudonym, "PC-0401", "CH-0401")
    assert outcomes(cast.claire, desk, lending.pupils[0].pseudonym) == ["has_one"]


def test_arrears_never_refuse_an_equity_loan(cast, lending, desk):
    """Overdue by a hundred days, and another device came back damaged: the pupil is served."""
    lina = lending.pupils[0]
    outcomes(cast.claire, desk, lina.pseudonym, "PC-0401", "CH-0401")
    Loan.objects.update(due_on="2020-01-10")
    grant(lina)
    got = outcomes(cast.claire, desk, lina.pseudonym, "PC-0402", "CH-0402")
    assert got == ["at_desk", "lent", "lent"]
    assert lina.loans.out().count() == 2


def test_the_same_scan_again_does_nothing_more(cast, lending, desk):
    batch = [
        Scanned(uuid.uuid4(), text) for text in (lending.pupils[0].pseudonym, "PC-0401", "CH-0401")
    ]
    first = record_scans(cast.claire, desk.pk, batch)
    again = record_scans(cast.claire, desk.pk, batch)
    assert [one.scan.outcome for one in again] == [one.scan.outcome for one in first]
    assert all(one.again for one in again)
    assert (Loan.objects.count(), DeskScan.objects.count()) == (1, 3)


def test_undo_gives_the_device_and_the_request_back(cast, lending, desk):
    key = uuid.uuid4()
    outcomes(cast.claire, desk, lending.pupils[0].pseudonym, "PC-0401")
    record_scan(cast.claire, desk.pk, Scanned(key, "CH-0401"))
    for _n in range(2):
        undo_scan(cast.claire, desk.pk, key)
    assert Loan.objects.get().state == LoanState.CANCELLED
    lending.requests[0].refresh_from_db()
    assert lending.requests[0].state == RequestState.GRANTED
    assert not Device.objects.filter(state=DeviceState.LENT).exists()
    assert outcomes(cast.claire, desk, lending.pupils[0].pseudonym, "PC-0401") == [
        "at_desk", "lent",
    ]  # fmt: skip


def test_a_step_back_takes_the_device_in_hand_back(cast, lending, desk):
    outcomes(cast.claire, desk, lending.pupils[0].pseudonym, "PC-0401")
    scan(cast.claire, desk, "", "back")
    desk.refresh_from_db()
    assert (desk.pupil, desk.loan) == (lending.pupils[0], None)
    assert outcomes(cast.claire, desk, "PC-0402", "CH-0402") == ["lent", "lent"]
    assert Loan.objects.get(state="out").item == lending.laptops[1]


def test_a_typed_name_finds_the_pupil_and_the_reading_is_written(cast, lending, desk):
    before = IdentityReading.objects.count()
    assert outcomes(cast.claire, desk, "maelle col") == ["at_desk"]
    desk.refresh_from_db()
    assert desk.pupil == lending.pupils[1]
    assert IdentityReading.objects.count() == before + 1
    make_pupil(cast.tilleuls, lending.school_class, "Maëlle Collignon")
    answer = scan(cast.claire, desk, "maelle col")
    assert answer.scan.outcome == "several"
    assert len(answer.choices) == 2


def test_the_schools_own_number_finds_the_pupil(cast, lending, desk):
    from byod.actions.people.import_class_list import school_key  # noqa: PLC0415

    make_pupil(
        cast.tilleuls, lending.school_class, "Paul Sans",
        school_key=school_key(cast.tilleuls, "20417"),
    )  # fmt: skip
    assert outcomes(cast.claire, desk, "20417", "20418") == ["no_request", "unknown"]


def test_devices_come_back_in_a_loop(cast, lending, desk):
    for n, member in enumerate(lending.pupils):
        outcomes(cast.claire, desk, member.pseudonym, f"PC-040{n + 1}", f"CH-040{n + 1}")
    end_desk(cast.claire, desk.pk)
    back = open_desk(cast.claire, cast.tilleuls.pk, DUE, mode=DeskMode.RETURN)
    got = outcomes(cast.claire, back, "PC-0401", "CH-0401", "PC-0402", "PC-0403", "PC-0403")
    assert got == ["returned", "charger_back", "returned", "returned", "not_out"]
    assert Loan.objects.filter(state=LoanState.RETURNED, back_desk=back).count() == 3
    assert outcomes(cast.claire, back, "CH-0403") == ["charger_back"]
    assert Device.objects.get(name="PC-0401").state == DeviceState.IN_STOCK
    assert Device.objects.get(name="CH-0402").state == DeviceState.LENT


def test_a_return_is_undone(cast, lending, desk):
    outcomes(cast.claire, desk, lending.pupils[0].pseudonym, "PC-0401", "CH-0401")
    end_desk(cast.claire, desk.pk)
    back = open_desk(cast.claire, cast.tilleuls.pk, DUE, mode=DeskMode.RETURN)
    key = uuid.uuid4()
    record_scan(cast.claire, back.pk, Scanned(key, "PC-0401"))
    undo_scan(cast.claire, back.pk, key)
    assert Loan.objects.get().state == LoanState.OUT
    assert Device.objects.get(name="PC-0401").state == DeviceState.LENT


def test_devices_of_another_school_are_recognised(cast, lending, desk):
    other = Lending(cast.peupliers, 1, first=801)
    make_item(other.pool, "PC-0900", cast.peupliers)
    scan(cast.claire, desk, lending.pupils[0].pseudonym)
    answer = scan(cast.claire, desk, "PC-0900")
    assert answer.scan.outcome == "elsewhere"
    assert "École Peupliers" in answer.words
    assert outcomes(cast.claire, desk, "PC-9999") == ["unknown"]


def test_the_desk_is_the_schools_own(cast, lending, desk, client):
    for person in (cast.sofia, cast.thomas, cast.veronique, cast.odile):
        with pytest.raises(DecisionRefused):
            open_desk(person, cast.tilleuls.pk, DUE)
    with pytest.raises(LoanDesk.DoesNotExist):
        record_scan(cast.karl, desk.pk, Scanned(uuid.uuid4(), "PC-0401"))
    client.force_login(cast.sofia)
    assert client.get(reverse("byod:loan_desk")).status_code == 403
    assert client.get(reverse("byod:loan_desk_now", args=[desk.pk])).status_code == 404
    end_desk(cast.claire, desk.pk)
    with pytest.raises(DecisionImpossible):
        record_scan(cast.claire, desk.pk, Scanned(uuid.uuid4(), "PC-0401"))


def test_the_desk_says_what_was_prepared_for_the_pupil_who_stands_there(cast, lending, desk):
    reserve_device(cast.claire, lending.requests[1].pk, lending.laptops[2].pk, DUE)
    record_scan(cast.claire, desk.pk, Scanned(uuid.uuid4(), lending.pupils[1].pseudonym))
    desk.refresh_from_db()
    assert str(desk_shown(desk).kept.item) == "PC-0403"
    record_scan(cast.claire, desk.pk, Scanned(uuid.uuid4(), "PC-0403"))
    desk.refresh_from_db()
    assert desk_shown(desk).kept is None


def test_the_page_has_names_once_and_its_fragments_none(cast, lending, desk, client):
    client.force_login(cast.claire)
    before = IdentityReading.objects.count()
    page = client.get(reverse("byod:loan_desk_now", args=[desk.pk]))
    assert "oublie l’élève 90 jours après le retour" in page.content.decode()
    assert page.status_code == 200
    assert IdentityReading.objects.count() == before + 1
    known = [member.pk for member in lending.pupils]
    sent = {
        "scans": [
            {"key": str(uuid.uuid4()), "text": text}
            for text in (lending.pupils[0].pseudonym, "PC-0401", "CH-0401")
        ],
        "known": known,
    }
    url = reverse("byod:loan_desk_scans", args=[desk.pk])
    answer = client.post(url, json.dumps(sent), content_type="application/json")
    told = answer.json()
    assert [one["outcome"] for one in told["read"]] == ["at_desk", "lent", "lent"]
    assert told["names"] == {}
    assert "Brasseur" not in answer.content.decode()
    assert IdentityReading.objects.count() == before + 1
    assert client.post(url, b"{", content_type="application/json").status_code == 400
