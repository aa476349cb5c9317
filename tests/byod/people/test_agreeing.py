"""Registered is not authorised: charter, guardian, school; a withdrawal ends it at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from byod.actions.people.agree import agree, note_papers, withdraw_agreement
from byod.actions.people.authorise import authorise, settle_site, withdraw
from byod.actions.people.charters import publish_charter, write_charter
from byod.actions.people.in_force import in_force
from byod.actions.people.links import make_link
from byod.models.people.agreements import CharterAgreement
from byod.models.people.charters import CharterVersion
from byod.models.people.members import Authorisation, Member, MemberKind
from byod.rules.people.requirements import Missing, Standing, missing
from inventory.access import DecisionImpossible, DecisionRefused
from tests.byod.people.made import make_pupil

pytestmark = pytest.mark.django_db


@pytest.fixture
def charter(cast) -> CharterVersion:
    write_charter(cast.bernard, cast.tilleuls.school, "Sans photo.", "Ohne Foto.")
    return publish_charter(cast.bernard, cast.tilleuls.school)


def live(member: Member) -> bool:
    return Authorisation.objects.live().filter(member=member).exists()


def say_yes(member: Member, *, as_guardian: bool = False) -> None:
    shown = in_force(member.site.school).key
    agree(member, as_guardian=as_guardian, shown=shown, now=timezone.now())


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(True, True, True, False, False), (Missing.CHARTER, Missing.GUARDIAN)),
        (Standing(True, True, True, True, False), (Missing.GUARDIAN,)),
        (Standing(True, True, True, True, True), ()),
        (Standing(False, True, True, True, False), ()),
        (Standing(False, True, False, False, False), (Missing.CHARTER_TEXT,)),
        (Standing(False, False, False, False, False), ()),
        (Standing(True, False, False, False, False), (Missing.GUARDIAN,)),
        (Standing(False, True, True, True, False, barred=True), (Missing.SCHOOL,)),
        (Standing(False, True, False, False, False, guest=True), ()),
    ],
)
def test_what_is_missing(standing, expected):
    assert missing(standing) == expected


def test_a_minor_needs_charter_and_guardian(cast, charter):
    lea = make_pupil(cast.tilleuls)
    say_yes(lea)
    assert not live(lea)
    say_yes(lea, as_guardian=True)
    row = Authorisation.objects.get(member=lea)
    assert row.charter == charter
    assert row.given_by is None
    assert row.guardian_at is not None


def test_an_adult_pupil_and_a_teacher_decide_alone(cast, charter):
    adult = make_pupil(cast.tilleuls, adult=True)
    teacher = make_pupil(cast.tilleuls, kind=MemberKind.TEACHER, school_class=None, adult=True)
    for one in (adult, teacher):
        say_yes(one)
        assert live(one)
    with pytest.raises(DecisionImpossible):
        say_yes(adult, as_guardian=True)


def test_a_pupil_says_no_yes_for_their_guardian(cast, charter, client):
    lea = make_pupil(cast.tilleuls)
    client.get(make_link(lea, as_guardian=False, by=None))
    told = {"floor": "", "own": charter.pk}
    assert client.post(reverse("byod:mine_charter"), told).status_code == 302
    assert client.post(reverse("byod:mine_charter"), told).status_code == 302
    assert CharterAgreement.objects.get().as_guardian is False
    assert not live(lea)


def test_a_yes_is_to_the_version_that_was_shown(cast, charter, client):
    lea = make_pupil(cast.tilleuls)
    client.get(make_link(lea, as_guardian=False, by=None))
    write_charter(cast.bernard, cast.tilleuls.school, "Nouveau texte.", "")
    publish_charter(cast.bernard, cast.tilleuls.school)
    answer = client.post(reverse("byod:mine_charter"), {"floor": "", "own": charter.pk})
    assert answer.status_code == 409
    assert "Nouveau texte." in answer.content.decode()
    assert not CharterAgreement.objects.exists()


def test_a_guardian_takes_it_back_and_the_network_closes_at_once(cast, charter):
    lea = make_pupil(cast.tilleuls)
    say_yes(lea)
    say_yes(lea, as_guardian=True)
    assert withdraw_agreement(lea, as_guardian=True, now=timezone.now()) == 1
    assert not live(lea)
    assert withdraw_agreement(lea, as_guardian=True, now=timezone.now()) == 0
    say_yes(lea, as_guardian=True)
    assert live(lea)


def test_a_new_version_asks_everybody_again_after_the_grace(cast, charter, settings):
    settings.BYOD_GRACE_DAYS = 14
    lea = make_pupil(cast.tilleuls, adult=True)
    say_yes(lea)
    write_charter(cast.bernard, cast.tilleuls.school, "Version deux.", "")
    publish_charter(cast.bernard, cast.tilleuls.school)
    now = timezone.now()
    settle_site(cast.tilleuls, now + dt.timedelta(days=13))
    assert live(lea)
    settle_site(cast.tilleuls, now + dt.timedelta(days=15))
    assert not live(lea)
    say_yes(lea)
    assert live(lea)


def test_the_floor_of_the_region_counts_for_every_school(cast):
    lea = make_pupil(cast.tilleuls, adult=True)
    write_charter(cast.odile, None, "Socle.", "")
    floor = publish_charter(cast.odile, None)
    assert in_force(cast.tilleuls.school).key == (floor.pk, None)
    say_yes(lea)
    assert live(lea)
    with pytest.raises(DecisionRefused):
        write_charter(cast.bernard, None, "Le mien.", "")


def test_a_paper_is_noted_by_the_school_for_a_class(cast, charter):
    rows = [make_pupil(cast.tilleuls, f"P{n}") for n in range(3)]
    settled = note_papers(cast.claire, rows)
    assert settled.given == 3
    assert note_papers(cast.claire, rows).given == 0
    assert CharterAgreement.objects.filter(paper=True, noted_by=cast.claire).count() == 6
    with pytest.raises(DecisionRefused):
        note_papers(cast.karl, rows)


def test_a_suspension_is_lifted_by_the_school_alone(cast, charter):
    lea = make_pupil(cast.tilleuls, adult=True)
    say_yes(lea)
    with pytest.raises(DecisionImpossible, match="pourquoi"):
        withdraw(cast.bernard, [lea], " ")
    assert withdraw(cast.bernard, [lea], "Partage de son mot de passe.") == 1
    settle_site(cast.tilleuls, timezone.now())
    assert not live(lea)
    with pytest.raises(DecisionRefused):
        authorise(cast.sofia, [lea])
    assert authorise(cast.bernard, [lea]).given == 1
    assert live(lea)


def test_authorising_by_hand_does_not_replace_a_guardian(cast, charter):
    lea = make_pupil(cast.tilleuls)
    settled = authorise(cast.bernard, [lea])
    assert settled.given == 0
    assert settled.waiting[lea.pk] == (Missing.CHARTER, Missing.GUARDIAN)


def test_a_published_charter_is_never_changed(cast, charter):
    with pytest.raises(IntegrityError), transaction.atomic():
        CharterVersion.objects.filter(pk=charter.pk).update(text_fr="Autre")


def test_settling_a_site_costs_the_same_for_many(cast, charter, django_assert_max_num_queries):
    for n in range(30):
        make_pupil(cast.tilleuls, f"P{n}", adult=True)
    with django_assert_max_num_queries(14):
        settle_site(cast.tilleuls, timezone.now())
