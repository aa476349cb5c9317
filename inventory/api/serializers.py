"""Shapes of equipment."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inventory.models import (
    Device,
    Difference,
    Link,
    ObservedDevice,
    ObservedNeighbour,
    ObservedPort,
    Port,
    Prefix,
    Product,
)


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A maker's model."""

    class Meta:
        model = Product
        fields = ["id", "maker", "model", "category", "description"]


class DeviceSerializer(serializers.ModelSerializer[Device]):
    """A piece of equipment, as the register intends it."""

    product = ProductSerializer(read_only=True)

    class Meta:
        model = Device
        fields = [
            "id",
            "site",
            "room",
            "product",
            "name",
            "serial",
            "asset_number",
            "mac",
            "state",
            "holder",
            "installed_on",
            "warranty_until",
            *("code", "owner", "origin", "cloud_move", "cloud_why", "notes", "custom"),
            *("version", "changed_at"),
        ]


class PortSerializer(serializers.ModelSerializer[Port]):
    """A port, known by its name; ``if_index`` may change."""

    class Meta:
        model = Port
        fields = [
            *("id", "device", "name", "number", "if_index", "kind", "speed_mbps", "poe", "side"),
            *("description", "access_vlan", "trunk_vlans", "version", "changed_at"),
        ]


class LinkSerializer(serializers.ModelSerializer[Link]):
    """A cable between two ports, the smaller port first."""

    class Meta:
        model = Link
        fields = [
            *("id", "port_a", "port_b", "kind", "role", "label", "cable", "colour", "length_m"),
            *("version", "changed_at"),
        ]


class PrefixSerializer(serializers.ModelSerializer[Prefix]):
    """A prefix of a site's LAN."""

    cidr = serializers.CharField(read_only=True)

    class Meta:
        model = Prefix
        fields = [
            *("id", "site", "cidr", "vlan", "role", "gateway", "dhcp_first", "dhcp_last", "notes"),
            *("version", "changed_at"),
        ]


class ObservedDeviceSerializer(serializers.ModelSerializer[ObservedDevice]):
    """A device as the network shows it; ``evidence`` says where each fact was read."""

    class Meta:
        model = ObservedDevice
        fields = [
            "id",
            "site",
            "device",
            "matched_by",
            "via",
            "parent",
            "family",
            "maker",
            "category",
            "model",
            "hardware",
            "version",
            "serial",
            "mac",
            "address",
            "name",
            "object_id",
            "evidence",
            "facts",
            "conflict",
            "first_seen_at",
            "last_seen_at",
            "missing_since",
        ]


class ObservedPortSerializer(serializers.ModelSerializer[ObservedPort]):
    """A port as the device tells it."""

    class Meta:
        model = ObservedPort
        fields = [
            "id",
            "observed",
            "name",
            "if_index",
            "descr",
            "alias",
            "mac",
            "speed_mbps",
            "oper",
            "physical",
            "first_seen_at",
            "last_seen_at",
            "missing_since",
        ]


class ObservedNeighbourSerializer(serializers.ModelSerializer[ObservedNeighbour]):
    """Who was heard on a port: the raw words, and the device they were resolved to."""

    class Meta:
        model = ObservedNeighbour
        fields = [
            "id",
            "observed",
            "local_port",
            "protocol",
            "chassis",
            "port",
            "name",
            "address",
            "platform",
            "device",
            "resolved_by",
            "first_seen_at",
            "last_seen_at",
            "missing_since",
        ]


class DifferenceSerializer(serializers.ModelSerializer[Difference]):
    """What the register intends beside what the network shows."""

    safe = serializers.BooleanField(read_only=True)

    class Meta:
        model = Difference
        fields = [
            "id",
            "site",
            "kind",
            "device",
            "observed_device",
            "intended",
            "observed",
            "detail",
            "fingerprint",
            "safe",
            "state",
            "first_seen_at",
            "last_seen_at",
            "decided_by",
            "decided_at",
            "why",
        ]


class DecisionRequest(serializers.Serializer[dict[str, Any]]):
    """``fingerprint``: of the difference as it was read; another one is refused."""

    fingerprint = serializers.CharField(max_length=32, allow_blank=True, default="")
    why = serializers.CharField(max_length=500, allow_blank=True, default="")
    room = serializers.IntegerField(required=False, allow_null=True, default=None)


class MergeRequest(DecisionRequest):
    """Which device of the register the observation is."""

    device = serializers.IntegerField()
