"""A VLAN and a WiFi network belong to a site: what cannot be is not stored."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from inventory.models import Security, Ssid, Vlan


@pytest.fixture
def vlan(cast):
    return Vlan.objects.create(site=cast.tilleuls, vid=20, name="pedagogie", purpose="teaching")


@pytest.mark.parametrize("vid", [0, 4095])
def test_a_number_outside_the_standard_is_refused(cast, vid):
    with pytest.raises(IntegrityError), transaction.atomic():
        Vlan.objects.create(site=cast.tilleuls, vid=vid, name="x")


def test_a_number_and_a_name_stand_once_per_site(cast, vlan):
    for vid, name in ((20, "autre"), (21, "pedagogie")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Vlan.objects.create(site=cast.tilleuls, vid=vid, name=name)
    assert Vlan.objects.create(site=cast.bouleaux, vid=20, name="pedagogie")


def test_a_wifi_network_opens_on_a_vlan_of_its_own_site(cast, vlan):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ssid.objects.create(site=cast.bouleaux, name="Ecole", vlan=vlan)
    ssid = Ssid.objects.create(site=cast.tilleuls, name="Ecole", vlan=vlan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ssid.objects.filter(pk=ssid.pk).update(site=cast.bouleaux)


def test_a_name_is_counted_in_bytes(cast, vlan):
    Ssid.objects.create(site=cast.tilleuls, name="é" * 16, vlan=vlan)  # 32 bytes
    for name in ("", "é" * 17):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ssid.objects.create(site=cast.tilleuls, name=name, vlan=vlan)


def test_a_passphrase_is_sealed_and_only_where_it_is_common(cast, vlan):
    ssid = Ssid(site=cast.tilleuls, name="Invites", vlan=vlan, security=Security.WPA2_PERSONAL)
    ssid.set_passphrase("soleil-2026")
    ssid.save()
    ssid.refresh_from_db()
    assert (ssid.passphrase(), "soleil" in ssid.sealed) == ("soleil-2026", False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ssid.objects.filter(pk=ssid.pk).update(security=Security.OPEN)


def test_a_change_counts(cast, vlan):
    Vlan.objects.filter(pk=vlan.pk).update(name="classes")
    Vlan.objects.filter(pk=vlan.pk).update(name="classes")
    vlan.refresh_from_db()
    assert vlan.version == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'ssid_counts_version'")
        assert cursor.fetchone() == (1,)
