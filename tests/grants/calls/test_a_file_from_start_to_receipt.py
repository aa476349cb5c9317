"""A file from its first line to its receipt, through the pages: three authors, two signatures."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from inventory.grants.actions.calls.receipts import send_receipts
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.files import Submission
from inventory.models.declarations import fingerprint
from schools.models import RoleKind
from tests.cast import body_of, make_person
from tests.grants.calls.made import make_call, make_draft, make_kit_version
from tests.world_papers import PHOTO

State = ApplicationState


def as_(person):
    client = Client()
    client.force_login(person)
    return client


def post(person, url, data=None, **extra):
    return as_(person).post(url, data or {}, **extra)


@pytest.fixture
def kit(cast):
    return make_kit_version("Chariot", "12000.00")


@pytest.fixture
def call(cast):
    return make_call()


def start(cast, call, title="Un journal de classe"):
    answer = post(
        cast.claire, f"/appels/{call.pk}/commencer/", {"site": cast.tilleuls.pk, "title": title}
    )
    assert answer.status_code == 302
    return Application.objects.get(title=title)


def fill(person, row, kit, quantity=2):
    url = f"/dossiers/{row.pk}/reponses"
    for key, data in (
        ("objectifs", {"value": "Publier un journal.", "revision": 0}),
        ("kits", {f"value-{kit.pk}": quantity, "revision": 0}),
    ):
        answer = post(person, f"{url}/{key}/", data, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.content
        assert "data-ok" in answer.content.decode()


def test_the_whole_way(cast, call, kit):
    row = start(cast, call)
    luc = make_person("Luc Exemple", RoleKind.CONTACT, site=cast.tilleuls)
    assert as_(luc).get(f"/dossiers/{row.pk}/").status_code == 404
    assert post(cast.claire, f"/dossiers/{row.pk}/auteurs/", {"person": luc.pk}).status_code == 302
    fill(luc, row, kit)
    row.refresh_from_db()
    assert row.amount == 24000
    assert post(luc, f"/dossiers/{row.pk}/valider/").status_code == 403
    assert post(cast.bernard, f"/dossiers/{row.pk}/envoyer/").status_code == 409
    assert post(cast.bernard, f"/dossiers/{row.pk}/valider/").status_code == 302
    assert post(cast.bernard, f"/dossiers/{row.pk}/envoyer/").status_code == 409  # the PO first
    assert post(cast.bernard, f"/dossiers/{row.pk}/contresigner/").status_code == 403
    assert post(cast.veronique, f"/dossiers/{row.pk}/contresigner/").status_code == 302
    assert as_(cast.odile).get(f"/dossiers/{row.pk}/").status_code == 404
    assert post(cast.bernard, f"/dossiers/{row.pk}/envoyer/").status_code == 302
    row.refresh_from_db()
    assert row.state == State.SUBMITTED
    sent = Submission.objects.get(application=row)
    assert sent.sha256 == fingerprint(sent.content)
    assert sent.content["kits"] == [
        {
            "kit_version": kit.pk,
            "name": "Chariot",
            "version": 1,
            "quantity": 2,
            "unit_price": "12000.00",
            "total": "24000.00",
        }
    ]
    page = as_(cast.odile).get(f"/dossiers/{row.pk}/").content.decode()
    assert "Publier un journal." in page
    paper = as_(cast.claire).get(f"/dossiers/envois/{sent.pk}/recu.pdf")
    assert body_of(paper)[:5] == b"%PDF-"
    assert send_receipts() == 4  # Claire, Luc, Bernard, Véronique
    assert send_receipts() == 0
    assert {one.to[0] for one in mail.outbox} == {
        cast.claire.email, luc.email, cast.bernard.email, cast.veronique.email,
    }  # fmt: skip
    assert sent.sha256 in mail.outbox[0].body


def test_a_double_click_sends_once(cast, call, kit):
    row = make_draft(call, cast.tilleuls, cast.claire, kit=kit)
    post(cast.bernard, f"/dossiers/{row.pk}/valider/")
    post(cast.veronique, f"/dossiers/{row.pk}/contresigner/")
    for _n in range(2):
        assert post(cast.bernard, f"/dossiers/{row.pk}/envoyer/").status_code == 302
    assert Submission.objects.filter(application=row).count() == 1


def test_what_arrives_at_the_deadline_is_late(cast, kit):
    """The moment is when the transaction began, by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        now = cursor.fetchone()[0]
    for closes, status, state in (
        (now, 409, State.VALIDATED),
        (now + dt.timedelta(microseconds=1), 302, State.SUBMITTED),
    ):
        call = make_call(countersigned=False, closes_at=closes)
        row = make_draft(call, cast.tilleuls, cast.claire, kit=kit)
        post(cast.bernard, f"/dossiers/{row.pk}/valider/")
        answer = post(cast.bernard, f"/dossiers/{row.pk}/envoyer/")
        row.refresh_from_db()
        assert (answer.status_code, row.state) == (status, state)
        if status == 409:
            assert "Trop tard" in answer.content.decode()


def test_taken_back_before_the_deadline_and_sent_again(cast, call, kit):
    row = make_draft(call, cast.tilleuls, cast.claire, kit=kit)
    for person, act in (
        (cast.bernard, "valider"), (cast.veronique, "contresigner"), (cast.bernard, "envoyer"),
        (cast.bernard, "reprendre-envoi"),
    ):  # fmt: skip
        assert post(person, f"/dossiers/{row.pk}/{act}/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.submitted_at, row.validated_at) == (State.DRAFT, None, None)
    for person, act in (
        (cast.bernard, "valider"), (cast.veronique, "contresigner"), (cast.bernard, "envoyer"),
    ):  # fmt: skip
        assert post(person, f"/dossiers/{row.pk}/{act}/").status_code == 302
    assert [one.number for one in row.submissions.all()] == [1, 2]


def test_withdrawn_is_the_end(cast, call, kit):
    row = make_draft(call, cast.tilleuls, cast.claire, kit=kit)
    assert post(cast.claire, f"/dossiers/{row.pk}/retirer/").status_code == 403
    assert (
        post(cast.bernard, f"/dossiers/{row.pk}/retirer/", {"why": "Plus tard"}).status_code == 302
    )
    row.refresh_from_db()
    assert (row.state, row.why) == (State.WITHDRAWN, "Plus tard")
    assert post(cast.bernard, f"/dossiers/{row.pk}/valider/").status_code == 409


def test_one_file_a_site_where_the_call_says_so(cast, call):
    start(cast, call, "Premier")
    post(
        cast.bernard, f"/appels/{call.pk}/commencer/", {"site": cast.tilleuls.pk, "title": "Second"}
    )
    assert Application.objects.filter(call=call).count() == 1


def test_a_piece_is_read_by_its_content_and_seen_by_who_sees_the_file(cast, kit):
    questions = {
        "sections": [
            {
                "key": "s",
                "title": {"fr": "S"},
                "questions": [{"key": "plan", "kind": "file", "label": {"fr": "Plan"}}],
            }
        ]
    }
    call = make_call(questions=questions)
    row = make_draft(call, cast.tilleuls, cast.claire)
    url = f"/dossiers/{row.pk}/pieces/plan/"
    wrong = SimpleUploadedFile("plan.pdf", b"MZ this is a program", "application/pdf")
    post(cast.claire, url, {"paper": wrong})
    assert row.files.count() == 0
    right = SimpleUploadedFile("photo de classe.png", PHOTO, "image/png")
    post(cast.claire, url, {"paper": right})
    piece = row.files.get()
    assert piece.content_type == "image/jpeg"  # encoded anew: no place, no camera
    address = f"/dossiers/pieces/{piece.pk}/"
    answer = as_(cast.bernard).get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    for person in (cast.karl, cast.odile, cast.thomas):
        assert as_(person).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_pages_of_a_school(cast, call, kit):
    row = make_draft(call, cast.tilleuls, cast.claire, kit=kit)
    page = as_(cast.claire).get("/appels/mon-ecole/").content.decode()
    assert "peut participer" in page
    assert row.reference in as_(cast.claire).get("/dossiers/").content.decode()
    page = as_(cast.claire).get(f"/dossiers/{row.pk}/rediger/").content.decode()
    assert "Que feront les élèves" in page
    for ending in ("csv", "xlsx", "ods"):
        assert as_(cast.claire).get(f"/dossiers/export.{ending}").status_code == 200
    assert as_(cast.odile).get("/dossiers/recus/").status_code == 200
    assert as_(cast.claire).get("/dossiers/recus/").status_code == 403
