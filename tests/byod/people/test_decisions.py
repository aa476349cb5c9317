"""What is done to many at once is taken back whole, by set-based SQL, for a while."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from byod.actions.people.authorise import withdraw
from byod.actions.people.credentials import issue_secret
from byod.actions.people.decide_many import (
    authorise_many,
    leave_many,
    lose_many,
    note_papers_many,
    suspend_many,
)
from byod.actions.people.decisions import settle_decisions, undo_decision
from byod.actions.people.devices import add_device
from byod.actions.people.import_class_list import apply_class_list, send_class_list
from byod.actions.people.keeping import erase
from byod.actions.people.register import note_left, take_back
from byod.models.network.policies import NetworkPolicy, PolicyState
from byod.models.people.agreements import CharterAgreement
from byod.models.people.decisions import DecisionEntry, MassDecision
from byod.models.people.devices import Credential, PersonalDevice
from byod.models.people.identities import Identity
from byod.models.people.links import PersonalLink
from byod.models.people.members import Authorisation, Member, SchoolClass
from inventory.access import DecisionImpossible, DecisionRefused
from tests.byod.people.made import make_class, make_pupil

pytestmark = pytest.mark.django_db

HEAD = "matricule;nom;prénom;classe;langue\n"


def made_with_device(cast, name: str = "Léa") -> Member:
    member = make_pupil(cast.tilleuls, name, "Exemple", authorised=True, adult=True)
    now = timezone.now()
    device = add_device(member, "Téléphone", "android", once=uuid.uuid4(), now=now)
    issue_secret(member, device.pk, uuid.uuid4().hex, now)
    return member


@pytest.fixture
def no_charter(cast) -> None:
    """A school that asks for none, so that nothing is missing."""
    NetworkPolicy.objects.create(
        school=cast.tilleuls.school,
        number=1,
        state=PolicyState.LIVE,
        charter_required=False,
        live_at=timezone.now(),
    )


def facts() -> dict[str, Any]:
    """Everything that a decision may move, as it stands."""
    return {
        "members": list(
            Member.objects.order_by("pk").values_list(
                "pk", "school_class", "kind", "language", "adult", "left_on"
            )
        ),
        "names": [str(row.named) for row in Identity.objects.order_by("member")],
        "live": list(Authorisation.objects.live().order_by("pk").values_list("pk", flat=True)),
        "barred": set(Authorisation.objects.filter(barred=True).values_list("member", flat=True)),
        "agreed": list(CharterAgreement.objects.standing().values_list("pk", flat=True)),
        "links": list(PersonalLink.objects.filter(revoked_at=None).values_list("pk", flat=True)),
        "lost": list(PersonalDevice.objects.exclude(lost_at=None).values_list("pk", flat=True)),
        "credentials": list(
            Credential.objects.filter(revoked_at=None).order_by("pk").values_list("pk", flat=True)
        ),
        "classes": list(SchoolClass.objects.order_by("pk").values_list("name", "closed_on")),
    }


def undo(cast) -> MassDecision:
    return undo_decision(cast.claire, MassDecision.objects.latest("pk").pk)


@pytest.mark.usefixtures("no_charter")
@pytest.mark.parametrize("act", ["leave", "lose", "suspend", "paper", "authorise"])
def test_all_is_as_before(cast, act):
    people = [made_with_device(cast, f"P{n}") for n in range(3)]
    if act == "authorise":
        withdraw(cast.claire, people[:2], "un motif")
    before = facts()
    if act == "leave":
        assert leave_many(cast.claire, people) == 3
        assert not Authorisation.objects.live().exists()
    elif act == "lose":
        assert lose_many(cast.claire, people) == 3
    elif act == "suspend":
        assert suspend_many(cast.claire, people, "un motif") == 3
    elif act == "paper":
        note_papers_many(cast.claire, people)
    else:
        authorise_many(cast.claire, people)
    assert facts() != before
    undo(cast)
    assert facts() == before
    assert not DecisionEntry.objects.exists()


@pytest.mark.usefixtures("no_charter")
def test_a_lifted_suspension_is_back_with_its_reason(cast):
    lea = made_with_device(cast)
    withdraw(cast.claire, [lea], "téléphone en classe")
    authorise_many(cast.claire, [lea])
    undo(cast)
    last = Authorisation.objects.filter(member=lea).latest("pk")
    assert (last.barred, last.end_why) == (True, "téléphone en classe")


def test_a_class_list_is_taken_back_whole(cast):
    send = HEAD + "1;Exemple;Léa;3B;fr\n2;Modèle;Tom;3B;fr\n3;Reste;Zoé;3B;fr\n"
    first = send_class_list(cast.claire, cast.tilleuls, send.encode(), 2026, whole=True)
    apply_class_list(cast.claire, first.pk)
    before = facts()
    send = HEAD + "1;Exemple-Noël;Léa;4A;de\n3;Reste;Zoé;4A;fr\n4;Nouveau;Noé;4A;fr\n"
    second = send_class_list(cast.claire, cast.tilleuls, send.encode(), 2027, whole=True)
    apply_class_list(cast.claire, second.pk, leaving=True)
    decision = MassDecision.objects.latest("pk")
    assert (decision.kind, decision.people) == ("class_list", 4)
    assert facts() != before
    undo(cast)
    assert facts() == before


def test_what_somebody_changed_since_stays(cast):
    lea, tom = make_pupil(cast.tilleuls), make_pupil(cast.tilleuls, "Tom")
    other = make_class(cast.tilleuls, "4C")
    leave_many(cast.claire, [lea, tom])
    take_back(cast.claire, lea.pk)
    Member.objects.filter(pk=lea.pk).update(school_class=other)
    undo(cast)
    lea.refresh_from_db()
    assert (lea.left_on, lea.school_class) == (None, other)


def test_a_new_person_who_used_it_is_not_deleted(cast):
    send = HEAD + "1;Exemple;Léa;3B;fr\n2;Modèle;Tom;3B;fr\n"
    sent = send_class_list(cast.claire, cast.tilleuls, send.encode(), 2026, whole=True)
    apply_class_list(cast.claire, sent.pk)
    lea = Member.objects.order_by("pk")[0]
    PersonalDevice.objects.create(member=lea, name="Téléphone", platform="android")
    undo(cast)
    assert Member.objects.get() == lea
    assert Member.objects.get().left_on is not None


def test_twice_is_once_and_too_late_is_refused(cast):
    lea = make_pupil(cast.tilleuls, authorised=True)
    leave_many(cast.claire, [lea])
    assert undo(cast).undone_at == undo(cast).undone_at
    leave_many(cast.claire, [lea])
    MassDecision.objects.filter(undone_at=None).update(
        at=timezone.now() - dt.timedelta(days=3), until=timezone.now() - dt.timedelta(days=1)
    )
    with pytest.raises(DecisionImpossible):
        undo(cast)


def test_certificates_are_revoked_for_good_when_the_time_is_over(cast):
    lea, tom = made_with_device(cast), made_with_device(cast, "Tom")
    leave_many(cast.claire, [lea, tom])
    assert Credential.objects.filter(revoked_at=None).count() == 2
    take_back(cast.claire, tom.pk)
    later = timezone.now() + dt.timedelta(days=3)
    assert (settle_decisions(later), settle_decisions(later)) == (1, 0)
    assert list(
        Credential.objects.filter(revoked_at=None).values_list("device__member", flat=True)
    ) == [tom.pk]
    assert not DecisionEntry.objects.exists()


def test_one_who_leaves_alone_is_revoked_at_once(cast):
    lea = made_with_device(cast)
    note_left(cast.claire, lea.pk)
    assert not Credential.objects.filter(revoked_at=None).exists()


def test_an_erased_person_is_not_brought_back(cast):
    lea = make_pupil(cast.tilleuls)
    leave_many(cast.claire, [lea])
    erase(lea, timezone.now())
    undo(cast)
    assert not Identity.objects.exists()
    lea.refresh_from_db()
    assert lea.left_on is not None


def test_nobody_else_undoes(cast, client):
    leave_many(cast.claire, [make_pupil(cast.tilleuls)])
    decision = MassDecision.objects.get()
    for who in ("karl", "sofia", "veronique"):
        client.force_login(getattr(cast, who))
        url = reverse("byod:decision_undo", args=[decision.pk])
        assert client.post(url).status_code == 404
    with pytest.raises(DecisionRefused):
        leave_many(cast.sofia, [make_pupil(cast.tilleuls, "Tom")])


def test_from_the_page_of_the_classes(cast, client):
    make_pupil(cast.tilleuls, authorised=True)
    client.force_login(cast.claire)
    act = reverse("byod:people_act", args=[cast.tilleuls.pk])
    client.post(act, {"what": "left", "class": make_class(cast.tilleuls).pk, "from": "classes"})
    home = reverse("byod:people", args=[cast.tilleuls.pk])
    decision = MassDecision.objects.get()
    assert reverse("byod:decision_undo", args=[decision.pk]) in client.get(home).content.decode()
    client.post(reverse("byod:decision_undo", args=[decision.pk]))
    assert not Member.objects.exclude(left_on=None).exists()
    assert (
        reverse("byod:decision_undo", args=[decision.pk]) not in client.get(home).content.decode()
    )


def test_as_many_statements_for_a_thousand_as_for_one(cast):
    def statements(people: list[Member]) -> int:
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(connection) as told:
            leave_many(cast.claire, people)
            undo(cast)
        return len(told)

    one = statements([make_pupil(cast.tilleuls)])
    many = Member.objects.bulk_create(Member(site=cast.tilleuls, kind="pupil") for _ in range(300))
    assert statements(many) <= one + 2


@pytest.mark.django_db(transaction=True)
def test_two_clerks_undo_at_once(cast):
    lea = make_pupil(cast.tilleuls, authorised=True, adult=True)
    leave_many(cast.claire, [lea])
    pk, faults = MassDecision.objects.get().pk, []

    def go() -> None:
        try:
            undo_decision(cast.claire, pk)
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(2)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert faults == []
    lea.refresh_from_db()
    assert lea.left_on is None
