"""The catalogue and the custody of devices, for reading.

Products, kits and own fields are the same for everybody; a draft of a kit is its writers' alone.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django_filters.rest_framework import BooleanFilter, CharFilter
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from inventory.access import can_keep_kits
from inventory.api.serializers import ProductSerializer
from inventory.models import CustomField, DeviceMove, Kit, KitItem, KitVersion, Product
from schools.api.filtering import ScopedFilterSet
from schools.api.viewsets import ScopedViewSet, caller


class CatalogueProductSerializer(ProductSerializer):
    """A maker's model, with what the catalogue knows of it."""

    class Meta(ProductSerializer.Meta):
        fields = [
            *ProductSerializer.Meta.fields,
            "part_number",
            "ports_template",
            "power_w",
            "poe_budget_w",
            "sale_ends_on",
            "support_ends_on",
            "documents_url",
            "version",
            "changed_at",
        ]


class KitSerializer(serializers.ModelSerializer[Kit]):
    """A standard kit; its versions say what it holds."""

    class Meta:
        model = Kit
        fields = ["id", "name", "purpose"]


class KitItemSerializer(serializers.ModelSerializer[KitItem]):
    """So many of a product."""

    class Meta:
        model = KitItem
        fields = ["product", "quantity", "accessory"]


class KitVersionSerializer(serializers.ModelSerializer[KitVersion]):
    """What a kit holds and costs. ``frozen_at`` null: a draft; afterwards nothing but ``valid_to``
    changes."""

    items = KitItemSerializer(many=True, read_only=True)

    class Meta:
        model = KitVersion
        fields = [
            "id",
            "kit",
            "number",
            "price",
            "valid_from",
            "valid_to",
            "notes",
            "warranty_months",
            "repairability",
            "energy_class",
            "annual_kwh",
            "support_ends_on",
            "frozen_at",
            "items",
        ]


class CustomFieldSerializer(serializers.ModelSerializer[CustomField]):
    """A field of some categories; values stand in a device's ``custom`` under its ``key``."""

    class Meta:
        model = CustomField
        fields = [
            "id",
            "key",
            "label_fr",
            "label_de",
            "kind",
            "categories",
            "required",
            "choices",
            "unit",
            "position",
            "archived_at",
        ]


class DeviceMoveSerializer(serializers.ModelSerializer[DeviceMove]):
    """A step of a device's life."""

    class Meta:
        model = DeviceMove
        fields = [
            "id",
            "device",
            "at",
            "state",
            "site",
            "room",
            "room_text",
            "holder",
            "actor",
            "why",
            "happened_on",
        ]


class ProductViewSet(ReadOnlyModelViewSet[Product]):
    """The catalogue, the same for everybody."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Product
            fields: ClassVar[dict[str, list[str]]] = {
                "category": ["exact"],
                "maker": ["exact", "iexact"],
                "part_number": ["exact"],
                "support_ends_on": ["lt", "gt", "isnull"],
            }

    queryset = Product.objects.all()
    serializer_class = CatalogueProductSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "maker", "model")
    ordering: ClassVar[tuple[str, ...]] = ("id",)


def _versions(user: Any) -> QuerySet[KitVersion]:
    rows = KitVersion.objects.all()
    return rows if can_keep_kits(user) else rows.frozen()


class KitViewSet(ReadOnlyModelViewSet[Kit]):
    """Kits of which you see a version."""

    queryset = Kit.objects.all()
    serializer_class = KitSerializer
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name")
    ordering: ClassVar[tuple[str, ...]] = ("id",)

    def get_queryset(self) -> QuerySet[Kit]:
        """Without those that are drafts only, unless you write them."""
        seen = _versions(caller(self.request)).values("kit")
        return super().get_queryset().filter(pk__in=seen)


class KitVersionViewSet(ReadOnlyModelViewSet[KitVersion]):
    """Versions of kits; drafts for those who write them."""

    class Filters(ScopedFilterSet):
        draft = BooleanFilter(field_name="frozen_at", lookup_expr="isnull")

        class Meta(ScopedFilterSet.Meta):
            model = KitVersion
            fields: ClassVar[list[str]] = ["kit"]

    queryset = KitVersion.objects.all()
    serializer_class = KitVersionSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "valid_from")
    ordering: ClassVar[tuple[str, ...]] = ("id",)

    def get_queryset(self) -> QuerySet[KitVersion]:
        """With their items, in two queries for any number."""
        items = Prefetch("items", KitItem.objects.order_by("pk"))
        return _versions(caller(self.request)).prefetch_related(items)


class CustomFieldViewSet(ReadOnlyModelViewSet[CustomField]):
    """Own fields of categories, archived ones too: values may stand under their keys."""

    class Filters(ScopedFilterSet):
        category = CharFilter(method="of_category")

        class Meta(ScopedFilterSet.Meta):
            model = CustomField
            fields: ClassVar[dict[str, list[str]]] = {
                "key": ["exact"],
                "archived_at": ["isnull"],
            }

        def of_category(
            self, rows: QuerySet[CustomField], name: str, value: str
        ) -> QuerySet[CustomField]:
            """Fields that devices of that category have."""
            return rows.filter(categories__contains=[value])

    queryset = CustomField.objects.all()
    serializer_class = CustomFieldSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "position")
    ordering: ClassVar[tuple[str, ...]] = ("id",)


class DeviceMoveViewSet(ScopedViewSet[DeviceMove]):
    """Steps of devices' lives at the sites you see: where, in which state, with whom."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = DeviceMove
            fields: ClassVar[dict[str, list[str]]] = {
                "device": ["exact"],
                "site": ["exact"],
                "state": ["exact"],
                "at": ["gte", "lt"],
            }

    queryset = DeviceMove.objects.all()
    serializer_class = DeviceMoveSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "at")
