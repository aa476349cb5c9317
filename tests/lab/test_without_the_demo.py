"""The lab before its demo is loaded, and with a demo that has other keys."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from deploy.lab.plan import LabError
from deploy.lab.region import REGION
from deploy.lab.store import FaultStore
from inventory.models import Device
from schools.models import User


def test_without_the_demo_it_says_what_to_do(db):
    with pytest.raises(LabError, match="load_demo"):
        FaultStore(REGION)


def test_an_empty_database_says_what_to_do(db, client):
    person = User.objects.create_user("sofia@example.org", "x", full_name="Sofia")
    person.roles.create(kind="central_technician", region=True)
    client.force_login(person)
    assert "load_demo" in client.get("/lab/").content.decode()


def test_keys_beyond_999_stay_numbers_in_the_page(db, client):
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('inventory_device_id_seq', 1000000)")
        cursor.execute("SELECT setval('schools_site_id_seq', 1000000)")
    call_command("load_demo", verbosity=0)
    device = Device.objects.get(name="AP-B12", site__name="Moulin")
    client.force_login(User.objects.get(email="sofia@preau.example"))
    said = client.get("/lab/?site=moulin").content.decode()
    assert f'name="device" value="{device.pk}"' in said
    assert f"sse:site-{device.site_id} " in said
    assert device.site_id > 999


def test_it_refuses_where_published_passwords_are_forbidden(db, settings):
    settings.DEMO_PASSWORDS = False
    with pytest.raises(CommandError, match="public passwords"):
        call_command("load_demo", verbosity=0)
    assert not User.objects.exists()
