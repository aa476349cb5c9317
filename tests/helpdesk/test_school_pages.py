"""The school's pages through HTTP: what they show, to whom, and at what cost."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from helpdesk.models import (
    Attachment,
    Comment,
    EventKind,
    Ticket,
    TicketEvent,
    TicketState,
    VisualCheck,
)
from inventory.models import Category, RoomCoverage
from schools.models import Role, RoleKind, Site
from supervision.models import Check
from tests.cast import Cast, make_device, make_room, make_target, make_town
from tests.helpdesk.test_school_answers import QUESTIONS
from tests.helpdesk.test_school_report import make_fault


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.fixture
def dark_block(cast: Cast):
    """SW-B1 takes the WiFi of block B; block A and Internet work."""
    site = cast.tilleuls
    for name, category in (("RT-1", Category.ROUTER), ("AP-A1", Category.ACCESS_POINT)):
        target = make_target(make_device(site, name, category))
        Check.objects.create(
            target=target, key="reachability", service="internet", state="ok", severity=""
        )
    lit = make_room(site, "A.01", building="Bloc A")
    RoomCoverage.objects.create(access_point=site.devices.get(name="AP-A1"), room=lit)
    root, ticket = make_fault(make_device(site, "SW-B1"))
    point = make_device(site, "AP-B1", Category.ACCESS_POINT)
    make_fault(point, "wifi", ticket=ticket, root=root)
    for n in (1, 2, 3, 4):
        room = make_room(site, f"B.0{n}", building="Bloc B")
        RoomCoverage.objects.create(access_point=point, room=room)
    TicketEvent.objects.create(ticket=ticket, kind=EventKind.OPENED)
    return ticket


def test_my_school_says_what_is_wrong_in_plain_words(cast: Cast, dark_block: Ticket):
    page = text_of(as_(cast.claire).get(reverse("helpdesk:my_school")))
    assert "Pas de WiFi dans le bloc B" in page
    assert "4 classes sont touchées depuis" in page
    assert "Internet et le bloc A fonctionnent." in page
    assert "Nous avons vu la panne" in page
    assert "SW-B1" not in page


def test_a_quiet_school_has_a_calm_page(cast: Cast):
    target = make_target(make_device(cast.tilleuls, "RT-1", Category.ROUTER))
    Check.objects.create(target=target, key="reachability", service="internet", state="ok")
    page = text_of(as_(cast.claire).get(reverse("helpdesk:my_school")))
    assert "Tout va bien" in page
    assert "Aucune panne connue" in page
    assert "Signaler un problème" in page


def test_the_po_reads_but_is_offered_no_report(cast: Cast, dark_block: Ticket):
    client = as_(cast.veronique)
    page = text_of(client.get(reverse("helpdesk:my_school")))
    assert "Pas de WiFi dans le bloc B" in page
    assert reverse("helpdesk:report") not in page.split("<main")[1].split("</main>")[0]
    assert client.get(reverse("helpdesk:report")).status_code == 403
    thread = text_of(client.get(reverse("helpdesk:request", args=[dark_block.pk])))
    assert 'name="body"' not in thread
    assert "pouvoir organisateur suit" in thread


def test_somebody_without_a_school_reads_why(cast: Cast):
    response = as_(cast.sofia).get(reverse("helpdesk:my_school"))
    assert response.status_code == 403
    assert "celle des écoles" in response.content.decode()


def test_somebody_with_two_schools_chooses(cast: Cast):
    Role.objects.create(user=cast.claire, kind=RoleKind.CONTACT, school=cast.saules.school)
    client = as_(cast.claire)
    assert "De quelle école" in text_of(client.get(reverse("helpdesk:my_school")))
    url = reverse("helpdesk:my_school")
    assert "École Saules" in text_of(client.get(f"{url}?site={cast.saules.pk}"))
    assert "École Saules" in text_of(client.get(url))  # kept
    elsewhere = text_of(client.get(f"{url}?site={cast.peupliers.pk}"))
    assert "Peupliers" not in elsewhere
    assert "De quelle école" in elsewhere


def report(client: Client) -> None:
    client.post(reverse("helpdesk:report"), {"subject": "screen"})
    client.post(reverse("helpdesk:report_symptom"), {"symptom": "no_picture"})


def test_a_whole_report_and_its_double_tap(cast: Cast):
    room = make_room(cast.tilleuls, "A.14")
    device = make_device(cast.tilleuls, "EI-0412", Category.BOARD, room=room)
    client = as_(cast.claire)
    report(client)
    chosen = client.post(reverse("helpdesk:report_place"), {"room": room.pk})
    assert chosen["Location"].endswith(f"?local={room.pk}")
    assert "EI-0412" in text_of(client.get(chosen["Location"]))
    client.post(reverse("helpdesk:report_place"), {"room": room.pk, "device": device.pk})
    client.post(reverse("helpdesk:report_look"), {"look": "red"})
    page = text_of(client.get(reverse("helpdesk:report_recap")))
    for words in ("Écran ou projecteur sans image", "EI-0412, local A.14", "Rouge", "avant"):
        assert words in page
    key = client.session["report"]["key"]
    sending = {"text": "Rien ne change.", "used_today": "on", "request_key": key}
    first = client.post(reverse("helpdesk:report_recap"), sending)
    again = client.post(reverse("helpdesk:report_recap"), sending)
    ticket = Ticket.objects.get()
    assert (
        first["Location"] == again["Location"] == reverse("helpdesk:report_sent", args=[ticket.pk])
    )
    assert (ticket.device, ticket.room, ticket.opened_by) == (device, room, cast.claire)
    said = ticket.events.get(kind=EventKind.OPENED).data["said"]
    assert said == [
        ["Problème", "Écran ou projecteur sans image"],
        ["Où", "EI-0412, local A.14"],
        ["Lampe de l’écran", "Rouge"],
    ]
    assert "arrivée" in text_of(client.get(first["Location"]))
    assert "Rouge" in text_of(client.get(reverse("helpdesk:request", args=[ticket.pk])))


def test_a_draft_survives_a_reload_and_goes_back(cast: Cast):
    client = as_(cast.claire)
    report(client)
    fresh = as_(cast.claire)
    fresh.cookies = client.cookies
    page = text_of(fresh.get(reverse("helpdesk:report_symptom")))
    assert 'value="no_picture" aria-pressed="true"' in page


def test_another_subject_makes_the_old_answers_void(cast: Cast):
    client = as_(cast.claire)
    report(client)
    client.post(reverse("helpdesk:report_place"), {"room": ""})
    client.post(reverse("helpdesk:report_look"), {"look": "red"})
    onward = client.post(reverse("helpdesk:report"), {"subject": "printer"})
    assert onward["Location"] == reverse("helpdesk:report_symptom")
    assert client.session["report"]["look"] == ""


def test_something_else_needs_words(cast: Cast):
    client = as_(cast.claire)
    client.post(reverse("helpdesk:report"), {"subject": "other"})
    client.post(reverse("helpdesk:report_place"), {"room": ""})
    key = client.session["report"]["key"]
    page = text_of(client.post(reverse("helpdesk:report_recap"), {"text": "", "request_key": key}))
    assert "Dites en une phrase" in page
    assert not Ticket.objects.exists()
    client.post(reverse("helpdesk:report_recap"), {"text": "La porte grince.", "request_key": key})
    assert Ticket.objects.get().title == "La porte grince."


def test_a_known_fault_is_offered_first_and_joined(cast: Cast, dark_block: Ticket):
    client = as_(cast.claire)
    page = text_of(client.get(reverse("helpdesk:report")))
    assert "Nous savons déjà" in page
    assert "Pas de WiFi dans le bloc B" in page
    joined = client.post(reverse("helpdesk:report_join"), {"ticket": dark_block.pk})
    assert joined["Location"] == reverse("helpdesk:request", args=[dark_block.pk])
    assert Ticket.objects.count() == 1
    assert "Nous avions déjà vu cette panne" in text_of(client.get(joined["Location"]))


def jpeg(exif: bool = True) -> io.BytesIO:
    out = io.BytesIO()
    out.name = "IMG_1.jpg"
    tags = Image.Exif()
    tags[0x010F] = "Marque"
    Image.new("RGB", (2000, 1000), "navy").save(out, "JPEG", exif=tags)
    out.seek(0)
    return out


def test_a_photo_of_a_draft_is_shown_then_sent(cast: Cast):
    client = as_(cast.claire)
    report(client)
    client.post(reverse("helpdesk:report_place"), {"room": ""})
    client.post(reverse("helpdesk:report_look"), {"look": "unseen"})
    client.post(reverse("helpdesk:report_photo"), {"photo": jpeg(), "back": "recap"})
    shown = client.get(reverse("helpdesk:report_waiting_photo"))
    assert shown["Content-Type"] == "image/jpeg"
    assert b"Marque" not in shown.content
    key = client.session["report"]["key"]
    client.post(reverse("helpdesk:report_recap"), {"request_key": key})
    photo = Attachment.objects.get()
    assert photo.ticket == Ticket.objects.get()
    assert client.get(reverse("helpdesk:report_waiting_photo")).status_code == 404


def test_another_photo_takes_the_place_of_the_first(cast: Cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = as_(cast.claire)
    report(client)
    for _time in range(2):
        client.post(reverse("helpdesk:report_photo"), {"photo": jpeg(), "back": "recap"})
    assert len(list((tmp_path / "drafts").iterdir())) == 1
    client.post(reverse("helpdesk:report_photo"), {"remove": "1"})
    assert not list((tmp_path / "drafts").iterdir())


def test_a_file_that_is_no_photo_is_refused_in_words(cast: Cast):
    client = as_(cast.claire)
    report(client)
    bad = io.BytesIO(b"%PDF-1.7")
    bad.name = "a.jpg"
    client.post(reverse("helpdesk:report_place"), {"room": ""})
    client.post(reverse("helpdesk:report_look"), {"look": "unseen"})
    page = client.post(reverse("helpdesk:report_photo"), {"photo": bad}, follow=True)
    assert "renvoyez-la" in page.content.decode()


def test_a_report_starts_from_a_device(cast: Cast):
    room = make_room(cast.tilleuls, "A.14")
    device = make_device(cast.tilleuls, "EI-0412", Category.BOARD, room=room)
    client = as_(cast.claire)
    onward = client.get(reverse("helpdesk:report"), {"device": device.pk})
    assert onward["Location"] == reverse("helpdesk:report_symptom")
    draft = client.session["report"]
    assert (draft["subject"], draft["device"], draft["room"]) == ("screen", device.pk, room.pk)
    foreign = make_device(cast.peupliers, "EI-1", Category.BOARD)
    assert client.get(reverse("helpdesk:report"), {"device": foreign.pk}).status_code == 404


@pytest.fixture
def conversation(cast: Cast) -> Ticket:
    ticket = Ticket.objects.create(
        site=cast.tilleuls,
        title="Écran noir",
        opened_by=cast.claire,
        assignee=cast.sofia,
        state=TicketState.WAITING,
        paused_at=timezone.now(),
    )
    Comment.objects.create(ticket=ticket, author=cast.sofia, body="Pouvez-vous regarder ?")
    Comment.objects.create(
        ticket=ticket, author=cast.sofia, body="Secret entre nous", internal=True
    )
    TicketEvent.objects.create(
        ticket=ticket, kind=EventKind.REMOTE, internal=True, actor=cast.sofia
    )
    VisualCheck.objects.create(ticket=ticket, asked_by=cast.sofia, questions=QUESTIONS)
    return ticket


def test_internal_notes_never_reach_the_school(cast: Cast, conversation: Ticket):
    for who in (cast.claire, cast.bernard, cast.veronique):
        page = text_of(as_(who).get(reverse("helpdesk:request", args=[conversation.pk])))
        assert "Pouvez-vous regarder" in page
        assert "Secret entre nous" not in page
        assert "intervenu à distance" not in page


def test_a_visual_check_is_answered_one_question_at_a_time(cast: Cast, conversation: Ticket):
    client, check = as_(cast.claire), VisualCheck.objects.get()

    def url(step: int) -> str:
        return reverse("helpdesk:request_check", args=[conversation.pk, check.pk, step])

    assert "Les lampes" in text_of(client.get(url(1)))
    assert client.get(url(3))["Location"] == url(1)  # nothing is skipped
    client.post(url(1), {"answer": "off"})
    assert client.post(url(2), {"answer": "perhaps"}).status_code == 404
    client.post(url(2), {"answer": "unseen"})
    client.post(url(3), {"note": "Cela sent le chaud.", "photo": jpeg()})
    check.refresh_from_db()
    assert check.answers == {"lamps": "off", "plug": "unseen"}
    page = text_of(client.get(reverse("helpdesk:request", args=[conversation.pk])))
    assert "éteintes" in page
    assert "Cela sent le chaud." in page
    assert "pas vu" in page
    assert reverse("helpdesk:attachment", args=[Attachment.objects.get().pk]) in page


def test_a_message_and_its_empty_twin(cast: Cast, conversation: Ticket):
    client = as_(cast.claire)
    url = reverse("helpdesk:request_message", args=[conversation.pk])
    client.post(url, {"body": "Je regarde."})
    assert "Écrivez d’abord" in client.post(url, {"body": " "}, follow=True).content.decode()
    assert conversation.comments.filter(author=cast.claire).count() == 1
    page = text_of(client.get(reverse("helpdesk:request", args=[conversation.pk])))
    assert "Sofia, helpdesk" in page
    assert "Vous" in page


def test_a_photo_is_served_to_its_school_alone_and_as_a_jpeg(cast: Cast, conversation: Ticket):
    client = as_(cast.claire)
    url = reverse("helpdesk:request_message", args=[conversation.pk])
    client.post(url, {"photo": jpeg(), "body": ""})
    photo = Attachment.objects.get()
    where = reverse("helpdesk:attachment", args=[photo.pk])
    answer = client.get(where)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert as_(cast.karl).get(where).status_code == 404
    assert Client().get(where).status_code == 302
    Attachment.objects.update(content_type="text/html")
    assert client.get(where)["Content-Disposition"].startswith("attachment")
    Attachment.objects.update(internal=True)
    assert client.get(where).status_code == 404


def test_recovery_is_confirmed_or_contested(cast: Cast):
    ticket = Ticket.objects.create(
        site=cast.tilleuls,
        title="Écran noir",
        state=TicketState.RESOLVED,
        resolved_at=timezone.now(),
        resolution="remote",
        assignee=cast.sofia,
    )
    client, url = as_(cast.claire), reverse("helpdesk:request_confirm", args=[ticket.pk])
    assert "Est-ce que tout fonctionne" in text_of(client.get(url))
    client.post(url, {"works": "0", "words": "Toujours noir."})
    ticket.refresh_from_db()
    assert ticket.state == TicketState.IN_PROGRESS
    client.post(url, {"works": "1"})
    ticket.refresh_from_db()
    assert ticket.state == TicketState.CLOSED


FOREIGN = [
    "helpdesk:request",
    "helpdesk:request_thread",
    "helpdesk:request_confirm",
    "helpdesk:report_sent",
]


@pytest.mark.parametrize("name", FOREIGN)
def test_another_school_finds_nothing(cast: Cast, conversation: Ticket, name: str):
    assert as_(cast.karl).get(reverse(name, args=[conversation.pk])).status_code == 404


def test_another_school_changes_nothing(cast: Cast, conversation: Ticket):
    karl, check = as_(cast.karl), VisualCheck.objects.get()
    for name, args in (
        ("helpdesk:request_message", [conversation.pk]),
        ("helpdesk:request_confirm", [conversation.pk]),
        ("helpdesk:request_check", [conversation.pk, check.pk, 1]),
    ):
        posted = karl.post(reverse(name, args=args), {"body": "x", "works": "1", "answer": "off"})
        assert posted.status_code == 404, name
    assert (
        karl.post(reverse("helpdesk:report_join"), {"ticket": conversation.pk}).status_code == 404
    )
    now = reverse("helpdesk:my_school_now", args=[cast.tilleuls.pk])
    assert karl.get(now).status_code == 404


@pytest.mark.parametrize("name", ["helpdesk:my_school", "helpdesk:requests", "helpdesk:equipment"])
def test_the_lists_of_another_school_leak_nothing(
    cast: Cast, conversation: Ticket, dark_block: Ticket, name: str
):
    page = text_of(as_(cast.karl).get(reverse(name)))
    for word in ("Tilleuls", "Écran noir", "SW-B1", "bloc B"):
        assert word not in page


@pytest.mark.parametrize("name", ["helpdesk:my_school", "helpdesk:requests", "helpdesk:equipment"])
def test_pages_cost_the_same_with_more_rows(
    cast: Cast, dark_block: Ticket, name: str, django_assert_max_num_queries
):
    def cost() -> int:
        client = as_(cast.claire)
        client.get(reverse(name))
        with django_assert_max_num_queries(60) as captured:
            text_of(client.get(reverse(name)))
        return len(captured)

    before = cost()
    for n in range(5):
        room = make_room(cast.tilleuls, f"C.0{n}", building="Bloc C")
        point = make_device(cast.tilleuls, f"AP-C{n}", Category.ACCESS_POINT, room=room)
        RoomCoverage.objects.create(access_point=point, room=room)
        _incident, ticket = make_fault(point, "wifi")
        TicketEvent.objects.create(ticket=ticket, kind=EventKind.OPENED)
        VisualCheck.objects.create(
            ticket=ticket, asked_by=cast.sofia, questions=QUESTIONS, device=point
        )
        Ticket.objects.create(site=cast.tilleuls, title=f"Demande {n}", opened_by=cast.claire)
    assert cost() == before


def test_the_requests_are_read_page_by_page(cast: Cast):
    for n in range(25):
        Ticket.objects.create(site=cast.tilleuls, title=f"Demande {n:02d}.", opened_by=cast.claire)
    client, url = as_(cast.claire), reverse("helpdesk:requests")
    first = text_of(client.get(url))
    assert "Demande 24." in first
    assert "Demande 04." not in first
    last = Ticket.objects.get(title="Demande 05.").pk
    second = text_of(client.get(url, {"avant": last}))
    assert "Demande 04." in second
    assert "Demande 05." not in second


def test_equipment_is_found_by_room_label_and_kind(cast: Cast):
    room = make_room(cast.tilleuls, "A.14")
    make_device(cast.tilleuls, "EI-0412", Category.BOARD, room=room, asset_number="12345")
    make_device(cast.tilleuls, "IMP-1", Category.PRINTER)
    client, url = as_(cast.claire), reverse("helpdesk:equipment")
    for query in ("A.14", "12345", "écran"):
        page = text_of(client.get(url, {"q": query}))
        assert "EI-0412" in page, query
        assert "IMP-1" not in page, query
    assert "Aucun appareil trouvé" in text_of(client.get(url, {"q": "zzz"}))


def test_few_printers_stand_on_the_screen_before_any_room(cast: Cast):
    make_room(cast.tilleuls, "A.01")
    printer = make_device(cast.tilleuls, "IMP-1", Category.PRINTER)
    client = as_(cast.claire)
    client.post(reverse("helpdesk:report"), {"subject": "printer"})
    client.post(reverse("helpdesk:report_symptom"), {"symptom": "jam"})
    page = text_of(client.get(reverse("helpdesk:report_place")))
    assert f'name="device" value="{printer.pk}"' in page
    for n in range(2, 6):
        make_device(cast.tilleuls, f"IMP-{n}", Category.PRINTER)
    assert 'name="device"' not in text_of(client.get(reverse("helpdesk:report_place")))


def test_a_head_of_two_sites_sees_how_each_is_before_choosing(cast: Cast, dark_block: Ticket):
    Site.objects.create(
        school=cast.tilleuls.school, name="Annexe", municipality=make_town("namur", "Namur")
    )
    page = text_of(as_(cast.bernard).get(reverse("helpdesk:my_school")))
    assert "De quelle école s’agit-il" in page
    assert "En panne" in page
    assert "Inconnu" in page


def test_the_agreements_are_a_tap_away_for_who_signs_them(cast: Cast):
    link = reverse("schools:site", args=[cast.tilleuls.pk]) + "#accords"
    assert link in text_of(as_(cast.bernard).get(reverse("helpdesk:my_school")))
    assert link not in text_of(as_(cast.claire).get(reverse("helpdesk:my_school")))


def test_nobody_is_asked_to_tell_access_points_apart(cast: Cast):
    room = make_room(cast.tilleuls, "A.01")
    make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT, room=room)
    client = as_(cast.claire)
    client.post(reverse("helpdesk:report"), {"subject": "internet"})
    client.post(reverse("helpdesk:report_symptom"), {"symptom": "slow"})
    answer = client.post(reverse("helpdesk:report_place"), {"room": room.pk})
    assert answer.url == reverse("helpdesk:report_look")
