"""Contact people and heads: a person, a role, its dates."""

from __future__ import annotations

import datetime as dt

import pytest

from schools.models import Role, School, Site, User
from tests.cast import make_person, make_town
from tests.schools.imports.sources import AS_OF, load, preview, row, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    make_town("namur", "Bellerive")
    load([row(), row(school="802", site="902", name="Autre")])


def contact(**cells):
    return {
        "numero_fase_de_l_etablissement": "",
        "numero_d_implantation": "901",
        "nom": "Nadia Exemple",
        "adresse_electronique": "Nadia@ecole.example",
        "telephone": "081 00 00 61",
        "fonction": "contact",
        "du": "",
        "au": "",
    } | cells


def test_a_new_person_gets_a_role_and_a_password_that_opens_nothing():
    load([contact()], "contacts")
    user = User.objects.get(email="nadia@ecole.example")
    assert not user.has_usable_password()
    role = Role.objects.get(user=user)
    assert (role.kind, role.site.number, role.from_on) == ("contact", "901", AS_OF)


def test_a_head_of_a_school():
    load(
        [contact(numero_fase_de_l_etablissement="801", numero_d_implantation="",
                 fonction="Directrice", du="01/09/2025", au="2027-06-30")],
        "contacts",
    )  # fmt: skip
    role = Role.objects.get()
    assert (role.kind, role.school.number) == ("head", "801")
    assert (role.from_on, role.to_on) == (dt.date(2025, 9, 1), dt.date(2027, 6, 30))


def test_a_known_address_gets_the_role_and_keeps_its_name_and_password():
    site = Site.objects.get(number="902")
    known = make_person("Nadia Ancienne", "contact", site=site)
    run = load([contact(adresse_electronique=known.email)], "contacts")
    assert [reason for *_r, reason in told(run, "warned")] == ["keeps_name"]
    known.refresh_from_db()
    assert known.full_name == "Nadia Ancienne"
    assert known.has_usable_password()
    assert Role.objects.filter(user=known).count() == 2


def test_the_same_list_twice_changes_nothing_even_on_another_day():
    load([contact()], "contacts")
    run = preview([contact()], "contacts", as_of=dt.date(2026, 10, 1))
    assert run.counts["to_write"] == 0


def test_two_rows_of_one_person_make_one_person():
    load([contact(), contact(numero_d_implantation="902")], "contacts")
    assert User.objects.filter(email="nadia@ecole.example").count() == 1
    assert Role.objects.count() == 2


def test_a_role_that_ends_is_changed():
    load([contact(du="2026-01-01")], "contacts")
    run = load([contact(du="2026-01-01", au="2026-12-31")], "contacts")
    assert run.findings.get().outcome == "changed"
    assert Role.objects.get().to_on == dt.date(2026, 12, 31)


REFUSED = {
    "no place": ({"numero_d_implantation": ""}, "no_place"),
    "unknown site": ({"numero_d_implantation": "5555"}, "unknown_site"),
    "unknown school": (
        {"numero_fase_de_l_etablissement": "5555", "numero_d_implantation": ""},
        "unknown_school",
    ),
    "places apart": ({"numero_fase_de_l_etablissement": "802"}, "two_places"),
    "no name": ({"nom": ""}, "missing"),
    "no address": ({"adresse_electronique": ""}, "missing"),
    "not an address": ({"adresse_electronique": "nadia chez ecole"}, "not_email"),
    "unknown role": ({"fonction": "concierge"}, "unknown_role"),
    "no role": ({"fonction": ""}, "missing"),
    "not a date": ({"du": "hier"}, "not_date"),
    "ends before": ({"du": "2026-02-01", "au": "2026-01-01"}, "ends_before"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_row_is_refused(name):
    cells, reason = REFUSED[name]
    run = preview([contact(**cells)], "contacts")
    assert [found for *_r, found in told(run, "refused")] == [reason]
    assert run.counts["to_write"] == 0


def test_a_person_who_was_put_out_of_use_does_not_come_back_by_a_list():
    User.objects.create(email="nadia@ecole.example", full_name="Nadia Exemple", is_active=False)
    run = preview([contact()], "contacts")
    assert [found for *_r, found in told(run, "refused")] == ["inactive"]


def test_a_closed_place_takes_nobody():
    Site.objects.filter(number="901").update(closed_on=AS_OF)
    School.objects.filter(number="801").update(closed_on=AS_OF)
    run = preview([contact(), contact(numero_d_implantation="",
                  numero_fase_de_l_etablissement="801")], "contacts")  # fmt: skip
    assert [found for *_r, found in told(run, "refused")] == ["closed_site", "closed_site"]
