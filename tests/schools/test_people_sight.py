"""Who sees whom: along Region → province → PO → school → site; who reads an address."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from schools.models import Role, RoleKind, Site, User
from tests.cast import Cast, make_person, make_town


def first_names(rows) -> set[str]:
    return {person.full_name.split()[0] for person in rows}


def seen(user: User) -> set[str]:
    return first_names(User.objects.visible_to(User.objects.get(pk=user.pk)))


@pytest.fixture
def people(cast: Cast) -> Cast:
    """Besides the cast: a contact of one site of Tilleuls alone, and one of a sister site."""
    school = cast.tilleuls.school
    sister = Site.objects.create(school=school, name="Moulin", municipality=make_town("namur"))
    make_person("Simon Exemple", RoleKind.CONTACT, site=cast.tilleuls)
    make_person("Louise Exemple", RoleKind.CONTACT, site=sister)
    make_person("Paul Exemple", RoleKind.HEAD, school=cast.peupliers.school)
    make_person("Nora Exemple", RoleKind.LOCAL_TECHNICIAN, province="namur")
    return cast


OURS = {"Claire", "Bernard", "Simon", "Louise"}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("claire", OURS),
        ("bernard", OURS),
        ("veronique", OURS | {"Véronique"}),
        ("thomas", OURS | {"Thomas", "Nora"}),
        ("karl", {"Karl", "Paul"}),
    ],
)
def test_a_person_sees_who_has_a_role_in_the_own_scope(people: Cast, who: str, expected: set[str]):
    assert seen(getattr(people, who)) == expected


def test_the_region_sees_everybody(people: Cast):
    everybody = first_names(User.objects.all())
    assert seen(people.sofia) == seen(people.odile) == everybody


def test_the_contact_of_a_site_sees_its_school_s_people_but_not_the_sister_site(people: Cast):
    simon = User.objects.get(full_name="Simon Exemple")
    assert seen(simon) == {"Simon", "Claire", "Bernard"}


def test_a_contact_does_not_see_who_was_in_charge_but_the_head_does(people: Cast):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Role.objects.filter(user__full_name="Louise Exemple").update(to_on=yesterday)
    assert "Louise" not in seen(people.claire)
    assert "Louise" in seen(people.bernard)


def test_whoever_is_closed_or_signed_out_sees_nobody(people: Cast):
    people.claire.is_active = False
    assert not User.objects.visible_to(people.claire).exists()
    assert not Role.objects.visible_to(people.claire).exists()


def test_roles_are_those_of_the_scope_and_one_s_own(people: Cast):
    Role.objects.create(user=people.claire, kind=RoleKind.CONTACT, school=people.saules.school)
    bernard = User.objects.get(pk=people.bernard.pk)
    hers = Role.objects.visible_to(bernard).filter(user=people.claire)
    assert [role.school for role in hers] == [people.tilleuls.school]
    claire = User.objects.get(pk=people.claire.pk)
    assert Role.objects.visible_to(claire).filter(user=claire).count() == 2


@pytest.mark.parametrize(
    ("who", "reads"),
    [("sofia", True), ("thomas", True), ("odile", True), ("bernard", True), ("veronique", True)],
)
def test_those_in_charge_read_the_address(people: Cast, api_rows, who: str, reads: bool):
    rows = api_rows(getattr(people, who))
    assert (rows["Louise Exemple"]["email"] is not None) == reads


def test_a_contact_reads_telephones_of_the_own_school_and_no_address(people: Cast, api_rows):
    User.objects.filter(pk=people.bernard.pk).update(phone="081 00 00 39")
    rows = api_rows(people.claire)
    assert rows["Bernard Exemple"]["phone"] == "081 00 00 39"
    assert rows["Bernard Exemple"]["email"] is None
    assert rows["Claire Exemple"]["email"] == people.claire.email
    assert "Paul Exemple" not in rows


@pytest.fixture
def api_rows(client):
    """The people of the API as that person reads them, by name."""

    def read(user: User) -> dict[str, dict]:
        client.force_login(user)
        answer = client.get("/api/v1/people/")
        assert answer.status_code == 200
        return {row["name"]: row for row in answer.json()["results"]}

    return read


def test_the_api_of_roles_says_who_and_until_when(people: Cast, client):
    client.force_login(people.bernard)
    rows = client.get("/api/v1/roles/", {"kind": "contact", "live_on": "2026-01-15"}).json()
    assert {row["kind"] for row in rows["results"]} == {"contact"}
    assert len(rows["results"]) == 3
    before = client.get("/api/v1/roles/", {"live_on": "2020-01-01"}).json()["results"]
    assert before == []
    karl = people.karl.roles.get()
    assert client.get(f"/api/v1/roles/{karl.pk}/").status_code == 404
