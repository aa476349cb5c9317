"""Five thousand people: the list, a search and a page far down cost a fixed number of queries."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse
from django.utils import timezone

from schools.models import Authority, Role, School, Site, User
from tests.architecture.query_counts import assert_query_count
from tests.cast import GIVEN, Cast, make_town

PEOPLE = 5_000
SCHOOLS = 1_000
PATIENCE_S = 5
"""A busy machine is slow; a list that reads every row for every row is slower."""


@pytest.fixture
def crowd(cast: Cast) -> Cast:
    authorities = Authority.objects.bulk_create(Authority(name=f"PO {n}") for n in range(50))
    schools = School.objects.bulk_create(
        School(
            authority=authorities[n % 50], name=f"École {n:04d}", number=f"8{n:04d}", network="wbe"
        )
        for n in range(SCHOOLS)
    )
    towns = [make_town(province) for province in ("namur", "liege", "hainaut")]
    Site.objects.bulk_create(
        Site(school=school, name="Centre", municipality=towns[n % 3])
        for n, school in enumerate(schools)
    )
    people = User.objects.bulk_create(
        User(
            email=f"p{n}@example.org",
            full_name=f"Prénom{n:04d} Exemple",
            password="!",
            last_login=timezone.now() if n % 3 else None,
        )
        for n in range(PEOPLE)
    )
    Role.objects.bulk_create(
        Role(user=person, kind="contact", school=schools[n % SCHOOLS], from_on=GIVEN)
        for n, person in enumerate(people)
    )
    return cast


ASKED = {
    "list": {},
    "sorted": {"tri": "connexion"},
    "searched": {"q": "prenom0042"},
    "by-school": {"q": "Ecole 0420"},
    "filtered": {"role": "contact", "province": "namur", "situation": "actif"},
}


@pytest.mark.parametrize("who", ["odile", "thomas"])
def test_the_list_stays_quick(crowd: Cast, client, who: str):
    client.force_login(getattr(crowd, who))
    client.get(reverse("schools:people"))  # templates are read once
    for name, query in ASKED.items():
        began = time.perf_counter()
        with assert_query_count("people-list-crowd"):
            answer = client.get(reverse("schools:people"), query)
        took = time.perf_counter() - began
        print(f"{who} {name}: {answer.context['total']} people, {took * 1000:.0f} ms")
        assert took < PATIENCE_S
    assert answer.context["rows"]


def test_a_page_far_down_costs_what_the_first_one_does(crowd: Cast, client):
    client.force_login(crowd.odile)
    after = ""
    for _page in range(5):
        answer = client.get(reverse("schools:people"), {"apres": after})
        after = answer.context["after"]
        assert len(answer.context["rows"]) == 50
    with assert_query_count("people-list-crowd"):
        client.get(reverse("schools:people"), {"apres": after})
