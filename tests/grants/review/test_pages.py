"""The pages of the review through HTTP: who opens what, what a tie hides by every door."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.grants.actions.review.adopt_ranking import adopt_ranking
from inventory.grants.actions.review.letter_paper import paper_of
from inventory.grants.actions.review.remind import announce_letters, remind_call
from inventory.grants.models.review.appointments import Appointment
from inventory.grants.models.review.decisions import Decision, Letter
from inventory.grants.models.review.judgements import Assignment, Question, Review
from inventory.grants.models.review.rankings import RankingRun
from schools.models import Role, RoleKind
from tests.architecture.query_counts import assert_query_count
from tests.cast import body_of, make_person
from tests.grants.review.made import GOOD, given, make_scene


@pytest.fixture
def scene(cast):
    found = make_scene(cast.odile)
    found.judge((5, 5), (4, 4), (3, 3))
    return found


def of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, name, *args, query="", status=200) -> str:
    answer = of(person).get(reverse(f"grants:{name}", args=args) + query)
    assert answer.status_code == status, (name, answer.status_code)
    return body_of(answer).decode()


def tied_officer(scene, n=0):
    """An officer who works at the school of the first file."""
    oscar = make_person("Oscar Exemple", RoleKind.OFFICER, region=True)
    Role.objects.create(user=oscar, kind=RoleKind.CONTACT, school=scene.files[n].site.school)
    return oscar


def test_the_desk_shows_what_was_given_and_a_file_beside_its_grid(cast):
    scene = make_scene(cast.odile)
    seat = given(cast.odile, scene.files[0], scene.seats[0])
    told = page(scene.people[0], "reviews")
    assert scene.files[0].reference in told
    assert scene.files[1].reference not in told
    told = page(scene.people[0], "review", seat.pk)
    assert "Pertinence pédagogique" in told
    assert "Les élèves publient leur journal." in told
    assert page(scene.people[1], "review", seat.pk, status=404)
    assert page(cast.odile, "review", seat.pk, status=403)
    assert page(cast.bernard, "review", seat.pk, status=404)


def test_a_draft_saves_itself_and_freezes(cast):
    scene = make_scene(cast.odile)
    seat = given(cast.odile, scene.files[0], scene.seats[0])
    client = of(scene.people[0])
    save = reverse("grants:review_save", args=[seat.pk])

    def send(body):
        return client.post(save, json.dumps(body), content_type="application/json")

    answer = send({"seen": 1, "marks": {"pertinence": 4}})
    assert answer.json()["revision"] == 2
    assert any("Faisabilité" in line for line in answer.json()["missing"])
    assert send({"seen": 1, "marks": {}}).status_code == 409
    assert send({"seen": 2, "marks": {"pertinence": 9}}).status_code == 400
    for junk in ("[]", "{}", "nope", '{"seen": "2"}', '{"seen": 2, "marks": 3}'):
        assert client.post(save, junk, content_type="application/json").status_code == 400
    assert send({"seen": 2} | GOOD).status_code == 200
    freeze = client.post(
        reverse("grants:review_freeze", args=[seat.pk]), {"seen": "3"}, follow=True
    )
    assert "figé" in body_of(freeze).decode()
    assert Review.objects.get().is_frozen


def test_links_are_declared_before_the_first_file(cast):
    scene = make_scene(cast.odile)
    seat = scene.seats[0]
    Appointment.objects.filter(pk=seat.pk).update(statement="", declared_at=None)
    assert "Déclarer mes liens" in page(scene.people[0], "reviews")
    client = of(scene.people[0])
    url = reverse("grants:declare_links", args=[seat.pk])
    assert client.post(url, {}).status_code == 400
    school = scene.files[0].site.school
    assert client.post(url, {"links": "some", "school": str(school.pk)}).status_code == 302
    assert Appointment.objects.get(pk=seat.pk).statement == "links"
    assert of(scene.people[1]).get(url).status_code == 404


def test_an_officer_appoints_gives_files_and_follows(cast):
    scene = make_scene(cast.odile)
    client = of(cast.odile)
    call = scene.call.pk
    nina = make_person("Nina Exemple", RoleKind.REVIEWER, region=True)
    told = {"person": nina.pk, "skills": ["technical"], "languages": ["fr"], "max_load": "4"}
    appoint = reverse("grants:appoint_reviewer", args=[call])
    assert client.post(appoint, told | {"max_load": "0"}).status_code == 400
    assert client.post(appoint, told).status_code == 302
    answer = client.post(reverse("grants:propose_assignments", args=[call]), follow=True)
    assert "6 dossiers confiés." in body_of(answer).decode()
    assert "Proposé" in page(cast.odile, "review_board", call)
    row = Appointment.objects.get(user=nina)
    change = reverse("grants:change_reviewer", args=[row.pk])
    changed = told | {"version": str(row.version), "max_load": "9"}
    assert client.post(change, changed).status_code == 302
    assert client.post(change, changed).status_code == 409
    for name, args in (("review_board", [call]), ("rankings", []), ("ranking", [call])):
        assert page(scene.people[0], name, *args, status=403)
        assert page(cast.bernard, name, *args, status=403)


def test_a_tie_hides_scores_in_the_page_its_source_the_exports_and_the_api(scene, cast):
    run = scene.run()
    oscar = tied_officer(scene)
    call = scene.call.pk
    mine, other = scene.files[0], scene.files[1]
    told = page(oscar, "ranking", call, query="?vue=tout")
    assert "notes masquées pour vous" in told
    assert "100,0" not in told
    assert "80,0" in told
    assert mine.title not in told
    sheet = page(oscar, "ranking_export", call)
    lines = [line for line in sheet.splitlines() if mine.reference in line]
    assert "100" not in lines[0].replace("12000", "")
    assert "masquées" in lines[0]
    listed = of(oscar).get(f"/api/v1/rankings/{run.pk}/").json()
    rows = {row["reference"]: row for row in listed["result"]}
    assert rows[mine.reference]["score"] is None
    assert rows[mine.reference]["pieces"] == rows[mine.reference]["validities"] == {}
    assert rows[other.reference]["score"] == "80.0"
    assert "inputs" not in listed
    committee = page(oscar, "committee_list", call)
    assert "100,0" not in committee
    trial = page(oscar, "what_if", call, query="?critere=pertinence&poids=30&budget=90000")
    assert "100,0" not in trial


def test_a_tied_reader_reaches_the_file_by_no_door(scene, cast):
    adopt_ranking(cast.odile, scene.run().pk, {}, timezone.now())
    file = scene.files[0]
    oscar = tied_officer(scene)
    client = of(oscar)
    decision = Decision.objects.get(application=file)
    question = Question.objects.create(
        application=file, text="Combien ?", due_on=timezone.localdate()
    )
    seat = Assignment.objects.filter(application=file).first()
    review = Review.objects.get(assignment=seat)
    for url in (
        reverse("grants:application", args=[file.pk]),
        reverse("grants:questions", args=[file.pk]),
        reverse("grants:questions_panel", args=[file.pk]),
        reverse("grants:decision", args=[decision.pk]),
        reverse("grants:letter_pdf", args=[decision.pk]),
        reverse("grants:review", args=[seat.pk]),
        f"/api/v1/applications/{file.pk}/",
        f"/api/v1/application-decisions/{decision.pk}/",
        f"/api/v1/decision-letters/{decision.letter.pk}/",
        f"/api/v1/application-questions/{question.pk}/",
        f"/api/v1/assignments/{seat.pk}/",
        f"/api/v1/reviews/{review.pk}/",
    ):
        assert client.get(url).status_code == 404, url
        assert of(cast.odile).get(url).status_code in {200, 403}, url
    for url in (
        reverse("grants:decisions") + "?q=" + file.reference,
        reverse("grants:decisions_export"),
        reverse("grants:review_board", args=[scene.call.pk]),
        reverse("grants:review_board_export", args=[scene.call.pk]),
        reverse("grants:applications"),
        "/api/v1/applications/",
        "/api/v1/reviews/",
        reverse("schools:search") + "?q=" + file.reference,
    ):
        told = body_of(client.get(url)).decode().replace(f"q={file.reference}", "")
        assert file.title not in told.replace(f'value="{file.reference}"', ""), url


def test_a_reminder_names_no_file_that_a_tie_hides(cast):
    scene = make_scene(cast.odile)
    for file in scene.files[:2]:
        given(cast.odile, file, scene.seats[0])
    tie = scene.files[0].site.school
    Role.objects.create(user=scene.people[0], kind=RoleKind.CONTACT, school=tie)
    remind_call(cast.odile, scene.call, timezone.now())
    (letter,) = [one for one in mail.outbox if scene.people[0].email in one.to]
    assert scene.files[1].reference in letter.body
    assert scene.files[0].reference not in letter.body


def test_the_ranking_shows_the_cut_and_is_adopted_from_the_page(scene, cast):
    client = of(cast.odile)
    call = scene.call.pk
    assert "Aucun classement calculé" in page(cast.odile, "ranking", call)
    client.post(reverse("grants:compute_ranking", args=[call]))
    told = page(cast.odile, "ranking", call)
    assert "Limite du budget" in told
    assert "il reste 18\u202f000 €" in told.replace("\u00a0", "\u202f").replace("\u202f€", " €")
    assert "2 dossiers de plus" in page(cast.odile, "what_if", call, query="?budget=54000")
    assert "1 dossier de plus" in page(cast.odile, "what_if", call, query="?budget=36000")
    for junk in ("?budget=x&poids=-1&maximum=1e99", "?poids=0&critere=pertinence", "?budget=nan"):
        assert page(cast.odile, "what_if", call, query=junk)
    run = RankingRun.objects.get()
    kept = {"run": run.pk, "budget": "36000", "label": "Plus"}
    client.post(reverse("grants:keep_variant", args=[call]), kept)
    assert RankingRun.objects.filter(kind="variant", label="Plus").exists()
    assert "ne s’adopte pas" in page(cast.odile, "ranking", call, query="?liste=2")
    again = client.post(reverse("grants:rerun_ranking", args=[run.pk]), follow=True)
    assert "même empreinte" in body_of(again).decode()
    assert page(cast.odile, "adopt_ranking", run.pk)
    condition = {"file": scene.files[0].reference, "condition": "Câbler.", "due_on": "2099-01-31"}
    client.post(reverse("grants:adopt_ranking", args=[run.pk]), condition)
    assert Decision.objects.get(application=scene.files[0]).condition == "Câbler."
    assert scene.files[1].reference in page(cast.odile, "decisions")


def test_the_school_reads_its_letter_asks_again_and_the_public_sees_no_score(scene, cast):
    adopt_ranking(cast.odile, scene.run().pk, {}, timezone.now())
    head = make_person("Henri Exemple", RoleKind.HEAD, school=scene.files[1].site.school)
    decision = Decision.objects.get(application=scene.files[1])
    assert announce_letters() == 1
    (letter,) = [one for one in mail.outbox if head.email in one.to]
    assert scene.files[1].reference in letter.body
    assert announce_letters() == 0
    client = of(head)
    assert "liste de réserve" in page(head, "decision", decision.pk)
    pdf = body_of(client.get(reverse("grants:letter_pdf", args=[decision.pk])))
    assert pdf.startswith(b"%PDF")
    assert paper_of(Letter.objects.get(decision=decision)) == pdf
    client.post(reverse("grants:read_letter", args=[decision.pk]))
    assert Letter.objects.get(decision=decision).read_by == head
    asked = {"text": "Relisez le plan."}
    client.post(reverse("grants:ask_reconsideration", args=[decision.pk]), asked)
    assert "Relisez le plan." in page(head, "decision", decision.pk)
    results = reverse("grants:results", args=[scene.call.reference])
    assert Client().get(results).status_code == 404
    of(cast.odile).post(reverse("grants:publish_results", args=[scene.call.pk]))
    shown = body_of(Client().get(results)).decode()
    assert str(scene.files[0].site.school) in shown
    assert str(scene.files[1].site.school) not in shown
    assert "100,0" not in shown
    assert of(cast.bernard).get(reverse("grants:decision", args=[decision.pk])).status_code == 404


def test_lists_cost_the_same_whatever_their_length(scene, cast):
    scene.run()
    client = of(cast.odile)
    for name, args in (
        ("reviews", []),
        ("review_board", [scene.call.pk]),
        ("rankings", []),
        ("ranking", [scene.call.pk]),
        ("decisions", []),
    ):
        with assert_query_count(f"grants_review_{name}"):
            client.get(reverse(f"grants:{name}", args=args))
