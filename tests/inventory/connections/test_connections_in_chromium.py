"""Connections in a real browser: accessible, within the width, from an offer to a line."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from inventory.actions.keep_connections import keep
from inventory.models import Offer, Subscription
from schools.models import Headcount
from tests.browsing import complaints, enter, faults_at
from tests.cast import Cast, make_cast, make_site
from tests.lines import make_connection, make_line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


@pytest.fixture
def line(cast: Cast) -> Subscription:
    """A large site excused from fibre, its line, and enough others for a chart."""
    Headcount.objects.create(site=cast.tilleuls, level="primaire", year=2026, pupils=612)
    for n in range(5):
        make_line(make_site(f"Plus {n}", "namur"), f"P{n}")
    return make_connection(cast.tilleuls, "T").line


def pages_of(line: Subscription) -> list[str]:
    def at(name: str, *args: object) -> str:
        return reverse(f"inventory:{name}", args=args)

    assert line.offer is not None
    site, contract = line.site_id, line.offer.contract_id
    return [
        at("connections"),
        f"{at('connections')}?avis=exception&tri=eleves",
        f"{at('connections')}?q=rien",
        at("connection_costs"),
        at("contracts"),
        at("contract", contract),
        at("contract_change", contract),
        at("renegotiate", contract),
        at("offer_new", contract),
        at("operator_change", line.operator_id),
        at("register_import"),
        at("site_connection", site),
        at("compare_offers", site),
        at("line_move", site, line.pk, "ended"),
        at("speed_note", site),
        at("exception_decide", site),
        at("infrastructure_change", site),
    ]


def test_each_page_is_accessible_and_fits(page: Any, cast: Cast, line: Subscription) -> None:
    enter(page, cast.odile.email)
    assert [one for url in pages_of(line) for one in faults_at(page, url)] == []


def test_a_head_takes_an_offer_on_a_phone(page: Any, cast: Cast, line: Subscription) -> None:
    assert line.offer is not None
    Offer.objects.create(
        contract=line.offer.contract, name="Fibre 1 Gbit/s", technology="ftth", down_mbps=1000,
        up_mbps=500, price_month="89.00", valid_from=line.offer.valid_from,
    )  # fmt: skip
    page.set_viewport_size({"width": 390, "height": 850})
    enter(page, cast.bernard.email)
    page.goto(reverse("inventory:site_connection", args=[line.site_id]))
    page.get_by_role("link", name="Comparer les offres").click()
    page.get_by_role("link", name="Souscrire Fibre 1 Gbit/s").click()
    page.get_by_text("89,00\u00a0€").wait_for()
    assert complaints(page, "the recap of an offer") == []
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Annuler").wait_for()
    asked = Subscription.objects.get(state="asked")
    assert (asked.down_mbps, asked.follows_id) == (1000, line.pk)


def test_who_was_slower_reads_both_and_saves_again(
    page: Any, cast: Cast, line: Subscription
) -> None:
    assert line.offer is not None
    contract = line.offer.contract
    enter(page, cast.odile.email)
    page.goto(reverse("inventory:contract_change", args=[contract.pk]))
    keep(cast.odile, contract, {"title": "Le leur", "notes": "La leur"}, seen=1)
    page.get_by_label("Objet").fill("Le mien")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("pendant que vous écriviez").wait_for()
    assert complaints(page, "somebody was faster") == []
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("C’est enregistré").wait_for()
    contract.refresh_from_db()
    assert (contract.title, contract.notes) == ("Le mien", "La leur")
