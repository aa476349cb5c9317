"""The people of a school as it sees them; others read counts of five and more."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from byod.actions.people.guests import end_guest, end_stays_over, slip_of, sponsor_guest
from byod.actions.people.keeping import erase, export_of, forget
from byod.actions.people.links import make_link
from byod.actions.people.register import join_as_teacher
from byod.models.people.agreements import CharterAgreement
from byod.models.people.devices import Credential, PersonalDevice
from byod.models.people.guests import GuestStay
from byod.models.people.identities import Identity, IdentityReading
from byod.models.people.links import PersonalLink
from byod.models.people.members import Authorisation, Member, MemberKind
from inventory.access import DecisionImpossible, DecisionRefused
from tests.byod.people.made import make_class, make_pupil

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"byod:{name}", args=args)


def test_the_school_sees_its_classes_in_figures_and_no_name(cast, client):
    for n in range(3):
        make_pupil(cast.tilleuls, f"Prénom{n}", "Secretnom")
    client.force_login(cast.claire)
    page = client.get(url("people", cast.tilleuls.pk)).content.decode()
    assert "3B" in page
    assert "Secretnom" not in page
    assert not IdentityReading.objects.exists()


def test_the_list_names_and_writes_down_what_it_named(cast, client):
    lea = make_pupil(cast.tilleuls, "Léa", "Exemple")
    make_pupil(cast.tilleuls, "Tom", "Modèle")
    client.force_login(cast.claire)
    page = client.get(url("members", cast.tilleuls.pk), {"q": "exem"}).content.decode()
    assert "Exemple" in page
    assert "Modèle" not in page
    assert IdentityReading.objects.get().members == [lea.pk]


@pytest.mark.parametrize("who", ["karl", "sofia", "thomas", "veronique", "odile"])
def test_nobody_else_reads_the_list(cast, client, who):
    lea = make_pupil(cast.tilleuls, "Léa", "Exemple")
    client.force_login(getattr(cast, who))
    status = 404 if who == "karl" else 403
    for name in ("people", "members", "members_export", "register_person", "class_list_send"):
        assert client.get(url(name, cast.tilleuls.pk)).status_code == status, name
    assert client.get(url("person", lea.pk)).status_code == 404
    assert client.post(url("people_act", cast.tilleuls.pk)).status_code == status


def test_others_read_counts_of_five_and_more(cast, client):
    for n in range(5):
        make_pupil(cast.tilleuls, f"P{n}", authorised=n < 4)
    client.force_login(cast.sofia)
    page = client.get(url("site_people", cast.tilleuls.pk)).content.decode()
    assert page.count("moins de 5") == 2
    client.force_login(cast.bernard)
    assert "moins de 5" not in client.get(url("site_people", cast.tilleuls.pk)).content.decode()


def test_the_export_is_the_school_s_and_written_down(cast, client):
    lea = make_pupil(cast.tilleuls, "Léa", "Exemple", guardian_name="Marc Exemple")
    client.force_login(cast.claire)
    answer = client.get(url("members_export", cast.tilleuls.pk))
    body = b"".join(answer.streaming_content).decode()
    assert "Exemple;Léa" in body
    assert "Marc Exemple" in body
    assert IdentityReading.objects.filter(why="list_export", members=[lea.pk]).exists()


def test_the_list_costs_the_same_for_many(cast, client, django_assert_max_num_queries):
    client.force_login(cast.claire)
    client.get(url("members", cast.tilleuls.pk))
    for n in range(40):
        make_pupil(cast.tilleuls, f"P{n}", authorised=n % 2 == 0)
    with django_assert_max_num_queries(40):
        client.get(url("members", cast.tilleuls.pk))


def test_one_act_on_a_class_or_on_chosen_people(cast, client):
    rows = [make_pupil(cast.tilleuls, f"P{n}") for n in range(3)]
    other = make_pupil(cast.peupliers, "Autre")
    client.force_login(cast.claire)
    act = url("people_act", cast.tilleuls.pk)
    client.post(act, {"what": "paper", "member": [rows[0].pk, other.pk]})
    assert set(CharterAgreement.objects.values_list("member", flat=True)) == {rows[0].pk}
    client.post(act, {"what": "paper", "class": make_class(cast.tilleuls).pk})
    assert CharterAgreement.objects.values("member").distinct().count() == 3
    assert client.post(act, {"what": "paper", "class": 999_999}).status_code == 404


def test_a_class_prints_its_codes(cast, client):
    for n in range(9):
        make_pupil(cast.tilleuls, f"P{n}")
    client.force_login(cast.claire)
    asked = {"what": "codes", "class": make_class(cast.tilleuls).pk}
    answer = client.post(url("people_act", cast.tilleuls.pk), asked)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert PersonalLink.objects.filter(code_digest__isnull=False).count() == 9


def test_register_one_then_hand_over_a_link(cast, client):
    client.force_login(cast.claire)
    asked = {
        "kind": "pupil",
        "given_name": "Léa",
        "family_name": "Exemple",
        "school_class": make_class(cast.tilleuls).pk,
        "language": "fr",
    }
    wrong = client.post(url("register_person", cast.tilleuls.pk), asked | {"family_name": ""})
    assert wrong.status_code == 422
    assert "Léa" in wrong.content.decode()
    client.post(url("register_person", cast.tilleuls.pk), asked)
    lea = Member.objects.get()
    assert lea.registered_by == "invitation"
    page = client.post(url("person_link", lea.pk), {"for": "self"})
    assert "<svg" in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    assert PersonalLink.objects.count() == 1


def test_who_leaves_loses_the_network_in_the_same_moment(cast, client):
    lea = make_pupil(cast.tilleuls, authorised=True)
    device = PersonalDevice.objects.create(member=lea, name="T", platform="ios")
    Credential.objects.create(
        device=device,
        kind="secret",
        username="d1@t.example",
        sealed="x",
        expires_at=timezone.now() + dt.timedelta(days=9),
    )
    client.force_login(cast.claire)
    client.post(url("person_act", lea.pk), {"what": "left"})
    assert not Authorisation.objects.live().exists()
    assert Credential.objects.get().revoked_why == "left"
    client.post(url("person_act", lea.pk), {"what": "back"})
    assert Member.objects.get().left_on is None


def test_the_school_declares_a_device_lost(cast, client):
    lea = make_pupil(cast.tilleuls, authorised=True)
    device = PersonalDevice.objects.create(member=lea, name="T", platform="ios")
    client.force_login(cast.karl)
    assert client.post(url("person_lost", device.pk)).status_code == 404
    client.force_login(cast.claire)
    client.post(url("person_lost", device.pk))
    device.refresh_from_db()
    assert device.lost_at is not None


def test_a_head_writes_the_charter_and_a_contact_reads_it(cast, client):
    page = url("charter", cast.tilleuls.school_id)
    client.force_login(cast.claire)
    assert client.get(page).status_code == 200
    assert client.post(page, {"text_fr": "X", "what": "publish"}).status_code == 403
    client.force_login(cast.bernard)
    client.post(page, {"text_fr": "Sans photo.", "what": "publish"})
    assert "version 1" in client.get(page).content.decode()
    client.force_login(cast.karl)
    assert client.get(page).status_code == 404


def guest(cast, hours: int = 4, once: uuid.UUID | None = None) -> GuestStay:
    now = timezone.now()
    return sponsor_guest(
        cast.claire, cast.tilleuls, "Sylvie Visiteuse", hours, once=once or uuid.uuid4(), now=now
    )


def test_a_guest_comes_for_hours_and_goes(cast, client):
    once = uuid.uuid4()
    stay = guest(cast, once=once)
    assert guest(cast, once=once).pk == stay.pk
    credential = Credential.objects.get()
    assert credential.expires_at == stay.until
    assert slip_of(cast.claire, stay.pk, timezone.now()).username == credential.username
    client.force_login(cast.claire)
    assert client.get(url("guest", stay.pk), {"format": "pdf"}).content.startswith(b"%PDF")
    assert "Sylvie Visiteuse" in client.get(url("guests")).content.decode()
    end_guest(cast.bernard, stay.pk, timezone.now())
    assert not Authorisation.objects.live().exists()
    with pytest.raises(DecisionImpossible, match="terminé"):
        slip_of(cast.claire, stay.pk, timezone.now())


def test_hours_are_bounded_and_strangers_sponsor_nobody(cast, settings):
    settings.BYOD_GUEST_HOURS = 8
    with pytest.raises(DecisionImpossible, match="8 heures"):
        guest(cast, hours=9)
    with pytest.raises(DecisionRefused):
        sponsor_guest(cast.karl, cast.tilleuls, "X", 2, once=uuid.uuid4(), now=timezone.now())


def test_a_guest_s_hours_end_by_themselves(cast):
    stay = guest(cast, hours=1)
    later = stay.until + dt.timedelta(minutes=1)
    assert not Credential.objects.live(later).exists()
    assert end_stays_over(later) == 1
    assert forget(later + dt.timedelta(days=400))["guests"] == 1
    assert not Member.objects.filter(kind=MemberKind.GUEST).exists()


def test_somebody_of_the_school_sees_their_own_devices(cast, client):
    client.force_login(cast.claire)
    assert "M’inscrire" in client.get(url("my_devices")).content.decode()
    client.post(url("my_devices"))
    assert Member.objects.get(user=cast.claire).kind == MemberKind.TEACHER
    assert client.get(url("my_devices"))["Location"] == url("mine")
    assert client.get(url("mine")).status_code == 200
    assert join_as_teacher(cast.claire, cast.tilleuls).pk == Member.objects.get().pk


def test_names_of_leavers_go_after_their_time(cast, settings):
    settings.KEEP_LEAVER_DAYS = 90
    lea, tom = make_pupil(cast.tilleuls), make_pupil(cast.tilleuls, "Tom")
    now = timezone.now()
    Member.objects.filter(pk=lea.pk).update(
        left_on=timezone.localdate() - dt.timedelta(days=90), school_key="abc"
    )
    Member.objects.filter(pk=tom.pk).update(left_on=timezone.localdate() - dt.timedelta(days=89))
    assert forget(now)["leavers"] == 1
    assert not Identity.objects.filter(member=lea).exists()
    assert Identity.objects.filter(member=tom).exists()
    assert Member.objects.get(pk=lea.pk).school_key == ""
    assert forget(now)["leavers"] == 0


def test_a_person_may_be_erased(cast, client):
    lea = make_pupil(cast.tilleuls, "Léa", "Exemple", authorised=True)
    client.get(make_link(lea, as_guardian=False, by=None))
    assert export_of(lea)["identity"]["given_name"] == "Léa"
    erase(lea, timezone.now())
    assert not Identity.objects.exists()
    assert Member.objects.get().left_on is not None
    assert client.get(url("mine")).status_code == 302
