"""Who may give which role where: the table of ADR 026, every cell of it."""

from __future__ import annotations

from itertools import product

import pytest

from schools.access import can_change_dates, can_end, can_grant
from schools.models import Post, Role, RoleKind, Site, User
from schools.rules import LEVELS, Grant, Place, may_grant
from tests.cast import PASSWORD, Cast, make_person, make_town

# A school of PO 1 in Namur (school 10, sites 100 and 101), one of PO 2 in Liège (20, 200), and one
# of PO 1 with sites in both provinces (30).
PLACES = {
    "region": Place(region=True),
    "namur": Place(province="namur"),
    "liege": Place(province="liege"),
    "po1": Place(authority_id=1),
    "po2": Place(authority_id=2),
    "school": Place(authority_id=1, school_id=10, provinces=frozenset({"namur"})),
    "site": Place(authority_id=1, school_id=10, site_id=100, provinces=frozenset({"namur"})),
    "sister": Place(authority_id=1, school_id=10, site_id=101, provinces=frozenset({"namur"})),
    "foreign": Place(authority_id=2, school_id=20, provinces=frozenset({"liege"})),
    "both": Place(authority_id=1, school_id=30, provinces=frozenset({"namur", "liege"})),
    "empty": Place(authority_id=1, school_id=40),
}
GRANTORS = {
    "nobody": (),
    "contact": (Grant("contact", school_id=10),),
    "head": (Grant("head", school_id=10),),
    "head of a site": (Grant("head", site_id=100),),
    "po": (Grant("authority", authority_id=1),),
    "central": (Grant("central_technician", region=True),),
    "local": (Grant("local_technician", province="namur"),),
    "local, whole Region": (Grant("local_technician", region=True),),
    "officer": (Grant("officer", region=True),),
    "head here, contact there": (Grant("head", school_id=10), Grant("contact", school_id=20)),
    "administrator": (),
}
SCHOOLS = {"school", "site", "sister", "foreign", "both", "empty"}
OF_PO1 = SCHOOLS - {"foreign"}
EVERYTHING = {
    (kind, name) for kind, (name, place) in product(LEVELS, PLACES.items())
    if place.level in LEVELS[kind]
}  # fmt: skip
ALLOWED: dict[str, set[tuple[str, str]]] = {
    "nobody": set(),
    "contact": set(),
    "head": {("contact", "school"), ("contact", "site"), ("contact", "sister")},
    "head of a site": {("contact", "site")},
    "po": {(kind, place) for kind in ("contact", "head") for place in OF_PO1}
    | {("authority", "po1")},
    "central": {("contact", place) for place in SCHOOLS},
    "local": {("contact", "school"), ("contact", "site"), ("contact", "sister")},
    "local, whole Region": {("contact", place) for place in SCHOOLS},
    "officer": EVERYTHING,
    "head here, contact there": {
        ("contact", "school"),
        ("contact", "site"),
        ("contact", "sister"),
    },
    "administrator": EVERYTHING,
}
CELLS = list(product(GRANTORS, LEVELS, PLACES))


def test_the_table_has_every_cell():
    assert len(CELLS) == 11 * 7 * 11 == 847
    # central 1, local 3, contact 6, head 6, authority 2, officer 1, reviewer 1
    assert len(EVERYTHING) == 20
    assert set(LEVELS) == set(RoleKind.values)


@pytest.mark.parametrize("grantor", GRANTORS)
def test_each_cell_of_the_table(grantor: str):
    wrong = {}
    for kind, place in product(LEVELS, PLACES):
        answer = may_grant(GRANTORS[grantor], grantor == "administrator", kind, PLACES[place])
        if answer != ((kind, place) in ALLOWED[grantor]):
            wrong[kind, place] = answer
    assert wrong == {}


def test_nobody_raises_themself(cast: Cast):
    for who in (cast.odile, cast.veronique, cast.bernard):
        post = Post(RoleKind.CONTACT, school=cast.tilleuls.school)
        answer = can_grant(who, post, who)
        assert not answer
        assert "soi-même" in answer.why
    boss = User.objects.create_superuser("boss@example.org", PASSWORD, full_name="Boss")
    assert not can_grant(boss, Post(RoleKind.OFFICER, region=True), boss)


def test_an_own_role_is_given_up_but_not_made_longer(cast: Cast):
    own = cast.claire.roles.get()
    assert can_end(cast.claire, own)
    assert not can_change_dates(cast.claire, own)
    assert not can_end(cast.claire, cast.bernard.roles.get())


def test_the_answer_follows_the_register(cast: Cast):
    ours, theirs = cast.tilleuls.school, cast.peupliers.school
    assert can_grant(cast.bernard, Post(RoleKind.CONTACT, school=ours))
    assert can_grant(cast.bernard, Post(RoleKind.CONTACT, site=cast.tilleuls))
    refused = can_grant(cast.bernard, Post(RoleKind.CONTACT, school=theirs))
    assert "dépasse votre périmètre" in refused.why
    assert "SPW donne ce rôle" in can_grant(cast.bernard, Post(RoleKind.HEAD, school=ours)).why
    assert can_grant(cast.sofia, Post(RoleKind.CONTACT, school=theirs))
    assert not can_grant(cast.sofia, Post(RoleKind.HEAD, school=theirs))
    assert not can_grant(cast.thomas, Post(RoleKind.CONTACT, school=theirs))
    assert can_grant(cast.thomas, Post(RoleKind.CONTACT, school=ours))
    Site.objects.create(school=ours, name="Antenne", municipality=make_town("liege"))
    assert not can_grant(cast.thomas, Post(RoleKind.CONTACT, school=ours))
    assert can_grant(cast.thomas, Post(RoleKind.CONTACT, site=cast.tilleuls))


def test_a_closed_place_or_account_takes_no_role(cast: Cast):
    post = Post(RoleKind.CONTACT, school=cast.saules.school)
    person = make_person("Zoé Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    assert can_grant(cast.odile, post, person)
    person.is_active = False
    assert "fermé" in can_grant(cast.odile, post, person).why
    cast.saules.school.closed_on = "2026-06-30"
    assert "fermé" in can_grant(cast.odile, post).why


def test_a_role_in_the_past_gives_nothing(cast: Cast):
    Role.objects.filter(user=cast.bernard).update(to_on="2025-06-30")
    bernard = User.objects.get(pk=cast.bernard.pk)
    assert not can_grant(bernard, Post(RoleKind.CONTACT, school=cast.tilleuls.school))
