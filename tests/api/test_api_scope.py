"""Every list and every object of the API starts at what the caller may see."""

from __future__ import annotations

import pytest
from django.urls import reverse

from deploy.api import router
from schools.models import Consent

OBJECTS = {
    "authorities": lambda e: e.site.school.authority,
    "schools": lambda e: e.site.school,
    "sites": lambda e: e.site,
    "rooms": lambda e: e.room,
    "teachings": lambda e: e.teaching,
    "headcounts": lambda e: e.headcount,
    "ise-classes": lambda e: e.ise_class,
    "consents": lambda e: Consent.objects.get(school=e.site.school),
    "journal": lambda e: e.audit,
    "calendars": lambda e: e.calendar,
    "opening-hours": lambda e: e.opening,
    "opening-exceptions": lambda e: e.exception,
    "management-choices": lambda e: e.choice,
    "transition-plans": lambda e: e.plan,
    "people": lambda e: e.person,
    "roles": lambda e: e.person.roles.get(),
    "devices": lambda e: e.access_point,
    "device-moves": lambda e: e.move,
    "ports": lambda e: e.port,
    "links": lambda e: e.link,
    "prefixes": lambda e: e.prefix,
    "vlans": lambda e: e.vlan,
    "ssids": lambda e: e.ssid,
    "ip-addresses": lambda e: e.ip_address,
    "racks": lambda e: e.rack,
    "radios": lambda e: e.radio,
    "patch-panels": lambda e: e.panel,
    "coverages": lambda e: e.coverage,
    "observed-devices": lambda e: e.observed_device,
    "observed-ports": lambda e: e.observed_port,
    "observed-neighbours": lambda e: e.observed_neighbour,
    "differences": lambda e: e.difference,
    "subscriptions": lambda e: e.connection.line,
    "infrastructures": lambda e: e.connection.infrastructure,
    "measured-speeds": lambda e: e.connection.speed,
    "config-backups": lambda e: e.config_backup,
    "config-drifts": lambda e: e.drift,
    "bookables": lambda e: e.bookable,
    "lesson-grids": lambda e: e.lesson_grid,
    "bookings": lambda e: e.booking,
    "stores": lambda e: e.store,
    "stock-lines": lambda e: e.stock_line,
    "stock-entries": lambda e: e.stock_entry,
    "stock-takings": lambda e: e.stock_taking,
    "stock-counts": lambda e: e.stock_count,
    "stock-findings": lambda e: e.finding,
    "declarations": lambda e: e.declaration,
    "scans": lambda e: e.scan,
    "targets": lambda e: e.target,
    "checks": lambda e: e.check,
    "incidents": lambda e: e.incident,
    "target-events": lambda e: e.event,
    "tickets": lambda e: e.ticket,
    "comments": lambda e: e.comment,
    "ticket-events": lambda e: e.ticket_event,
    "drawing-rights": lambda e: e.right,
    "right-movements": lambda e: e.movement,
    "right-computations": lambda e: e.computation,
    "right-corrections": lambda e: e.correction,
    "counting-errors": lambda e: e.counting_error,
    "right-pools": lambda e: e.pool,
    "memberships": lambda e: e.membership,
    "orders": lambda e: e.order,
    "shipments": lambda e: e.shipment,
    "receptions": lambda e: e.reception,
    "replacements": lambda e: e.replacement,
    "obligations": lambda e: e.obligation,
    "resources": lambda e: e.resource,
    "follow-ups": lambda e: e.follow_up,
    "loan-requests": lambda e: e.loan_request,
    "allocation-rounds": lambda e: e.loan_round,
    "equity-targets": lambda e: e.equity_target,
    "loan-lines": lambda e: e.lent_line,
    "line-loans": lambda e: e.line_loan,
    "line-instructions": lambda e: e.line_order,
    "loan-pools": lambda e: e.loan_pool,
    "loan-items": lambda e: e.pool_item,
    "loans": lambda e: e.loan,
    "school-classes": lambda e: e.school_class,
    "members": lambda e: e.pupil,
    "network-policies": lambda e: e.policy,
    "network-segments": lambda e: e.site_segment,
    "network-days": lambda e: e.network_day,
}
HEADED = {
    "applications": lambda e: e.application,
    "application-answers": lambda e: e.answer,
    "application-questions": lambda e: e.question,
    "application-decisions": lambda e: e.decision,
    "submissions": lambda e: e.submission,
    "awards": lambda e: e.award,
    "decision-letters": lambda e: e.letter,
    "reconsiderations": lambda e: e.reconsideration,
    "radius-clients": lambda e: e.nas,
    "network-sessions": lambda e: e.network_session,
    "disconnect-orders": lambda e: e.disconnect_order,
}
"""Files for calls, which the head and the authors read; who is on the network, which the head and
technicians read. A contact person reads counts."""
OFFICIAL = {
    "appointments": lambda e: e.appointment,
    "assignments": lambda e: e.assignment,
    "recusals": lambda e: e.recusal,
    "rankings": lambda e: e.ranking_run,
    "supplier-orders": lambda e: e.supplier_order,
    "supplier-messages": lambda e: e.supplier_message,
}
"""Who judges what, and what is said to suppliers: officers, never a school."""
JUDGED = {"reviews"}  # reviewers read their own, officers once frozen: tests/grants/review

WORKED = {"push-plans": lambda e: e.push_plan, "push-steps": lambda e: e.push_step}
"""Where one works as a technician; the school does not read them."""
OWN = {"webhooks", "webhook-deliveries"}  # a person's own alone: tests/schools/webhooks
PUBLIC = {
    *("municipalities", "products", "kits", "kit-versions", "custom-fields"),
    *("operators", "framework-contracts", "offers", "right-programmes", "right-formulas"),
    *("calls", "call-versions", "call-forms", "suppliers", "market-lots"),
    *("resource-centres", "indicator-snapshots"),
}
"""Known to everybody who has a role: nothing of it belongs to a school."""


def listed(client, name: str, **query: object) -> set[int]:
    answer = client.get(f"/api/v1/{name}/", query)
    assert answer.status_code == 200, answer.content
    return {row["id"] for row in answer.json()["results"]}


def test_every_list_of_the_router_is_tried_here():
    assert {prefix for prefix, _, _ in router.registry} == {
        *(*OBJECTS, *HEADED, *WORKED, *OFFICIAL, *JUDGED, *PUBLIC, *OWN),
    }


@pytest.mark.parametrize("name", OBJECTS)
def test_a_contact_reads_her_own_school_and_404_for_another(name, api, cast, ours, theirs):
    own, foreign = OBJECTS[name](ours), OBJECTS[name](theirs)
    claire, karl = api(cast.claire), api(cast.karl)
    assert own.pk in listed(claire, name)
    assert foreign.pk not in listed(claire, name)
    assert foreign.pk in listed(karl, name)
    assert claire.get(f"/api/v1/{name}/{own.pk}/").status_code == 200
    assert claire.get(f"/api/v1/{name}/{foreign.pk}/").status_code == 404


@pytest.mark.parametrize("name", HEADED)
def test_a_head_reads_the_files_of_the_own_school(name, api, cast, ours, theirs):
    own, foreign = HEADED[name](ours), HEADED[name](theirs)
    bernard, claire = api(cast.bernard), api(cast.claire)
    assert own.pk in listed(bernard, name)
    assert foreign.pk not in listed(bernard, name)
    assert bernard.get(f"/api/v1/{name}/{own.pk}/").status_code == 200
    assert bernard.get(f"/api/v1/{name}/{foreign.pk}/").status_code == 404
    assert listed(claire, name) == set()  # she wrote none of them
    assert claire.get(f"/api/v1/{name}/{own.pk}/").status_code == 404


@pytest.mark.parametrize("name", [*OFFICIAL, *JUDGED])
def test_what_is_the_region_s_own_never_reaches_a_school(name, api, cast, ours, theirs):
    for person in (cast.claire, cast.bernard, cast.veronique, cast.karl, cast.thomas):
        assert listed(api(person), name) == set()
    if name in OFFICIAL:
        own, foreign = OFFICIAL[name](ours), OFFICIAL[name](theirs)
        assert {own.pk, foreign.pk} <= listed(api(cast.odile), name)


@pytest.mark.parametrize("name", WORKED)
def test_a_technician_reads_where_she_works_and_a_school_does_not(name, api, cast, ours, theirs):
    own, foreign = WORKED[name](ours), WORKED[name](theirs)
    here = cast.thomas  # of the province of ours
    assert listed(api(here), name) == {own.pk}
    assert api(here).get(f"/api/v1/{name}/{own.pk}/").status_code == 200
    assert api(here).get(f"/api/v1/{name}/{foreign.pk}/").status_code == 404
    assert listed(api(cast.sofia), name) == {own.pk, foreign.pk}
    assert listed(api(cast.claire), name) == set()
    assert api(cast.claire).get(f"/api/v1/{name}/{own.pk}/").status_code == 404


@pytest.mark.parametrize("name", [*OBJECTS, *HEADED, *WORKED, *OFFICIAL, *sorted(PUBLIC)])
def test_nobody_reads_anything(name, api, cast, ours):
    answer = api(None).get(f"/api/v1/{name}/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Token")


def test_an_officer_reads_no_conversation(api, cast, ours):
    odile = api(cast.odile)
    assert ours.incident.pk in listed(odile, "incidents")
    for name in ("tickets", "comments", "ticket-events"):
        assert listed(odile, name) == set()
        assert odile.get(f"/api/v1/{name}/{OBJECTS[name](ours).pk}/").status_code == 404


@pytest.mark.parametrize("who", ["claire", "bernard", "veronique"])
def test_internal_notes_never_reach_school_people(who, api, cast, ours):
    client = api(getattr(cast, who))
    assert listed(client, "comments") == {ours.comment.pk}
    assert listed(client, "comments", internal="true") == set()
    assert client.get(f"/api/v1/comments/{ours.note.pk}/").status_code == 404
    assert listed(api(cast.thomas), "comments") == {ours.comment.pk, ours.note.pk}


def test_a_filter_by_a_foreign_key_does_not_tell_whether_it_exists(api, cast, ours, theirs):
    claire = api(cast.claire)
    foreign = claire.get("/api/v1/devices/", {"site": theirs.site.pk})
    absent = claire.get("/api/v1/devices/", {"site": 999_999_999})
    assert foreign.json() == absent.json()
    assert foreign.status_code == absent.status_code == 200


def test_samples_are_those_of_a_target_one_sees(api, cast, ours, theirs):
    claire = api(cast.claire)
    rows = claire.get(f"/api/v1/targets/{ours.target.pk}/samples/").json()["results"]
    assert [row["outcome"] for row in rows] == ["timeout"]
    assert claire.get(f"/api/v1/targets/{theirs.target.pk}/samples/").status_code == 404


def test_no_door_of_the_api_names_a_secret(api, cast, ours):
    sofia = api(cast.sofia)
    for name, of in OBJECTS.items():
        text = sofia.get(f"/api/v1/{name}/{of(ours).pk}/").content.decode()
        assert "sealed" not in text
        assert "credential" not in text
        for key in ('"public":', '"public_at":'):  # of a resource that was given back
            text = text.replace(key, "")
        assert "public" not in text  # the community of the test credential


def test_me_names_the_roles_in_force(api, cast):
    answer = api(cast.claire).get(reverse("api:me")).json()
    assert answer["name"] == "Claire Exemple"
    assert [role["kind"] for role in answer["roles"]] == ["contact"]
    assert answer["roles"][0]["school"] == cast.tilleuls.school.pk
