"""Equity in a real browser: axe, phone and desk; a survey by keyboard; a list decided, undone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from byod.actions.equity.make_round import make_round
from byod.actions.equity.order_operator import ask_operator
from byod.models.equity.requests import LoanRequest
from byod.models.people.members import Equipment, Member
from schools.models import Headcount
from tests.browsing import enter, faults_at
from tests.byod.equity.made import make_class, make_line, make_pupil, make_request
from tests.cast import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_page_is_accessible_on_a_desk_and_on_a_phone(page):
    cast = make_cast()
    here = make_class(cast.tilleuls)
    Headcount.objects.create(site=cast.tilleuls, level="secondaire", year=2026, pupils=487)
    rows = [make_request(make_pupil(here), wants_line=n % 2 == 0) for n in range(6)]
    made = make_round(cast.bernard, cast.tilleuls.school)
    line = make_line(cast.tilleuls)
    ask_operator(cast.bernard, line.pk, "suspend")
    wrong = []
    enter(page, cast.bernard)
    for name, args in (
        ("loan_requests", []), ("loan_request", [rows[0].pk]), ("survey", [here.pk]),
        ("loan_round", [made.pk]), ("lines", []), ("line", [line.pk]), ("line_orders", []),
    ):  # fmt: skip
        wrong += faults_at(page, reverse(f"byod:{name}", args=args))
    enter(page, cast.odile)
    for name, args in (("equity", []), ("equity_school", [cast.tilleuls.school_id])):
        wrong += faults_at(page, reverse(f"byod:{name}", args=args))
    assert wrong == []


def test_a_class_is_surveyed_by_keyboard_and_its_requests_decided_and_undone(page):
    cast = make_cast()
    here = make_class(cast.tilleuls)
    pupils = [make_pupil(here, Equipment.UNKNOWN) for _n in range(4)]
    enter(page, cast.bernard)
    page.goto(reverse("byod:survey", args=[here.pk]))
    page.locator("[data-pupil] input").first.focus()
    for key in "2431":
        page.keyboard.press(key)
    assert page.locator("[data-left]").inner_text() == "0"
    page.keyboard.press("Control+Enter")
    page.get_by_text("Recensement noté, 3 demandes créées.").wait_for()
    told = Member.objects.filter(pk__in=[one.pk for one in pupils]).values_list("equipment")
    assert sorted(told) == [("equipped",), ("neither",), ("no_device",), ("no_line",)]
    page.goto(reverse("byod:loan_requests"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    bar = page.locator("[data-choose-bar]")
    assert bar.locator("[data-choose-count]").inner_text() == "2"
    bar.get_by_role("button", name="Accorder").click()
    toast = page.locator("[data-undo-button]")
    toast.wait_for()
    assert LoanRequest.objects.filter(state="granted").count() == 2
    toast.click()
    page.get_by_text("2 décisions annulées.").wait_for()
    assert LoanRequest.objects.filter(state="asked").count() == 3
