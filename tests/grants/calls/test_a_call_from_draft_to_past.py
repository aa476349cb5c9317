"""A call from its first draft to its publication, through the pages of an officer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from inventory.access import DecisionImpossible
from inventory.grants.actions.calls.publish_call import extend_call
from inventory.grants.models.calls.applications import ApplicationState
from inventory.grants.models.calls.published import Call, CallState
from tests.grants.calls.made import GRID, RANKING, make_call, make_draft, make_kit_version
from tests.grants.calls.test_a_file_from_start_to_receipt import as_, post


@pytest.fixture
def officer(cast):
    return cast.odile


def test_written_published_frozen(cast, officer):
    answer = post(officer, "/appels/gestion/nouveau/", {"mode": "competition", "title": "Robots"})
    call = Call.objects.get()
    base = f"/appels/gestion/{call.pk}"
    assert answer["Location"] == f"{base}/"
    assert call.reference == f"AP-{timezone.localdate().year}-01"
    texts = {
        "vu": 1, "title_fr": "Robots", "title_de": "Roboter", "rules_fr": "Règles",
        "rules_de": "Regeln", "summary_fr": "", "summary_de": "",
    }  # fmt: skip
    assert post(officer, f"{base}/modifier/textes/", texts).status_code == 302
    assert post(officer, f"{base}/modifier/textes/", texts | {"title_fr": "X"}).status_code == 200
    now = timezone.localtime()
    frame = {
        "vu": 2, "opens_at": f"{now - dt.timedelta(hours=1):%Y-%m-%dT%H:%M:%S}",
        "closes_at": f"{now + dt.timedelta(days=9):%Y-%m-%dT12:00:00}", "budget": "100000",
        "per_site": 1, "min_reviews": 2, "divergence_points": "20", "returns_owed": 1,
        "returns_due_months": 12,
    }  # fmt: skip
    assert post(officer, f"{base}/modifier/cadre/", frame).status_code == 302
    conditions = {"vu": 3, "levels": ["primaire"], "pupils_min": 50, "declaration": "on"}
    assert post(officer, f"{base}/modifier/conditions/", conditions).status_code == 302
    assert (
        post(officer, f"{base}/formulaire/section/", {"vu": 1, "title_fr": "Projet"}).status_code
        == 302
    )
    question = {
        "vu": 2, "section": "projet", "kind": "kits", "label_fr": "Kits", "label_de": "Kits",
        "required": "on",
    }  # fmt: skip
    assert post(officer, f"{base}/formulaire/question/", question).status_code == 302
    criteria = {
        "vu": 4, "c-TOTAL_FORMS": 2, "c-INITIAL_FORMS": 0, "method": "strict",
        "c-0-kind": "pedagogical", "c-0-label_fr": "Utilité", "c-0-weight": "3",
        "c-0-max_points": 5, "c-0-threshold": 2, "c-0-anchors_fr": "5 = net\n1 = vague",
        "c-1-kind": "technical", "c-1-label_fr": "Faisable", "c-1-weight": "2",
        "c-1-max_points": 5, "c-1-threshold": 2,
    }  # fmt: skip
    assert post(officer, f"{base}/grille/", criteria).status_code == 302
    page = as_(officer).get(f"{base}/publier/").content.decode()
    assert "figée pour toujours" in page
    assert Client().get(f"/appels/{call.reference}/").status_code == 404
    version = call.versions.get()
    assert version.grid["criteria"][0]["anchors"] == {"5": {"fr": "net"}, "1": {"fr": "vague"}}
    answer = post(officer, f"{base}/publier/", {"vu": version.revision}, follow=True)
    call.refresh_from_db()
    assert call.state == CallState.PUBLISHED, answer.content
    assert post(officer, f"{base}/modifier/textes/", texts).status_code == 302
    version.refresh_from_db()
    assert version.title_fr == "Robots"
    public = Client().get(f"/appels/{call.reference}/").content.decode()
    assert "Au moins 50 élèves" in public
    assert "5 = net" in public
    assert "Robots" in Client().get("/appels/").content.decode()
    german = Client()
    german.cookies["preau_language"] = "de"
    assert (
        "Roboter"
        in german.get(
            f"/appels/{call.reference}/", headers={"Accept-Language": "de"}
        ).content.decode()
    )


def test_only_officers_prepare_calls(cast):
    call = make_call(published=False)
    for person in (cast.bernard, cast.sofia):
        assert as_(person).get("/appels/gestion/").status_code == 403
        assert as_(person).get(f"/appels/gestion/{call.pk}/").status_code == 404
    published = make_call()
    assert as_(cast.bernard).get(f"/appels/gestion/{published.pk}/").status_code == 403


def test_last_year_s_call_is_copied(cast, officer):
    old = make_call()
    post(officer, f"/appels/gestion/{old.pk}/copier/")
    new = Call.objects.get(copied_from=old)
    draft = new.versions.get()
    assert (draft.title_fr, draft.grid, draft.ranking) == ("Classes mobiles", GRID, RANKING)
    assert draft.form.content == old.current.form.content
    assert draft.opens_at - old.current.opens_at == dt.timedelta(days=364)
    assert not draft.is_frozen


def test_a_correction_takes_drafts_along(cast, officer):
    call, kit = make_call(), make_kit_version()
    row = make_draft(call, cast.tilleuls, cast.claire, kit=kit)
    post(cast.bernard, f"/dossiers/{row.pk}/valider/")
    base = f"/appels/gestion/{call.pk}"
    post(officer, f"{base}/corriger/")
    draft = call.versions.draft().get()
    seen = draft.form.revision
    question = {
        "vu": seen, "section": "projet", "kind": "text", "label_fr": "Nom du projet",
        "label_de": "Name", "required": "on",
    }  # fmt: skip
    assert post(officer, f"{base}/formulaire/question/", question).status_code == 302
    draft.refresh_from_db()
    assert draft.form.number == 2
    post(officer, f"{base}/publier/", {"vu": draft.revision})
    draft.refresh_from_db()
    assert not draft.is_frozen  # without a public reason
    texts = {
        "vu": draft.revision, "title_fr": "Classes mobiles", "title_de": "Mobile Klassen",
        "rules_fr": "Un dossier.", "rules_de": "Ein Antrag.", "why": "Une question manquait.",
    }  # fmt: skip
    post(officer, f"{base}/modifier/textes/", texts)
    draft.refresh_from_db()
    post(officer, f"{base}/publier/", {"vu": draft.revision})
    row.refresh_from_db()
    assert (row.version, row.state, row.validated_at) == (draft, ApplicationState.DRAFT, None)
    assert row.answers.count() == 2  # nothing lost
    page = as_(cast.claire).get(f"/dossiers/{row.pk}/rediger/").content.decode()
    assert "Une question manquait." in page
    assert "nouvelle question" in page
    assert "Nom du projet" in page


def test_a_deadline_is_put_off_with_a_public_reason(cast, officer):
    call = make_call()
    row = make_draft(call, cast.tilleuls, cast.claire, kit=make_kit_version())
    post(cast.bernard, f"/dossiers/{row.pk}/valider/")
    base = f"/appels/gestion/{call.pk}"
    later = timezone.localtime(call.current.closes_at) + dt.timedelta(days=7)
    said = {"closes_at": f"{later:%Y-%m-%dT%H:%M:%S}"}
    assert post(officer, f"{base}/prolonger/", said).status_code == 200
    assert post(officer, f"{base}/prolonger/", said | {"why": "Panne"}).status_code == 302
    row.refresh_from_db()
    call.refresh_from_db()
    assert row.version == call.current
    assert row.state == ApplicationState.VALIDATED  # the form is the same: signatures hold
    assert "Panne" in Client().get(f"/appels/{call.reference}/").content.decode()
    assert post(officer, f"{base}/cloturer/", {"why": "Budget épuisé"}).status_code == 302
    call.refresh_from_db()
    assert call.current.number == 3
    assert call.current.closes_at <= timezone.now()


def test_a_form_is_built_and_moved(cast, officer):
    call = make_call(published=False)
    base = f"/appels/gestion/{call.pk}/formulaire"
    form = call.versions.get().form

    def seen():
        form.refresh_from_db()
        return form.revision

    yes_no = {
        "section": "projet", "kind": "yes_no", "label_fr": "Déjà un réseau ?", "required": "on",
    }  # fmt: skip
    assert post(officer, f"{base}/question/", yes_no | {"vu": seen()}).status_code == 302
    hidden = {
        "section": "projet", "kind": "text", "label_fr": "Lequel ?", "required": "on",
        "when_question": "deja_un_reseau", "when_equals": "oui",
    }  # fmt: skip
    assert post(officer, f"{base}/question/", hidden | {"vu": seen()}).status_code == 302
    keys = [one["key"] for one in _questions(form)]
    assert keys == ["objectifs", "kits", "deja_un_reseau", "lequel"]
    post(officer, f"{base}/deplacer/", {"key": "lequel", "step": "haut", "vu": seen()})
    assert [one["key"] for one in _questions(form)] == keys  # a condition looks back
    post(officer, f"{base}/deplacer/", {"key": "kits", "step": "haut", "vu": seen()})
    assert [one["key"] for one in _questions(form)][:2] == ["kits", "objectifs"]
    post(officer, f"{base}/retirer/", {"key": "deja_un_reseau", "vu": seen()})
    assert len(_questions(form)) == 4  # another question depends on it
    post(officer, f"{base}/retirer/", {"key": "objectifs", "vu": 1})
    assert len(_questions(form)) == 4  # somebody wrote since
    post(officer, f"{base}/retirer/", {"key": "objectifs", "vu": seen()})
    assert len(_questions(form)) == 3
    for page in (f"{base}/", f"{base}/apercu/", f"{base}/question/lequel/"):
        assert as_(officer).get(page).status_code == 200


def _questions(form):
    form.refresh_from_db()
    return [row for one in form.content["sections"] for row in one["questions"]]


def test_an_extension_needs_a_later_day(cast, officer):
    call = make_call()
    with pytest.raises(DecisionImpossible, match="suit l’ancienne"):
        extend_call(officer, call.pk, call.current.closes_at, "Pour voir", timezone.now())
