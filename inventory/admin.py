"""Set-up of the catalogue, of devices, their ports and cables, and of networks."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from inventory import admin_configuration  # noqa: F401  registers its pages
from inventory.models import (
    ConfigTemplate,
    CustomField,
    Device,
    DeviceMove,
    Difference,
    IpAddress,
    Kit,
    KitVersion,
    Link,
    ObservedDevice,
    Port,
    Prefix,
    Product,
    ProductAlias,
    PushPlan,
    Rack,
    RoomCoverage,
    Ssid,
    TemplateVersion,
    Vlan,
)
from schools.audited_admin import AuditedAdmin, ReadOnlyAdmin, TabularInline


class PortInline(TabularInline):
    model = Port
    extra = 0
    fields = ("name", "number", "side", "if_index", "kind", "speed_mbps", "poe")


class CoverageInline(TabularInline):
    """Rooms that an access point serves."""

    model = RoomCoverage
    extra = 0
    autocomplete_fields = ("room",)
    fields = ("room", "proof", "proved_on", "signal_dbm", "remark")


class AliasInline(TabularInline):
    """Other names that discovery and files still say."""

    model = ProductAlias
    extra = 0


@admin.register(Product)
class ProductAdmin(AuditedAdmin):
    list_display = ("maker", "model", "category", "description", "part_number", "support_ends_on")
    list_filter = ("category", "maker")
    search_fields = ("maker", "model", "part_number")
    inlines = (AliasInline,)


@admin.register(CustomField)
class CustomFieldAdmin(ReadOnlyAdmin):
    """Kept on their own pages, where a key and a type are for good."""

    list_display = ("key", "label_fr", "kind", "categories", "required", "archived_at")
    list_filter = ("kind",)
    search_fields = ("key", "label_fr")


@admin.register(Kit)
class KitAdmin(ReadOnlyAdmin):
    list_display = ("name", "purpose")
    search_fields = ("name",)


@admin.register(KitVersion)
class KitVersionAdmin(ReadOnlyAdmin):
    """Written and published on the page of the kit."""

    list_display = ("__str__", "price", "valid_from", "valid_to", "frozen_at")
    list_select_related = ("kit",)
    search_fields = ("kit__name",)


@admin.register(DeviceMove)
class DeviceMoveAdmin(ReadOnlyAdmin):
    """The custody of devices: facts."""

    list_display = ("device", "at", "state", "site", "room_text", "holder", "actor")
    list_filter = ("state",)
    list_select_related = ("device", "site__school", "holder", "actor")
    search_fields = ("device__name", "device__serial")


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
    autocomplete_fields = ("device", "access_vlan", "trunk_vlans")


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
    autocomplete_fields = ("site", "vlan")


@admin.register(Vlan)
class VlanAdmin(AuditedAdmin):
    list_display = ("vid", "name", "purpose", "site")
    list_filter = ("purpose",)
    list_select_related = ("site__school",)
    search_fields = ("name", "site__name", "site__school__name")
    autocomplete_fields = ("site",)


@admin.register(Ssid)
class SsidAdmin(AuditedAdmin):
    """The passphrase is written on the site's page alone, and shown nowhere."""

    list_display = ("name", "vlan", "security", "enabled", "site")
    list_filter = ("security", "enabled")
    list_select_related = ("site__school", "vlan")
    search_fields = ("name", "site__name", "site__school__name")
    autocomplete_fields = ("site", "vlan")


@admin.register(IpAddress)
class IpAddressAdmin(AuditedAdmin):
    list_display = ("address", "device", "name", "is_management", "site")
    list_filter = ("is_management",)
    list_select_related = ("site__school", "device")
    search_fields = ("name", "device__name", "site__name")
    autocomplete_fields = ("site", "device", "port")


@admin.register(Rack)
class RackAdmin(AuditedAdmin):
    list_display = ("name", "site", "room", "units")
    list_select_related = ("site__school", "room")
    search_fields = ("name", "site__name", "site__school__name")
    autocomplete_fields = ("site", "room")


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


class VersionInline(TabularInline):
    """Versions of a template, for reading: they are written on its page, where they are checked."""

    model = TemplateVersion
    extra = 0
    can_delete = False
    fields = ("number", "note", "made_by", "made_at")
    readonly_fields = fields


@admin.register(ConfigTemplate)
class ConfigTemplateAdmin(AuditedAdmin):
    list_display = ("name", "platform", "grammar", "retired_at")
    list_filter = ("platform", "grammar")
    search_fields = ("name",)
    readonly_fields = ("platform", "grammar")
    inlines = (VersionInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A template is born with its first version, on its page."""
        return False


@admin.register(PushPlan)
class PushPlanAdmin(ReadOnlyAdmin):
    list_display = ("title", "template_version", "state", "author", "decided_by", "made_at")
    list_filter = ("state",)
    list_select_related = ("template_version__template", "author", "decided_by")
    search_fields = ("title",)
