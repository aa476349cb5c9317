"""The pages of transition plans: what to review first, writing without loss, judging, comparing."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from schools.actions.decide_plan import approve_plan, return_plan
from schools.actions.start_plan import start_plan
from schools.actions.submit_plan import submit_plan
from schools.actions.write_plan import write_answer
from schools.agreements.plan_reading import pieces
from schools.models import PlanState, TransitionPlan
from tests.architecture.query_counts import assert_query_count
from tests.cast import Cast, body_of, make_person, make_site
from tests.schools.papers import make_draft
from tests.schools.test_agreement_pages import as_, text_of

LIST = "schools:plans"


@pytest.fixture
def draft(cast: Cast) -> TransitionPlan:
    return make_draft(cast.bernard, cast.tilleuls.school.pk)


@pytest.fixture
def submitted(cast: Cast, draft: TransitionPlan) -> TransitionPlan:
    return submit_plan(cast.bernard, draft.pk)


def url(name: str, plan: TransitionPlan, *args) -> str:
    return reverse(f"schools:{name}", args=[plan.pk, *args])


def names(client: Client, **query) -> list[str]:
    rows = client.get(reverse(LIST), query).context["rows"]
    return [row[0].name.removeprefix("École ") for row in rows]


def test_an_officer_finds_first_what_waits(cast: Cast, submitted):
    client = as_(cast.odile)
    assert names(client)[0] == "Tilleuls"
    assert names(client, etat="submitted") == ["Tilleuls"]
    assert names(client, etat="none") == ["Bouleaux", "Peupliers", "Saules"]
    assert names(client, province="liege") == ["Peupliers"]
    assert names(client, tri="ecole")[0] == "Bouleaux"
    assert "1 plan de transition attend votre examen" in text_of(client.get(reverse(LIST)))
    approve_plan(cast.odile, submitted.pk)
    assert names(client, etat="approved") == ["Tilleuls"]
    assert "attend votre examen" not in text_of(client.get(reverse(LIST)))


def test_a_draft_is_the_school_s_own_affair(cast: Cast, draft):
    assert names(as_(cast.odile), etat="none")[-1] == "Tilleuls"
    assert names(as_(cast.bernard), etat="draft") == ["Tilleuls"]
    assert as_(cast.odile).get(url("plan", draft)).status_code == 404
    assert as_(cast.claire).get(url("plan", draft)).status_code == 404
    assert "brouillon" in text_of(as_(cast.veronique).get(url("plan", draft))).lower()
    assert as_(cast.veronique).get(url("write_plan", draft)).status_code == 403


def test_the_list_costs_the_same_with_more_rows(cast: Cast, submitted):
    client = as_(cast.odile)
    client.get(reverse(LIST))
    with assert_query_count("page:plans"):
        text_of(client.get(reverse(LIST)))
    for n in range(5):
        site = make_site(f"Autre {n}", "namur")
        head = make_person(f"Tête{n} Exemple", "head", school=site.school)
        submit_plan(head, make_draft(head, site.school_id).pk)
    with assert_query_count("page:plans"):
        text_of(client.get(reverse(LIST)))


def test_the_export_holds_state_and_sites_that_ask(cast: Cast, submitted):
    answer = as_(cast.odile).get(reverse("schools:plans_export"), {"etat": "submitted"})
    rows = list(csv.reader(io.StringIO(body_of(answer).decode()[1:]), delimiter=";"))
    told = dict(zip(rows[0], rows[1], strict=True))
    assert len(rows) == 2
    assert (told["État"], told["Version"]) == ("à examiner", "1")
    assert told["Implantations qui demandent un réseau"] == "1"


def save(client: Client, plan, body: str, revision: int, **more):
    values = {"body": body, "revision": revision, **more}
    return client.post(url("plan_answer", plan, "aims"), values, headers={"HX-Request": "true"})


def test_an_answer_saves_itself_and_hands_over_its_revision(cast: Cast, draft):
    client = as_(cast.bernard)
    page = text_of(save(client, draft, "Apprendre", 1))
    assert 'id="q-aims-revision" value="2"' in page
    assert "Enregistré" in page
    assert draft.answers.get(question="aims").body == "Apprendre"


def test_without_scripts_the_form_sends_and_comes_back(cast: Cast, draft):
    answer = as_(cast.bernard).post(url("plan_answer", draft, "aims"), {"body": "A", "revision": 1})
    assert answer["Location"].endswith("/rediger/#q-aims")
    late = as_(cast.bernard).post(url("plan_answer", draft, "aims"), {"body": "B", "revision": 1})
    assert late.status_code == 409
    page = late.content.decode()
    assert "Bernard Exemple a écrit ici entre-temps" in page
    assert ">B</textarea>" in page


@pytest.mark.parametrize(
    ("keep", "kept"), [("both", "Ada\n\nBernard"), ("mine", "Bernard"), ("theirs", "Ada")]
)
def test_of_two_texts_the_writer_chooses(cast: Cast, draft, keep: str, kept: str):
    ada = make_person("Ada Exemple", "head", school=draft.school)
    write_answer(ada, draft.pk, "aims", "Ada", 1)
    client = as_(cast.bernard)
    asked = text_of(save(client, draft, "Bernard", 1))
    assert "Ada Exemple a écrit ici entre-temps" in asked
    assert 'value="both:2"' in asked
    page = text_of(save(client, draft, "Bernard", 1, keep=f"{keep}:2"))
    assert f">{kept}</textarea>" in page
    assert draft.answers.get(question="aims").body == kept


def test_a_third_text_is_not_overruled_by_an_old_choice(cast: Cast, draft):
    ada = make_person("Ada Exemple", "head", school=draft.school)
    write_answer(ada, draft.pk, "aims", "Ada", 1)
    write_answer(ada, draft.pk, "aims", "Ada encore", 2)
    page = text_of(save(as_(cast.bernard), draft, "Bernard", 1, keep="mine:2"))
    assert "a écrit ici entre-temps" in page
    assert draft.answers.get(question="aims").body == "Ada encore"


def test_a_frozen_version_is_said_so_and_nothing_is_saved(cast: Cast, submitted):
    page = text_of(save(as_(cast.bernard), submitted, "Trop tard", 1))
    assert "Pas enregistré." in page
    assert "ne se modifie plus" in page
    assert save(as_(cast.veronique), submitted, "PO", 1).status_code == 403
    assert save(as_(cast.karl), submitted, "Karl", 1).status_code == 404


def test_a_site_saves_itself_and_a_wrong_date_is_named(cast: Cast, draft):
    client = as_(cast.bernard)
    address = url("plan_site", draft, cast.tilleuls.pk)
    values = {"asks": "non", "existing": "", "rooms": "", "wanted_on": "", "revision": 1}
    htmx = {"HX-Request": "true"}
    assert "Enregistré" in text_of(client.post(address, values, headers=htmx))
    assert draft.plan_sites.get().asks is False
    wrong = text_of(client.post(address, values | {"wanted_on": "demain"}, headers=htmx))
    assert "Cette date ne se lit pas" in wrong
    late = text_of(client.post(address, values | {"asks": "oui"}, headers=htmx))
    assert "a écrit ici entre-temps" in late
    kept = client.post(address, values | {"asks": "oui", "keep": "mine:2"}, headers=htmx)
    assert "Enregistré" in text_of(kept)
    assert draft.plan_sites.get().asks is True
    foreign = url("plan_site", draft, cast.peupliers.pk)
    assert client.post(foreign, values, headers=htmx).status_code == 404


def test_what_is_missing_is_named_before_and_at_submitting(cast: Cast):
    plan = start_plan(cast.bernard, cast.tilleuls.school.pk)
    client = as_(cast.bernard)
    page = text_of(client.get(url("plan", plan)))
    assert "Il manque 11 réponses" in page
    assert "Complétez d’abord les réponses qui manquent." in page
    page = text_of(client.post(url("submit_plan", plan), follow=True))
    assert "Il manque 11 réponses." in page
    plan.refresh_from_db()
    assert plan.state == PlanState.DRAFT


def test_an_officer_judges_and_the_school_reads_why(cast: Cast, submitted):
    officer, head = as_(cast.odile), as_(cast.bernard)
    page = text_of(officer.post(url("return_plan", submitted), {"reasons": " "}, follow=True))
    assert "Dites à l’école" in page
    officer.post(url("return_plan", submitted), {"reasons": "Précisez le budget."})
    school = reverse("schools:school_plan", args=[submitted.school_id])
    assert "Précisez le budget." in text_of(head.get(school))
    assert "Plan de transition à compléter" in text_of(head.get(reverse("schools:agreements")))
    for who in (cast.bernard, cast.veronique):
        assert as_(who).post(url("approve_plan", submitted)).status_code == 403
    assert as_(cast.sofia).post(url("approve_plan", submitted)).status_code == 404


def test_an_officer_with_ties_reads_why_not(cast: Cast, submitted):
    cast.odile.roles.create(kind="contact", school=submitted.school)
    page = text_of(as_(cast.odile).get(url("plan", submitted)))
    assert "un autre agent examine ce plan" in page
    assert "Approuver le plan" not in page
    assert as_(cast.odile).post(url("approve_plan", submitted)).status_code == 403


def test_two_versions_are_compared_section_by_section(cast: Cast, submitted):
    return_plan(cast.odile, submitted.pk, "Plus précis")
    second = start_plan(cast.bernard, submitted.school_id)
    row = second.answers.get(question="budget")
    write_answer(cast.bernard, second.pk, "budget", "Oui. Cinq mille euros.", row.revision)
    page = text_of(as_(cast.bernard).get(url("compare_plans", second, submitted.pk)))
    assert "1 section a changé" in page
    assert "<ins> Cinq mille euros.</ins>" in page
    assert as_(cast.odile).get(url("compare_plans", submitted, second.pk)).status_code == 404


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("a b c", "a x c", [("same", "a "), ("gone", "b"), ("new", "x"), ("same", " c")]),
        ("", "neuf", [("new", "neuf")]),
        ("parti", "", [("gone", "parti")]),
        ("pareil", "pareil", [("same", "pareil")]),
    ],
)
def test_differences_are_told_word_by_word(before: str, after: str, told):
    assert pieces(before, after) == told


def test_taking_back_leads_to_the_next_draft(cast: Cast, submitted):
    answer = as_(cast.bernard).post(url("withdraw_plan", submitted))
    following = TransitionPlan.objects.get(school=submitted.school, version=2)
    assert answer["Location"] == url("write_plan", following)
    approve_url = url("approve_plan", submitted)
    assert as_(cast.odile).post(approve_url).status_code == 403


def test_the_po_remarks_and_the_head_reads_it(cast: Cast, submitted):
    as_(cast.veronique).post(url("remark_plan", submitted), {"body": "Voté <b>hier</b>."})
    page = text_of(as_(cast.bernard).get(url("plan", submitted)))
    assert "Voté &lt;b&gt;hier&lt;/b&gt;." in page
