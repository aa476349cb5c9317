"""The pages of resources, board and indicators, through HTTP."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from inventory.grants.actions.returns.judge import CHECKS
from inventory.grants.indicators import installed_figures
from inventory.grants.indicators_orders import installed_by_year
from inventory.grants.models.returns.obligations import Extension, Obligation
from inventory.grants.models.returns.resources import Resource
from inventory.grants.models.review.judgements import Assignment
from tests.cast import body_of, make_device
from tests.grants.calls.made import make_application, make_call
from tests.grants.returns.made import PDF, answers, make_centre, make_obligation, make_resource
from tests.grants.review.made import given, judged, make_scene


@pytest.fixture
def owed(cast):
    return make_obligation(cast.tilleuls, cast.bernard)


def of(person) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def page(person, name, *args, query="") -> str:
    answer = of(person).get(reverse(name, args=args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return body_of(answer).decode()


def test_a_teacher_deposits_in_four_steps(cast, owed):
    client, centre = of(cast.claire), make_centre()
    begun = client.post(reverse("grants:start_resource", args=[owed.pk]))
    resource = Resource.objects.get()
    assert begun.url == reverse("grants:write_resource", args=[resource.pk, "contenu"])
    told = answers(
        keywords="journal, écriture", authors="Claire Exemple, Jean Exemple", centre=centre.pk
    )
    steps = {
        "contenu": ("title", "description", "kind", "language", "keywords"),
        "public": ("audiences", "subjects", "minutes", "prerequisites", "needs", "aids"),
        "droits": ("may_change", "may_sell", "material", "credits", "no_pupils"),
        "envoi": ("authors", "authors_agree", "centre"),
    }
    for step, names in steps.items():
        resource.newest.refresh_from_db()
        sent = {name: told[name] for name in names} | {"vu": resource.newest.version}
        url = reverse("grants:write_resource", args=[resource.pk, step])
        assert client.get(url).status_code == 200
        assert client.post(url, sent).status_code == 302
    file = SimpleUploadedFile("journal.pdf", PDF)
    client.post(reverse("grants:resource_files", args=[resource.pk]), {"file": file})
    last = client.get(reverse("grants:write_resource", args=[resource.pk, "envoi"])).content
    assert "Il manque encore" not in last.decode()
    sent = client.post(reverse("grants:send_resource", args=[resource.pk]))
    assert sent.url == reverse("grants:resource", args=[resource.pk])
    resource.refresh_from_db()
    resource.newest.refresh_from_db()
    assert resource.state == "deposited"
    assert resource.newest.licence == "cc-by-nc-sa"
    assert resource.newest.authors == ["Claire Exemple", "Jean Exemple"]


def test_a_stale_step_is_told_and_keeps_the_answers(cast, owed):
    resource = make_resource(owed, cast.claire, "draft")
    url = reverse("grants:write_resource", args=[resource.pk, "contenu"])
    answer = of(cast.claire).post(url, {"title": "Mon titre", "vu": 1})
    assert "entre-temps" in answer.content.decode()
    assert "Mon titre" in answer.content.decode()


def test_the_officer_validates_and_everybody_reads(cast, owed):
    resource = make_resource(owed, cast.claire)
    decide = reverse("grants:decide_resource", args=[resource.pk])
    assert of(cast.claire).post(decide, {"decision": "publier"}).status_code == 403
    assert of(cast.karl).post(decide, {"decision": "publier"}).status_code == 404
    assert "Liste de contrôle" in page(cast.odile, "grants:resource", resource.pk)
    of(cast.odile).post(decide, {"decision": "publier", "checked": [*CHECKS]})
    resource.refresh_from_db()
    assert resource.state == "published"
    shown = page(None, "grants:open_resource", resource.reference)
    assert "Le journal de la classe en ligne" in shown
    assert "CC BY-NC-SA 4.0" in shown
    assert "Claire Exemple (" in shown
    file = resource.live.files.get()
    got = of(None).get(reverse("grants:open_file", args=[file.pk]))
    assert body_of(got) == PDF
    assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
    of(cast.odile).post(decide, {"decision": "retirer", "remarks": "Droits"})
    gone = of(None).get(reverse("grants:open_resource", args=[resource.reference]))
    assert gone.status_code == 410
    assert of(None).get(reverse("grants:open_file", args=[file.pk])).status_code == 404


def test_what_is_not_published_nobody_reads(cast, owed):
    resource = make_resource(owed, cast.claire)
    assert (
        of(None).get(reverse("grants:open_resource", args=[resource.reference])).status_code == 404
    )
    file = resource.newest.files.get()
    assert of(None).get(reverse("grants:open_file", args=[file.pk])).status_code == 404
    assert of(cast.karl).get(reverse("grants:resource_file", args=[file.pk])).status_code == 404
    assert of(cast.odile).get(reverse("grants:resource_file", args=[file.pk])).status_code == 200


def test_the_catalogue_is_searched_and_filtered(cast, owed):
    make_resource(owed, cast.claire, "published", cast.odile)
    make_resource(owed, cast.claire, "published", cast.odile, title="Fractions", subjects=["math"])
    everything = page(None, "grants:open_resources")
    assert "Fractions" in everything
    assert "journal" in everything
    for query, found in (
        ("?q=fractions", "Fractions"),
        ("?matiere=math", "Fractions"),
        ("?public=p5-p6&q=journal", "Le journal"),
    ):
        assert found in page(None, "grants:open_resources", query=query)
    assert "Aucune ressource ne correspond" in page(
        None, "grants:open_resources", query="?public=m"
    )


def test_a_school_asks_for_time_and_an_officer_answers(cast, owed):
    client = of(cast.claire)
    url = reverse("grants:extend_obligation", args=[owed.pk])
    wanted = owed.due_on.replace(year=owed.due_on.year + 1)
    client.post(url, {"wanted_on": wanted.isoformat(), "why": "Livraison tardive"})
    asked = Extension.objects.get()
    assert (asked.state, asked.why) == ("asked", "Livraison tardive")
    answer = reverse("grants:answer_extension", args=[asked.pk])
    assert client.post(answer, {"decision": "oui"}).status_code == 403
    of(cast.odile).post(answer, {"decision": "oui"})
    owed.refresh_from_db()
    assert owed.due_on == wanted
    assert "prolongé" in page(cast.claire, "grants:my_resources")


def test_my_resources_is_the_schools_own(cast, owed):
    make_obligation(cast.peupliers, cast.karl)
    for person, n in ((cast.claire, 1), (cast.bernard, 1), (cast.veronique, 1), (cast.odile, 2)):
        assert Obligation.objects.visible_to(person).count() == n
        assert page(person, "grants:my_resources").count("data-row ") == n
    assert "Aucune ressource à rendre" in page(cast.sofia, "grants:my_resources")
    assert of(cast.karl).get(reverse("grants:obligation", args=[owed.pk])).status_code == 404
    sheet = page(cast.claire, "grants:my_resources_export")
    assert "École Tilleuls" in sheet
    assert "Peupliers" not in sheet


def test_each_figure_of_the_board_leads_to_the_list_that_it_counts(cast, owed):
    call = make_call("AP-2026-09")
    make_application(call, cast.peupliers, cast.karl)
    make_resource(owed, cast.claire, "accepted", cast.odile)
    board = of(cast.odile).get(reverse("grants:board"))
    assert board.status_code == 200
    bars = board.context["funnel"]
    counts = {bar.url.partition("=")[2]: bar.count for bar in bars}
    assert (counts["submitted"], counts["awarded"], counts["returned"]) == (2, 1, 1)
    for bar in [
        *bars,
        board.context["never"],
        *(b for _t, bs in board.context["equity"] for b in bs),
    ]:
        assert of(cast.odile).get(bar.url).context["total"] == bar.count, bar
    assert (board.context["never"].count, board.context["never"].total) == (3, 4)
    narrowed = of(cast.odile).get(reverse("grants:board"), {"appel": call.pk})
    assert [bar.count for bar in narrowed.context["funnel"]][:2] == [0, 1]
    assert of(cast.bernard).get(reverse("grants:board")).status_code == 403


def test_the_map_tells_who_received_and_who_never_did(cast, owed):
    cast.tilleuls.latitude, cast.tilleuls.longitude = 50.4, 4.9
    cast.tilleuls.save()
    assert "Carte des octrois" in page(cast.odile, "grants:board_map")
    told = json.loads(page(cast.odile, "grants:board_points"))
    assert told["states"] == ["ok", "degraded"]
    assert [row[:4] for row in told["sites"]] == [[cast.tilleuls.pk, 50.4, 4.9, 0]]
    assert "A déjà reçu" in page(cast.odile, "grants:board_site", cast.tilleuls.pk)
    assert "jamais rien" in page(cast.odile, "grants:board_site", cast.peupliers.pk)


def test_indicators_are_everybodys_and_their_rows_the_officers(cast, owed):
    make_resource(owed, cast.claire, "accepted", cast.odile)
    shown = page(None, "grants:indicators")
    assert "Nombre de ressources partagées" in shown
    assert "Claire" not in shown
    data = json.loads(page(None, "grants:open_data_json"))
    assert data["licence"]["name"] == "CC BY 4.0"
    assert {
        "key": "K14",
        "year": None,
        "by": "region",
        "group": None,
        "label": None,
        "value": 1.0,
    } in (data["figures"])
    assert "CC BY 4.0" in page(None, "grants:open_data")
    assert "R-" in page(cast.odile, "grants:indicator", "K14")
    assert of(cast.claire).get(reverse("grants:indicator", args=["K14"])).status_code == 403
    assert of(cast.odile).get(reverse("grants:indicator", args=["K99"])).status_code == 404
    for wrong in ("?annee=²026", "?releve=2026-99-99", "?annee=99999999999"):
        assert of(None).get(reverse("grants:indicators") + wrong).status_code == 200


def test_the_board_says_how_far_reviewers_are_without_saying_what_they_think(cast):
    scene = make_scene(cast.odile)
    for seat in scene.seats:
        given(cast.odile, scene.files[0], seat)
    judged(Assignment.objects.first())
    told = of(cast.odile).get(reverse("grants:board")).context["reviews"]
    assert [(one.reference, one.given, one.frozen) for one in told] == [
        (scene.call.reference, 2, 1)
    ]


def test_the_schools_panels_tell_what_it_owes(cast, owed):
    for name, key in (
        ("school_returns", cast.tilleuls.school_id),
        ("site_returns", cast.tilleuls.pk),
    ):
        assert "Un chariot pour la 5e" in page(cast.bernard, f"grants:{name}", key)
        assert of(cast.karl).get(reverse(f"grants:{name}", args=[key])).status_code == 404
    here = page(cast.karl, "grants:site_returns", cast.peupliers.pk)
    assert "Aucun projet n’en doit" in here


def test_k7_is_what_the_inventory_says_however_it_is_broken_down(cast, owed):
    for n, (year, kind) in enumerate(((2025, "laptop"), (2026, "laptop"), (2026, "tablet"))):
        make_device(cast.tilleuls, f"E-{n}", kind, installed_on=dt.date(year, 9, 1))
    make_device(cast.tilleuls, "E-9", "laptop")  # installed, nobody noted when
    mine = {(f.year, f.group): f.value for f in installed_figures() if f.by == "category"}
    theirs = {(one.year, one.category): one.count for one in installed_by_year()}
    assert theirs == {(2025, "laptop"): 1, (2026, "laptop"): 1, (2026, "tablet"): 1}
    assert {key: n for key, n in mine.items() if key[0]} == theirs
    assert mine[None, "laptop"] == 2
    assert "1 équipement installé n’a pas de date" in page(None, "grants:indicators")
    rows = of(cast.odile).get(reverse("grants:indicator", args=["K7"]) + "?annee=2026")
    assert rows.context["total"] == 2


def test_a_report_is_written_sent_and_read(cast, owed):
    url = reverse("grants:follow_up", args=[owed.pk])
    client = of(cast.claire)
    assert "Ce que Préau voit" in client.get(url).content.decode()
    client.post(url, {"vu": 0, "pupils": 24, "uses": "Un journal par mois.", "decision": "garder"})
    report = owed.follow_up
    assert "Un journal par" not in page(cast.odile, "grants:follow_ups_export")
    client.post(
        url, {"vu": report.version, "pupils": 24, "uses": "Un journal.", "decision": "envoyer"}
    )
    report.refresh_from_db()
    assert (report.state, report.seen["bookings_a_week"]) == ("sent", 0)
    assert "J’ai lu ce rapport" in page(cast.odile, "grants:follow_up", owed.pk)
    of(cast.odile).post(reverse("grants:read_follow_up", args=[owed.pk]), {"answer": "Bravo."})
    report.refresh_from_db()
    assert report.state == "read"
    assert "Un journal." in page(cast.odile, "grants:follow_ups_export")
    assert "Un journal par" not in page(cast.claire, "grants:follow_up", owed.pk)


def test_centres_are_the_officers(cast):
    centre = make_centre()
    assert of(cast.claire).get(reverse("grants:centres")).status_code == 403
    assert "Centre e-classe" in page(cast.odile, "grants:centres")
    assert "Aline" not in page(cast.odile, "grants:centre", centre.pk)
    of(cast.odile).post(reverse("grants:centres"), {"key": "Autre-Centre", "name": "Autre"})
    assert "autre-centre" in page(cast.odile, "grants:centres")


def test_a_bad_file_is_told(cast, owed):
    resource = make_resource(owed, cast.claire, "draft")
    url = reverse("grants:resource_files", args=[resource.pk])
    sent = {"file": io.BytesIO(b"MZ\x90 nothing that we know")}
    answer = of(cast.claire).post(url, sent, follow=True)
    assert "Nous ne reconnaissons pas ce fichier" in answer.content.decode()
