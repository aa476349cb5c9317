"""Strategies and privacy in a real browser: accessible on desk and phone, saved as one types."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from byod.actions.strategy import review
from byod.actions.strategy.start import start_strategy
from byod.models.people.identities import IdentityReading
from byod.models.people.members import Member, MemberKind
from byod.models.privacy.figures import MonthlyFigure
from byod.models.privacy.runs import RetentionRun
from tests.browsing import enter, faults_at
from tests.byod.strategy.made import deployed, make_secondary
from tests.cast import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def at(name, *args):
    return reverse(f"byod:{name}", args=args)


def test_every_page_is_accessible_on_a_desk_and_on_a_phone(page):
    cast = make_cast()
    strategy = deployed(cast)
    review.open_review(cast.bernard, strategy.pk, "L’assureur change.")
    draft = start_strategy(cast.bernard, strategy.school_id)
    member = Member.objects.create(site=cast.tilleuls, kind=MemberKind.PUPIL)
    IdentityReading.objects.create(
        site=cast.tilleuls, reader_text="Claire Exemple", why="letter", members=[member.pk]
    )
    MonthlyFigure.objects.create(
        site=cast.tilleuls, month=dt.date(2026, 9, 1), key="members", value=4
    )
    RetentionRun.objects.create(counts={"loans": 2}, failed={"network": "OperationalError"})
    enter(page, cast.bernard)
    wrong = []
    for url in (
        at("school_strategy", strategy.school_id), at("strategy", strategy.pk),
        at("write_strategy", draft.pk), at("readings"), at("figures"), at("register"),
        at("member_data", member.pk), at("kept"),
    ):  # fmt: skip
        wrong += faults_at(page, url)
    enter(page, cast.odile)
    for url in (at("strategies"), at("retention_runs")):
        wrong += faults_at(page, url)
    assert wrong == []


def test_what_is_typed_is_saved_and_told(page):
    cast = make_cast()
    draft = start_strategy(cast.bernard, make_secondary(cast.tilleuls).pk, "empty")
    enter(page, cast.bernard)
    page.set_viewport_size({"width": 390, "height": 850})
    page.goto(at("write_strategy", draft.pk))
    page.get_by_label("À quoi serviront les appareils").fill("Lire, chercher, écrire.")
    page.locator("#q-aims-saved", has_text="Enregistré,").wait_for()
    page.locator("#progress", has_text="Il manque 8 réponses").wait_for()
    assert draft.answers.get().body == "Lire, chercher, écrire."
