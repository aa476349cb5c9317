"""Set-up of supervision. Credentials are written here and shown nowhere."""

from __future__ import annotations

from django.contrib import admin

from schools.audited_admin import AuditedAdmin, ReadOnlyAdmin
from supervision.credential_form import SECRETS, CredentialSetForm
from supervision.models import (
    AgreedTime,
    Check,
    CredentialScope,
    CredentialSet,
    Incident,
    PollRun,
    Scan,
    Target,
    TargetEvent,
    Trap,
)


@admin.register(CredentialSet)
class CredentialSetAdmin(AuditedAdmin):
    """Write-only: the form never shows what is stored; empty fields leave it as it is."""

    form = CredentialSetForm
    secret_fields = SECRETS
    list_display = ("name", "version", "changed_at")
    list_filter = ("version",)
    search_fields = ("name",)


@admin.register(CredentialScope)
class CredentialScopeAdmin(AuditedAdmin):
    """Where a credential set is tried by discovery: exactly one place a row."""

    list_display = ("credential_set", "rank", "region", "province", "authority", "school", "site")
    list_filter = ("region", "province")
    list_select_related = ("credential_set", "authority", "school", "site__school")
    autocomplete_fields = ("credential_set", "authority", "school", "site")


@admin.register(Scan)
class ScanAdmin(ReadOnlyAdmin):
    list_display = ("site", "state", "created_at", "total", "cursor", "answered", "requested_by")
    list_filter = ("state", "scheduled")
    list_select_related = ("site__school", "requested_by")


@admin.register(Target)
class TargetAdmin(AuditedAdmin):
    list_display = ("device", "site", "address", "port", "profile", "paused", "last_answer_at")
    list_filter = ("paused", "profile", "site__province")
    list_select_related = ("device", "site__school")
    search_fields = ("device__name", "address", "site__name", "site__school__name")
    autocomplete_fields = ("device", "site", "credential_set")
    fields = (
        "device",
        "site",
        "address",
        "port",
        "credential_set",
        "profile",
        "interval_s",
        "paused",
    )


@admin.register(AgreedTime)
class AgreedTimeAdmin(AuditedAdmin):
    """The most specific row wins; the row that names nothing holds for the rest."""

    list_display = ("agreement", "service", "check_key", "confirm_s", "recover_s")
    list_filter = ("service",)
    list_select_related = ("agreement__authority", "agreement__school")
    autocomplete_fields = ("agreement",)


@admin.register(Check)
class CheckAdmin(ReadOnlyAdmin):
    list_display = ("target", "key", "service", "state", "severity", "failing_since")
    list_filter = ("state", "severity", "service", "flapping", "key")
    list_select_related = ("target__device",)
    search_fields = ("target__device__name", "target__address", "target__site__name")


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ("reference", "site", "device", "service", "severity", "state", "root")
    list_filter = ("state", "service", "severity", "flapping")
    list_select_related = ("site__school", "device", "root")
    search_fields = ("device__name", "site__name", "site__school__name")
    date_hierarchy = "confirmed_at"


@admin.register(TargetEvent)
class TargetEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "target", "kind", "check_row", "old", "new")
    list_filter = ("kind",)
    list_select_related = ("target__device", "check_row__target__device")
    search_fields = ("target__device__name", "target__address")
    date_hierarchy = "at"


@admin.register(Trap)
class TrapAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "source", "target", "oid")
    list_select_related = ("target__device",)
    search_fields = ("source", "oid", "target__device__name")
    date_hierarchy = "received_at"


@admin.register(PollRun)
class PollRunAdmin(ReadOnlyAdmin):
    list_display = ("at", "worker", "asked", "answered", "silent", "read_s", "write_s", "lag_s")
    search_fields = ("worker",)
    date_hierarchy = "at"
