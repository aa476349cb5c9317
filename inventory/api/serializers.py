"""Shapes of equipment."""

from __future__ import annotations

from rest_framework import serializers

from inventory.models import Device, Link, Port, Product


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
            "installed_on",
            "warranty_until",
        ]


class PortSerializer(serializers.ModelSerializer[Port]):
    """A port, known by its name; ``if_index`` may change."""

    class Meta:
        model = Port
        fields = ["id", "device", "name", "number", "if_index", "kind", "speed_mbps", "poe"]


class LinkSerializer(serializers.ModelSerializer[Link]):
    """A cable between two ports, the smaller port first."""

    class Meta:
        model = Link
        fields = ["id", "port_a", "port_b", "kind"]
