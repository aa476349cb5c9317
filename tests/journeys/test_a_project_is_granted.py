"""A project, from the call to the resource that it gives back, and the four indicators it moves.

People do on pages what they do on pages: publish, write at three, sign, judge, rank, adopt, order,
scan, install, deposit, validate, read the figures. What others do elsewhere is told by their
actions: the neighbour's file and its reviews, the appointments, the supplier's messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from inventory.grants.actions.calls.sign_application import (
    countersign_application,
    validate_application,
)
from inventory.grants.actions.calls.submit_application import submit_application
from inventory.grants.actions.review.assign import assign_call
from inventory.grants.actions.review.make_run import rerun
from inventory.grants.actions.review.settle_conflicts import settle_conflicts
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.calls.published import Call
from inventory.grants.models.orders.deliveries import Shipment
from inventory.grants.models.orders.supply import SupplierOrder
from inventory.grants.models.returns.resources import Resource
from inventory.grants.models.review.appointments import Recusal
from inventory.grants.models.review.decisions import Letter
from inventory.grants.models.review.judgements import Assignment, Review
from inventory.grants.models.rights.standing import standing_of
from inventory.grants.tasks import note_returns
from inventory.models import Device, KitVersion
from schools.models import RoleKind, User
from tests.browsing import enter
from tests.cast import Cast, make_cast, make_person, make_room
from tests.grants.calls.made import make_call, make_draft
from tests.grants.orders.made import arrive, laptops, make_kit, make_lot, make_speaker, ship
from tests.grants.returns.made import PDF, make_centre
from tests.grants.review.made import appointed, closed, judged, make_reviewer, marks
from tests.grants.rights.world import give_right

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
TITLE = "Un journal écrit à vingt-quatre"
SERIALS = [f"PG-{n:04d}" for n in range(1, 9)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


@pytest.fixture
def tabs(chromium: Browser, live_server: Any, settings: Any) -> Iterator[Any]:
    """``tabs(person)``: a browser of that person's own, signed in."""
    settings.PREAU_URL = live_server.url
    opened = []

    def open_for(person: User | None) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, locale="fr-BE", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(20_000)
        opened.append(context)
        page = context.new_page()
        if person is not None:
            enter(page, person)
        return page

    yield open_for
    for context in opened:
        context.close()


def at(name: str, *args: Any) -> str:
    return reverse(f"grants:{name}", args=args)


def confirm(page: Page, word: str) -> None:
    """Say yes to the dialog that names the consequence."""
    page.locator("dialog[open]").get_by_role("button", name=word, exact=True).click()


def figures(page: Page) -> dict[str, str]:
    """The indicators, as everybody reads them."""
    page.goto(at("indicators"))
    keys = ("K7", "K8", "K8-taux", "K13", "K14")
    told = {key: page.locator(f"#{key} .t28").first.inner_text() for key in keys}
    return {key: re.split(r"\s", text.strip())[0] for key, text in told.items()}


def test_from_the_call_to_the_resource(cast: Cast, tabs: Any, tmp_path: Path) -> None:
    luc = make_person("Luc Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    denise = make_person("Denise Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    give_right(cast.tilleuls, Decimal(5000))
    kit = make_kit("Classe mobile", laptops=4, chargers=0)
    lot = make_lot(kit)
    room = make_room(cast.tilleuls, "A.14")
    make_centre()
    anyone, odile = tabs(None), tabs(cast.odile)
    assert figures(anyone) == {"K7": "0", "K8": "0", "K8-taux": "0,0", "K13": "0", "K14": "0"}

    call = _publish(odile)
    ours = _apply(cast, tabs, call, kit, [luc, denise])
    theirs = _neighbour(cast, call, kit)
    held = standing_of([cast.tilleuls], timezone.localdate())
    assert (held.available, held.reserved) == (3200, 1800)

    _review(cast, tabs, call, ours, theirs)
    _decide(cast, tabs, call, ours, theirs)
    _order(odile, ours)
    supplied = SupplierOrder.objects.get(lot=lot)
    _deliver(cast, tabs, supplied, ours, room)
    held = standing_of([cast.tilleuls], timezone.localdate())
    assert (held.committed, held.consumed) == (675, 1125)  # five of eight laptops

    _give_back(cast, tabs, ours, tmp_path)
    # 1,125 of the 8,000 EUR that both sites were granted
    assert figures(anyone) == {"K7": "5", "K8": "1", "K8-taux": "14,1", "K13": "1", "K14": "1"}
    _board(odile)
    anyone.goto(at("open_resources"))
    expect(anyone.get_by_role("link", name="Le journal de la 5e")).to_be_visible()
    answer = anyone.request.get("/oai?verb=ListRecords&metadataPrefix=lom")
    assert "Le journal de la 5e" in answer.text()


def _publish(odile: Page) -> Call:
    """The officer reads what a yes does, and publishes."""
    call = make_call(
        "AP-2026-02",
        published=False,
        uses_right=True,
        budget=Decimal(2500),
        returns_owed=1,
        returns_due_months=6,
    )
    odile.goto(at("publish_call", call.pk))
    odile.get_by_role("button", name="Publier cette version").click()
    expect(odile.get_by_text("Publier cette version")).to_have_count(0)
    call.refresh_from_db()
    assert call.current is not None
    return call


def _apply(cast: Cast, tabs: Any, call: Call, kit: KitVersion, others: list[User]) -> Application:
    """Claire begins, Luc tells, Denise counts; Bernard validates, Véronique countersigns, and
    Bernard sends."""
    claire = tabs(cast.claire)
    claire.goto(at("open_calls"))
    claire.get_by_label("Titre du projet").fill(TITLE)
    claire.get_by_role("button", name="Commencer un dossier").click()
    claire.wait_for_url(re.compile(r"/dossiers/\d+/"))
    row = Application.objects.get(title=TITLE)
    for person in others:
        claire.goto(at("application", row.pk))
        claire.get_by_label("Collègue").select_option(str(person.pk))
        claire.get_by_role("button", name="Faire écrire").click()
        expect(claire.get_by_text(str(person)).first).to_be_visible()
    luc, denise = (tabs(person) for person in others)
    luc.goto(at("write_application", row.pk))
    told = luc.get_by_label("Que feront les élèves ?")
    told.fill("Ils publient chaque mois un journal, écrit et relu à plusieurs.")
    expect(luc.locator("[data-ok]").first).to_be_attached()
    denise.goto(at("write_application", row.pk))
    denise.get_by_label("Nombre de Classe mobile").fill("2")
    expect(denise.locator("[data-ok]").first).to_be_attached()
    expect.set_options(timeout=20_000)
    _wait_for(denise, lambda: Application.objects.get(pk=row.pk).amount == 1800)
    assert row.authors.filter(removed_at=None).count() == 3
    bernard, veronique = tabs(cast.bernard), tabs(cast.veronique)
    page = at("application", row.pk)
    bernard.goto(page)
    bernard.get_by_role("button", name="Valider au nom de l’école").click()
    confirm(bernard, "Valider")
    expect(bernard.get_by_text("Dossier validé").first).to_be_visible()
    veronique.goto(page)
    veronique.get_by_role("button", name="Contresigner au nom du pouvoir organisateur").click()
    expect(veronique.get_by_text("Dossier contresigné").first).to_be_visible()
    bernard.goto(page)
    bernard.get_by_role("button", name="Envoyer au SPW").click()
    confirm(bernard, "Envoyer")
    expect(bernard.get_by_text("Dossier envoyé").first).to_be_visible()
    row.refresh_from_db()
    assert row.state == "submitted"
    return row


def _wait_for(page: Page, done: Any) -> None:
    """What htmx sends as one types arrives a moment later."""
    for _n in range(100):
        if done():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came")


def _neighbour(cast: Cast, call: Call, kit: KitVersion) -> Application:
    """Another school asks for one kit."""
    give_right(cast.peupliers, Decimal(3000), code="voisins")
    school = cast.peupliers.school
    head = make_person("Greta Exemple", RoleKind.HEAD, school=school)
    authority = make_person("Uwe Exemple", RoleKind.AUTHORITY, authority=school.authority)
    row = make_draft(call, cast.peupliers, cast.karl, kit=kit, quantity=1, title="Hörspiel")
    now = timezone.now()
    validate_application(head, row.pk, now)
    countersign_application(authority, row.pk, now)
    submit_application(head, row.pk)
    row.refresh_from_db()
    return row


def _review(cast: Cast, tabs: Any, call: Call, ours: Application, theirs: Application) -> None:
    """Carla taught at the school last year: she is given nothing of it and cannot open it. Ada and
    Boris part on ours, so that Nina is asked; on theirs they agree."""
    closed(call)
    now = timezone.now()
    people = [make_reviewer(f"{name} Exemple") for name in ("Ada", "Boris", "Nina")]
    carla = make_reviewer("Carla Exemple")
    today = timezone.localdate()
    carla.roles.create(
        kind=RoleKind.CONTACT,
        school=cast.tilleuls.school,
        from_on=today.replace(year=today.year - 2),
        to_on=today.replace(year=today.year - 1),
    )
    seats = {person: appointed(cast.odile, call, person) for person in (carla, *people[:2])}
    settle_conflicts(call, cast.odile, now)
    assert Recusal.objects.filter(user=carla, application=ours).exists()
    conflicted = tabs(carla)
    for place in (at("application", ours.pk), at("applications") + f"?q={ours.reference}"):
        conflicted.goto(place)
        assert TITLE not in conflicted.content()
    assign_call(cast.odile, call, now)
    assert not Assignment.objects.filter(application=ours, appointment=seats[carla]).exists()
    appointed(cast.odile, call, people[2])
    for assignment in Assignment.objects.filter(application=theirs, seat__lte=2):
        judged(assignment, marks=marks(4, 4))
    first, second = Assignment.objects.filter(application=ours, seat__lte=2).order_by("seat")
    _judge(tabs(first.appointment.user), first, 5)
    assert not Assignment.objects.filter(application=ours, seat=3).exists()
    _judge(tabs(second.appointment.user), second, 3)  # 60 against 100
    third = Assignment.objects.get(application=ours, seat=3)
    assert third.appointment.user == people[2]
    _judge(tabs(people[2]), third, 5)


def _judge(page: Page, seat: Assignment, points: int) -> None:
    """A reviewer reads the file, gives each criterion its points, and freezes the review."""
    page.goto(at("review", seat.pk))
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    for criterion in page.locator("[data-criterion]").all():
        criterion.locator(f"input[value='{points}']").check(force=True)
        criterion.locator("[data-comment]").fill("Des élèves qui publient.")
    for side in ("pedagogical", "technical"):
        page.locator(f"input[name={side}][value=true]").check(force=True)
    page.get_by_role("button", name="Figer mon examen").click()
    _wait_for(page, lambda: Review.objects.filter(assignment=seat, state="frozen").exists())


def _decide(cast: Cast, tabs: Any, call: Call, ours: Application, theirs: Application) -> None:
    """The list under 2,500 EUR keeps ours and puts the neighbour in reserve; letters say so."""
    odile = tabs(cast.odile)
    odile.goto(at("ranking", call.pk))
    odile.get_by_role("button", name="Calculer").click()
    _wait_for(odile, call.runs.exists)
    run = call.runs.get()
    assert [(row["reference"], row["outcome"]) for row in run.result] == [
        (ours.reference, "retained"),
        (theirs.reference, "reserve"),
    ]
    assert rerun(run).same
    odile.goto(at("adopt_ranking", run.pk))
    odile.get_by_role("button", name="Décider et écrire les lettres").click()
    _wait_for(odile, lambda: Letter.objects.count() == 2)
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.state, theirs.state) == ("awarded", "reserve")
    assert set(Letter.objects.values_list("decision__application", flat=True)) == {
        ours.pk,
        theirs.pk,
    }
    bernard = tabs(cast.bernard)
    bernard.goto(at("application", ours.pk))
    expect(bernard.get_by_text("accordé").first).to_be_visible()


def _order(odile: Page, ours: Application) -> None:
    """What was granted is ordered, and goes to the supplier."""
    odile.goto(at("orders"))
    odile.get_by_role("button", name=f"Commander {ours.reference}").click()
    odile.goto(at("orders"))
    odile.get_by_role("button", name=re.compile("^Envoyer")).click()
    confirm(odile, "Envoyer")
    _wait_for(odile, SupplierOrder.objects.exists)


def _deliver(cast: Cast, tabs: Any, supplied: SupplierOrder, ours: Application, room: Any) -> None:
    """Five of eight come; Claire scans them, signs, and puts them into the room."""
    speaker = make_speaker(supplied.supplier)
    order = supplied.lines.first().order
    shipment: Shipment = ship(speaker, supplied, order, laptops(*SERIALS[:5]))
    arrive(speaker, shipment)
    claire = tabs(cast.claire)
    claire.goto(at("shipment", shipment.pk))
    for number, serial in enumerate(SERIALS[:5], 1):
        claire.locator("#scan").fill(serial)
        claire.keyboard.press("Enter")
        expect(claire.locator("[data-seen]").first).to_have_text(str(number))
    claire.get_by_role("button", name="Signer la livraison").click()
    confirm(claire, "Signer")
    expect(claire.get_by_role("heading", name="Installer dans un local")).to_be_visible()
    for left in range(5, 0, -1):
        claire.locator("#room").select_option(str(room.pk))
        claire.get_by_role("button", name="Installer, puis le suivant").click()
        _wait_for(claire, lambda n=left: Device.objects.filter(room=room).count() == 6 - n)
    placed = Device.objects.filter(room=room, state="installed", serial__in=SERIALS)
    assert placed.count() == 5
    order.refresh_from_db()
    assert order.state == "partial"


def _give_back(cast: Cast, tabs: Any, ours: Application, tmp_path: Path) -> None:
    """Claire deposits in four steps; Odile checks and publishes."""
    note_returns()
    paper = tmp_path / "journal.pdf"
    paper.write_bytes(PDF)
    claire = tabs(cast.claire)
    claire.goto(at("my_resources"))
    claire.get_by_role("link", name=TITLE).click()
    claire.get_by_role("button", name="Déposer une ressource").click()
    claire.get_by_label("Quel est son titre ?").fill("Le journal de la 5e")
    claire.get_by_label("Que fait-on avec, et qu’y apprend-on ?").fill("Six séances.")
    claire.get_by_label("séquence de cours").check()
    claire.get_by_role("button", name="Continuer").click()
    claire.get_by_label("5e et 6e primaires").check()
    claire.get_by_label("français", exact=True).check()
    claire.get_by_role("button", name="Continuer").click()
    claire.get_by_label("Oui, s’ils partagent leur version aux mêmes conditions").check()
    claire.get_by_label("Non, jamais contre paiement").check()
    expect(claire.locator("[data-licence]:visible")).to_contain_text("CC BY-NC-SA 4.0")
    claire.get_by_label("Tout est de notre main").check()
    claire.get_by_label(re.compile("^Aucun élève")).check()
    claire.get_by_role("button", name="Continuer").click()
    claire.get_by_label("Chaque personne nommée a dit oui.").check()
    claire.get_by_label("Quel centre de ressources la garde ?").select_option("Centre e-classe")
    claire.get_by_role("button", name="Enregistrer", exact=True).click()
    claire.locator("#id_file").set_input_files(paper)
    claire.get_by_role("button", name="Ajouter", exact=True).click()
    claire.get_by_role("button", name="Déposer", exact=True).click()
    expect(claire.get_by_text("Ressource déposée, merci").first).to_be_visible()
    resource = Resource.objects.get()
    assert (resource.state, resource.depositor) == ("deposited", cast.claire)
    odile = tabs(cast.odile)
    odile.goto(at("resources") + "?etat=deposited")
    odile.get_by_role("link", name="Le journal de la 5e").click()
    for box in odile.locator("input[name=checked]").all():
        box.check()
    odile.get_by_role("button", name="Accepter et publier").click()
    expect(odile.get_by_role("link", name="Page publique")).to_be_visible()


def _board(odile: Page) -> None:
    """Two files sent, one granted, ordered, delivered, given back: each opens its list."""
    odile.goto(at("board"))
    told = odile.locator(".funnel-x a")
    counts = dict(reversed(text.split("\n")[:2]) for text in map(str.strip, told.all_inner_texts()))
    assert counts == {
        "En préparation": "0",
        "Envoyés": "2",
        "Recevables": "2",
        "Accordés": "1",
        "Commandés": "1",
        "Livrés": "1",
        "Ressources rendues": "1",
    }
    told.filter(has_text="Livrés").click()
    expect(odile.get_by_role("row")).to_have_count(2)  # its head, and the project
