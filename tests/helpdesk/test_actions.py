"""Each verb of a ticket: its success beside its refusal."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.access import ActionRefused
from helpdesk.actions.ask_contact import ask_contact
from helpdesk.actions.close_quiet_tickets import close_quiet_tickets
from helpdesk.actions.close_ticket import close_ticket
from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.open_by_hand import open_by_hand
from helpdesk.actions.open_tickets import open_tickets
from helpdesk.actions.release_ticket import release_ticket
from helpdesk.actions.reopen_ticket import reopen_ticket
from helpdesk.actions.resolve_ticket import resolve_ticket
from helpdesk.actions.resume_ticket import resume_ticket
from helpdesk.actions.set_priority import set_priority
from helpdesk.actions.take_ticket import take_ticket
from helpdesk.clock import PAUSES, RUNS
from helpdesk.models import Comment, EventKind, Ticket, TicketEvent
from inventory.models import Category
from schools.models import AuditEntry, Site
from tests.cast import Cast, make_cast, make_device, make_person
from tests.helpdesk.faults import fail, fail_new, mend


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A measured fault at Tilleuls that nobody has taken."""
    fail_new(cast.tilleuls)
    open_tickets()
    return Ticket.objects.select_related("site").get()


def last_event(ticket: Ticket) -> TicketEvent:
    found = ticket.events.order_by("pk").last()
    assert found is not None
    return found


def test_a_technician_takes_a_ticket(cast: Cast, ticket: Ticket) -> None:
    take_ticket(ticket.pk, by=cast.sofia)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state, ticket.touched) == (cast.sofia, "in_progress", True)
    assert last_event(ticket).kind == EventKind.TAKEN
    entry = AuditEntry.objects.get(action="take_ticket")
    assert (entry.actor, entry.site) == (cast.sofia, cast.tilleuls)


def test_the_second_technician_reads_who_was_first(cast: Cast, ticket: Ticket) -> None:
    take_ticket(ticket.pk, by=cast.sofia)
    with pytest.raises(ActionRefused, match="Sofia Exemple"):
        take_ticket(ticket.pk, by=cast.thomas)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.sofia


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_at_once_one_wins() -> None:
    cast = make_cast()
    fail_new(cast.tilleuls)
    open_tickets()
    pk = Ticket.objects.get().pk
    together = threading.Barrier(2)
    answers: list[str] = []

    def work(person) -> None:
        together.wait()
        try:
            take_ticket(pk, by=person)
            answers.append("won")
        except ActionRefused as refused:
            answers.append(refused.why)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=[p]) for p in (cast.sofia, cast.thomas)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(a == "won" for a in answers) == [False, True]
    assert TicketEvent.objects.filter(kind=EventKind.TAKEN).count() == 1


def test_a_contact_does_not_take_a_ticket(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(ActionRefused):
        take_ticket(ticket.pk, by=cast.claire)


@pytest.mark.parametrize("who", ["karl", "odile"])
def test_who_does_not_see_a_ticket_does_not_find_it(cast: Cast, ticket: Ticket, who: str) -> None:
    person = getattr(cast, who)
    for act in (
        lambda: take_ticket(ticket.pk, by=person),
        lambda: comment_ticket(ticket.pk, "?", by=person),
        lambda: ask_contact(ticket.pk, by=person),
        lambda: resolve_ticket(ticket.pk, "remote", by=person),
    ):
        with pytest.raises(Ticket.DoesNotExist):
            act()


def test_a_ticket_taken_and_given_back_is_untouched_again(cast: Cast, ticket: Ticket) -> None:
    take_ticket(ticket.pk, by=cast.sofia)
    release_ticket(ticket.pk, by=cast.sofia)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state, ticket.touched) == (None, "new", False)


def test_a_ticket_with_a_message_stays_touched_when_given_back(cast: Cast, ticket: Ticket) -> None:
    take_ticket(ticket.pk, by=cast.sofia)
    comment_ticket(ticket.pk, "Nous regardons.", by=cast.sofia)
    release_ticket(ticket.pk, by=cast.sofia)
    ticket.refresh_from_db()
    assert ticket.touched


def test_a_local_technician_does_not_give_back_a_colleagues_ticket(
    cast: Cast, ticket: Ticket
) -> None:
    take_ticket(ticket.pk, by=cast.sofia)
    with pytest.raises(ActionRefused):
        release_ticket(ticket.pk, by=cast.thomas)


def test_an_empty_message_is_refused(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(ActionRefused):
        comment_ticket(ticket.pk, "  \n", by=cast.sofia)
    assert not Comment.objects.exists()


def test_the_school_never_sees_an_internal_note(cast: Cast, ticket: Ticket) -> None:
    comment_ticket(ticket.pk, "Bonjour", by=cast.sofia)
    comment_ticket(ticket.pk, "Alimentation morte ?", by=cast.sofia, internal=True)
    for person in (cast.claire, cast.bernard, cast.veronique):
        assert [c.body for c in Comment.objects.visible_to(person)] == ["Bonjour"]
    assert Comment.objects.visible_to(cast.thomas).count() == 2
    with pytest.raises(ActionRefused):
        comment_ticket(ticket.pk, "secret", by=cast.claire, internal=True)


def test_sending_and_waiting_stops_the_clock_until_the_school_answers(
    cast: Cast, ticket: Ticket
) -> None:
    comment_ticket(ticket.pk, "La lampe est-elle allumée ?", by=cast.sofia, wait=True)
    ticket.refresh_from_db()
    assert ticket.state == "waiting"
    assert ticket.paused_at is not None
    comment_ticket(ticket.pk, "Non, éteinte.", by=cast.claire)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.paused_at) == ("new", None)
    kinds = ticket.events.filter(kind__in=PAUSES | RUNS).values_list("kind", flat=True)
    assert list(kinds) == [EventKind.WAITING, EventKind.RESUMED]


def test_a_contact_cannot_stop_the_clock(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(ActionRefused):
        comment_ticket(ticket.pk, "J’attends", by=cast.claire, wait=True)


def test_the_contact_is_asked_to_look_once_at_a_time(cast: Cast, ticket: Ticket) -> None:
    check = ask_contact(ticket.pk, by=cast.sofia, message="Pouvez-vous regarder ?")
    assert [q["key"] for q in check.questions] == ["lamps", "plug", "cables"]
    assert "débrancher" in check.questions[2]["text"]
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee) == ("waiting", cast.sofia)
    with pytest.raises(ActionRefused):
        ask_contact(ticket.pk, by=cast.sofia)


def test_a_german_school_is_asked_in_german(cast: Cast) -> None:
    fail_new(cast.peupliers)
    open_tickets()
    check = ask_contact(Ticket.objects.get().pk, by=cast.sofia)
    assert "Lampen" in check.questions[0]["text"]


def test_a_device_of_another_school_is_not_looked_at(cast: Cast, ticket: Ticket) -> None:
    other = make_device(cast.peupliers, "SW-9", Category.SWITCH)
    with pytest.raises(ActionRefused):
        ask_contact(ticket.pk, by=cast.sofia, device=other)


def test_the_wait_is_ended_by_hand_only_while_waiting(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(ActionRefused):
        resume_ticket(ticket.pk, by=cast.sofia)
    comment_ticket(ticket.pk, "Alors ?", by=cast.sofia, wait=True)
    assert resume_ticket(ticket.pk, by=cast.sofia).paused_at is None


def test_another_priority_is_another_promise(cast: Cast, ticket: Ticket) -> None:
    before = ticket.due_at
    set_priority(ticket.pk, 1, by=cast.sofia, why="Évaluations en ligne")
    ticket.refresh_from_db()
    assert ticket.promise_s == 2 * 3600
    assert ticket.due_at < before
    with pytest.raises(ValueError, match="7"):
        set_priority(ticket.pk, 7, by=cast.sofia)
    with pytest.raises(ActionRefused):
        set_priority(ticket.pk, 2, by=cast.claire)


def test_resolving_says_how_and_can_be_taken_back(cast: Cast, ticket: Ticket) -> None:
    resolve_ticket(ticket.pk, "remote", "Port redémarré.", by=cast.sofia)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution, ticket.assignee) == ("resolved", "remote", cast.sofia)
    with pytest.raises(ActionRefused):
        resolve_ticket(ticket.pk, "remote", by=cast.sofia)
    reopen_ticket(ticket.pk, by=cast.sofia)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution, ticket.resolved_at) == ("in_progress", "", None)


def test_a_local_technician_does_not_resolve_a_colleagues_ticket(
    cast: Cast, ticket: Ticket
) -> None:
    take_ticket(ticket.pk, by=cast.sofia)
    with pytest.raises(ActionRefused, match="Sofia"):
        resolve_ticket(ticket.pk, "on_site", by=cast.thomas)


def test_the_school_agrees_or_contests(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(ActionRefused):
        close_ticket(ticket.pk, by=cast.claire)
    resolve_ticket(ticket.pk, "contact", by=cast.sofia)
    reopen_ticket(ticket.pk, by=cast.claire, why="Toujours rien")
    resolve_ticket(ticket.pk, "on_site", by=cast.sofia)
    close_ticket(ticket.pk, by=cast.claire)
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    with pytest.raises(ActionRefused):
        reopen_ticket(ticket.pk, by=cast.claire)


def test_a_resolved_ticket_reopens_when_the_repair_did_not_hold(cast: Cast, ticket: Ticket) -> None:
    incident = ticket.causes.get().incident
    take_ticket(ticket.pk, by=cast.sofia)
    mend(incident)
    open_tickets()
    resolve_ticket(ticket.pk, "remote", by=cast.sofia)
    fail(incident.device, minutes=0)
    open_tickets()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee) == ("in_progress", cast.sofia)
    assert Ticket.objects.count() == 1


def test_a_technician_opens_a_ticket_for_who_calls_once(cast: Cast) -> None:
    key = uuid.uuid4()
    for _twice in range(2):
        open_by_hand(cast.tilleuls, "Écran noir", by=cast.sofia, body="A.01", request_key=key)
    ticket = Ticket.objects.get()
    assert (ticket.opened_by, ticket.touched) == (cast.sofia, True)
    assert ticket.due_at > timezone.now()
    with pytest.raises(ActionRefused):
        open_by_hand(cast.tilleuls, "?", by=cast.claire)


def test_a_local_technician_opens_nothing_in_another_province(cast: Cast) -> None:
    with pytest.raises(Site.DoesNotExist):
        open_by_hand(cast.peupliers, "?", by=cast.thomas)


def test_a_former_technician_sees_nothing(cast: Cast, ticket: Ticket) -> None:
    person = make_person("Nora Exemple", "central_technician", region=True)
    person.roles.update(to_on="2025-06-30")
    with pytest.raises(Ticket.DoesNotExist):
        take_ticket(ticket.pk, by=person)


def test_a_resolved_ticket_closes_after_the_quiet_days(cast: Cast, ticket: Ticket) -> None:
    resolve_ticket(ticket.pk, "remote", by=cast.sofia)
    assert close_quiet_tickets() == 0
    assert close_quiet_tickets(timezone.now() + dt.timedelta(days=5, minutes=1)) == 1
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution) == ("closed", "remote")
    assert last_event(ticket).kind == EventKind.CLOSED
