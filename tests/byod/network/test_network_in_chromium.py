"""The network's pages in a real browser: axe on a desk in light, on a phone in the dark."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from byod.actions.people.authority import current_issuer
from byod.models.network.policies import NetworkPolicy
from byod.models.network.servers import RadiusServer
from byod.models.network.sessions import NetworkSession
from byod.models.network.upstream import UpstreamRealm
from schools.sealed import seal
from tests.browsing import enter, faults_at
from tests.byod.network import made
from tests.byod.network.world import note_event
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast() -> Cast:
    """A school whose network tells everything that it can tell."""
    people = make_cast()
    site = people.tilleuls
    made.make_network(site)
    made.make_policy(
        site, pupil={"opens": dt.time(7, 30), "closes": dt.time(17, 30), "bandwidth": "lesson"}
    )
    NetworkPolicy.objects.create(school=site.school, number=2)
    nas = made.make_nas(site, "10.4.0.9")
    nas.seen_at = timezone.now() - dt.timedelta(days=3)
    nas.save()
    credential = made.make_credential(made.make_member(site), "d7k2@tilleuls.preau.example")
    usual = {"nas": nas, "site": site, "who": "pupil", "segment": "pupils", "vid": 120}
    for rank, more in enumerate(
        ({"credential": credential}, {"cached": True, "beyond_limit": True}, {"who": "visitor"})
    ):
        NetworkSession.objects.create(
            **usual | more, acct_id=f"S{rank}", mac=f"02:00:00:00:3f:a{rank}",
            access_point="AP-etage-2", down_bytes=7_340_032,
        )  # fmt: skip
    for outcome, reason in (
        ("rejected", "wrong_secret"), ("quarantined", "unauthorised"), ("rejected", "no_platform"),
    ):  # fmt: skip
        note_event(site, nas, outcome=outcome, reason=reason, mac_end="3f:a2", cached=True,
                   realm="tilleuls.preau.example", method="PEAP")  # fmt: skip
    current_issuer()
    RadiusServer.objects.create(host="radius-1", checked_at=timezone.now())
    told = "/var/lib/preau-radius/generated/upstream.conf[26]: Duplicate home server address"
    RadiusServer.objects.create(host="radius-2", checked_at=timezone.now(), fault=told)
    UpstreamRealm.objects.create(
        name="eduroam", realms="*", address="192.0.2.1", sealed=seal({"secret": "un-long-secret"})
    )
    return people


def test_every_page_of_a_technician_is_accessible(page, cast):
    site, draft = cast.tilleuls, NetworkPolicy.objects.get(state="draft")
    nas = NetworkSession.objects.first().nas
    tried = f"?qui=pupil&ou={site.pk}&jour=2026-11-30&heure=08:25"
    wrong = []
    enter(page, cast.sofia)
    for name, key, asked in (
        ("site_sessions", site.pk, ""), ("site_sessions", site.pk, "?q=rien"),
        ("site_attempts", site.pk, ""), ("site_clients", site.pk, ""), ("radius_nas", nas.pk, ""),
        ("site_segments", site.pk, ""), ("policy", site.school_id, tried),
    ):  # fmt: skip
        wrong += faults_at(page, reverse(f"byod:{name}", args=[key]) + asked)
    for name in ("policies", "radius_servers", "partner_add"):
        wrong += faults_at(page, reverse(f"byod:{name}"))
    enter(page, cast.bernard)
    wrong += faults_at(page, reverse("byod:policy_draft", args=[draft.pk]))
    assert wrong == []


def test_a_contact_reads_counts_and_tries_nothing(page, cast):
    enter(page, cast.claire)
    wrong = faults_at(page, reverse("byod:site_sessions", args=[cast.tilleuls.pk]))
    assert "moins de 5" in page.inner_text("main").replace("\u00a0", " ")
    assert page.get_by_text("AP-etage-2").count() == 0
    wrong += faults_at(page, reverse("byod:policy", args=[cast.tilleuls.school_id]))
    assert wrong == []
