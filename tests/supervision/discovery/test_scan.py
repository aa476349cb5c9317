"""A scan of a site: who may, where, by which credential; progress, cancel, resume after a kill."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from inventory.models import Device, Difference, ObservedDevice, Prefix
from schools.models import AuditEntry
from supervision.actions.run_scan import credentials_for, run_scan
from supervision.actions.start_scan import cancel_scan, schedule_scans, start_scan
from supervision.models import CredentialScope, Scan, ScanFinding
from supervision.snmp.contract import AuthProtocol, PrivProtocol, UsmUser
from supervision.snmp.engine import FastReader
from tests.cast import make_credential_set, make_device, make_target

from .agents import Street, switch

MAC = b"\x00\x1b\x54\x00\x00\x00"
SERIAL = "FOC1832X0AB"


@pytest.fixture
def reader():
    made = FastReader()
    yield made
    made.close()


def allow(site, *sets, community="public"):
    """Credential sets for the whole Region, in order."""
    for rank, one in enumerate(sets or (make_credential_set(community=community),)):
        CredentialScope.objects.create(credential_set=one, region=True, rank=rank)


def scan_now(user, site, asked, street, reader, **more):
    scan = start_scan(user, site, asked, port=street.port)
    assert run_scan(scan.pk, reader, **more)
    scan.refresh_from_db()
    return scan


def test_a_scan_finds_who_answers_and_leaves_the_silent_alone(cast, reader):
    Prefix.objects.create(site=cast.tilleuls, cidr="127.60.1.0/28")
    allow(cast.tilleuls)
    street = Street()
    street.add("127.60.1.3", switch("SW-A1", SERIAL, mac=MAC))
    with street:
        scan = scan_now(cast.thomas, cast.tilleuls, [], street, reader)
    assert (scan.state, scan.cursor, scan.total, scan.answered) == ("done", 14, 14, 1)
    seen = ObservedDevice.objects.get()
    assert (seen.serial, seen.model, seen.version) == (SERIAL, "WS-C2960X-24TS-L", "15.2(7)E8")
    assert seen.evidence["serial"] == "ENTITY-MIB serial"
    assert seen.ports.filter(physical=True).count() == 8
    assert Difference.objects.get().kind == "new"
    assert ScanFinding.objects.get().address == "127.60.1.3"
    assert AuditEntry.objects.filter(action="start_scan", actor=cast.thomas).exists()


def test_credential_sets_are_tried_in_order_and_their_secrets_are_told_nowhere(
    cast, reader, caplog
):
    wrong = make_credential_set("ancien", "autrefois")
    right = make_credential_set("actuel", "mot-secret-42")
    allow(cast.tilleuls, wrong, right)
    street = Street()
    street.add("127.60.2.1", switch("SW", SERIAL, mac=MAC), community="mot-secret-42")
    with caplog.at_level(0), street:
        scan_now(cast.thomas, cast.tilleuls, ["127.60.2.1"], street, reader)
    finding = ScanFinding.objects.get()
    assert finding.credential_set == right
    told = caplog.text + str(list(Scan.objects.values())) + str(list(ScanFinding.objects.values()))
    assert "mot-secret-42" not in told
    assert "autrefois" not in told


def test_v3_is_tried_like_any_other(cast, reader):
    user = UsmUser("dec", AuthProtocol.SHA256, "authpass123", PrivProtocol.AES128, "privpass123")
    row = make_credential_set("v3")
    row.store(user)
    row.save()
    allow(cast.tilleuls, make_credential_set("v2", "nope"), row)
    street = Street()
    street.add_v3("127.60.3.1", switch("SW", SERIAL, mac=MAC), user)
    with street:
        scan = scan_now(cast.thomas, cast.tilleuls, ["127.60.3.1"], street, reader)
    assert scan.answered == 1


def test_the_nearest_scope_comes_first(cast):
    region, own = make_credential_set("région"), make_credential_set("site", "b")
    school, other = make_credential_set("école", "c"), make_credential_set("ailleurs", "d")
    site = cast.tilleuls
    CredentialScope.objects.create(credential_set=region, region=True)
    CredentialScope.objects.create(credential_set=school, school=site.school)
    CredentialScope.objects.create(credential_set=own, site=site, rank=5)
    CredentialScope.objects.create(credential_set=other, site=cast.peupliers)
    assert credentials_for(site) == [own, school, region]


def test_a_scope_is_exactly_one_place(cast):
    row = make_credential_set()
    with pytest.raises(IntegrityError), transaction.atomic():
        CredentialScope.objects.create(credential_set=row, region=True, site=cast.tilleuls)


def test_a_silent_address_costs_one_datagram_per_credential_set(cast, reader):
    allow(cast.tilleuls)
    street = Street()
    street.agents["127.60.4.9"] = lambda datagram: None
    with street:
        scan_now(cast.thomas, cast.tilleuls, ["127.60.4.9"], street, reader)
    assert street.asked == {"127.60.4.9": 1}


@pytest.mark.parametrize("who", ["claire", "bernard", "veronique", "karl", "odile"])
def test_only_technicians_of_the_site_may(cast, who):
    with pytest.raises(PermissionDenied, match="techniciens"):
        start_scan(getattr(cast, who), cast.tilleuls, ["127.0.0.1"])


def test_without_both_consents_nobody_may(cast):
    with pytest.raises(PermissionDenied, match="assistance"):
        start_scan(cast.sofia, cast.bouleaux, ["127.0.0.1"])
    assert not Scan.objects.exists()


def test_a_school_that_manages_its_network_is_discovered_too(cast):
    assert start_scan(cast.sofia, cast.saules, ["127.0.0.1"]).total == 1


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (["127.0.0.0/19"], "/20"),
        (["127.0.0.0/21", "127.1.0.0/21", "127.2.0.0/24"], "/20"),
        (["bonjour"], "préfixe"),
        (["127.0.0.1/24"], "préfixe"),
        (["8.8.8.8"], "réseau local"),
        (["224.0.0.0/28"], "réseau local"),
        ([], "Aucun préfixe"),
    ],
)
def test_what_is_too_large_or_no_lan_is_refused_with_the_reason(cast, asked, why):
    with pytest.raises(ValidationError, match=why):
        start_scan(cast.sofia, cast.tilleuls, asked)
    assert not Scan.objects.exists()


def test_loopback_is_for_the_lab_alone(cast, settings):
    settings.PREAU_LAB = False
    with pytest.raises(ValidationError, match="réseau local"):
        start_scan(cast.sofia, cast.tilleuls, ["127.0.0.1"])


def test_addresses_of_another_site_are_refused(cast):
    Prefix.objects.create(site=cast.peupliers, cidr="127.61.0.0/24")
    make_target(make_device(cast.peupliers, "SW-P"), address="127.62.0.9")
    for asked in ("127.61.0.7", "127.61.0.0/25", "127.62.0.0/24"):
        with pytest.raises(ValidationError, match="autre implantation"):
            start_scan(cast.sofia, cast.tilleuls, [asked])


def test_two_taps_make_one_scan(cast):
    first = start_scan(cast.sofia, cast.tilleuls, ["127.0.0.1"])
    assert start_scan(cast.thomas, cast.tilleuls, ["127.0.0.2"]) == first


def test_a_cancelled_scan_writes_nothing_more(cast, reader):
    allow(cast.tilleuls)
    scan = start_scan(cast.thomas, cast.tilleuls, ["127.60.5.0/28"])
    cancel_scan(cast.sofia, scan)
    assert not run_scan(scan.pk, reader)
    scan.refresh_from_db()
    assert (scan.state, scan.cursor) == ("cancelled", 0)
    assert start_scan(cast.thomas, cast.tilleuls, ["127.0.0.1"]).pk != scan.pk


def test_cancelling_while_it_runs_keeps_what_was_found(cast, reader, monkeypatch):
    allow(cast.tilleuls)
    street = Street()
    street.add("127.60.6.1", switch("SW", SERIAL, mac=MAC))
    street.add("127.60.6.3", switch("SW2", "FOC9999X0AB", mac=b"\x00\x1b\x54\x10\x00\x00"))
    with street:
        scan = start_scan(cast.thomas, cast.tilleuls, ["127.60.6.0/29"], port=street.port)
        assert not run_scan(scan.pk, reader, until=time.monotonic() + 0.0001, handful=2)
        assert run_scan(scan.pk, CancelsAfter(reader, scan, cast.thomas), handful=2)
    scan.refresh_from_db()
    assert scan.state == "cancelled"
    assert scan.cursor <= 2


class CancelsAfter:
    """A reader in whose second question somebody stops the scan."""

    def __init__(self, reader, scan, user):
        self.reader, self.scan, self.user, self.calls = reader, scan, user, 0

    def read(self, questions):
        self.calls += 1
        if self.calls == 8:
            cancel_scan(self.user, self.scan)
        return self.reader.read(questions)


def test_a_killed_scan_is_taken_over_where_it_stood_and_doubles_nothing(cast, reader):
    allow(cast.tilleuls)
    street = Street()
    street.add("127.60.7.1", switch("SW", SERIAL, mac=MAC))
    with street:
        scan = start_scan(cast.thomas, cast.tilleuls, ["127.60.7.0/29"], port=street.port)
        with pytest.raises(RuntimeError, match="killed"):
            run_scan(scan.pk, KilledAt(reader, 12), handful=2)
        held = Scan.objects.get(pk=scan.pk)
        assert held.state == "running"
        assert not run_scan(scan.pk, reader), "its worker is believed to live"
        Scan.objects.filter(pk=scan.pk).update(lease_until=timezone.now())
        assert run_scan(scan.pk, reader, handful=2)
    scan.refresh_from_db()
    assert (scan.state, scan.cursor, scan.answered) == ("done", 6, 1)
    assert ObservedDevice.objects.count() == 1


class KilledAt:
    def __init__(self, reader, call):
        self.reader, self.call, self.calls = reader, call, 0

    def read(self, questions):
        self.calls += 1
        if self.calls == self.call:
            raise RuntimeError("killed")
        return self.reader.read(questions)


def test_scanning_twice_changes_nothing_and_makes_no_twin(cast, reader):
    allow(cast.tilleuls)
    device = make_device(cast.tilleuls, "SW-A1", serial=SERIAL)
    street = Street()
    street.add("127.60.8.1", switch("SW-A1", SERIAL, mac=MAC))
    with street:
        for _ in range(2):
            scan_now(cast.thomas, cast.tilleuls, ["127.60.8.1"], street, reader)
    assert ObservedDevice.objects.get().device == device
    assert Device.objects.filter(site=cast.tilleuls).count() == 1
    assert set(Difference.objects.values_list("kind", flat=True)) == {
        *("product", "mac", "ports", "room"),
    }


def test_254_addresses_take_a_few_seconds(cast, reader):
    allow(cast.tilleuls)
    street = Street()
    for n in range(1, 21):
        mac = bytes([0, 0x1B, 0x54, 0, n, 0])
        street.add(f"127.60.9.{n}", switch(f"SW-{n}", f"FOC1832X{n:03d}", mac=mac))
    with street:
        began = time.monotonic()
        scan = scan_now(cast.thomas, cast.tilleuls, ["127.60.9.0/24"], street, reader)
        took = time.monotonic() - began
    assert (scan.total, scan.answered) == (254, 20)
    assert took < 20, f"{took:.1f} s"  # 3 s on a quiet machine


def test_the_weekly_scan_is_for_consenting_sites_with_prefixes(cast, settings):
    for n, site in enumerate((cast.tilleuls, cast.bouleaux, cast.saules)):
        Prefix.objects.create(site=site, cidr=f"127.63.{n}.0/28")
    now = timezone.now()
    begun = Scan.objects.filter(pk__in=schedule_scans(now))
    assert {scan.site for scan in begun} == {cast.tilleuls, cast.saules}
    assert all(scan.scheduled for scan in begun)
    assert schedule_scans(now) == []
    settings.DISCOVERY_DAYS = 0
    Scan.objects.all().delete()
    assert schedule_scans(now) == []


def test_the_command_tells_what_it_found(cast, capsys):
    allow(cast.tilleuls)
    street = Street()
    street.add("127.60.10.1", switch("SW", SERIAL, mac=MAC))
    with street:
        call_command("discover", "127.60.10.0/30", site="Tilleuls", port=street.port)
    told = capsys.readouterr().out
    assert "WS-C2960X-24TS-L" in told
    assert "2 addresses, 1 devices, 0 refused" in told


def test_the_command_refuses_in_words(cast):
    with pytest.raises(CommandError, match="assistance"):
        call_command("discover", "127.0.0.1", site="Bouleaux")
    with pytest.raises(CommandError, match="no site"):
        call_command("discover", "127.0.0.1", site="Nulle part")
