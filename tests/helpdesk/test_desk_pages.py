"""The technicians' pages: who comes in, what they show, what they cost."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.actions import act_remotely
from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.open_tickets import open_tickets
from helpdesk.actions.take_ticket import take_ticket
from helpdesk.models import Ticket
from inventory.models import Category
from schools.models import Headcount, Level, User
from tests.cast import Cast, make_device, make_link, make_room, make_target
from tests.helpdesk.faults import fail, fail_new, mend

LISTS = ["wall", "queue", "incidents", "queue-export", "incidents-export", "new-ticket"]


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """SW-B1 of Tilleuls is down behind SW-A1, and masks two access points."""
    upper = make_device(cast.tilleuls, "SW-A1", Category.SWITCH)
    router = make_device(cast.tilleuls, "RT-1", Category.ROUTER)
    lower = make_device(cast.tilleuls, "SW-B1", Category.SWITCH, room=make_room(cast.tilleuls))
    make_link(router, upper)
    make_link(upper, lower, upper_port="24")
    root = fail(lower)
    for n in range(2):
        fail(make_device(cast.tilleuls, f"AP-{n}", Category.ACCESS_POINT), root=root)
    open_tickets()
    return Ticket.objects.get()


@pytest.mark.parametrize("name", LISTS)
def test_a_visitor_is_sent_to_the_door(db: None, name: str) -> None:
    answer = Client().get(reverse(f"helpdesk:{name}"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["claire", "bernard", "veronique", "odile"])
def test_who_is_no_technician_is_refused_with_the_reason(cast: Cast, name: str, who: str) -> None:
    answer = enter(getattr(cast, who)).get(reverse(f"helpdesk:{name}"))
    assert answer.status_code == 403
    assert "technicien" in answer.content.decode()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["sofia", "thomas"])
def test_technicians_come_in(cast: Cast, ticket: Ticket, name: str, who: str) -> None:
    assert enter(getattr(cast, who)).get(reverse(f"helpdesk:{name}")).status_code == 200


def test_the_ticket_of_another_province_is_not_found(cast: Cast) -> None:
    fail_new(cast.peupliers)
    open_tickets()
    pk = Ticket.objects.get().pk
    thomas = enter(cast.thomas)
    assert thomas.get(reverse("helpdesk:ticket", args=[pk])).status_code == 404
    assert thomas.get(reverse("helpdesk:preview", args=[pk])).status_code == 404
    for verb in ("take", "release", "reply", "ask", "resume", "resolve", "reopen", "close"):
        data = {"body": "x", "mode": "remote"}
        assert thomas.post(reverse(f"helpdesk:{verb}", args=[pk]), data).status_code == 404, verb
    for verb in ("reread", "restart"):
        assert thomas.post(reverse(f"helpdesk:{verb}", args=[pk])).status_code == 404, verb
    assert thomas.get(reverse("helpdesk:queue")).context["rows"] == []


def test_a_contact_reads_the_ticket_on_the_schools_page(cast: Cast, ticket: Ticket) -> None:
    answer = enter(cast.claire).get(reverse("helpdesk:ticket", args=[ticket.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("helpdesk:request", args=[ticket.pk]))
    assert enter(cast.karl).get(reverse("helpdesk:ticket", args=[ticket.pk])).status_code == 404


def test_the_ticket_tells_the_cause_and_what_it_masks(cast: Cast, ticket: Ticket) -> None:
    page = enter(cast.sofia).get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    for words in ("SW-B1", "Masque 2 alertes", "AP-0, AP-1", "Redémarrer le port 24", "SW-A1"):
        assert words in page, words


def test_a_school_that_manages_its_network_blocks_the_restart(cast: Cast) -> None:
    fail_new(cast.saules)
    open_tickets()
    sofia = enter(cast.sofia)
    pk = Ticket.objects.get().pk
    page = sofia.get(reverse("helpdesk:ticket", args=[pk])).content.decode()
    assert "Réseau géré par l’école" in page
    assert reverse("helpdesk:restart", args=[pk]) not in page
    assert sofia.post(reverse("helpdesk:restart", args=[pk])).status_code == 403


def test_a_ticket_is_taken_with_an_undo(cast: Cast, ticket: Ticket) -> None:
    sofia = enter(cast.sofia)
    url = reverse("helpdesk:take", args=[ticket.pk])
    answer = sofia.post(url, headers={"HX-Request": "true"})
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["undo"] == reverse("helpdesk:release", args=[ticket.pk])
    ticket.refresh_from_db()
    assert ticket.assignee == cast.sofia
    sofia.post(toast["undo"], headers={"HX-Request": "true"})
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_refusal_tells_htmx_why_and_a_plain_form_403(cast: Cast, ticket: Ticket) -> None:
    take_ticket(ticket.pk, by=cast.sofia)
    thomas = enter(cast.thomas)
    url = reverse("helpdesk:take", args=[ticket.pk])
    toast = json.loads(thomas.post(url, headers={"HX-Request": "true"}).headers["HX-Trigger"])
    assert "Sofia" in toast["toast"]["text"]
    assert toast["toast"]["error"]
    answer = thomas.post(url)
    assert answer.status_code == 403
    assert "Sofia" in answer.content.decode()


def test_many_are_taken_at_once(cast: Cast) -> None:
    for n in range(3):
        fail_new(cast.tilleuls, f"SW-{n}")
    open_tickets()
    pks = list(Ticket.objects.values_list("pk", flat=True))
    take_ticket(pks[0], by=cast.thomas)
    enter(cast.sofia).post(reverse("helpdesk:take-many"), {"ticket": [*pks, 999_999]})
    assert Ticket.objects.filter(assignee=cast.sofia).count() == 2
    assert Ticket.objects.get(pk=pks[0]).assignee == cast.thomas


def test_a_note_and_a_message_are_written(cast: Cast, ticket: Ticket) -> None:
    sofia = enter(cast.sofia)
    url = reverse("helpdesk:reply", args=[ticket.pk])
    sofia.post(url, {"body": "Bonjour", "wait": "1"})
    sofia.post(url, {"body": "Secret de cuisine", "internal": "1"})
    page = sofia.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    assert "Bonjour" in page
    assert "Secret de cuisine" in page
    for who in (cast.claire, cast.bernard):
        for name in ("request", "request_thread"):
            school = enter(who).get(reverse(f"helpdesk:{name}", args=[ticket.pk]))
            assert "Secret de cuisine" not in school.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == "waiting"


def test_measures_and_messages_are_told_apart(cast: Cast, ticket: Ticket) -> None:
    comment_ticket(ticket.pk, "Une phrase à part", by=cast.sofia)
    sofia, url = enter(cast.sofia), reverse("helpdesk:ticket", args=[ticket.pk])
    messages = sofia.get(url, {"fil": "messages"}).content.decode()
    measures = sofia.get(url, {"fil": "mesures"}).content.decode()
    assert "Une phrase à part" in messages
    assert "Panne confirmée" not in messages
    assert "Une phrase à part" not in measures
    assert "Panne confirmée" in measures


def test_the_queue_is_filtered_by_the_url(cast: Cast, ticket: Ticket) -> None:
    fail_new(cast.peupliers, "SW-KARL")
    open_tickets()
    other = Ticket.objects.get(site=cast.peupliers)
    sofia, url = enter(cast.sofia), reverse("helpdesk:queue")

    def shown(**get: str) -> set[int]:
        return {row.ticket.pk for row in sofia.get(url, get).context["rows"]}

    assert shown() == {ticket.pk, other.pk}
    assert shown(province="liege") == {other.pk}
    assert shown(vue="ostbelgien") == {other.pk}
    assert shown(vue="les-miens") == set()
    assert shown(q="tilleuls") == {ticket.pk}
    assert shown(q="ecole TILLEULS") == {ticket.pk}, "accents and capitals do not matter"
    assert shown(q=str(other.pk)) == {other.pk}
    assert shown(cause="lan") == {ticket.pk, other.pk}
    assert shown(cause="aucune") == set()
    assert shown(etat="clos") == set()
    assert shown(priorite="zzz", province="<script>") == {ticket.pk, other.pk}


def test_pages_of_the_queue_hold_every_ticket_once(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("helpdesk.listing.page_of.__defaults__", (3,))
    for n in range(8):
        fail_new(cast.tilleuls, f"SW-{n}")
    open_tickets()
    sofia, url, seen = enter(cast.sofia), reverse("helpdesk:queue"), []
    get: dict[str, str] = {}
    for _page in range(5):
        context = sofia.get(url, get).context
        seen += [row.ticket.pk for row in context["rows"]]
        if not context["page"].after:
            break
        get = {"apres": context["page"].after}
    assert len(seen) == 8
    assert len(set(seen)) == 8
    back = sofia.get(url, {"avant": context["page"].before}).context
    assert [row.ticket.pk for row in back["rows"]] == seen[3:6]


def test_a_cursor_written_by_hand_starts_over(cast: Cast, ticket: Ticket) -> None:
    sofia = enter(cast.sofia)
    for cursor in ("zzz", "W10", "WyJhIl0", "é"):
        assert sofia.get(reverse("helpdesk:queue"), {"apres": cursor}).status_code == 200


def test_the_export_holds_what_the_person_sees_and_no_formula(cast: Cast, ticket: Ticket) -> None:
    fail_new(cast.peupliers)
    open_tickets()
    Ticket.objects.filter(pk=ticket.pk).update(title="=cmd|' /C calc'!A0")
    url = reverse("helpdesk:queue-export")
    text = b"".join(enter(cast.thomas).get(url).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[0] for row in rows[1:]] == [str(ticket.pk)]
    assert rows[1][1].startswith("'=")
    everything = b"".join(enter(cast.sofia).get(url).streaming_content).decode()
    assert everything.count("\r\n") == 3


def test_a_technician_writes_down_a_call(cast: Cast) -> None:
    sofia, url = enter(cast.sofia), reverse("helpdesk:new-ticket")
    assert "Tilleuls" in sofia.get(url, {"q": "tilleuls"}).content.decode()
    page = sofia.get(url, {"site": cast.tilleuls.pk})
    data = {
        "site": cast.tilleuls.pk,
        "title": "Plus d’image",
        "priority": 3,
        "request_key": page.context["form"]["request_key"].value(),
    }
    for _twice in range(2):
        assert sofia.post(url, data).status_code == 302
    assert Ticket.objects.get().title == "Plus d’image"


def test_search_stays_within_the_persons_scope(cast: Cast, ticket: Ticket) -> None:
    url = reverse("schools:search")
    assert "SW-B1" in enter(cast.sofia).get(url, {"q": "SW-B1"}).content.decode()
    assert enter(cast.karl).get(url, {"q": "SW-B1"}).context["found"].count == 0
    assert enter(cast.karl).get(url, {"q": str(ticket.pk)}).context["found"].count == 0
    assert enter(cast.thomas).get(url, {"q": "Peupliers"}).context["found"].count == 0
    exact = enter(cast.sofia).get(url, {"q": str(ticket.pk)})
    assert exact.url == reverse("helpdesk:ticket", args=[ticket.pk])


def test_the_wall_counts_and_names_what_is_wrong(cast: Cast, ticket: Ticket) -> None:
    for n in range(3):
        make_room(cast.tilleuls, f"C.0{n}")
    fail(make_device(cast.tilleuls, "RT-9", Category.ROUTER))
    open_tickets()
    context = enter(cast.sofia).get(reverse("helpdesk:wall")).context
    assert context["wall"].counters["down"] == 1
    groups = {group.code: group for group in context["wall"].groups}
    assert [line.key for line in groups["namur"].lines] == ["down", "down"]
    assert groups["liege"].lines == []
    local = enter(cast.thomas).get(reverse("helpdesk:wall")).context["wall"]
    assert {group.code for group in local.groups} == {"namur"}
    mend(ticket.causes.get(role="root").incident)
    again = enter(cast.sofia).get(reverse("helpdesk:wall")).context["wall"]
    assert len([line for group in again.groups for line in group.lines]) == 1


def test_consequences_are_shown_on_demand(cast: Cast, ticket: Ticket) -> None:
    sofia = enter(cast.sofia)
    few = sofia.get(reverse("helpdesk:wall")).context["wall"]
    many = sofia.get(reverse("helpdesk:wall"), {"consequences": "1"}).context["wall"]
    lines = [line.key for group in many.groups for line in group.lines]
    assert lines.count("effect") == 2
    assert sum(len(group.lines) for group in few.groups) == 1


def test_a_fault_of_many_pupils_takes_the_banner(cast: Cast) -> None:
    Headcount.objects.create(site=cast.tilleuls, level=Level.SECONDARY, year=2026, pupils=1200)
    fail(make_device(cast.tilleuls, "RT-1", Category.ROUTER))
    open_tickets()
    take_ticket(Ticket.objects.get().pk, by=cast.sofia)
    page = enter(cast.sofia).get(reverse("helpdesk:wall"))
    assert page.context["wall"].major.pupils == 1200
    assert page.context["wall"].counters["pupils"] == 1200
    text = page.content.decode()
    assert "Incident majeur" in text
    assert "Sofia Exemple" in text


def test_remote_actions_are_kept_in_the_story(cast: Cast, ticket: Ticket) -> None:
    written: list[dict[str, int]] = []

    class Wire:
        """What the port would be told."""

        def set_values(self, address: str, port: int, credential: object, values: dict) -> None:
            written.append(values)

    upper = ticket.site.devices.get(name="SW-A1")
    make_target(upper)
    upper.ports.filter(name="24").update(if_index=24)
    act_remotely.restart_port.__kwdefaults__["off_s"], kept = 0.0, 3.0
    try:
        name = act_remotely.restart_feeding_port(ticket.pk, by=cast.sofia, writer=Wire())
    finally:
        act_remotely.restart_port.__kwdefaults__["off_s"] = kept
    assert name == "SW-A1 port 24"
    assert [list(values.values()) for values in written] == [[2], [1]]
    assert "SW-A1 port 24" in ticket.events.get(kind="remote").data["text"]
    ticket.refresh_from_db()
    assert ticket.touched
