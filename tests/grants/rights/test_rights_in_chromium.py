"""The pages of rights in a real browser: WCAG, desk and phone, both themes; a formula adopted."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from inventory.grants.actions.rights.correct import propose_correction
from inventory.grants.actions.rights.counting import tell_counting_error
from inventory.grants.actions.rights.formulas import draft_formula
from inventory.grants.actions.rights.pools import consent_to_pool, open_pool
from inventory.grants.models.rights.ledger import DrawingRight
from inventory.grants.models.rights.programmes import Computation, Formula, Programme
from tests.browsing import enter, faults_at, settle
from tests.cast import Cast, make_cast
from tests.grants.rights.region import first_year, make_programme_in_use, use

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def used(transactional_db: None) -> Cast:
    """Two years released, files in every state, a draft, a correction, an error, a pool."""
    cast = make_cast()
    programme = make_programme_in_use(
        cast.odile, {cast.tilleuls: (598, 612), cast.saules: (120, 118)}
    )
    use(cast.tilleuls, cast.bernard)
    draft_formula(cast.odile, programme)
    right = DrawingRight.objects.get(site=cast.tilleuls)
    propose_correction(cast.odile, right, right.available, "Sept élèves de plus")
    year = first_year() + 1
    tell_counting_error(cast.bernard, cast.tilleuls, year, 619, "Sept élèves manquent.")
    pool = open_pool(
        cast.veronique, cast.tilleuls.school.authority, programme, "Conseil", right.usable_from
    )
    consent_to_pool(cast.bernard, pool, cast.tilleuls.school, right.usable_from)
    return cast


def at(name: str, *args: Any) -> str:
    return reverse(f"grants:{name}", args=args)


def test_the_pages_of_a_school(page: Any, used: Cast) -> None:
    enter(page, used.bernard)
    last = Computation.objects.filter(site=used.tilleuls).latest("year")
    pages = [
        at("my_right"),
        at("right_entries"),
        at("computation", last.pk),
        at("tell_counting_error", used.tilleuls.pk),
        at("pools"),
        at("right", DrawingRight.objects.get(site=used.tilleuls).pk),
    ]
    assert [fault for url in pages for fault in faults_at(page, url)] == []


def test_the_pages_of_an_officer(page: Any, used: Cast) -> None:
    enter(page, used.odile)
    programme = Programme.objects.get()
    draft, adopted = (programme.formulas.get(number=n) for n in (2, 1))
    pages = [
        at("rights"),
        at("programmes"),
        at("programme", programme.pk),
        at("formula", draft.pk),
        at("formula", adopted.pk),
        at("formula_simulation", draft.pk),
        at("formula_compare", draft.pk, adopted.pk),
        at("corrections"),
        at("counting_errors"),
        at("programme_new"),
    ]
    assert [fault for url in pages for fault in faults_at(page, url)] == []


def test_an_officer_writes_simulates_and_adopts_a_formula(page: Any, used: Cast) -> None:
    enter(page, used.odile)
    page.goto(at("formula", Formula.objects.get(number=2).pk))
    page.get_by_label("Par élève au-delà du seuil").fill("vingt")
    page.get_by_role("button", name="Garder le brouillon").click()
    page.get_by_text("Rien n’est enregistré").wait_for()
    page.get_by_label("Par élève au-delà du seuil").fill("20")
    page.get_by_role("button", name="Garder le brouillon").click()
    page.get_by_role("link", name="Simuler").click()
    page.get_by_text("Reçoivent plus").first.wait_for()
    settle(page)
    page.locator("summary", has_text="Adopter").click()
    page.get_by_role("button", name="Adopter cette formule").click()
    page.get_by_text("Adoptée. Elle sert").wait_for()
    assert Formula.objects.get(number=2).is_adopted
