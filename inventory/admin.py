"""Set-up of the catalogue, of devices, their ports and cables, and of prefixes."""

from __future__ import annotations

from django.contrib import admin

from inventory.models import (
    Bookable,
    Booking,
    Consumable,
    Device,
    Difference,
    Link,
    ObservedDevice,
    Port,
    Prefix,
    Product,
    RoomCoverage,
    StockEntry,
    Store,
)
from schools.audited_admin import AuditedAdmin, ReadOnlyAdmin, TabularInline


class PortInline(TabularInline):
    model = Port
    extra = 0


class CoverageInline(TabularInline):
    """Rooms that an access point serves."""

    model = RoomCoverage
    extra = 0
    autocomplete_fields = ("room",)


@admin.register(Product)
class ProductAdmin(AuditedAdmin):
    list_display = ("maker", "model", "category", "description")
    list_filter = ("category", "maker")
    search_fields = ("maker", "model")


@admin.register(Device)
class DeviceAdmin(AuditedAdmin):
    list_display = ("name", "site", "room", "product", "state", "serial", "mac")
    list_filter = ("state", "product__category", "site__province")
    list_select_related = ("site__school", "room", "product")
    search_fields = ("name", "serial", "asset_number", "mac", "site__name", "site__school__name")
    autocomplete_fields = ("site", "room", "product")
    inlines = (PortInline, CoverageInline)


@admin.register(Port)
class PortAdmin(AuditedAdmin):
    list_display = ("name", "device", "number", "kind", "speed_mbps", "poe")
    list_filter = ("kind", "poe")
    list_select_related = ("device",)
    search_fields = ("name", "device__name", "device__site__name")
    autocomplete_fields = ("device",)


@admin.register(Link)
class LinkAdmin(AuditedAdmin):
    """Cables. The smaller port stands first; a port has one cable."""

    list_display = ("port_a", "port_b", "kind")
    list_filter = ("kind",)
    list_select_related = ("port_a__device", "port_b__device")
    search_fields = ("port_a__device__name", "port_b__device__name")
    autocomplete_fields = ("port_a", "port_b")


@admin.register(Prefix)
class PrefixAdmin(AuditedAdmin):
    list_display = ("cidr", "site")
    list_select_related = ("site__school",)
    search_fields = ("site__name", "site__school__name")
    autocomplete_fields = ("site",)


@admin.register(ObservedDevice)
class ObservedDeviceAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "site", "device", "matched_by", "serial", "mac", "last_seen_at")
    list_filter = ("via", "category", "matched_by")
    list_select_related = ("site__school", "device")
    search_fields = ("name", "serial", "mac", "device__name")


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    """Decided on its page, where the evidence stands."""

    list_display = ("__str__", "site", "kind", "state", "first_seen_at", "decided_by")
    list_filter = ("state", "kind", "site__province")
    list_select_related = ("site__school", "device", "observed_device", "decided_by")
    search_fields = ("device__name", "observed_device__name", "site__name")


@admin.register(Bookable)
class BookableAdmin(AuditedAdmin):
    list_display = ("name", "site", "kind", "count", "bookers", "withdrawn_on")
    list_filter = ("kind", "site__province")
    list_select_related = ("site__school",)
    search_fields = ("name", "site__name", "site__school__name")
    autocomplete_fields = ("site", "room")


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    """Made and changed on its pages, where the rules stand."""

    list_display = ("__str__", "person", "state", "class_text")
    list_filter = ("state",)
    list_select_related = ("bookable", "person")
    search_fields = ("bookable__name", "person__full_name", "class_text")


@admin.register(Consumable)
class ConsumableAdmin(AuditedAdmin):
    list_display = ("name", "kind", "unit", "reference", "barcode", "withdrawn")
    list_filter = ("kind", "withdrawn")
    search_fields = ("name", "reference", "barcode")
    filter_horizontal = ("fits",)


@admin.register(Store)
class StoreAdmin(AuditedAdmin):
    list_display = ("name", "site", "authority", "holder", "province")
    list_filter = ("province",)
    list_select_related = ("site__school", "authority", "holder")
    search_fields = ("name", "site__name", "site__school__name", "holder__full_name")
    autocomplete_fields = ("site", "authority", "holder")


@admin.register(StockEntry)
class StockEntryAdmin(ReadOnlyAdmin):
    """Append-only: PostgreSQL refuses any change."""

    list_display = ("at", "store", "consumable", "movement", "quantity", "balance", "actor_text")
    list_filter = ("movement",)
    list_select_related = ("store", "consumable")
    search_fields = ("store__name", "consumable__name", "reference", "actor_text")
