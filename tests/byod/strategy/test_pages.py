"""The pages of strategies: who finds what, what each list asks of the database, what goes out."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from byod.actions.strategy import decide
from byod.actions.strategy.start import start_strategy
from byod.models.network.policies import NetworkPolicy
from byod.models.strategy.strategies import Strategy
from byod.strategies_listed import schools_with_strategies
from tests.architecture.query_counts import assert_query_count
from tests.byod.strategy.made import (
    approved,
    deployed,
    make_policy,
    make_secondary,
    written,
)
from tests.cast import body_of, make_site

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


def at(name, *args):
    return reverse(f"byod:{name}", args=args)


def test_a_school_is_led_to_its_own_page_and_begins_there(client, cast):
    school = make_secondary(cast.tilleuls)
    client.force_login(cast.claire)
    page = client.get(at("strategies"), follow=True)
    assert page.redirect_chain == [(at("school_strategy", school.pk), 302)]
    assert "Le texte modèle" in page.content.decode()
    made = client.post(at("strategy_start", school.pk), {"source": "model"}, follow=True)
    assert "Objectifs" in made.content.decode()
    draft = Strategy.objects.get()
    assert client.post(at("strategy_submit", draft.pk)).status_code == 403


def test_an_answer_saves_itself_and_a_conflict_keeps_both_texts(client, cast):
    draft = start_strategy(cast.bernard, make_secondary(cast.tilleuls).pk, "empty")
    client.force_login(cast.bernard)
    url = at("strategy_answer", draft.pk, "aims")
    live = {"HTTP_HX_REQUEST": "true"}
    assert "Enregistré" in client.post(url, {"body": "Un", "revision": 0}, **live).content.decode()
    late = client.post(url, {"body": "Deux", "revision": 0}, **live).content.decode()
    assert "entre-temps" in late
    assert "Un" in late
    whole = client.post(url, {"body": "Deux", "revision": 0})
    assert whole.status_code == 409
    assert "Deux</textarea>" in whole.content.decode()
    client.post(url, {"body": "Deux", "revision": 0, "keep": "both:1"}, **live)
    assert draft.answers.get().body == "Un\n\nDeux"


def test_from_the_draft_to_the_deployed_by_the_pages(client, cast):
    draft = written(cast.bernard, make_secondary(cast.tilleuls))
    client.force_login(cast.bernard)
    assert client.get(at("write_strategy", draft.pk)).status_code == 200
    client.post(at("strategy_submit", draft.pk))
    client.force_login(cast.veronique)
    page = client.get(at("strategies")).content.decode()
    assert "Déléguer aux directions" in page
    assert "À approuver" in page
    assert "Approuver la stratégie" in client.get(at("strategy", draft.pk)).content.decode()
    client.post(at("strategy_approve", draft.pk))
    client.force_login(cast.bernard)
    told = client.post(at("strategy_deploy", draft.pk), follow=True).content.decode()
    assert "Il manque : une charte publiée" in told.replace("\u00a0", " ")
    draft.refresh_from_db()
    assert draft.state == "approved"


def test_strangers_find_nothing(client, cast):
    strategy = deployed(cast)
    client.force_login(cast.karl)
    for url in (
        at("school_strategy", strategy.school_id),
        at("strategy", strategy.pk),
        at("strategy_panel", strategy.school_id),
        at("strategy_document", strategy.pk),
    ):
        assert client.get(url).status_code == 404
    client.force_login(cast.sofia)
    assert client.get(at("strategy", strategy.pk)).status_code == 200
    assert client.post(at("strategy_approve", strategy.pk)).status_code == 403


def test_a_document_is_joined_once_and_served_to_those_who_see_it(client, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    draft = start_strategy(cast.bernard, make_secondary(cast.tilleuls).pk)
    client.force_login(cast.claire)
    for _again in range(2):
        client.post(
            at("strategy_attach", draft.pk), {"paper": SimpleUploadedFile("assurance.pdf", PDF)}
        )
    paper = draft.papers.get()
    wrong = client.post(
        at("strategy_attach", draft.pk),
        {"paper": SimpleUploadedFile("x.pdf", b"MZ")},
        follow=True,
    )
    assert "ni un PDF ni une photo" in wrong.content.decode()
    assert body_of(client.get(at("strategy_paper", draft.pk, paper.pk))) == PDF
    client.force_login(cast.sofia)
    assert client.get(at("strategy_paper", draft.pk, paper.pk)).status_code == 404
    client.force_login(cast.claire)
    client.post(at("strategy_detach", draft.pk, paper.pk))
    assert draft.papers.count() == 0


def test_the_list_filters_sorts_and_goes_out(client, cast):
    deployed(cast)
    make_secondary(cast.peupliers)
    client.force_login(cast.odile)
    page = client.get(at("strategies")).content.decode()
    assert page.index("École Peupliers") < page.index("École Tilleuls")  # what waits first
    only = client.get(at("strategies"), {"etat": "deployed"}).content.decode()
    assert "École Tilleuls" in only
    assert "École Peupliers" not in only
    assert (
        "Aucune école ne correspond" in client.get(at("strategies"), {"q": "zzz"}).content.decode()
    )
    sheet = body_of(client.get(at("strategies_export"), {"etat": "deployed"})).decode("utf-8-sig")
    assert len(sheet.splitlines()) == 2
    assert "École Tilleuls" in sheet
    assert "déployée" in sheet


def test_the_list_costs_the_same_with_more_schools(client, cast):
    deployed(cast)
    client.force_login(cast.odile)
    client.get(at("strategies"))
    with assert_query_count("byod_strategies"):
        client.get(at("strategies"))
    for n in range(4):
        make_secondary(make_site(f"École {n}", "namur"))
    with assert_query_count("byod_strategies"):
        client.get(at("strategies"))


def test_the_list_and_the_page_agree_on_where_a_school_stands(client, cast):
    strategy = approved(cast)
    client.force_login(cast.odile)

    def told():
        row = schools_with_strategies(cast.odile).get(pk=strategy.school_id)
        look = client.get(at("school_strategy", strategy.school_id)).context["look"]
        return row.standing, look[2]

    assert told() == ("approved", "approuvée, à déployer")
    Strategy.objects.all().update(state="superseded", superseded_at="2026-09-01T00:00Z")
    again = deployed(cast)
    assert told() == ("deployed", "déployée")
    NetworkPolicy.objects.update(state="retired", retired_at=timezone.now())
    assert told() == ("suspended", "déployée, sans politique en vigueur")
    make_policy(again.school, 2)
    start_strategy(cast.bernard, again.school_id)
    assert told() == ("deployed", "déployée")
    decide.submit_strategy(cast.bernard, Strategy.objects.get(state="draft").pk)
    assert told() == ("submitted", "à approuver")


def test_the_paper_and_the_differences(client, cast):
    strategy = deployed(cast)
    draft = start_strategy(cast.bernard, strategy.school_id)
    client.force_login(cast.bernard)
    paper = client.get(at("strategy_document", strategy.pk))
    assert paper.content.startswith(b"%PDF-")
    assert client.get(at("compare_strategies", draft.pk, strategy.pk)).status_code == 200
    panel = client.get(at("strategy_panel", draft.school_id)).content.decode()
    assert "Ouvrir la stratégie" in panel
