"""The journey of a school's decisions, in a real browser: agreements, management, the plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from inventory.models import Port
from schools.actions.decide_plan import return_plan
from schools.actions.submit_plan import submit_plan
from schools.actions.write_plan import write_answer
from schools.models import Consent, PlanState, Site, TransitionPlan, User, supervised_sites
from supervision.actions.claim_due import claim_due
from supervision.actions.park_unconsented import park_unconsented
from tests.browsing import COLOURS, GOOD_PRACTICE, complaints, enter
from tests.cast import Cast, make_device, make_person, make_target
from tests.schools.papers import PDF, make_draft, publish_texts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)


@pytest.fixture
def as_(page: Any, live_server: Any):
    """``as_(user)``: the page, in which that person is signed in."""

    def sign_in(user: User) -> Page:
        enter(page, user)
        return page

    return sign_in


def claimed(site: Site, at: dt.datetime) -> bool:
    park_unconsented(at)
    return any(due.site_id == site.pk for due in claim_due(at))


def test_agreements_and_management_from_the_pages(as_: Any, cast: Cast) -> None:
    publish_texts()
    site, school = cast.bouleaux, cast.bouleaux.school
    head = make_person("Hugo Exemple", "head", school=school)
    po = make_person("Paula Exemple", "authority", authority=school.authority)
    make_target(make_device(site, "SW"), next_poll_at=timezone.now() - DAY)

    page = as_(po)
    page.goto(reverse("schools:agreements"))
    page.get_by_role("link", name="Assistance centrale, PO Bouleaux").click()
    page.get_by_label("J’ai lu le texte").check()
    page.get_by_role("button", name="Donner l’accord").click()
    expect(page.locator("main")).to_contain_text("En vigueur depuis le")
    assert not claimed(site, timezone.now())

    page = as_(head)
    page.goto(reverse("schools:agreements"))
    page.get_by_role("link", name="Supervision, École Bouleaux").click()
    page.get_by_label("J’ai lu le texte").check()
    page.locator("#id_paper").set_input_files(
        {"name": "signé.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Donner l’accord").click()
    expect(page.locator("#toasts, .toasts")).to_contain_text("Les relevés commencent")
    expect(page.locator("#document")).to_contain_text("signé.pdf")
    assert claimed(site, timezone.now() + 6 * DAY / 1000)

    page = as_(po)
    page.goto(reverse("schools:authority_agreement", args=[school.authority_id]))
    page.get_by_role("link", name="Retirer l’accord").click()
    expect(page.locator("main")).to_contain_text("1 implantation n’est plus relevée")
    expect(page.locator("main")).to_contain_text("École Bouleaux")
    tomorrow = timezone.localdate() + DAY
    page.get_by_label("À partir du").fill(tomorrow.isoformat())
    page.get_by_label("Motif").fill("Fin de convention")
    page.get_by_role("button", name="Retirer l’accord").click()
    expect(page.locator("#etat")).to_contain_text("En vigueur jusqu’au")
    assert supervised_sites(tomorrow - DAY).filter(pk=site.pk).exists()
    assert not claimed(site, timezone.now() + DAY)
    page.get_by_role("button", name="Annuler le retrait").click()
    expect(page.locator("#etat")).to_contain_text("En vigueur depuis le")


def test_a_managed_network_refuses_the_restart_on_the_page(as_: Any, cast: Cast) -> None:
    device = make_device(cast.tilleuls, "SW-B1")
    Port.objects.create(device=device, name="1", number=1, if_index=1)
    target = make_target(device)
    page = as_(cast.bernard)
    page.goto(reverse("schools:management", args=[cast.tilleuls.pk]))
    page.get_by_text("L’école elle-même").click()
    page.get_by_label("Pourquoi").fill("Nous avons un technicien.")
    page.get_by_role("button", name="Enregistrer ce choix").click()
    expect(page.locator("#mode")).to_contain_text("Les techniciens ne peuvent pas modifier")
    page = as_(cast.sofia)
    answer = page.request.post(
        f"/api/v1/targets/{target.pk}/restart-port/",
        data={"port": "1"},
        headers={"X-CSRFToken": _token(page, cast)},
    )
    assert answer.status == 403
    assert "géré par l’école" in answer.json()["detail"]


def _token(page: Page, cast: Cast) -> str:
    page.goto(reverse("schools:management", args=[cast.tilleuls.pk]))
    return str(page.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']"))


def test_a_plan_from_the_first_word_to_its_successor(as_: Any, cast: Cast) -> None:
    school = cast.tilleuls.school
    page = as_(cast.bernard)
    page.goto(reverse("schools:school_plan", args=[school.pk]))
    page.get_by_role("button", name="Commencer le plan").click()
    expect(page.locator("#progress")).to_contain_text("Il manque 11 réponses")
    for place in page.locator("form[id^=q-] textarea").all():
        place.fill("Nous le ferons ensemble.")
    page.get_by_label("Oui", exact=True).check()
    page.get_by_label("Quel réseau existe déjà").fill("Un switch dans le bureau")
    page.get_by_label("Quels locaux").fill("Toutes les classes")
    page.get_by_label("Pour quelle date").fill("2027-09-01")
    expect(page.locator("#progress")).to_contain_text("Rien ne manque")
    page.get_by_role("link", name="Relire et soumettre").click()
    page.get_by_role("button", name="Soumettre le plan").click()
    page.locator("dialog[open]").get_by_role("button", name="Soumettre", exact=True).click()
    expect(page.locator("#etat")).to_contain_text("À examiner")

    page = as_(cast.odile)
    page.goto(reverse("schools:plans"))
    page.get_by_role("link", name="1 plan de transition attend votre examen").click()
    page.get_by_role("link", name=school.name).click()
    page.get_by_label("Ou renvoyer, avec vos motifs").fill("Précisez le budget.")
    page.get_by_role("button", name="Renvoyer à l’école").click()
    expect(page.locator("#etat")).to_contain_text("À compléter")

    page = as_(cast.bernard)
    page.goto(reverse("schools:plans"))
    page.get_by_role("link", name="Plan de transition à compléter").click()
    expect(page.locator("main")).to_contain_text("Précisez le budget.")
    page.get_by_role("button", name="Compléter le plan").click()
    page.get_by_label("Quel budget").fill("5 000 € par an, par le PO.")
    expect(page.locator("#q-budget-saved")).to_contain_text("Enregistré")
    page.get_by_role("link", name="Relire et soumettre").click()
    page.get_by_role("button", name="Soumettre le plan").click()
    page.locator("dialog[open]").get_by_role("button", name="Soumettre", exact=True).click()
    expect(page.locator("#etat")).to_contain_text("À examiner")
    second = TransitionPlan.objects.get(school=school, version=2)

    page = as_(cast.odile)
    page.goto(reverse("schools:plan", args=[second.pk]))
    page.get_by_role("link", name="Différences avec la version 1").click()
    expect(page.locator("main")).to_contain_text("1 section a changé")
    expect(page.locator("main ins").nth(1)).to_contain_text("5 000 €")
    page.goto(reverse("schools:plan", args=[second.pk]))
    page.get_by_role("button", name="Approuver le plan").click()
    page.locator("dialog[open]").get_by_role("button", name="Approuver", exact=True).click()
    expect(page.locator("#etat")).to_contain_text("Approuvé")
    assert list(Site.objects.entitled_to_lan(timezone.localdate())) == [cast.tilleuls]

    page = as_(cast.bernard)
    page.goto(reverse("schools:school_plan", args=[school.pk]))
    page.get_by_role("button", name="Écrire la version suivante").click()
    expect(page.locator("#progress")).to_contain_text("Rien ne manque")
    third = TransitionPlan.objects.get(school=school, version=3)
    submit_plan(cast.bernard, third.pk)
    page = as_(cast.odile)
    page.goto(reverse("schools:plan", args=[third.pk]))
    page.get_by_role("button", name="Approuver le plan").click()
    page.locator("dialog[open]").get_by_role("button", name="Approuver", exact=True).click()
    expect(page.locator("#etat")).to_contain_text("Approuvé")
    states = school.plans.order_by("version").values_list("state", flat=True)
    assert list(states) == [PlanState.RETURNED, PlanState.SUPERSEDED, PlanState.APPROVED]


def test_two_editors_are_asked_and_lose_nothing(as_: Any, cast: Cast) -> None:
    plan = make_draft(cast.bernard, cast.tilleuls.school.pk)
    ada = make_person("Ada Exemple", "head", school=plan.school)
    page = as_(cast.bernard)
    page.goto(reverse("schools:write_plan", args=[plan.pk]))
    write_answer(ada, plan.pk, "aims", "Celui d’Ada", plan.answers.get(question="aims").revision)
    field = page.get_by_label("Que doit changer le numérique")
    field.fill("Celui de Bernard")
    asked = page.locator("#q-aims-saved")
    expect(asked).to_contain_text("Ada Exemple a écrit ici entre-temps")
    expect(asked).to_contain_text("Celui d’Ada")
    assert field.input_value() == "Celui de Bernard"
    assert plan.answers.get(question="aims").body == "Celui d’Ada"
    asked.get_by_role("button", name="Garder les deux textes").click()
    expect(asked).to_contain_text("Enregistré")
    both = "Celui d’Ada\n\nCelui de Bernard"
    assert plan.answers.get(question="aims").body == both
    assert page.get_by_label("Que doit changer le numérique").input_value() == both
    page.get_by_label("Que doit changer le numérique").fill("Encore un mot")
    expect(asked).to_contain_text("Enregistré")
    page.wait_for_function("!document.querySelector('#q-aims-saved').textContent.includes('…')")
    assert plan.answers.get(question="aims").body == "Encore un mot"


def test_a_lost_connection_keeps_the_text_and_saves_it_later(as_: Any, cast: Cast) -> None:
    plan = make_draft(cast.bernard, cast.tilleuls.school.pk)
    page = as_(cast.bernard)
    page.goto(reverse("schools:write_plan", args=[plan.pk]))
    page.context.set_offline(True)
    page.get_by_label("Que doit changer le numérique").fill("Écrit dans le train")
    expect(page.locator("#q-aims-saved")).to_contain_text("Connexion perdue")
    assert plan.answers.get(question="aims").body == "Oui."
    page.context.set_offline(False)
    expect(page.locator("#q-aims-saved")).to_contain_text("Enregistré", timeout=15_000)
    assert plan.answers.get(question="aims").body == "Écrit dans le train"


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_accessible_and_fit(as_: Any, cast: Cast, width: int) -> None:
    publish_texts()
    school = cast.tilleuls.school
    first = make_draft(cast.bernard, school.pk)
    submit_plan(cast.bernard, first.pk)
    return_plan(cast.odile, first.pk, "Précisez le budget.")
    draft = make_draft(cast.bernard, school.pk, words="Autrement.")
    consent = Consent.objects.get(school=school)
    url = reverse
    visits = [
        (cast.odile, url("schools:agreements")),
        (cast.veronique, url("schools:agreements") + "?etat=document"),
        (cast.veronique, url("schools:authority_agreement", args=[school.authority_id])),
        (cast.bernard, url("schools:school_agreement", args=[school.pk])),
        (cast.bernard, url("schools:school_text", args=[school.pk])),
        (cast.bernard, url("schools:withdraw", args=[consent.pk])),
        (cast.bernard, url("schools:management", args=[cast.tilleuls.pk])),
        (cast.claire, url("schools:management", args=[cast.tilleuls.pk])),
        (cast.odile, url("schools:plans")),
        (cast.bernard, url("schools:school_plan", args=[school.pk])),
        (cast.bernard, url("schools:write_plan", args=[draft.pk])),
        (cast.bernard, url("schools:plan", args=[draft.pk])),
        (cast.bernard, url("schools:compare_plans", args=[draft.pk, first.pk])),
    ]
    for person, address in visits:
        page = as_(person)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(reduced_motion="reduce")
        page.goto(address)
        for theme in ("light", "dark"):
            page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
            rules = GOOD_PRACTICE if theme == "light" else COLOURS
            assert complaints(page, f"{address} {theme}", rules) == []
