"""Two clerks at one line, one exception, one contract: over two connections to PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from inventory.actions.keep_connections import (
    ConnectionRefused,
    decide_exception,
    keep,
    keep_infrastructure,
    lift_exception,
    note_renegotiation,
)
from inventory.actions.move_line import ask_line, move_line
from inventory.models import FibreException, FrameworkContract, Infrastructure, Subscription
from schools.models import AuditEntry, Site, User
from tests.cast import make_cast
from tests.lines import make_line

TODAY = dt.date(2026, 11, 20)
LATER = dt.date(2027, 6, 1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    return make_cast()


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each act on a connection of its own, all at the same moment; the refusals, or «done»."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(10)
            act()
        except ConnectionRefused as refused:
            return str(refused)
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def again(person: User) -> User:
    """The same person, as another request reads them."""
    return User.objects.get(pk=person.pk)


def one_was_slower(told: list[str], words: str) -> None:
    assert Counter(one == "done" for one in told) == {True: 1, False: 1}, told
    assert words in next(one for one in told if one != "done")


def test_two_who_ask_for_a_main_line_make_one(cast):
    offer = make_line(cast.tilleuls, "A").offer

    def ask(person):
        return lambda: ask_line(again(person), cast.tilleuls, {"offer": offer}, TODAY)

    one_was_slower(at_once(ask(cast.bernard), ask(cast.veronique)), "déjà demandée")
    assert Subscription.objects.awaited().count() == 1


def test_two_who_activate_with_other_circuits_are_told_apart(cast):
    old = make_line(cast.tilleuls, "A")
    new = ask_line(cast.bernard, cast.tilleuls, {"offer": old.offer}, TODAY)
    new = move_line(cast.odile, new, "ordered", TODAY, seen=1, today=TODAY)
    seen = Subscription.objects.get(pk=new.pk).version

    def activate(person, circuit):
        return lambda: move_line(
            again(person), new, "active", TODAY, seen=seen, today=TODAY, circuit=circuit
        )

    told = at_once(activate(cast.odile, "C-1"), activate(cast.sofia, "C-2"))
    one_was_slower(told, "Déjà notée active au 20/11/2026 par ")
    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.state, old.state, new.moves.count()) == ("active", "ended", 3)
    assert at_once(activate(cast.odile, new.circuit)) == ["done"], "a second click"
    assert new.moves.count() == 3


def test_one_orders_while_the_school_cancels(cast):
    offer = make_line(cast.tilleuls, "A").offer
    new = ask_line(cast.bernard, cast.tilleuls, {"offer": offer}, TODAY)

    def move(person, state):
        return lambda: move_line(again(person), new, state, TODAY, seen=1, today=TODAY)

    told = at_once(move(cast.odile, "ordered"), move(cast.bernard, "cancelled"))
    new.refresh_from_db()
    if new.state == "ordered":
        one_was_slower(told, "modifié entre-temps")
    else:
        one_was_slower(told, "elle ne peut pas être commandée")
    assert new.moves.count() == 2


def test_two_who_end_a_line_on_other_days_are_told_apart(cast):
    line = make_line(cast.tilleuls, "A")
    days = (TODAY, TODAY - dt.timedelta(days=1))

    def end(person, day):
        return lambda: move_line(again(person), line, "ended", day, seen=1, today=TODAY)

    told = at_once(end(cast.odile, days[0]), end(cast.sofia, days[1]))
    one_was_slower(told, "Déjà notée terminée au ")
    line.refresh_from_db()
    assert line.end_on == days[told.index("done")]
    assert AuditEntry.objects.filter(action="end_line").count() == 1


def test_two_who_excuse_a_site_are_told_apart_and_an_old_page_lifts_no_new_exception(cast):
    site, officers = cast.tilleuls, (cast.odile, cast.odile)

    def decide(person, reason):
        return lambda: decide_exception(again(person), site, reason, LATER, TODAY)

    told = at_once(decide(officers[0], "Travaux"), decide(officers[1], "Devis"))
    one_was_slower(told, "a déjà noté une exception ici")
    first = FibreException.objects.get()
    assert at_once(decide(cast.odile, first.reason)) == ["done"], "a second click"

    lifted: list[bool] = []
    lift = lambda: lifted.append(lift_exception(again(cast.odile), site, first.pk, TODAY))  # noqa: E731
    at_once(lift, lift)
    assert sorted(lifted) == [False, True]
    second = decide_exception(cast.odile, site, "Autre motif", LATER, TODAY)
    assert not lift_exception(cast.odile, site, first.pk, TODAY)
    second.refresh_from_db()
    assert second.lifted_on is None


def test_two_who_change_a_contract_write_once(cast):
    contract = make_line(cast.tilleuls, "A").offer.contract

    def change(title):
        return lambda: keep(again(cast.odile), contract, {"title": title}, seen=1)

    one_was_slower(at_once(change("Un"), change("Deux")), "modifié entre-temps")
    contract.refresh_from_db()
    assert contract.version == 2

    def renegotiate():
        note_renegotiation(again(cast.odile), contract, TODAY, "Prix revus")

    one_was_slower(at_once(renegotiate, renegotiate), "déjà notée ce jour-là")


def test_two_who_write_the_first_infrastructure_of_a_site_are_told_apart(cast):
    site = Site.objects.get(pk=cast.tilleuls.pk)

    def write(fibre):
        values = {"fibre": fibre, "source": "visite"}
        return lambda: keep_infrastructure(again(cast.odile), site, values, seen=0)

    one_was_slower(at_once(write("now"), write("no")), "modifié entre-temps")
    assert Infrastructure.objects.get(site=site).version == 1


def test_the_page_of_the_slower_keeps_what_they_typed_and_takes_what_they_left_alone(cast, client):
    contract = make_line(cast.tilleuls, "A").offer.contract
    there = reverse("inventory:contract_change", args=[contract.pk])
    client.force_login(cast.odile)
    form = client.get(there).context["form"]
    sent = dict(form.read()) | {name: form[name].value() or "" for name in form.fields}
    keep(cast.odile, contract, {"title": "Le leur", "notes": "Leur remarque"}, seen=1)

    page = client.post(there, sent | {"title": "Le mien"})
    told = page.content.decode()
    assert page.status_code == 409
    assert "Quelqu’un a modifié cette fiche" in told
    assert "«\u00a0Le leur\u00a0» est enregistré, vous écrivez «\u00a0Le mien\u00a0»" in told
    assert FrameworkContract.objects.get().title == "Le leur"
    form = page.context["form"]
    assert (form["title"].value(), form["notes"].value()) == ("Le mien", "Leur remarque")

    sent = dict(form.read()) | {name: form[name].value() or "" for name in form.fields}
    assert client.post(there, sent).status_code == 302
    now = FrameworkContract.objects.get()
    assert (now.title, now.notes) == ("Le mien", "Leur remarque")


def test_a_step_that_somebody_took_already_is_told_before_the_form(cast, client):
    line = make_line(cast.tilleuls, "A")
    client.force_login(cast.odile)
    there = reverse("inventory:line_move", args=[cast.tilleuls.pk, line.pk, "active"])
    page = client.get(there, follow=True).content.decode()
    assert "Déjà notée active" in page
