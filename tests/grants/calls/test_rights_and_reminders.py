"""What a file does to the drawing right; the programme without ranking; reminders; query counts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone

from inventory.grants.actions.calls.remind_drafts import remind_drafts
from inventory.grants.actions.rights.ledger import standing_of
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.awards import Award
from inventory.grants.models.calls.published import CallMode
from schools.models import Site
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_site
from tests.grants.calls.made import (
    make_application,
    make_call,
    make_draft,
    make_kit_version,
    publish,
)
from tests.grants.calls.test_a_file_from_start_to_receipt import as_, post
from tests.grants.rights.world import give_right

State = ApplicationState


@pytest.fixture
def programme(cast):
    """A programme without ranking, in the drawing right, signed by the head alone."""
    return make_call(
        mode=CallMode.ENTITLEMENT, uses_right=True, countersigned=False, per_site=0, budget=0
    )


def standing(cast):
    sites = Site.objects.filter(pk=cast.tilleuls.pk)
    found = standing_of(sites, timezone.localdate())
    return found.available, found.reserved, found.committed


def send(cast, call, kit, quantity=1, title="Robots"):
    row = make_draft(call, cast.tilleuls, cast.claire, kit=kit, quantity=quantity, title=title)
    post(cast.bernard, f"/dossiers/{row.pk}/valider/")
    answer = post(cast.bernard, f"/dossiers/{row.pk}/envoyer/")
    row.refresh_from_db()
    return row, answer


def test_sending_reserves_and_a_valid_file_is_awarded(cast, programme):
    give_right(cast.tilleuls, Decimal(20_000))
    kit = make_kit_version(price="12000.00")
    row, answer = send(cast, programme, kit)
    assert answer.status_code == 302, answer.content.decode()
    assert standing(cast) == (8000, 12000, 0)
    other, answer = send(cast, programme, kit, title="Encore un")
    assert answer.status_code == 409  # 8,000 are left
    assert other.state == State.VALIDATED
    assert post(cast.bernard, f"/dossiers/{row.pk}/accorder/").status_code == 403
    for _n in range(2):
        assert post(cast.odile, f"/dossiers/{row.pk}/accorder/").status_code == 302
    award = Award.objects.get(application=row)
    assert (award.amount, award.kits.get().quantity) == (12000, 1)
    assert standing(cast) == (8000, 0, 12000)


@pytest.mark.parametrize(
    ("person", "act", "said", "state"),
    [
        ("bernard", "reprendre-envoi", {}, State.DRAFT),
        ("bernard", "retirer", {}, State.WITHDRAWN),
        ("odile", "renvoyer", {"why": "Ajoutez le plan."}, State.DRAFT),
        ("odile", "non-recevable", {"why": "Hors programme."}, State.INELIGIBLE),
    ],
)
def test_what_is_given_up_comes_free(cast, programme, person, act, said, state):
    give_right(cast.tilleuls, Decimal(20_000))
    row, _answer = send(cast, programme, make_kit_version(price="12000.00"))
    answer = post(getattr(cast, person), f"/dossiers/{row.pk}/{act}/", said)
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == state
    assert standing(cast) == (20000, 0, 0)
    if said:
        page = as_(cast.bernard).get(f"/dossiers/{row.pk}/").content.decode()
        assert said["why"] in page
    if state == State.DRAFT:  # sent again: reserved again
        post(cast.bernard, f"/dossiers/{row.pk}/valider/")
        assert post(cast.bernard, f"/dossiers/{row.pk}/envoyer/").status_code == 302
        assert standing(cast) == (8000, 12000, 0)


def test_without_a_right_nothing_is_sent(cast, programme):
    row, answer = send(cast, programme, make_kit_version())
    assert answer.status_code == 409
    assert "droit de tirage" in answer.content.decode()
    assert row.submissions.count() == 0


def test_a_reason_is_asked_of_officers_and_a_competition_awards_nothing_here(cast):
    row = make_application(make_call(), cast.tilleuls, cast.claire, kit=make_kit_version())
    assert post(cast.odile, f"/dossiers/{row.pk}/renvoyer/").status_code == 409
    assert post(cast.odile, f"/dossiers/{row.pk}/non-recevable/").status_code == 409
    assert post(cast.odile, f"/dossiers/{row.pk}/accorder/").status_code == 409
    row.refresh_from_db()
    assert row.state == State.SUBMITTED


def test_reminders_leave_once_per_step(cast):
    now = timezone.now()
    call = make_call(closes_at=now + dt.timedelta(days=6))
    row = make_draft(call, cast.tilleuls, cast.claire)
    sent = make_application(call, cast.tilleuls, cast.claire)
    assert remind_drafts(now) == 3  # Claire, Bernard, Véronique
    assert remind_drafts(now) == 0
    assert {one.step for one in row.reminders.all()} == {"7d"}
    assert sent.reminders.count() == 0
    assert row.reference in mail.outbox[0].subject
    assert remind_drafts(now + dt.timedelta(days=4)) == 3
    assert remind_drafts(now + dt.timedelta(days=5, hours=1)) == 3
    assert remind_drafts(now + dt.timedelta(days=7)) == 0  # over
    assert {one.step for one in row.reminders.all()} == {"7d", "3d", "1d"}


def test_a_deadline_put_off_is_told_again(cast):
    now = timezone.now()
    call = make_call(closes_at=now + dt.timedelta(days=6))
    row = make_draft(call, cast.tilleuls, cast.claire)
    remind_drafts(now)
    later = type(call.current).objects.get(pk=call.current_id)
    later.pk, later.number, later.published_at, later.why = None, 2, None, "Prolongé."
    later.closes_at = now + dt.timedelta(days=20)
    later.save()
    publish(later)
    Application.objects.filter(pk=row.pk).update(version=later)
    assert remind_drafts(now) == 0
    assert remind_drafts(now + dt.timedelta(days=14)) == 3


def test_my_school_tells_of_the_deadline(cast):
    call = make_call(closes_at=timezone.now() + dt.timedelta(days=2))
    row = make_draft(call, cast.tilleuls, cast.claire)
    assert row.reference in as_(cast.claire).get("/mon-ecole/").content.decode()


def test_lists_cost_the_same_however_long(cast):
    call, kit = make_call(per_site=0), make_kit_version()

    def more(n):
        for k in range(n):
            make_draft(call, cast.tilleuls, cast.claire, kit=kit, title=f"B {k}")
            make_application(call, cast.tilleuls, cast.claire, kit=kit, title=f"E {k}")
            make_call()

    more(1)
    for _round in range(2):
        for name, person, url in (
            ("grants_calls_mine", cast.bernard, "/dossiers/"),
            ("grants_calls_received", cast.odile, "/dossiers/recus/"),
            ("grants_calls_calls", cast.odile, "/appels/gestion/"),
            ("grants_calls_public", None, "/appels/"),
            ("grants_calls_api_applications", cast.odile, "/api/v1/applications/"),
            ("grants_calls_api_calls", cast.odile, "/api/v1/calls/"),
        ):
            client = as_(person) if person else as_(cast.claire)
            client.get(url)
            with assert_query_count(name):
                assert client.get(url).status_code == 200
        more(4)


def test_open_calls_cost_the_same_for_any_number_of_sites(cast):
    for n in range(2):
        make_call(eligibility=[{"fact": "declaration"}, {"fact": "approved_plan"}])
        client = as_(cast.veronique)
        client.get("/appels/mon-ecole/")
        with assert_query_count("grants_calls_open"):
            assert client.get("/appels/mon-ecole/").status_code == 200
        other = make_site(f"Plus {n}", "namur")
        other.school.authority = cast.tilleuls.school.authority
        other.school.save()


def test_the_api_reads_and_sends(cast, programme):
    give_right(cast.tilleuls, Decimal(20_000))
    kit = make_kit_version(price="12000.00")
    row = make_draft(programme, cast.tilleuls, cast.claire, kit=kit, quantity=1)
    address = f"/api/v1/applications/{row.pk}/submit/"
    client = as_(cast.bernard)
    assert client.post(address, content_type="application/json").status_code == 409
    post(cast.bernard, f"/dossiers/{row.pk}/valider/")
    assert as_(cast.claire).post(address, content_type="application/json").status_code == 403
    assert as_(cast.karl).post(address, content_type="application/json").status_code == 404
    first = client.post(address, content_type="application/json")
    assert first.status_code == 200, first.content
    again = client.post(address, content_type="application/json")
    assert again.json()["sha256"] == first.json()["sha256"]
    assert client.get(f"/api/v1/calls/{programme.pk}/").json()["phase"] == "open"
    (chance,) = client.get(f"/api/v1/calls/{programme.pk}/eligibility/").json()
    assert chance == {"site": cast.tilleuls.pk, "eligible": True, "conditions": []}
    assert client.get("/api/v1/calls/?open=true").json()["results"]
    assert client.get("/api/v1/applications/?site=abc").status_code == 400
    for name in ("call-versions", "call-forms", "application-answers", "submissions", "awards"):
        assert client.get(f"/api/v1/{name}/").status_code == 200
