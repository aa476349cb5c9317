"""Pupils and guardians come in by a link or a code of their own, and by nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from byod.access.people.members import can_run
from byod.actions.people.links import make_link, make_links, revoke_links
from byod.actions.people.read_names import names_of
from byod.models.people.identities import IdentityReading, Named
from byod.models.people.links import MemberSession, PersonalLink
from byod.models.people.members import Member
from byod.rules.people.codes import shown_code, typed_code
from inventory.access import DecisionRefused
from tests.byod.people.made import make_pupil

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea(cast) -> Member:
    return make_pupil(cast.tilleuls, "Léa", "Exemple")


def test_a_link_opens_one_s_own_page_and_leaves_no_token_behind(cast, client, lea):
    path = make_link(lea, as_guardian=False, by=cast.claire)

    answer = client.get(path)

    assert (answer.status_code, answer["Location"]) == (302, reverse("byod:mine"))
    assert client.get(reverse("byod:mine")).status_code == 200
    token = path.rstrip("/").rpartition("/")[2]
    assert not PersonalLink.objects.filter(digest__contains=token).exists()
    assert not MemberSession.objects.filter(digest=client.cookies["moi"].value).exists()


def test_without_a_link_the_page_leads_to_the_door(client):
    answer = client.get(reverse("byod:mine"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("byod:mine_door"))


def test_a_code_is_typed_as_people_type_and_opens(cast, client, lea):
    made = make_links([lea], as_guardian=False, by=cast.claire, with_codes=True)[0]

    answer = client.post(reverse("byod:mine_door"), {"code": f" {shown_code(made.code).lower()} "})

    assert (answer.status_code, answer["Location"]) == (302, reverse("byod:mine"))


def test_the_last_printed_sheet_counts(cast, client, lea):
    first = make_links([lea], as_guardian=False, by=cast.claire, with_codes=True)[0]
    make_links([lea], as_guardian=False, by=cast.claire, with_codes=True)
    assert client.post(reverse("byod:mine_door"), {"code": first.code}).status_code == 422


def test_wrong_codes_are_braked_and_right_ones_are_not_counted(cast, client, lea, settings):
    settings.BYOD_CODE_TRIES = 3
    cache.clear()
    made = make_links([lea], as_guardian=False, by=cast.claire, with_codes=True)[0]
    door = reverse("byod:mine_door")

    assert client.post(door, {"code": made.code}).status_code == 302
    assert [client.post(door, {"code": "AAAA-2222"}).status_code for _ in range(3)] == [422] * 3
    assert client.post(door, {"code": made.code}).status_code == 429
    # a link is not guessed: who types nonsense does not shut out those who have one
    assert client.get(make_link(lea, as_guardian=False, by=None)).status_code == 302
    assert client.get(reverse("byod:mine_enter", args=["inconnu"])).status_code == 404


def test_what_cannot_be_a_code_is_told_and_not_counted(client, settings):
    settings.BYOD_CODE_TRIES = 1
    cache.clear()
    for _ in range(3):
        answer = client.post(reverse("byod:mine_door"), {"code": "O0I1"})
        assert answer.status_code == 422
        assert "huit signes" in answer.content.decode()


def test_a_revoked_link_ends_its_sessions_at_once(cast, client, lea):
    client.get(make_link(lea, as_guardian=False, by=cast.claire))
    revoke_links(cast.bernard, [lea])
    assert client.get(reverse("byod:mine")).status_code == 302


def test_a_session_is_over_after_its_hour(cast, client, lea):
    client.get(make_link(lea, as_guardian=False, by=cast.claire))
    MemberSession.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(reverse("byod:mine")).status_code == 302


def test_only_the_school_hands_out_links(cast, lea):
    for stranger in (cast.karl, cast.sofia, cast.veronique, cast.odile):
        assert not can_run(stranger, lea.site)
        with pytest.raises(DecisionRefused):
            make_link(lea, as_guardian=False, by=stranger)


def test_names_are_read_by_the_school_and_it_is_written_down(cast, lea):
    leo = make_pupil(cast.tilleuls, "Léo", "Modèle")

    found = names_of(cast.claire, [lea, leo], "class_list")

    assert found == {lea.pk: Named("Léa", "Exemple"), leo.pk: Named("Léo", "Modèle")}
    row = IdentityReading.objects.get()
    assert (row.reader, row.why, sorted(row.members)) == (
        cast.claire,
        "class_list",
        sorted([lea.pk, leo.pk]),
    )


@pytest.mark.parametrize("who", ["karl", "sofia", "thomas", "veronique", "odile"])
def test_nobody_else_reads_a_name(cast, lea, who):
    with pytest.raises(DecisionRefused):
        names_of(getattr(cast, who), [lea], "class_list")
    assert not IdentityReading.objects.exists()


def test_typed_codes():
    assert typed_code("k7m2-9p4q") == "K7M29P4Q"
    assert typed_code("K7M2 9P4Q ") == "K7M29P4Q"
    assert typed_code("K7M29P4") == ""
    assert typed_code("K7M29P40") == ""  # 0 is in no code
