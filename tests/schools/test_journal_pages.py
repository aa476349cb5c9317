"""The journal is read per object and per person, each as far as their scope goes."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from django.utils import timezone

from schools.actions.audit import record_action
from schools.actions.verify_journal import verify_journal
from schools.models import AuditEntry, Role, RoleKind, Site, User
from schools.origin import Door, Origin, coming_from
from tests.architecture.query_counts import assert_query_count
from tests.cast import GIVEN, PASSWORD, Cast, body_of


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(person: User, query: str = "") -> list[int]:
    """Keys of the entries on the page."""
    text = body_of(browser(person).get(f"/journal/{query}")).decode()
    return [int(key) for key in re.findall(r'data-row data-id="(\d+)"', text)]


def note(cast: Cast, who: User | None, verb: str = "take_ticket", site: Site | None = None, **more):
    site = site or cast.tilleuls
    return record_action(who, verb, more.pop("obj", site), site=site, **more)


def test_each_sees_the_entries_of_their_sites_and_their_own(cast: Cast, ours, theirs):
    nowhere = record_action(cast.karl, "make_api_token", cast.karl)
    foreign, own = theirs.audit.pk, ours.audit.pk
    for person in (cast.claire, cast.bernard, cast.veronique, cast.thomas):
        assert own in shown(person)
        assert not {foreign, nowhere.pk} & set(shown(person))
    for person in (cast.sofia, cast.odile):
        assert {own, foreign, nowhere.pk} <= set(shown(person))
    assert {foreign, nowhere.pk} <= set(shown(cast.karl))
    assert own not in shown(cast.karl)


def test_an_administrator_reads_everything_as_in_the_settings(cast: Cast, ours, theirs):
    boss = User.objects.create_superuser("boss@example.org", PASSWORD)
    assert {ours.audit.pk, theirs.audit.pk} <= set(shown(boss))


def test_one_s_own_act_stays_after_a_change_of_school_what_it_was_about_does_not(cast: Cast):
    entry = note(
        cast, cast.claire, "report_problem", why="mot de Claire", after={"title": "Panne secrète"}
    )
    Role.objects.filter(user=cast.claire).delete()
    Role.objects.create(
        user=cast.claire, kind=RoleKind.CONTACT, school=cast.peupliers.school, from_on=GIVEN
    )
    assert shown(cast.claire) == [entry.pk]
    client = browser(cast.claire)
    for page in ("/journal/", f"/journal/{entry.pk}/", "/journal/export.csv"):
        text = body_of(client.get(page)).decode()
        assert "hors de votre périmètre" in text
        for word in ("Tilleuls", "Panne secrète", "mot de Claire"):
            assert word not in text, page


def test_what_one_may_not_read_cannot_be_searched_for_either(cast: Cast):
    entry = note(cast, cast.claire, why="mot de passe perdu")
    Role.objects.filter(user=cast.claire).delete()
    site = cast.tilleuls.pk
    for query in (
        "?q=perdu",
        "?q=Tilleuls",
        f"?implantation={site}",
        f"?objet=schools.site:{site}",
    ):
        assert shown(cast.claire, query) == [], query
    assert shown(cast.claire, "?personne=moi&q=Claire") == [entry.pk]


def test_a_person_reads_what_was_done_to_their_account(cast: Cast):
    about = record_action(cast.sofia, "change_user", cast.claire, after={"phone": "081"})
    role = record_action(cast.sofia, "change_role", cast.claire.roles.get())
    assert about.pk in shown(cast.claire)
    assert about.pk not in shown(cast.bernard)
    assert set(shown(cast.sofia, f"?objet=schools.user:{cast.claire.pk}")) == {about.pk, role.pk}


def test_filters_meet(cast: Cast, ours):
    mine = note(cast, cast.thomas, "poll_now", obj=ours.target, why="bruit de fond")
    other = note(cast, cast.sofia, "change_site")
    with coming_from(Origin(Door.TOKEN, "Robot")):
        program = note(cast, cast.sofia, "set_priority", obj=ours.ticket)
    today = timezone.localdate()
    for query, found in {
        f"?personne={cast.thomas.pk}": [mine.pk],
        f"?objet=helpdesk.ticket:{ours.ticket.pk}": [program.pk, ours.audit.pk],
        f"?objet=inventory.device:{ours.access_point.pk}": [mine.pk],  # its target is told with it
        "?verbe=set_priority": [program.pk],
        "?verbe=change_": [other.pk],
        "?porte=token": [program.pk],
        "?q=bruit": [mine.pk],
        "?q=Thomas fond": [mine.pk],
        f"?du={today}&porte=token": [program.pk],
        f"?au={today.replace(year=2001)}": [],
        f"?implantation={cast.saules.pk}": [],
        f"?implantation={cast.tilleuls.pk}&verbe=poll_now": [mine.pk],
    }.items():
        assert shown(cast.sofia, query) == found, query


@pytest.mark.parametrize(
    "query",
    [
        "?apres=x",
        "?apres=WzEsMl0=",
        "?apres=W251bGwsIG51bGxd",
        "?du=2026-99-99&au=9999-12-31",
        "?personne=99999999999999999999&implantation=-1",
        "?objet=%00:1&verbe=%00x&q=a%00&personne=%00&porte=%00&du=%00&apres=%00",
        "?objet=inventory.device:%C2%B2&implantation=%C2%B2&personne=%C2%B2",
        "?objet=inventory.device:99999999999999999999",
        "?porte=cave",
        "?objet=schools.user:",
    ],
)
def test_an_address_that_means_nothing_is_no_error(query, cast: Cast):
    for page in ("/journal/", "/journal/export.csv"):
        assert browser(cast.sofia).get(f"{page}{query}").status_code == 200


def test_pages_go_on_where_the_last_one_ended(cast: Cast):
    moment = timezone.now()
    entries = [
        AuditEntry(at=moment, actor_text="P", action="x", object_type="t", site=cast.tilleuls)
        for _n in range(120)
    ]
    AuditEntry.objects.bulk_create(entries)
    seen: list[int] = []
    query = ""
    for _page in range(3):
        text = body_of(browser(cast.claire).get(f"/journal/{query}")).decode()
        seen += [int(key) for key in re.findall(r'data-row data-id="(\d+)"', text)]
        link = re.search(r'rel="next" href="([^"]+)"', text)
        query = link.group(1).replace("&amp;", "&") if link else ""
    assert seen == sorted((entry.pk for entry in entries), reverse=True)
    assert query == ""


def test_a_page_costs_the_same_whatever_its_length(cast: Cast, ours):
    client = browser(cast.claire)
    with assert_query_count("schools:journal"):
        client.get("/journal/")
    for _n in range(20):
        note(cast, cast.thomas)
    with assert_query_count("schools:journal"):
        client.get("/journal/")


def test_the_export_says_the_same_as_the_page(cast: Cast, ours, theirs):
    note(
        cast, cast.sofia, "set_priority", before={"priority": 3}, after={"priority": 1}, why="=1+1"
    )
    answer = browser(cast.claire).get("/journal/export.csv")
    rows = list(csv.reader(io.StringIO(body_of(answer).decode("utf-8-sig")), delimiter=";"))
    told = [row for row in rows if "Sofia Exemple" in row]
    assert told == rows[1:]
    assert "priorité : 3 → 1" in rows[1]
    assert "'=1+1" in rows[1]
    assert "Peupliers" not in body_of(answer).decode()


# --- one entry ----------------------------------------------------------------------------------


def page_of(person: User, entry: AuditEntry) -> str:
    answer = browser(person).get(f"/journal/{entry.pk}/")
    assert answer.status_code == 200
    return " ".join(body_of(answer).decode().split())


def test_before_and_after_stand_side_by_side_in_words(cast: Cast, ours):
    entry = note(
        cast,
        cast.sofia,
        obj=ours.ticket,
        before={"state": "new", "assignee": None, "joined": False},
        after={
            "state": "in_progress",
            "assignee": cast.sofia.pk,
            "at": "2026-01-02T11:00:00+00:00",
        },
    )
    text = page_of(cast.claire, entry)
    for words in (
        "État",
        "nouveau",
        "en cours",
        f"Sofia Exemple (n° {cast.sofia.pk})",
        "02/01/2026 12:00",
        "non",
    ):
        assert words in text
    assert "in_progress" not in text
    assert "{" not in text[text.index("Ce qui a changé") : text.index("Sceau")]


def test_schools_do_not_read_that_a_note_is_internal(cast: Cast, ours):
    entry = note(cast, cast.sofia, "comment_ticket", obj=ours.ticket, after={"internal": True})
    assert "Note interne" in page_of(cast.thomas, entry)
    assert "Note interne" not in page_of(cast.claire, entry)
    assert "note interne" not in body_of(browser(cast.claire).get("/journal/export.csv")).decode()


def test_a_secret_is_never_shown_whatever_was_written(cast: Cast):
    secrets = {
        "password": "p1-x",
        "community": "p2-x",
        "auth_key": "p3-x",
        "snmp": {"secret": "p4-x"},
    }
    entry = note(cast, cast.sofia, "change_site", after=secrets)
    for page in (f"/journal/{entry.pk}/", "/journal/export.csv"):
        text = body_of(browser(cast.sofia).get(page)).decode()
        assert "•••" in text
        assert not re.search(r"p\d-x", text), page


def test_a_name_of_a_row_out_of_sight_stays_a_number(cast: Cast):
    after = {"site": cast.peupliers.pk}
    entry = note(cast, cast.sofia, "change_room", obj=make_room(cast), after=after)
    assert "Peupliers" not in page_of(cast.claire, entry)
    assert "Peupliers" in page_of(cast.sofia, entry)


def make_room(cast: Cast):
    return cast.tilleuls.rooms.create(name="A.01")


def test_the_address_is_told_to_its_owner_and_to_the_region(cast: Cast):
    with coming_from(Origin(Door.TOKEN, "Robot du soir", "2001:db8::7")):
        entry = note(cast, cast.thomas)
    for person in (cast.thomas, cast.sofia):
        text = page_of(person, entry)
        assert "2001:db8::7" in text
        assert "Robot du soir" in text
    text = page_of(cast.claire, entry)
    assert "2001:db8::7" not in text
    assert "Robot du soir" not in text
    assert "Clé d’accès" in text


def test_a_deleted_person_and_site_leave_the_entry_readable(cast: Cast):
    entry = note(cast, cast.karl, site=cast.bouleaux)
    User.objects.get(pk=cast.karl.pk).delete()
    Site.objects.get(pk=cast.bouleaux.pk).delete()
    text = page_of(cast.sofia, entry)
    assert "Karl Exemple" in text
    assert "École Bouleaux" in text


@pytest.mark.django_db(transaction=True)
def test_an_entry_says_whether_the_chain_holds_up_to_it():
    from tests.cast import make_cast  # noqa: PLC0415  in a database of its own

    cast = make_cast()
    entry = note(cast, cast.sofia)
    assert "La chaîne tient jusqu’ici (relue à l’instant)" in page_of(cast.claire, entry)
    verify_journal(timezone.now())
    assert "La chaîne tient jusqu’ici (contrôle du" in page_of(cast.claire, entry)


def test_links_lead_there_from_site_device_ticket_and_account(cast: Cast, ours):
    client = browser(cast.sofia)
    for page, link in {
        f"/implantations/{cast.tilleuls.pk}/": f"/journal/?implantation={cast.tilleuls.pk}",
        f"/equipements/{ours.access_point.pk}/": f"objet=inventory.device:{ours.access_point.pk}",
        f"/tickets/{ours.ticket.pk}/": f"objet=helpdesk.ticket:{ours.ticket.pk}",
        "/mon-compte/": "/journal/?personne=moi",
    }.items():
        assert link in client.get(page).content.decode(), page
