"""A head decides a whole list at once: what is there, all of it, taken back whatever its length."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from byod.actions.equity.decide_requests import decide_requests, undo_decision
from byod.actions.equity.serve import serve_request
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.equity.rounds import AllocationRound
from byod.models.loans.pools import LoanPool, PoolItem
from byod.models.people.members import Equipment, Member, MemberKind
from byod.rules.equity.order import Asked, Supply, covered
from byod.views.equity.decisions import stamp
from inventory.access import DecisionImpossible
from inventory.models import Category
from tests.byod.equity.made import make_class, make_pupil, make_request, this_year
from tests.cast import make_device

LIST = "/demandes-de-pret/"


def many(school_class, count: int) -> list[LoanRequest]:
    """Pupils of a class who all ask for a device."""
    site = school_class.site
    pupils = Member.objects.bulk_create(
        Member(
            site=site,
            kind=MemberKind.PUPIL,
            school_class=school_class,
            equipment=Equipment.NO_DEVICE,
        )
        for _n in range(count)
    )
    return LoanRequest.objects.bulk_create(
        LoanRequest(site=site, member=one, school_class=school_class, year=this_year())
        for one in pupils
    )


def stock(site, count: int) -> None:
    pool = LoanPool.objects.create(name="École", school=site.school)
    for n in range(count):
        device = make_device(site, f"PC-{n}", Category.LAPTOP)
        PoolItem.objects.create(pool=pool, device=device)


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in LoanRequest.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def whole(client, act: str, why: str = "", query: str = "?vue=attente", vu: str = ""):
    body = {"liste": "1", "acte": act, "motif": why, "retour": f"{LIST}{query}", "vu": vu}
    return client.post(f"{LIST}decider/", body)


@pytest.mark.django_db
def test_a_list_longer_than_a_page_is_granted_and_taken_back_in_one_click(client, cast):
    many(make_class(cast.tilleuls), 130)
    client.force_login(cast.bernard)
    page = client.get(LIST).content.decode()
    assert "Toute la liste" in page
    answer = whole(client, "accorder")
    assert states() == {"granted": 130}
    told = client.get(answer.url).content.decode()
    assert "130 demandes décidées" in told
    assert "Pour 130 demandes, rien n’est encore disponible" in told
    done = client.post(f"{LIST}annuler/?{answer.url.partition('&')[2]}", follow=True)
    assert "130 décisions annulées" in done.content.decode()
    assert states() == {"asked": 130}


@pytest.mark.django_db
def test_statements_of_deciding_and_undoing_do_not_grow_with_the_list(cast):
    here = make_class(cast.tilleuls)
    counts = []
    for size in (5, 120):
        keys = [row.pk for row in many(here, size)]
        with CaptureQueriesContext(connection) as asked:
            done = decide_requests(cast.bernard, keys, grant=True)
        with CaptureQueriesContext(connection) as undone:
            undo_decision(cast.bernard, done.at)
        counts.append((len(asked), len(undone)))
    grown = [later - first for first, later in zip(*counts, strict=True)]
    assert max(grown) <= 0, counts  # the first also fills caches


@pytest.mark.django_db
def test_what_is_there_is_granted_in_fair_order_and_the_rest_waits(client, cast):
    here = make_class(cast.tilleuls)
    stock(cast.tilleuls, 3)
    before = make_request(make_pupil(here), state=RequestState.GRANTED)
    first = make_request(make_pupil(here), exception_why="Foyer")
    many(here, 4)
    client.force_login(cast.bernard)
    answer = whole(client, "accorder-disponibles")
    # three devices: one is kept for the request granted before, two are granted
    assert states() == {"granted": 3, "asked": 3}
    first.refresh_from_db()
    assert first.state == RequestState.GRANTED
    assert (
        "Pour 3 demandes, rien n’est encore disponible" in client.get(answer.url).content.decode()
    )
    again = whole(client, "accorder-disponibles")
    assert "Rien n’est disponible" in client.get(again.url).content.decode()
    assert states() == {"granted": 3, "asked": 3}
    before.refresh_from_db()
    assert before.decided_at is None


@pytest.mark.django_db
def test_a_refusal_of_a_list_takes_its_filter_its_words_and_what_the_head_read(client, cast):
    here, other = make_class(cast.tilleuls), make_class(cast.tilleuls, "4C")
    many(here, 2)
    many(other, 3)
    client.force_login(cast.bernard)
    query = f"?classe={here.pk}"
    whole(client, "refuser", query=query)
    assert states() == {"asked": 5}
    read_at = stamp(timezone.now())
    late = make_request(make_pupil(here))
    whole(client, "refuser", "Assez d’appareils à la maison", query, read_at)
    assert states() == {"refused": 2, "asked": 4}
    late.refresh_from_db()
    assert late.state == RequestState.ASKED


@pytest.mark.django_db
def test_an_undo_leaves_what_was_handed_out_decided_anew_or_asked_again(client, cast):
    here = make_class(cast.tilleuls)
    rows = many(here, 4)
    refused = decide_requests(
        cast.bernard, [row.pk for row in rows], grant=False, why="Pas cette année"
    )
    make_request(rows[0].member)
    granted = decide_requests(cast.bernard, [rows[1].pk], grant=True)
    serve_request(rows[1], timezone.now())
    undone = undo_decision(cast.bernard, refused.at)
    assert (sorted(undone.changed), undone.left) == ([rows[2].pk, rows[3].pk], 1)
    assert undo_decision(cast.bernard, granted.at).left == 1
    with pytest.raises(DecisionImpossible):
        undo_decision(cast.karl, refused.at)
    client.force_login(cast.bernard)
    for wrong in ("", "0", "mot", "9" * 17):
        page = client.post(f"{LIST}annuler/?fait={wrong}", follow=True).content.decode()
        assert "relisez la liste" in page or "au moins une demande" in page


@pytest.mark.django_db
def test_a_contact_decides_no_list(client, cast):
    many(make_class(cast.tilleuls), 2)
    client.force_login(cast.claire)
    assert "Toute la liste" not in client.get(LIST).content.decode()
    assert whole(client, "accorder").status_code == 403
    assert states() == {"asked": 2}


@pytest.mark.django_db(transaction=True)
def test_two_heads_who_grant_what_is_there_never_grant_a_device_twice(cast):
    """Over different classes: no request is common to the two, the devices are."""
    stock(cast.tilleuls, 3)
    lists = [[row.pk for row in many(make_class(cast.tilleuls, name), 5)] for name in ("3B", "2B")]
    together, done = Barrier(2), []

    def grant(keys: list[int]) -> None:
        try:
            together.wait(10)
            made = decide_requests(cast.bernard, keys, grant=True, available=True)
            done.append(len(made.changed))
        finally:
            connections.close_all()

    threads = [Thread(target=grant, args=(keys,)) for keys in lists]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(done) == [0, 3]
    assert states() == {"granted": 3, "asked": 7}
    assert AllocationRound.objects.count() == 1


def test_what_is_missing_for_one_is_left_to_the_next():
    def ask(n: int, *, line: bool = False, device: bool = True) -> Asked:
        return Asked(n, True, "no_device", 0, f"2026-09-0{n}T08:00:00Z", "0", device, line)

    asked = [ask(1, line=True), ask(2), ask(3), ask(4, line=True, device=False)]
    assert covered(asked, Supply(2, 0)) == [2, 3]
    assert covered(asked, Supply(2, 1)) == [1, 2]
    assert covered(asked, Supply(2, 1), held={3}) == [3, 1]
    assert covered(asked, Supply(0, 1), held={3}) == [4]
