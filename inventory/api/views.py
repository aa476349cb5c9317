"""Equipment of the sites you see."""

from __future__ import annotations

from typing import ClassVar

from django_filters.rest_framework import CharFilter

from inventory.api import serializers as shapes
from inventory.api.bulk import BulkMixin
from inventory.api.device_writes import WriteMixin
from inventory.models import Device, Link, Port
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.versions import VersionedView
from schools.api.viewsets import ScopedViewSet


class DeviceViewSet(BulkMixin, WriteMixin, VersionedView, ScopedViewSet[Device]):
    """Devices of the sites you see."""

    class Filters(ScopedFilterSet):
        category = CharFilter(field_name="product__category")

        class Meta(ScopedFilterSet.Meta):
            model = Device
            fields = ["site", "room", "product", "state", "serial", "asset_number", "mac"]

    queryset = Device.objects.all()
    serializer_class = shapes.DeviceSerializer
    filterset_class = Filters
    related = ("product", "site__school")
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name")


class PortViewSet(ScopedViewSet[Port]):
    """Ports of the devices you see."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="device__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = Port
            fields = ["device", "kind", "poe", "side", "access_vlan"]

    queryset = Port.objects.all()
    serializer_class = shapes.PortSerializer
    filterset_class = Filters
    prefetched: ClassVar[tuple[str, ...]] = ("trunk_vlans",)


class LinkViewSet(ScopedViewSet[Link]):
    """Cables of the sites you see: the topology that the register intends."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="port_a__device__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = Link
            fields = ["port_a", "port_b", "kind", "role"]

    queryset = Link.objects.all()
    serializer_class = shapes.LinkSerializer
    filterset_class = Filters
