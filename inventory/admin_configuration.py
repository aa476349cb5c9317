"""Set-up of command lines: credential sets, written and never shown; configurations, read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.cli.contract import Login
from inventory.cli.platforms import platforms
from inventory.models import (
    CliAccess,
    CliCredentialScope,
    CliCredentialSet,
    ConfigBackup,
    ConfigDrift,
    ConfigFailure,
)
from schools.audited_admin import AuditedAdmin, ReadOnlyAdmin

if TYPE_CHECKING:
    SetModelForm = forms.ModelForm[CliCredentialSet]
else:
    SetModelForm = forms.ModelForm

SECRETS = frozenset({"username", "password", "enable"})


def _secret(label: Any) -> forms.CharField:
    """A text that goes in and never comes out."""
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, strip=False, max_length=255, widget=widget)


class CredentialForm(SetModelForm):
    """The secret entirely anew, or left as it is when every field is empty."""

    username = forms.CharField(label=_("utilisateur"), required=False, max_length=120)
    password = _secret(_("mot de passe"))
    enable = _secret(_("mot de passe du mode privilégié"))

    class Meta:
        model = CliCredentialSet
        fields = ("name",)
        help_texts = {"name": _("Les secrets enregistrés ne sont jamais affichés.")}

    def clean(self) -> dict[str, Any]:
        """Refuse half a login, by the field that misses."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.login = None
        if self.instance.pk and not any(cleaned.get(name) for name in SECRETS):
            return cleaned
        wanted = (
            ("username", _("Entrez l’utilisateur.")),
            ("password", _("Entrez le mot de passe.")),
        )
        for name, said in wanted:
            if not cleaned.get(name):
                self.add_error(name, said)
        if not self.errors:
            self.login = Login(cleaned["username"], cleaned["password"], cleaned["enable"] or "")
        return cleaned

    def save(self, commit: bool = True) -> CliCredentialSet:
        """Seal a new secret; leave the stored one alone when none was typed."""
        if self.login is not None:
            self.instance.store(self.login)
            self.instance.changed_at = timezone.now()
        return super().save(commit)


@admin.register(CliCredentialSet)
class CliCredentialSetAdmin(AuditedAdmin):
    """Write-only. ``refusals``: devices in a row that refused it; changing it counts anew."""

    form = CredentialForm
    secret_fields = SECRETS
    list_display = ("name", "changed_at", "refusals")
    search_fields = ("name",)


@admin.register(CliCredentialScope)
class CliCredentialScopeAdmin(AuditedAdmin):
    """Where a credential set holds: exactly one place a row; the nearest one is used."""

    list_display = (
        *("credential_set", "platform", "region", "province", "authority", "school", "site"),
    )
    list_filter = ("region", "province")
    list_select_related = ("credential_set", "authority", "school", "site__school")
    autocomplete_fields = ("credential_set", "authority", "school", "site")


@admin.register(CliAccess)
class CliAccessAdmin(AuditedAdmin):
    list_display = ("device", "address", "port", "platform", "credential_set", "state", "enabled")
    list_filter = ("state", "enabled", "platform")
    list_select_related = ("device", "credential_set")
    search_fields = ("device__name", "address", "device__site__name")
    autocomplete_fields = ("device", "credential_set")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        """Platforms by their names."""
        if db_field.name == "platform":
            choices = [(one.key, one.name) for one in platforms().values()]
            return forms.ChoiceField(label=db_field.verbose_name, choices=choices)
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(ConfigBackup)
class ConfigBackupAdmin(ReadOnlyAdmin):
    """When versions were seen; their text has its own page, masked."""

    list_display = ("device", "at", "last_seen_at", "reads", "cause", "current")
    list_filter = ("cause", "current", "platform")
    list_select_related = ("device",)
    search_fields = ("device__name",)
    exclude = ("blob",)


@admin.register(ConfigFailure)
class ConfigFailureAdmin(ReadOnlyAdmin):
    list_display = ("device", "reason", "times", "first_at", "last_at", "ended_at")
    list_filter = ("reason",)
    list_select_related = ("device",)
    search_fields = ("device__name",)


@admin.register(ConfigDrift)
class ConfigDriftAdmin(ReadOnlyAdmin):
    list_display = ("device", "state", "opened_at", "decided_by", "why")
    list_filter = ("state",)
    list_select_related = ("device", "decided_by")
    search_fields = ("device__name",)
