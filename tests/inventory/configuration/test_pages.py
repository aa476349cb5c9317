"""Pages and API of configurations: who reads what, what is masked, what can be decided."""

from __future__ import annotations

import datetime as dt

import pytest
from celery import Task
from django.urls import reverse
from django.utils import timezone

from deploy.lab.cli.box import make_host_key
from inventory.actions.configuration.record import keep_failure
from inventory.cli.fingerprints import told
from inventory.listing_configurations import WORDS, configurations_asked, state_of
from inventory.models import CliAccess, ConfigDrift, FailureReason
from schools.models import AuditEntry
from tests.architecture.query_counts import assert_query_count
from tests.cast import body_of, make_device
from tests.inventory.configuration.devices import ENABLE, PASSWORD
from tests.inventory.configuration.scene import TEXT, make_access, make_set, seen

SECRET = "ecole-lecture"
CHANGED = TEXT.replace("ecole-lecture", "autre-lecture-9").replace("gestion", "direction")


@pytest.fixture
def site(cast):
    return cast.tilleuls


@pytest.fixture(autouse=True)
def no_tasks(monkeypatch):
    monkeypatch.setattr(Task, "apply_async", lambda *_words, **_options: None)


@pytest.fixture
def access(site):
    """A switch with two versions, the second one unplanned."""
    make_set()
    access = make_access(site)
    seen(access)
    seen(access, CHANGED)
    access.refresh_from_db()
    return access


def urls(access):
    device = access.device_id
    first, second = access.device.config_backups.order_by("at")
    return [
        reverse("inventory:device_configuration", args=[device]),
        reverse("inventory:configuration_history", args=[device]),
        reverse("inventory:configuration_version", args=[second.pk]),
        reverse("inventory:configuration_download", args=[second.pk]),
        reverse("inventory:configuration_diff", args=[device]) + f"?avant={first.pk}",
        reverse("inventory:configuration_diff", args=[device]) + "?vue=une&tout=oui",
        reverse("inventory:drift", args=[ConfigDrift.objects.get().pk]),
        reverse("inventory:configuration_access", args=[device]),
        reverse("inventory:configurations"),
        reverse("inventory:configurations_export"),
        reverse("inventory:configurations_export_xlsx"),
        reverse("api:configbackup-list"),
        reverse("api:configbackup-detail", args=[second.pk]),
        reverse("api:configbackup-diff", args=[second.pk]) + f"?before={first.pk}",
        reverse("api:configdrift-list"),
    ]


def test_no_page_no_file_and_no_api_shows_a_secret(client, cast, access, caplog):
    client.force_login(cast.thomas)
    for url in urls(access):
        answer = client.get(url)
        assert answer.status_code == 200, url
        body = body_of(answer).decode(errors="replace")
        for secret in (SECRET, "autre-lecture-9", PASSWORD, ENABLE):
            assert secret not in body, url
    told = AuditEntry.objects.values_list("before", "after", "why", "object_text")
    assert SECRET not in repr(list(told)) + caplog.text
    assert SECRET not in repr(list(access.device.config_backups.select_related("blob")))


def test_a_change_of_secret_shows_by_its_mark(client, cast, access):
    client.force_login(cast.thomas)
    page = client.get(reverse("inventory:drift", args=[ConfigDrift.objects.get().pk]))
    told = page.context["told"]
    changed = [row for row in told.rows if row.change == "changed"]
    assert [row.right_no for row in changed] == [2, 4]
    assert changed[0].left.startswith("snmp-server community ••••(")
    assert changed[0].left != changed[0].right


def test_the_school_sees_the_state_and_never_the_text(client, cast, access):
    client.force_login(cast.bernard)
    panel = client.get(reverse("inventory:device_configuration", args=[access.device_id]))
    assert panel.status_code == 200
    assert "changement imprévu" in panel.content.decode()
    assert "configurations/versions/" not in panel.content.decode()
    for url in urls(access)[1:8]:
        answer = client.get(url)
        assert answer.status_code == 403, url
        assert "Seuls les techniciens" in answer.content.decode()
    assert client.get(urls(access)[13]).status_code == 403
    client.force_login(cast.karl)
    for url in (*urls(access)[:8], *urls(access)[12:14]):
        assert client.get(url).status_code == 404, url


def test_a_drift_is_accepted_with_a_reason_and_only_as_it_was_shown(client, cast, access):
    drift = ConfigDrift.objects.get()
    accept = reverse("inventory:drift_accept", args=[drift.pk])
    client.force_login(cast.bernard)
    assert client.post(accept, {"vu": drift.after_id, "motif": "x"}).status_code == 403
    client.force_login(cast.thomas)
    said = client.post(accept, {"vu": drift.after_id, "motif": "  "}, follow=True)
    assert "Dites pourquoi" in said.content.decode()
    seen(access, CHANGED + "vlan 99\n")
    said = client.post(accept, {"vu": drift.after_id, "motif": "fait exprès"}, follow=True)
    assert "Relisez-le" in said.content.decode()
    drift.refresh_from_db()
    client.post(accept, {"vu": drift.after_id, "motif": "VLAN du projet invités"})
    drift.refresh_from_db()
    access.refresh_from_db()
    assert (drift.state, drift.decided_by) == ("accepted", cast.thomas)
    assert access.expected_id == drift.after.blob_id
    seen(access, CHANGED + "vlan 99\n")
    assert ConfigDrift.objects.count() == 1


def test_it_is_asked_for_by_hand_and_the_panel_follows(client, cast, access):
    read = reverse("inventory:configuration_read", args=[access.device_id])
    panel = reverse("inventory:device_configuration", args=[access.device_id]) + "?suivre=oui"
    client.force_login(cast.thomas)
    assert client.get(panel).status_code == 286
    said = client.post(read, headers={"HX-Request": "true"}).content.decode()
    assert "lecture en cours" in said
    assert client.get(panel).status_code == 200
    seen(access, CHANGED)
    assert client.get(panel).status_code == 286


def test_a_blocked_access_says_what_to_do(client, cast, access):
    keep_failure(access.pk, FailureReason.REFUSED, "non", timezone.now())
    client.force_login(cast.thomas)
    history = reverse("inventory:configuration_history", args=[access.device_id])
    assert "Débloquer et relire" in client.get(history).content.decode()
    read = reverse("inventory:configuration_read", args=[access.device_id])
    said = client.post(read, follow=True).content.decode()
    assert "bloqué" in said
    client.post(reverse("inventory:configuration_resume", args=[access.device_id]))
    access.refresh_from_db()
    assert access.state == "failing"


class TestAnotherKey:
    """The device shows another SSH key than the one known."""

    known, other, third = (make_host_key(seed).get_base64() for seed in ("known", "other", "third"))

    @pytest.fixture
    def urls(self, access):
        now = timezone.now()
        CliAccess.objects.update(host_key=self.known, host_key_at=now - dt.timedelta(days=90))
        keep_failure(access.pk, FailureReason.HOST_KEY, "clé", now, offered_key=self.other)
        names = ("history", "resume")
        return [reverse(f"inventory:configuration_{one}", args=[access.device_id]) for one in names]

    def test_both_fingerprints_are_shown_with_their_kind(self, client, cast, urls):
        client.force_login(cast.thomas)
        said = client.get(urls[0]).content.decode()
        for key in (self.known, self.other):
            assert told(key).fingerprint in said
        assert "ED25519, 256 bits" in said
        assert said.count("vue d’abord") == 2
        assert "remplacé" in said
        assert "entre lui et nous" in said

    def test_the_one_that_was_compared_is_trusted_and_no_other(self, client, cast, urls, access):
        client.force_login(cast.thomas)
        shown = told(self.other).fingerprint
        # it shows a third one before the person has decided
        keep_failure(
            access.pk, FailureReason.HOST_KEY, "clé", timezone.now(), offered_key=self.third
        )
        assert (
            "encore une autre" in client.post(urls[1], {"cle": shown}, follow=True).content.decode()
        )
        access.refresh_from_db()
        assert (access.state, access.host_key) == ("paused", self.known)
        for _twice in range(2):
            client.post(urls[1], {"cle": told(self.third).fingerprint})
        access.refresh_from_db()
        assert (access.state, access.host_key, access.offered_key) == ("failing", self.third, "")
        entry = AuditEntry.objects.get(action="trust_new_key")
        assert told(self.known).fingerprint in str(entry.before)
        assert told(self.third).fingerprint in str(entry.after)

    def test_only_technicians_see_and_decide(self, client, cast, urls):
        client.force_login(cast.bernard)
        assert client.get(urls[0]).status_code == 403
        assert client.post(urls[1], {"cle": "SHA256:x"}).status_code == 403

    def test_where_the_other_one_was_not_kept_it_is_looked_at_again(self, client, cast, urls):
        CliAccess.objects.update(offered_key="", offered_key_at=None)
        client.force_login(cast.thomas)
        assert "Regarder la clé montrée" in client.get(urls[0]).content.decode()


def test_the_access_is_set_on_its_page_and_another_address_forgets_the_key(client, cast, site):
    make_set()
    device = make_device(site, "SW-Z")
    client.force_login(cast.thomas)
    url = reverse("inventory:configuration_access", args=[device.pk])
    form = {"address": "10.1.2.3", "port": "22", "platform": "hp_procurve", "enabled": "on"}
    client.post(url, form)
    access = CliAccess.objects.get(device=device)
    seen(access)
    client.post(url, form)
    access.refresh_from_db()
    assert access.host_key
    client.post(url, form | {"address": "10.1.2.4"})
    access.refresh_from_db()
    assert (access.address, access.host_key) == ("10.1.2.4", "")
    assert client.post(url, form | {"platform": "fax"}).status_code == 200
    client.force_login(cast.bernard)
    assert client.post(url, form).status_code == 403


def test_the_list_filters_by_the_state_that_it_shows(client, cast, site):
    make_set()
    for n, text in enumerate((None, TEXT, CHANGED)):
        access = make_access(site, f"SW-{n}")
        if text:
            seen(access)
            seen(access, text)
    failing = make_access(site, "SW-F")
    keep_failure(failing.pk, FailureReason.HUNG, "", timezone.now())
    make_access(site, "SW-OFF", enabled=False)
    now = timezone.now()
    for state in WORDS:
        rows = configurations_asked(cast.thomas, {"etat": state})
        shown = {r.pk for r in configurations_asked(cast.thomas, {})
                 if state_of(r, now, drifted=r.drift is not None) == state}  # fmt: skip
        assert {row.pk for row in rows} == shown, state
    client.force_login(cast.thomas)
    page = client.get(reverse("inventory:configurations"))
    assert page.status_code == 200
    assert "1 changement imprévu" in page.content.decode()


def test_the_cost_of_the_list_does_not_grow(client, cast, site):
    for n in range(3):
        seen(make_access(site, f"SW-{n}"))
    client.force_login(cast.thomas)
    with assert_query_count("configurations"):
        client.get(reverse("inventory:configurations"))
    for n in range(3, 30):
        seen(make_access(site, f"SW-{n}"))
    with assert_query_count("configurations"):
        client.get(reverse("inventory:configurations"))
