"""The tags are there without loading, and escape what a person typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{% st 'ok' evil %}",
        "{% ico evil label=evil %}",
        "{% clk evil %}",
        "{% av evil %}",
        "{% panel title=evil fact=evil link=evil link_label=evil %}{{ evil }}{% endpanel %}",
        "{% panel id=evil cls=evil %}{{ evil }}{% endpanel %}",
        "{% note state=evil icon=evil cls=evil %}{{ evil }}{% endnote %}",
        "{% empty evil evil evil evil %}",
        "{% blocked evil evil %}",
        "{% undo evil evil %}",
        "{% scope crumbs %}",
        "{% live evil %}",
        "{% field form.subject hint=evil %}",
    ],
)
def test_it_escapes_what_a_person_typed(source: str) -> None:
    class Form(forms.Form):
        subject = forms.CharField(label=EVIL, help_text=EVIL)

        def clean_subject(self) -> str:
            raise forms.ValidationError(EVIL)

    html = render(
        source, evil=EVIL, crumbs=[(EVIL, EVIL), (EVIL, None)], form=Form({"subject": EVIL})
    )
    assert "<img" not in html
    assert "&lt;img" in html


def test_a_field_ties_its_help_and_its_error_to_the_control() -> None:
    class Form(forms.Form):
        room = forms.CharField(label="Local", help_text="Comme sur la porte.")

    html = render("{% field form.room %}", form=Form({"room": ""}))
    assert 'aria-describedby="id_room-hint id_room-error"' in html
    assert 'id="id_room-hint"' in html
    assert 'id="id_room-error"' in html
    assert 'aria-invalid="true"' in html
    assert '<label class="b6" for="id_room">' in html


def test_an_optional_field_says_so() -> None:
    class Form(forms.Form):
        room = forms.CharField(label="Local", required=False)

    assert "(facultatif)" in render("{% field form.room %}", form=Form())


def test_nobody_is_named_for_those_who_cannot_see_the_circle() -> None:
    assert '<span class="visually-hidden">à prendre</span>' in render("{% av None %}")


def test_a_blocked_action_stays_in_reach_of_the_keyboard() -> None:
    html = render("{% blocked 'Redémarrer' 'Réseau géré par l’école.' %}")
    assert 'aria-disabled="true"' in html
    assert " disabled" not in html.replace("aria-disabled", "")
    assert "Réseau géré par l’école." in html


def test_a_query_keeps_its_other_filters() -> None:
    request = RequestFactory().get("/file/?etat=ouvert&page=2")
    html = render("{% querystring_with page=3 %}", request=request)
    assert html == "?etat=ouvert&amp;page=3"
    assert render("{% querystring_with etat=None page=None %}", request=request) == "?"


def test_filters_write_as_the_guide_says() -> None:
    at = datetime(2026, 11, 23, 9, 47, tzinfo=UTC)
    assert render("{{ at|clocktime }} {{ n|nbsp_number }}", at=at, n=48_231) == "10:47 48\u202f231"
    assert render("{{ none|since }}{{ none|duration }}{{ none|timetag }}", none=None) == ""
