"""The box finds what a person sees, as they type it; nothing of a stranger's school."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.finding import EACH, find
from schools.models import Authority, Role, School, Site, User
from schools.words import asked, fold
from tests.cast import Cast, make_device, make_person, make_room, make_site, make_town


def titles(user: User, text: str) -> dict[str, list[str]]:
    """Group → titles of its hits."""
    return {g.key: [hit.title for hit in g.hits] for g in find(user, text).groups}


@pytest.fixture
def school(cast: Cast) -> School:
    """A school with everything that trips a search up."""
    school = cast.tilleuls.school
    school.name, school.number = "École St-Éloi de l’Œuvre", "10238"
    school.save()
    Site.objects.filter(pk=cast.tilleuls.pk).update(
        name="Moulin", number="20417", postcode="5999", municipality=make_town("namur", "Val-d’Or")
    )
    return school


@pytest.mark.parametrize(
    "typed",
    [
        "École St-Éloi",
        "ecole saint eloi",
        "ECOLE  SAINT-ELOI",
        "eloi ecole",  # any order
        "el sain",  # word starts
        "st eloi",
        "l’œuvre",
        "oeuvre",
        "loi",  # inside a word
        "10238",
        "éloi moulin",
    ],
)
def test_a_school_is_found_as_people_type_it(cast: Cast, school: School, typed: str):
    assert school.name in titles(cast.sofia, typed).get("schools", []) or (
        typed == "éloi moulin"
        and titles(cast.sofia, typed)["sites"] == ["École St-Éloi de l’Œuvre, Moulin"]
    )


@pytest.mark.parametrize("typed", ["moulin", "20417", "5999", "val d or", "eloi val", "moul"])
def test_a_site_is_found_by_name_number_postcode_and_town(cast: Cast, school: School, typed: str):
    assert titles(cast.sofia, typed)["sites"] == ["École St-Éloi de l’Œuvre, Moulin"]


def test_a_municipality_leads_to_its_sites(cast: Cast, school: School):
    (group,) = [g for g in find(cast.sofia, "val-d'or").groups if g.key == "municipalities"]
    (hit,) = group.hits
    code = Site.objects.get(pk=cast.tilleuls.pk).municipality_id
    assert hit.url == f"{reverse('schools:sites')}?commune={code}"
    assert "1 implantation" in hit.sub
    assert titles(cast.sofia, "5999")["municipalities"] == ["Val-d’Or"]


@pytest.mark.parametrize("typed", ["0207.123.456", "0207123456", "0207 123 456", "9777"])
def test_an_authority_is_found_by_its_numbers_however_written(cast: Cast, typed: str):
    Authority.objects.filter(pk=cast.tilleuls.school.authority_id).update(
        bce_number="0207.123.456", fase_number="9777"
    )
    found = find(cast.sofia, typed)
    assert [g.key for g in found.groups] == ["authorities"]
    assert found.only is not None


@pytest.mark.parametrize("typed", ["tileuls", "tilleus", "tillleuls", "ecole tileuls"])
def test_a_slip_of_the_finger_finds_what_looks_alike(cast: Cast, typed: str):
    found = find(cast.sofia, typed)
    assert found.alike
    assert "École Tilleuls" in [h.title for g in found.groups for h in g.hits]
    assert not find(cast.sofia, "tilleuls").alike


def test_the_best_comes_first(cast: Cast):
    school = cast.tilleuls.school
    for name in ("Les Amis du Parc", "Parc du Nord", "Grand Éparchie", "Institut du Parc"):
        School.objects.create(
            authority=school.authority, name=name, number=name[:5], network="segec"
        )
    School.objects.create(authority=school.authority, name="Zèbre", number="PARC", network="segec")
    assert titles(cast.sofia, "parc")["schools"] == [
        "Parc du Nord",  # its name begins so
        "Institut du Parc",  # a word begins so
        "Les Amis du Parc",
        "Zèbre",
        "Grand Éparchie",  # somewhere inside
    ]


def test_at_most_six_of_a_kind_then_the_list_takes_over(cast: Cast):
    for n in range(9):
        make_site(f"Frênes {n}", "namur")
    groups = {group.key: group for group in find(cast.sofia, "frenes").groups}
    for kind in ("schools", "sites", "authorities"):
        assert len(groups[kind].hits) == EACH
        assert groups[kind].more.endswith("?q=frenes")
    page = Client()
    page.force_login(cast.sofia)
    assert page.get(groups["schools"].more).context["total"] == 9


@pytest.mark.parametrize(
    "typed", ["", " ", "a", "’", "%", "_", "\x00", "x" * 5_000, "🙂", "0" * 40]
)
def test_nonsense_finds_nothing_and_breaks_nothing(cast: Cast, typed: str):
    client = Client()
    client.force_login(cast.sofia)
    for name in ("schools:search", "schools:search_box", "schools:sites", "schools:schools"):
        assert client.get(reverse(name), {"q": typed}).status_code == 200
    assert find(cast.sofia, typed).count == 0


EVERYTHING = ["tilleuls", "école", "marvelle", "claire", "bernard", "exemple", "SW-T", "tileuls"]


@pytest.mark.parametrize("typed", EVERYTHING)
def test_a_stranger_finds_nothing_of_another_school(cast: Cast, typed: str):
    make_device(cast.tilleuls, "SW-T", room=make_room(cast.tilleuls))
    make_town("namur", "Marvelle")
    found = [hit for group in find(cast.karl, typed).groups for hit in group.hits]
    told = " ".join(f"{hit.title} {hit.sub}" for hit in found)
    assert not any(mark in told for mark in ("Tilleuls", "Claire", "Bernard", "SW-T", "Namur"))
    nobody = make_person("Sans Rôle", "contact", school=cast.tilleuls.school)
    Role.objects.filter(user=nobody).delete()
    assert find(User.objects.get(pk=nobody.pk), typed).count == 0


def test_people_are_found_by_name_within_one_s_scope(cast: Cast):
    assert titles(cast.sofia, "claire")["people"] == ["Claire Exemple"]
    assert titles(cast.thomas, "claire")["people"] == ["Claire Exemple"]
    assert titles(cast.veronique, "claire")["people"] == ["Claire Exemple"]
    assert "people" not in titles(cast.thomas, "karl")  # he works in Liège
    assert "people" not in titles(cast.claire, "veronique")  # her PO's people are not her school's


def test_addresses_are_for_those_who_write_as_their_work(cast: Cast):
    assert titles(cast.sofia, "claire@example.org")["people"] == ["Claire Exemple"]
    assert titles(cast.bernard, "claire@example.org")["people"] == ["Claire Exemple"]
    assert "people" not in titles(cast.claire, "bernard@example.org")
    (group,) = [g for g in find(cast.claire, "bernard").groups if g.key == "people"]
    assert group.hits[0].title == "Bernard Exemple"
    assert "@" not in group.hits[0].sub + group.hits[0].url
    assert group.hits[0].url.startswith(reverse("schools:school", args=[cast.tilleuls.school_id]))


def test_a_person_leads_to_a_page_that_the_reader_may_open(cast: Cast):
    for reader in (cast.sofia, cast.thomas, cast.veronique, cast.bernard, cast.claire):
        client = Client()
        client.force_login(reader)
        for group in find(reader, "claire exemple").groups + find(reader, "bernard").groups:
            for hit in group.hits:
                if group.key == "people" and hit.key != reader.pk:
                    assert client.get(hit.url).status_code == 200, (reader, hit.url)


def test_a_person_whose_function_ended_is_no_longer_found_by_the_local(cast: Cast):
    Role.objects.filter(user=cast.claire).update(from_on="2025-01-01", to_on="2025-02-01")
    assert "people" not in titles(cast.thomas, "claire")


def test_a_closed_school_is_found_and_says_so(cast: Cast):
    School.objects.filter(pk=cast.tilleuls.school_id).update(closed_on=timezone.localdate())
    (group,) = [g for g in find(cast.sofia, "tilleuls").groups if g.key == "schools"]
    assert group.hits[0].state is not None
    assert str(group.hits[0].state[1]) == "fermée"


def test_an_exact_number_opens_what_bears_it(cast: Cast, school: School):
    client = Client()
    client.force_login(cast.sofia)
    answer = client.get(reverse("schools:search"), {"q": "10 238"})
    assert answer.url == reverse("schools:school", args=[school.pk])
    School.objects.create(
        authority=school.authority, name="Même numéro", scheme="dg", number="10238", network="dg"
    )
    assert client.get(reverse("schools:search"), {"q": "10238"}).status_code == 200  # which one?


def test_each_app_named_in_the_settings_answers(cast: Cast, settings):
    make_device(cast.tilleuls, "SW-B1")
    assert "devices" in titles(cast.sofia, "SW-B1")
    settings.SEARCH_GROUPS = ["schools.searching.places"]
    assert titles(cast.sofia, "SW-B1") == {}


def test_the_api_answers_as_the_box_does(cast: Cast):
    client = Client()
    client.force_login(cast.thomas)
    found = client.get("/api/v1/search/", {"q": "saules"}).json()
    assert found["alike"] is False
    kinds = {group["kind"]: group["hits"] for group in found["groups"]}
    assert kinds["sites"][0]["id"] == str(cast.saules.pk)
    assert client.get("/api/v1/search/", {"q": "peupliers"}).json()["groups"] == []
    assert Client().get("/api/v1/search/", {"q": "saules"}).status_code == 401


def test_the_list_under_the_box_announces_its_count(cast: Cast):
    client = Client(headers={"accept-language": "fr"})
    client.force_login(cast.sofia)
    html = client.get(reverse("schools:search_box"), {"q": "saules"}).content.decode()
    assert "résultats. Flèches pour choisir." in html
    assert html.count('role="option"') == find(cast.sofia, "saules").count
    html = client.get(reverse("schools:search_box"), {"q": "zzzz"}).content.decode()
    assert 'data-told="Rien ne correspond."' in html


def test_a_search_costs_the_same_among_hundreds(cast: Cast):
    def cost(text: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            find(cast.sofia, text)
        return len(captured)

    make_person("Frêne Exemple", "contact", school=cast.saules.school)
    make_site("Frênes", "namur")
    cost("frene")  # roles are read once
    before = cost("frene")
    authority = cast.tilleuls.school.authority
    schools = School.objects.bulk_create(
        School(authority=authority, name=f"Frênes {n}", number=f"F{n}", network="cecp")
        for n in range(200)
    )
    Site.objects.bulk_create(
        Site(school=s, name=f"Frênes {s.pk}", municipality=make_town("namur")) for s in schools
    )
    assert cost("frene") == before
    assert before == 13


@given(st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_python_and_postgresql_fold_alike_what_people_write(text: str):
    """The question is folded here, the names there; both must agree on French and German."""
    known = "".join(c for c in text if c.isascii() and c.isprintable())
    assert fold(fold(known)) == fold(known)


WRITTEN = [
    "École d’Œuvre à Saint-Éloi",
    "Straße 12, Schöntal",
    "STE-ODE",
    "St. Vith",
    "L'Été–l’hiver",
    "Ça, là où Noël",
    "  deux   blancs ",
    "A.R. « Père & Fils »",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_the_database_folds_as_the_box_does(text: str, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_words(%s)", [text])
        stored = cursor.fetchone()[0]
    assert stored == f" {asked(text).spoken}"
