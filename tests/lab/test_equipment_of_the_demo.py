"""The demo furnishes classrooms, kits and own fields; a second run changes nothing."""

from __future__ import annotations

import pytest
from django.utils import timezone

from deploy.lab.load.equipment import load_equipment
from deploy.lab.load.network import load_network
from deploy.lab.load.places import load_places
from deploy.lab.region import REGION
from inventory.models import CustomField, Device, DeviceMove, KitVersion, Product
from inventory.rules.custom import read_custom
from inventory.rules.ports_template import expand


@pytest.fixture
def loaded(db: None) -> dict:
    sites = load_places(REGION)
    load_network(REGION, sites)
    load_equipment(sites, timezone.now())
    return sites


def test_a_second_run_changes_nothing(loaded: dict):
    def count() -> list[int]:
        return [m.objects.count() for m in (Device, DeviceMove, KitVersion, CustomField, Product)]

    before = count()
    load_network(REGION, loaded)
    load_equipment(loaded, timezone.now())
    assert count() == before


def test_every_device_has_a_history_that_ends_where_it_is(loaded: dict):
    for device in Device.objects.prefetch_related("moves"):
        last = device.moves.all()[0]
        assert (last.state, last.site_id, last.room_id, last.holder_id) == (
            device.state,
            device.site_id,
            device.room_id,
            device.holder_id,
        ), device.name


def test_there_is_one_of_every_kind_and_what_is_said_of_it_holds(loaded: dict):
    kinds = set(Device.objects.values_list("product__category", flat=True))
    assert kinds >= {"laptop", "tablet", "board", "projector", "printer", "server"}
    assert Device.objects.filter(cloud_move="candidate").exists()
    assert KitVersion.objects.frozen().count() == 4
    fields = [row.as_field() for row in CustomField.objects.all()]
    for device in Device.objects.exclude(custom={}):
        assert read_custom(fields, device.custom).values == device.custom


def test_ports_of_the_catalogue_are_those_of_the_network(loaded: dict):
    for plan in REGION.devices[:40]:
        product = Product.objects.get(maker=plan.model.maker, model=plan.model.name)
        names = {port.name for port in expand(product.ports_template)}
        assert names == {port.name for port in plan.model.ports}
