"""The network of the sites you see: VLANs, WiFi, addresses, racks, radios, panels, coverage."""

from __future__ import annotations

from typing import ClassVar

from django_filters.rest_framework import BooleanFilter
from rest_framework import serializers

from inventory.models import (
    PASSIVE,
    Device,
    IpAddress,
    Rack,
    RackPlace,
    Radio,
    RoomCoverage,
    Ssid,
    Vlan,
)
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.viewsets import ScopedViewSet


class VlanSerializer(serializers.ModelSerializer[Vlan]):
    """A virtual network of a site."""

    class Meta:
        model = Vlan
        fields = ["id", "site", "vid", "name", "purpose", "version", "changed_at"]


class SsidSerializer(serializers.ModelSerializer[Ssid]):
    """A WiFi network. Its passphrase is told by no door, only whether there is one."""

    has_passphrase = serializers.BooleanField(read_only=True)

    class Meta:
        model = Ssid
        fields = [
            *("id", "site", "name", "vlan", "security", "band", "enabled", "hidden"),
            *("has_passphrase", "version", "changed_at"),
        ]


class IpAddressSerializer(serializers.ModelSerializer[IpAddress]):
    """One address of a site."""

    class Meta:
        model = IpAddress
        fields = [
            *("id", "site", "address", "device", "port", "name", "is_management", "outside_why"),
            *("version", "changed_at"),
        ]


class RackPlaceSerializer(serializers.ModelSerializer[RackPlace]):
    """Where a device stands; units are counted from the floor."""

    class Meta:
        model = RackPlace
        fields = ["id", "device", "bottom", "height"]


class RackSerializer(serializers.ModelSerializer[Rack]):
    """A rack, and what stands in it."""

    places = RackPlaceSerializer(many=True, read_only=True)

    class Meta:
        model = Rack
        fields = ["id", "site", "room", "name", "units", "notes", "places", "version", "changed_at"]


class RadioSerializer(serializers.ModelSerializer[Radio]):
    """The radios of one band of an access point, as they should be set."""

    class Meta:
        model = Radio
        fields = [
            *("id", "access_point", "band", "count", "channel", "width_mhz", "power_dbm"),
            *("version", "changed_at"),
        ]


class PatchPanelSerializer(serializers.ModelSerializer[Device]):
    """A patch panel or a wall socket: ``ports`` tells the sides of its positions."""

    category = serializers.CharField(source="product.category", read_only=True)

    class Meta:
        model = Device
        fields = ["id", "site", "room", "name", "category", "ports"]


class CoverageSerializer(serializers.ModelSerializer[RoomCoverage]):
    """Which access point covers which room, and how that is known."""

    class Meta:
        model = RoomCoverage
        fields = [
            *("id", "access_point", "room", "proof", "declared_at", "proved_on", "signal_dbm"),
            *("remark", "version", "changed_at"),
        ]


class VlanViewSet(ScopedViewSet[Vlan]):
    """VLANs of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Vlan
            fields = ["site", "vid", "purpose"]

    queryset = Vlan.objects.all()
    serializer_class = VlanSerializer
    filterset_class = Filters


class SsidViewSet(ScopedViewSet[Ssid]):
    """WiFi networks of the sites you see, without their passphrases."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Ssid
            fields = ["site", "vlan", "security", "enabled"]

    queryset = Ssid.objects.all()
    serializer_class = SsidSerializer
    filterset_class = Filters


class IpAddressViewSet(ScopedViewSet[IpAddress]):
    """Addresses of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = IpAddress
            fields = ["site", "device", "port", "is_management"]

    queryset = IpAddress.objects.all()
    serializer_class = IpAddressSerializer
    filterset_class = Filters


class RackViewSet(ScopedViewSet[Rack]):
    """Racks of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Rack
            fields = ["site", "room"]

    queryset = Rack.objects.all()
    serializer_class = RackSerializer
    filterset_class = Filters
    prefetched = ("places",)


class RadioViewSet(ScopedViewSet[Radio]):
    """Radios of the access points you see."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="access_point__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = Radio
            fields = ["access_point", "band"]

    queryset = Radio.objects.all()
    serializer_class = RadioSerializer
    filterset_class = Filters


class PatchPanelViewSet(ScopedViewSet[Device]):
    """Patch panels and wall sockets of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Device
            fields = ["site", "room"]

    queryset = Device.objects.filter(product__category__in=PASSIVE)
    serializer_class = PatchPanelSerializer
    filterset_class = Filters
    related = ("product",)
    prefetched: ClassVar[tuple[str, ...]] = ("ports",)


class CoverageViewSet(ScopedViewSet[RoomCoverage]):
    """Coverage of the rooms you see. ``covered``: those that count today (K6)."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="room__site_id")
        covered = BooleanFilter(method="only_covered")

        class Meta(ScopedFilterSet.Meta):
            model = RoomCoverage
            fields = ["access_point", "room", "proof"]

        def only_covered(self, rows: object, _name: str, value: bool) -> object:
            """Those whose access point is installed where the room is."""
            return rows.covered() if value else rows  # type: ignore[attr-defined]

    queryset = RoomCoverage.objects.all()
    serializer_class = CoverageSerializer
    filterset_class = Filters
