"""Lists and pages of schools and authorities: filters, pages, counters, scope, what is closed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from schools.keyset import PAGE
from schools.models import (
    Authority,
    Headcount,
    IseClass,
    Network,
    Province,
    Role,
    School,
    Site,
    Teaching,
    User,
)
from tests.architecture.query_counts import assert_query_count
from tests.cast import Cast, make_person, make_room, make_site, make_town


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def schools(client: Client, **query: object) -> set[str]:
    """The cast's schools that the list shows."""
    answer = client.get(reverse("schools:schools"), query)
    assert answer.status_code == 200
    return {school.name.removeprefix("École ") for school in answer.context["rows"]}


def sites(client: Client, **query: object) -> set[str]:
    answer = client.get(reverse("schools:sites"), query)
    assert answer.status_code == 200
    return {site.name for site, _state, _words in answer.context["rows"]}


ALL = {"Tilleuls", "Peupliers", "Bouleaux", "Saules"}


def test_the_list_of_schools_narrows_by_every_filter(cast: Cast):
    Teaching.objects.create(site=cast.saules, level="secondaire")
    School.objects.filter(pk=cast.bouleaux.school_id).update(kind="epn")
    client = as_(cast.sofia)
    assert schools(client) == ALL
    assert schools(client, reseau="dg") == {"Peupliers"}
    assert schools(client, province="namur") == {"Tilleuls", "Saules"}
    assert schools(client, genre="epn") == {"Bouleaux"}
    assert schools(client, niveau="secondaire") == {"Saules"}
    assert schools(client, communaute="dg") == {"Peupliers"}
    assert schools(client, accords="incomplets") == {"Bouleaux"}
    assert schools(client, contact="avec") == {"Tilleuls", "Peupliers"}
    assert schools(client, contact="sans", province="namur") == {"Saules"}
    assert schools(client, q="marvelle") == ALL  # the town of their sites
    assert schools(client, q="ecole saul") == {"Saules"}
    assert schools(client, po=cast.tilleuls.school.authority_id) == {"Tilleuls"}
    assert schools(client, reseau="nowhere", po="x") == ALL


def test_sites_narrow_by_level_size_class_town_and_coordinates(cast: Cast):
    for site, level, pupils in ((cast.tilleuls, "secondaire", 401), (cast.saules, "primaire", 400)):
        Teaching.objects.create(site=site, level=level)
        Headcount.objects.create(site=site, level=level, year=2026, pupils=pupils)
    Headcount.objects.create(site=cast.saules, level="primaire", year=2025, pupils=900)
    IseClass.objects.create(site=cast.tilleuls, year=2024, value="12")
    IseClass.objects.create(site=cast.tilleuls, year=2026, value="3b")
    Site.objects.filter(pk=cast.saules.pk).update(latitude=50.4, longitude=4.9)
    client = as_(cast.sofia)
    assert sites(client, niveau="secondaire") == {"Tilleuls"}
    assert sites(client, taille="plus") == {"Tilleuls"}  # strictly more than 400, last count
    assert "Saules" in sites(client, taille="moins")
    assert sites(client, ise="1-5") == {"Tilleuls"}  # the latest class, 3b is 3
    assert sites(client, ise="11-15") == set()
    assert sites(client, coordonnees="avec") == {"Saules"}
    town = make_town("namur", "Ailleurs")
    Site.objects.filter(pk=cast.saules.pk).update(municipality=town)
    assert sites(client, commune=town.pk) == {"Saules"}
    page = client.get(reverse("schools:sites")).content.decode()
    assert "801" in page  # 401 + 400, of the last count alone
    assert "15/01/2026" in page


def test_closed_places_are_shown_on_demand(cast: Cast):
    today = timezone.localdate()
    Site.objects.filter(pk=cast.saules.pk).update(closed_on=today)
    School.objects.filter(pk=cast.saules.school_id).update(closed_on=today)
    client = as_(cast.sofia)
    assert sites(client) == schools(client) == ALL - {"Saules"}
    assert sites(client, fermees="oui") == schools(client, fermees="oui") == ALL
    assert sites(client, fermees="seules") == schools(client, fermees="seules") == {"Saules"}
    assert "fermée" in client.get(reverse("schools:sites"), {"fermees": "oui"}).content.decode()


@pytest.mark.parametrize("sort", ["ecole", "numero", "reseau", "eleves"])
def test_pages_of_schools_follow_each_other_without_gap_or_double(cast: Cast, sort: str):
    authority, networks = cast.tilleuls.school.authority, list(Network.values)
    made = School.objects.bulk_create(
        School(authority=authority, name=f"E{n % 9}", number=f"N{n:03d}", network=networks[n % 7])
        for n in range(PAGE + 20)
    )
    town = make_town("namur")
    for school in made[:30]:
        site = Site.objects.create(school=school, name="S", municipality=town)
        Headcount.objects.create(site=site, level="primaire", year=2026, pupils=school.pk % 5)
    client, found, after = as_(cast.sofia), [], ""
    for _page in range(3):
        context = client.get(reverse("schools:schools"), {"tri": sort, "apres": after}).context
        found += [school.pk for school in context["rows"]]
        if not (after := context["after"]):
            break
    assert len(found) == len(set(found)) == School.objects.count()


@pytest.mark.parametrize(
    "cursor", ["x", "W10=", "WzEsMl0=", "WyJhIiwgOTk5OTk5OTk5OTk5OTk5OTk5OTldCg=="]
)
@pytest.mark.parametrize("sort", ["ecole", "eleves"])
def test_a_forged_cursor_starts_at_the_beginning(cast: Cast, cursor: str, sort: str):
    assert schools(as_(cast.sofia), apres=cursor, tri=sort) == ALL


def test_schools_without_a_contact_are_counted_for_those_who_see_the_region(cast: Cast):
    told = "2 écoles sans personne de contact"
    for who in (cast.sofia, cast.odile):
        assert told in as_(who).get(reverse("schools:schools")).content.decode()
    for who in (cast.thomas, cast.veronique):
        assert (
            "sans personne de contact</a>"
            not in as_(who).get(reverse("schools:schools")).content.decode()
        )
    Role.objects.filter(user=cast.claire).update(to_on="2025-03-01")
    make_person("Site Exemple", "contact", site=cast.saules)  # one of the site is one of the school
    assert schools(as_(cast.sofia), contact="sans") == {"Tilleuls", "Bouleaux"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [("thomas", {"Tilleuls", "Saules"}), ("veronique", {"Tilleuls"}), ("karl", {"Peupliers"})],
)
def test_lists_and_pages_keep_to_one_s_scope(cast: Cast, who: str, seen: set[str]):
    client = as_(getattr(cast, who))
    assert schools(client) == seen
    page = client.get(reverse("schools:authorities"))
    assert {one.name.removeprefix("PO ") for one in page.context["rows"]} == seen
    for name in ALL - seen:
        site = getattr(cast, name.lower())
        assert client.get(reverse("schools:school", args=[site.school_id])).status_code == 404
        owner = reverse("schools:authority", args=[site.school.authority_id])
        assert client.get(owner).status_code == 404


def test_an_authority_s_figures_hold_what_the_reader_sees_alone(cast: Cast):
    authority = cast.tilleuls.school.authority
    other = School.objects.create(authority=authority, name="Voisine", number="V1", network="wbe")
    site = Site.objects.create(school=other, name="V", municipality=make_town("namur"))
    for where, pupils in ((site, 300), (cast.tilleuls, 200)):
        Headcount.objects.create(site=where, level="primaire", year=2026, pupils=pupils)
    (row,) = as_(cast.claire).get(reverse("schools:authorities")).context["rows"]
    assert (row.schools_open, row.sites_open, row.pupils) == (1, 1, 200)
    page = as_(cast.claire).get(reverse("schools:authority", args=[authority.pk])).content.decode()
    assert "Voisine" not in page
    (row,) = as_(cast.veronique).get(reverse("schools:authorities")).context["rows"]
    assert (row.schools_open, row.sites_open, row.pupils) == (2, 2, 500)


def test_a_school_shows_sites_pupils_people_agreements(cast: Cast):
    for year, pupils in ((2024, 600), (2025, 605), (2026, 612)):
        Headcount.objects.create(site=cast.tilleuls, level="secondaire", year=year, pupils=pupils)
    make_room(cast.tilleuls, "B.01")
    User.objects.filter(pk=cast.claire.pk).update(phone="081 00 00 42")
    url = reverse("schools:school", args=[cast.tilleuls.school_id])
    page = as_(cast.sofia).get(url).content.decode()
    for words in ("612", "(+7)", "Claire Exemple", "081 00 00 42", "Bernard Exemple", "14/02/2025"):
        assert words in page, words
    assert "2024 : 600, 2025 : 605, 2026 : 612" in page  # the chart, for who does not see it
    assert "claire@example.org" in page
    own = as_(cast.claire).get(url).content.decode()
    assert "bernard@example.org" not in own
    assert reverse("schools:site", args=[cast.tilleuls.pk]) in own


def test_a_merged_school_says_where_it_went(cast: Cast):
    old = School.objects.create(
        authority=cast.tilleuls.school.authority,
        name="Ancienne",
        number="A1",
        network="wbe",
        closed_on=dt.date(2024, 8, 31),
        merged_into=cast.tilleuls.school,
    )
    site = Site.objects.create(
        school=old, name="Vieille", municipality=make_town("namur"), closed_on=dt.date(2024, 8, 31)
    )
    client = as_(cast.veronique)
    for name, pk in (("schools:school", old.pk), ("schools:site", site.pk)):
        page = client.get(reverse(name, args=[pk])).content.decode()
        assert "fermée depuis le 31/08/2024" in page, name
        assert reverse("schools:school", args=[cast.tilleuls.school_id]) in page
    page = client.get(reverse("schools:school", args=[cast.tilleuls.school_id])).content.decode()
    assert "a repris" in page
    assert "Ancienne" in page


def test_every_level_of_the_breadcrumb_leads_to_a_page(cast: Cast):
    client = as_(cast.thomas)
    crumbs = client.get(reverse("schools:site", args=[cast.tilleuls.pk])).context["crumbs"]
    assert [label for label, _url in crumbs] == [
        "Région",
        "Namur",
        cast.tilleuls.school.authority.name,
        "École Tilleuls",
        "Tilleuls",
    ]
    for _label, url in crumbs[:-1]:
        assert client.get(url).status_code == 200


def test_other_apps_show_panels_on_a_school(cast: Cast, settings):
    settings.SCHOOL_PANELS = [("schools:school", "Ici", "main"), ("nowhere:x", "Perdu", "aside")]
    url = reverse("schools:school", args=[cast.tilleuls.school_id])
    page = as_(cast.sofia).get(url).content.decode()
    assert f'hx-get="{url}"' in page
    assert "Perdu" not in page


def test_the_school_s_people_reach_their_school_s_page(cast: Cast):
    for who in (cast.claire, cast.bernard):
        page = as_(who).get(reverse("helpdesk:my_school")).content.decode()
        assert reverse("schools:school", args=[cast.tilleuls.school_id]) in page
        assert reverse("schools:site_rooms", args=[cast.tilleuls.pk]) in page


def test_the_api_tells_levels_pupils_and_contacts(cast: Cast):
    Teaching.objects.create(site=cast.tilleuls, level="primaire")
    Teaching.objects.create(site=cast.tilleuls, level="maternel", closed_on=dt.date(2024, 8, 31))
    Headcount.objects.create(site=cast.tilleuls, level="primaire", year=2026, pupils=120)
    client = as_(cast.thomas)
    site = client.get(f"/api/v1/sites/{cast.tilleuls.pk}/").json()
    assert (site["levels"], site["pupils"]) == (["primaire"], 120)
    school = client.get(f"/api/v1/schools/{cast.tilleuls.school_id}/").json()
    assert (school["levels"], school["pupils"]) == (["primaire"], 120)
    assert {c["name"] for c in school["contacts"]} == {"Claire Exemple", "Bernard Exemple"}
    assert "@" not in str(school["contacts"])


PAGES = {
    "sites": "/implantations/?q=e&niveau=primaire&taille=moins",
    "schools": "/ecoles/?contact=sans",
    "authorities": "/pouvoirs-organisateurs/?tri=eleves",
    "map": "/carte/",
    "map_points": "/carte/points.json",
    "sites_export": "/implantations/export.ods",
    "schools_export": "/ecoles/export.xlsx",
    "search_box": "/chercher/propositions/?q=ecole",
}


def furnish(schools_made: int) -> None:
    """Schools with a site, a level and pupils, under as many authorities."""
    owners = Authority.objects.bulk_create(Authority(name=f"PO {n}") for n in range(schools_made))
    made = School.objects.bulk_create(
        School(authority=po, name=f"École {po.pk}", number=f"Q{po.pk}", network="cecp")
        for po in owners
    )
    towns = [make_town(province) for province in Province.values]
    rows = Site.objects.bulk_create(
        Site(school=s, name=f"S{s.pk}", municipality=towns[s.pk % 5], latitude=50.3, longitude=4.9)
        for s in made
    )
    Teaching.objects.bulk_create(Teaching(site=site, level="primaire") for site in rows)
    Headcount.objects.bulk_create(
        Headcount(site=site, level="primaire", year=2026, pupils=100) for site in rows
    )


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.getvalue()
    return len(captured)


def test_pages_cost_the_same_among_hundreds_of_schools(cast: Cast):
    client = as_(cast.sofia)
    furnish(3)
    for url in PAGES.values():
        cost(client, url)  # what a process reads once
    few = {name: cost(client, url) for name, url in PAGES.items()}
    furnish(300)
    assert {name: cost(client, url) for name, url in PAGES.items()} == few
    for name, url in PAGES.items():
        with assert_query_count(f"schools:{name}"):
            client.get(url).getvalue()


def test_the_page_of_a_school_costs_the_same_with_many_sites(cast: Cast):
    client, school = as_(cast.sofia), cast.tilleuls.school
    url = reverse("schools:school", args=[school.pk])
    cost(client, url)
    few = cost(client, url)
    town = make_town("namur")
    for n in range(12):
        site = Site.objects.create(school=school, name=f"S{n}", municipality=town)
        Headcount.objects.create(site=site, level="primaire", year=2026, pupils=100)
        make_room(site)
        make_person(f"P{n} Exemple", "contact", site=site)
    assert cost(client, url) == few
    with assert_query_count("schools:school"):
        client.get(url).getvalue()


def test_a_foreign_site_is_absent_from_every_list(cast: Cast):
    make_site("Lointaine", Province.LUXEMBOURG)
    client = as_(cast.claire)
    for url in PAGES.values():
        if not url.endswith((".ods", ".xlsx")):
            assert "Lointaine" not in client.get(url).getvalue().decode(), url
