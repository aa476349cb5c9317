"""The search box of the list, and its pages where several tables make the order."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from inventory.listing import devices_asked
from inventory.listing_pages import device_page
from inventory.models import Category, Device
from schools.models import School, Site
from tests.architecture.query_counts import assert_query_count
from tests.cast import Cast, make_device, make_room

LIST = reverse("inventory:devices")


def asked(words: str) -> QueryDict:
    query = QueryDict(mutable=True)
    query["q"] = words
    return query


@pytest.fixture
def devices(cast: Cast) -> list[Device]:
    room = make_room(cast.tilleuls, "A.005")
    rows = [
        make_device(cast.tilleuls, "Écran interactif 3", Category.BOARD, room=room),
        make_device(
            cast.tilleuls, "TBI-0012", Category.BOARD, serial="5CD123", asset_number="Z77Q"
        ),
        make_device(cast.tilleuls, "ST-1", Category.LAPTOP, mac="02:01:00:00:00:0c"),
        make_device(cast.peupliers, "TBI-0012", Category.BOARD),
    ]
    rows[2].product.model = "Élan 14"
    rows[2].product.save()
    return rows


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("ecran 3", {"Écran interactif 3"}),
        ("ÉCRAN", {"Écran interactif 3"}),
        ("tbi-00", {"TBI-0012"}),
        ("bi-001", {"TBI-0012"}),
        ("st-1", {"ST-1"}),
        ("5cd123", {"TBI-0012"}),
        ("z77q", {"TBI-0012"}),
        ("02:01:00", {"ST-1"}),
        ("elan", {"ST-1"}),
        ("a.005", {"Écran interactif 3"}),
        ("tbi zzzz", set()),
        ("% _", {"Écran interactif 3", "TBI-0012", "ST-1"}),
        ("-", {"Écran interactif 3", "TBI-0012", "ST-1"}),
    ],
)
def test_words_find_devices_without_accents_or_signs(cast, devices, words, names):
    rows = devices_asked(cast.claire, asked(words))
    assert {device.name for device in rows} == names


def test_a_label_is_found_as_it_is_typed(cast, devices):
    code = devices[0].code
    typed = f"{code[:4]}-{code[4:]}".lower().replace("0", "o").replace("1", "l")
    assert list(devices_asked(cast.claire, asked(typed))) == [devices[0]]


def test_the_name_of_a_school_finds_what_it_has_within_one_s_scope(cast, devices):
    word = cast.peupliers.school.name.split()[-1]
    assert list(devices_asked(cast.sofia, asked(f"tbi {word}"))) == [devices[3]]
    assert not devices_asked(cast.claire, asked(word)).exists()


def pages(cast, sort: str, words: str = "", size: int = 3) -> list[Device]:
    rows, after, seen = [], "", 0
    while True:
        query = devices_asked(cast.sofia, asked(words))
        page, after = device_page(query, sort, after, searched=bool(words), size=size)
        rows, seen = [*rows, *page], seen + 1
        assert len(page) == size or not after
        if not after:
            return rows


@pytest.mark.parametrize("size", [1, 3, 50])
@pytest.mark.parametrize(("sort", "words"), [("ecole", ""), ("ecole", "pc"), ("nom", "pc")])
def test_pages_hold_every_device_once_and_in_order(cast, sort, words, size):
    school, here = cast.tilleuls.school, cast.tilleuls
    namesake = School.objects.create(
        name=school.name, authority=school.authority, network=school.network, number="90909"
    )
    twin = Site.objects.create(school=namesake, name=here.name, municipality=here.municipality)
    for rank, site in enumerate((cast.tilleuls, twin, cast.peupliers, cast.saules, cast.bouleaux)):
        for n in range(rank % 3 + 1):
            make_device(site, f"PC-{n}{'b' if site == twin else ''}", Category.LAPTOP)
    make_device(cast.saules, "PC-OUT", Category.LAPTOP, state="retired")
    rows = pages(cast, sort, words, size)
    assert len(rows) == len({row.pk for row in rows}) == Device.objects.count() - 1
    keys = [
        (row.site.school.name, row.site.name, row.name, row.pk)
        if sort == "ecole"
        else (row.name, row.pk)
        for row in rows
    ]
    assert keys == sorted(keys)


@pytest.mark.parametrize(("name", "query"), [("search", {"q": "pc"}), ("school", {"tri": "ecole"})])
def test_a_search_and_an_order_cost_the_same_with_more_devices(cast, name, query):
    client = Client()
    client.force_login(cast.sofia)
    for start, end in ((0, 3), (3, 60)):
        for n in range(start, end):
            make_device(
                cast.tilleuls, f"PC-{n}", Category.LAPTOP, room=make_room(cast.tilleuls, f"PC{n}")
            )
        client.get(LIST, query)
        with assert_query_count(f"devices:{name}"):
            assert client.get(LIST, query).context["rows"]
