"""Twenty-five pupils at the desk in a real browser: a scanner is a keyboard, there is no mouse."""

from __future__ import annotations

import pytest
from django.urls import reverse

from byod.actions.loans.ask_pool import Asked, ask_pool
from byod.actions.loans.desk import open_desk
from byod.actions.loans.pool_rules import Rules, change_pool
from byod.actions.loans.pools import open_pool
from byod.actions.loans.region_terms import save_region_draft
from byod.models.loans.desks import DeskMode, DeskScan
from byod.models.loans.loans import Loan, LoanState
from tests.browsing import enter, faults_at
from tests.byod.loans.made import DUE, Lending, make_item
from tests.cast import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def scan(page, text):
    """As a reader does: every sign at once, then Enter, wherever the focus is."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def wait_for(page, step):
    page.locator(f"[data-desk][data-step={step}]").wait_for()


def test_twenty_five_pupils_in_seventy_five_scans_without_a_mouse(page):
    cast = make_cast()
    lending = Lending(cast.tilleuls, 25)
    desk = open_desk(cast.claire, cast.tilleuls.pk, DUE, school_class=lending.school_class.pk)
    enter(page, cast.claire)
    page.goto(reverse("byod:loan_desk_now", args=[desk.pk]))
    assert page.evaluate("document.activeElement.id") == "scan"
    for n, member in enumerate(lending.pupils):
        scan(page, member.pseudonym)
        wait_for(page, "device")
        scan(page, f"PC-{401 + n:04d}")
        wait_for(page, "charger")
        scan(page, f"CH-{401 + n:04d}")
        wait_for(page, "pupil")
    assert Loan.objects.out().count() == 25
    page.locator("[data-part=log]", has_text="25 prêts").wait_for()
    page.locator("[data-class-count]", has_text="25 sur 25").wait_for()
    page.locator("[data-reader].on", has_text="Lecteur connecté").wait_for()
    assert page.locator(".toast-y", has_text="PC-0425 prêté à Olivia Lejeune").count() == 1
    page.keyboard.press("Control+z")
    page.locator("[data-class-count]", has_text="24 sur 25").wait_for()
    assert Loan.objects.get(state=LoanState.CANCELLED).item == lending.laptops[24]
    assert DeskScan.objects.count() == 75
    assert page.evaluate("document.activeElement.id") == "scan"


def test_one_letter_a_lost_line_and_hidden_names(page):
    cast = make_cast()
    lending = Lending(cast.tilleuls, 3)
    desk = open_desk(cast.claire, cast.tilleuls.pk, DUE, school_class=lending.school_class.pk)
    enter(page, cast.claire)
    page.goto(reverse("byod:loan_desk_now", args=[desk.pk]))
    # typed: the name of the class list, Enter
    page.keyboard.type("lina", delay=60)
    page.locator("[data-who] li", has_text="Lina Brasseur").wait_for()
    page.keyboard.press("Enter")
    wait_for(page, "device")
    scan(page, "PC-0401")
    wait_for(page, "charger")
    page.keyboard.press("s")
    wait_for(page, "pupil")
    assert Loan.objects.get().without_charger is True
    # no line: three scans wait, and leave once
    page.context.set_offline(True)
    for text in (lending.pupils[1].pseudonym, "PC-0402", "CH-0402"):
        scan(page, text)
    page.locator("[data-queue]", has_text="vos lectures sont gardées ici").wait_for()
    page.context.set_offline(False)
    page.locator("[data-class-count]", has_text="2 sur 3").wait_for(timeout=15_000)
    assert Loan.objects.out().count() == 2
    # a step back with Échap
    scan(page, lending.pupils[2].pseudonym)
    wait_for(page, "device")
    page.keyboard.press("Escape")
    wait_for(page, "pupil")
    page.get_by_role("button", name="Masquer les noms").click()
    assert page.get_by_text("Lina Brasseur").count() == 0
    assert page.get_by_text(lending.pupils[0].pseudonym).count() > 0


def test_pages_of_loans_are_accessible(page):
    cast = make_cast()
    lending = Lending(cast.tilleuls, 3)
    desk = open_desk(cast.claire, cast.tilleuls.pk, DUE, school_class=lending.school_class.pk)
    enter(page, cast.claire)
    here = reverse("byod:loan_desk_now", args=[desk.pk])
    page.goto(here)
    for text in (lending.pupils[0].pseudonym, "PC-0401", "CH-0401", lending.pupils[1].pseudonym):
        scan(page, text)
    page.locator("[data-part=slots]", has_text="Maëlle Collin").wait_for()
    loan = Loan.objects.get()
    back = open_desk(cast.bernard, cast.tilleuls.pk, DUE, mode=DeskMode.RETURN)
    wrong = faults_at(page, here)
    for name, args in (
        ("loans", []), ("loan", [loan.pk]), ("loan_pools", []), ("loan_pool", [lending.pool.pk]),
        ("loan_class", [lending.school_class.pk]), ("loan_terms", []),
    ):  # fmt: skip
        wrong += faults_at(page, reverse(f"byod:{name}", args=args))
    enter(page, cast.bernard)
    wrong += faults_at(page, reverse("byod:loan_desk_now", args=[back.pk]))
    shared = open_pool(cast.veronique, "Commune", authority=cast.tilleuls.school.authority_id)
    change_pool(cast.veronique, shared.pk, Rules("Commune", False, 2, added=["Tilleuls"]))
    make_item(shared, "PO-001", cast.tilleuls)
    ask_pool(cast.claire, shared.pk, cast.tilleuls.pk, Asked(1, DUE, held=0))
    wrong += faults_at(page, reverse("byod:loan_pool", args=[shared.pk]))
    enter(page, cast.veronique)
    for name in ("loan_pool", "loan_pool_rules"):
        wrong += faults_at(page, reverse(f"byod:{name}", args=[shared.pk]))
    save_region_draft(cast.odile, "Texte du projet.", "Text des Entwurfs.", seen="")
    enter(page, cast.odile)
    for name in ("loan_pools", "loan_region_terms"):
        wrong += faults_at(page, reverse(f"byod:{name}"))
    assert wrong == []
