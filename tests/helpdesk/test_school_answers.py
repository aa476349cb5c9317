"""The school answers: visual checks, photos, “it works again”, “it still does not”."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from PIL import Image

from helpdesk.access import ActionRefused
from helpdesk.actions.answer_visual_check import answer_visual_check
from helpdesk.actions.attach_photo import attach_photo
from helpdesk.actions.confirm_recovery import confirm_recovery
from helpdesk.models import EventKind, Ticket, TicketEvent, TicketState, VisualCheck
from schools.photos import PhotoRefused
from tests.cast import Cast, make_device
from tests.helpdesk.test_school_report import make_fault

QUESTIONS = [
    {"key": "lamps", "text": "Les lampes ?", "choices": [["off", "éteintes"], ["on", "vertes"]]},
    {"key": "plug", "text": "La prise ?", "choices": [["yes", "fonctionne"]]},
]


@pytest.fixture
def check(cast: Cast) -> VisualCheck:
    now = timezone.now()
    ticket = Ticket.objects.create(
        site=cast.tilleuls,
        title="Pas de WiFi",
        state=TicketState.WAITING,
        paused_at=now,
        assignee=cast.sofia,
    )
    TicketEvent.objects.create(ticket=ticket, kind=EventKind.ASKED, at=now, actor=cast.sofia)
    return VisualCheck.objects.create(ticket=ticket, asked_by=cast.sofia, questions=QUESTIONS)


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (50, 50)).save(out, "PNG")
    out.seek(0)
    return out


def test_an_answer_is_kept_and_the_clock_runs_again(cast: Cast, check: VisualCheck):
    answer_visual_check(cast.claire, check.pk, {"lamps": "off", "plug": "unseen"}, note="Odeur.")
    check.refresh_from_db()
    ticket = Ticket.objects.get()
    assert check.answers == {"lamps": "off", "plug": "unseen"}
    assert check.note == "Odeur."
    assert (ticket.state, ticket.paused_at) == (TicketState.IN_PROGRESS, None)
    assert ticket.due_at is not None
    assert ticket.touched
    assert ticket.events.filter(kind=EventKind.ANSWERED, actor=cast.claire).count() == 1


def test_the_same_answer_twice_counts_once(cast: Cast, check: VisualCheck):
    answer_visual_check(cast.claire, check.pk, {"lamps": "off", "plug": "yes"})
    answer_visual_check(cast.claire, check.pk, {"lamps": "on", "plug": "yes"})
    check.refresh_from_db()
    assert check.answers["lamps"] == "off"
    assert TicketEvent.objects.filter(kind=EventKind.ANSWERED).count() == 1


def test_a_colleague_who_answers_later_is_told(cast: Cast, check: VisualCheck):
    answer_visual_check(cast.claire, check.pk, {"lamps": "off", "plug": "yes"})
    with pytest.raises(ActionRefused, match="déjà une réponse"):
        answer_visual_check(cast.bernard, check.pk, {"lamps": "on", "plug": "yes"})


@pytest.mark.parametrize("answers", [{"lamps": "off"}, {"lamps": "purple", "plug": "yes"}, {}])
def test_a_missing_or_unknown_answer_is_refused(cast: Cast, check: VisualCheck, answers):
    with pytest.raises(ActionRefused, match="Répondez aussi"):
        answer_visual_check(cast.claire, check.pk, answers)
    check.refresh_from_db()
    assert check.answered_at is None


def test_another_school_does_not_find_the_check(cast: Cast, check: VisualCheck):
    with pytest.raises(VisualCheck.DoesNotExist):
        answer_visual_check(cast.karl, check.pk, {"lamps": "off", "plug": "yes"})


def test_the_po_reads_but_does_not_answer(cast: Cast, check: VisualCheck):
    with pytest.raises(ActionRefused, match="pouvoir organisateur"):
        answer_visual_check(cast.veronique, check.pk, {"lamps": "off", "plug": "yes"})


def test_a_photo_joins_the_conversation_and_ends_the_wait(cast: Cast, check: VisualCheck):
    attach_photo(cast.claire, check.ticket_id, picture(), 500, "Le voyant")
    ticket = Ticket.objects.get()
    assert ticket.attachments.get().comment.body == "Le voyant"
    assert ticket.state == TicketState.IN_PROGRESS


def test_a_refused_photo_changes_nothing(cast: Cast, check: VisualCheck):
    with pytest.raises(PhotoRefused):
        attach_photo(cast.claire, check.ticket_id, io.BytesIO(b"%PDF-1.7"), 8)
    assert not check.ticket.comments.exists()
    assert not check.ticket.attachments.exists()


def test_a_photo_for_another_school_finds_no_ticket(cast: Cast, check: VisualCheck):
    with pytest.raises(Ticket.DoesNotExist):
        attach_photo(cast.karl, check.ticket_id, picture(), 500)


@pytest.fixture
def resolved(cast: Cast) -> Ticket:
    ticket = Ticket.objects.create(
        site=cast.tilleuls,
        title="Pas de WiFi",
        state=TicketState.RESOLVED,
        resolved_at=timezone.now(),
        resolution="remote",
        assignee=cast.sofia,
    )
    TicketEvent.objects.create(ticket=ticket, kind=EventKind.RESOLVED, actor=cast.sofia)
    return ticket


def test_it_works_again_closes_the_ticket_once(cast: Cast, resolved: Ticket):
    confirm_recovery(cast.claire, resolved.pk, works=True)
    confirm_recovery(cast.claire, resolved.pk, works=True)
    resolved.refresh_from_db()
    assert resolved.state == TicketState.CLOSED
    assert resolved.resolution == "remote"
    assert resolved.events.filter(kind=EventKind.CLOSED).count() == 1


def test_it_still_fails_opens_the_ticket_again_with_the_words(cast: Cast, resolved: Ticket):
    confirm_recovery(cast.claire, resolved.pk, works=False, words="Toujours rien en B.05.")
    resolved.refresh_from_db()
    assert resolved.state == TicketState.IN_PROGRESS
    assert resolved.resolved_at is None
    assert resolved.comments.get().body == "Toujours rien en B.05."
    assert resolved.events.filter(kind=EventKind.REOPENED, actor=cast.claire).exists()


def test_what_we_still_measure_as_down_is_not_confirmed_away(cast: Cast):
    _incident, ticket = make_fault(make_device(cast.tilleuls, "SW-B1"))
    with pytest.raises(ActionRefused, match="voient encore la panne"):
        confirm_recovery(cast.claire, ticket.pk, works=True)
    ticket.refresh_from_db()
    assert ticket.state == TicketState.NEW


def test_a_live_ticket_of_the_school_ends_when_the_school_says_so(cast: Cast):
    ticket = Ticket.objects.create(site=cast.tilleuls, title="Bourrage", opened_by=cast.claire)
    confirm_recovery(cast.claire, ticket.pk, works=True)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution) == (TicketState.CLOSED, "contact")


@pytest.mark.parametrize("who", ["veronique"])
def test_the_po_confirms_nothing(cast: Cast, resolved: Ticket, who: str):
    with pytest.raises(ActionRefused):
        confirm_recovery(getattr(cast, who), resolved.pk, works=True)


def test_another_school_finds_no_ticket_to_confirm(cast: Cast, resolved: Ticket):
    with pytest.raises(Ticket.DoesNotExist):
        confirm_recovery(cast.karl, resolved.pk, works=True)
