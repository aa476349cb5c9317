"""What a school reads when we do not see its network: unknown is never told as well."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.models import CauseRole, EventKind, Ticket, TicketCause, TicketEvent
from helpdesk.school_now import school_now
from inventory.models import Category, RoomCoverage
from schools.actions.revoke_consent import revoke_consent
from schools.models import Consent, ConsentKind, Site
from supervision.models import Check, Target
from tests.cast import Cast, make_device, make_person, make_room, make_target
from tests.helpdesk.faults import fail, mend
from tests.helpdesk.test_school_pages import as_, text_of

CALM = "Tout va bien"


def watch(site: Site, name: str, category: str, state: str) -> Target:
    """A device whose reachability is in that state."""
    target = make_target(make_device(site, name, category))
    Check.objects.create(
        target=target,
        key="reachability",
        service="internet",
        state=state,
        severity="down" if state == "suspect" else "",
        failing_since=timezone.now() if state == "suspect" else None,
    )
    return target


def page_of(user) -> str:
    return text_of(as_(user).get(reverse("helpdesk:my_school")))


def test_a_school_never_measured_is_not_told_that_all_is_well(cast: Cast):
    watch(cast.tilleuls, "RT-1", Category.ROUTER, "unknown")
    page = page_of(cast.claire)
    assert CALM not in page
    assert "Nous ne voyons pas encore le réseau de cette école" in page


def test_a_school_without_agreement_reads_why_and_what_to_do(cast: Cast):
    watch(cast.bouleaux, "RT-1", Category.ROUTER, "unknown")
    contact = make_person("Paul Exemple", "contact", site=cast.bouleaux)
    page = page_of(contact)
    assert CALM not in page
    assert "l’accord de la direction et du pouvoir organisateur" in page
    assert "Nous ne connaissons que les pannes que vous signalez." in page
    assert "Voir l’accord à donner" not in page  # not a contact person's to give


def test_a_withdrawn_agreement_is_dated_and_the_head_is_led_to_it(cast: Cast):
    watch(cast.tilleuls, "RT-1", Category.ROUTER, "ok")
    consent = Consent.objects.get(kind=ConsentKind.SUPERVISION, school=cast.tilleuls.school)
    revoke_consent(cast.bernard, consent.pk)
    today = f"{timezone.localdate():%d/%m/%Y}"
    page = page_of(cast.bernard)
    assert (
        f"L’accord de la direction a été retiré le {today}\xa0: les relevés sont arrêtés." in page
    )
    assert "Voir l’accord à donner" in page
    assert CALM not in page


def test_what_is_not_measured_is_named(cast: Cast):
    watch(cast.tilleuls, "RT-1", Category.ROUTER, "ok")
    point = make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT)
    room = make_room(cast.tilleuls, "A.01", building="Bloc A")
    RoomCoverage.objects.create(access_point=point, room=room)
    page = page_of(cast.claire)
    assert "Nous ne voyons pas tout" in page
    assert "Pas de relevé pour l’instant\xa0: WiFi du bloc A." in page
    assert CALM not in page


def test_a_paused_access_point_is_not_in_service(cast: Cast):
    watch(cast.tilleuls, "RT-1", Category.ROUTER, "ok")
    target = watch(cast.tilleuls, "AP-1", Category.ACCESS_POINT, "ok")
    Target.objects.filter(pk=target.pk).update(paused=True)
    room = make_room(cast.tilleuls, "A.01", building="Bloc A")
    RoomCoverage.objects.create(access_point=target.device, room=room)
    page = school_now(cast.tilleuls, cast.claire, timezone.now())
    assert [part.state for part in page.parts] == ["ok", "planned"]


def test_a_first_silence_is_being_looked_at(cast: Cast):
    watch(cast.tilleuls, "RT-1", Category.ROUTER, "suspect")
    page = page_of(cast.claire)
    assert "Quelque chose ne répond pas bien" in page
    assert "Internet\xa0: nous regardons si cela dure." in page


@pytest.fixture
def switch_outlives_router(cast: Cast) -> Ticket:
    """The router came back, the switch of block B did not: one ticket for both."""
    site = cast.tilleuls
    router = fail(make_device(site, "RT-1", Category.ROUTER))
    switch = fail(make_device(site, "SW-B1"))
    point = make_device(site, "AP-B1", Category.ACCESS_POINT)
    room = make_room(site, "B.01", building="Bloc B")
    RoomCoverage.objects.create(access_point=point, room=room)
    dark = fail(point, root=switch)
    ticket = Ticket.objects.create(site=site, device=router.device, title="RT-1 injoignable")
    for incident, role in ((router, "root"), (switch, "effect"), (dark, "effect")):
        TicketCause.objects.create(ticket=ticket, incident=incident, role=CauseRole(role))
    now = timezone.now()
    mend(router)
    ticket.causes.filter(incident=router).update(recovered_at=now)
    TicketEvent.objects.create(ticket=ticket, kind=EventKind.OPENED, at=now - dt.timedelta(hours=1))
    TicketEvent.objects.create(ticket=ticket, kind=EventKind.RECOVERED, at=now)
    return ticket


def test_the_card_tells_the_fault_that_is_left(cast: Cast, switch_outlives_router: Ticket):
    card = school_now(cast.tilleuls, cast.claire, timezone.now()).cards[0]
    assert card.title == "Pas de WiFi dans le bloc B"
    words = [step.words for step in card.steps]
    assert "Une partie est revenue" in words
    assert "Confirmez que tout fonctionne" not in words


def test_without_agreement_a_fault_is_told_as_last_known(
    cast: Cast, switch_outlives_router: Ticket
):
    consent = Consent.objects.get(kind=ConsentKind.SUPERVISION, school=cast.tilleuls.school)
    revoke_consent(cast.bernard, consent.pk)
    Target.objects.filter(site=cast.tilleuls).update(parked=True)
    page = school_now(cast.tilleuls, cast.claire, timezone.now())
    assert page.cards[0].title == "Pas de WiFi dans le bloc B"
    assert {part.state for part in page.parts} <= {"unknown"}
    assert page.cards[0].extent.endswith("Nous ne voyons plus si cela dure\xa0: dites-le-nous.")


def test_a_report_from_the_block_joins_the_fault_that_is_left(
    cast: Cast, switch_outlives_router: Ticket
):
    client = as_(cast.claire)
    room = cast.tilleuls.rooms.get(name="B.01")
    client.post(reverse("helpdesk:report"), {"subject": "internet"})
    client.post(reverse("helpdesk:report_symptom"), {"symptom": "no_wifi"})
    client.post(reverse("helpdesk:report_place"), {"room": room.pk, "device": ""})
    client.post(reverse("helpdesk:report_look"), {"look": "unseen"})
    client.post(reverse("helpdesk:report_recap"), {"request_key": client.session["report"]["key"]})
    assert Ticket.objects.count() == 1
    assert switch_outlives_router.events.filter(kind=EventKind.JOINED).exists()


def test_a_fault_of_the_whole_school_comes_first(cast: Cast, switch_outlives_router: Ticket):
    router = cast.tilleuls.devices.get(name="RT-1")
    check = Check.objects.get(target__device=router)
    again = fail(router, key="reachability")
    assert again.check_row_id == check.pk
    ticket = Ticket.objects.create(site=cast.tilleuls, title="RT-1")
    TicketCause.objects.create(ticket=ticket, incident=again, role=CauseRole.ROOT)
    Ticket.objects.filter(pk=ticket.pk).update(opened_at=timezone.now() - dt.timedelta(hours=9))
    cards = school_now(cast.tilleuls, cast.claire, timezone.now()).cards
    assert [card.title for card in cards] == [
        "Pas d’Internet à l’école",
        "Pas de WiFi dans le bloc B",
    ]


def test_who_waits_for_an_answer_is_not_told_that_all_is_well(cast: Cast):
    watch(cast.tilleuls, "RT-1", Category.ROUTER, "ok")
    Ticket.objects.create(site=cast.tilleuls, title="Internet est lent", opened_by=cast.claire)
    page = page_of(cast.claire)
    assert CALM not in page
    assert "Demande en cours" in page
