"""What every page of the admin is made of: changes in the journal, history for reading only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest

from schools.actions.audit import record_action
from schools.models import Site, User

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline

HIDDEN = "•••"
"""Stands in the journal for a secret: that it changed is a fact, what it is is not."""


class AuditedAdmin(ModelAdmin):
    """A form whose every write is an audit entry, inlines included."""

    secret_fields: ClassVar[frozenset[str]] = frozenset()

    def save_model(
        self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool
    ) -> None:
        """Save, and write what changed."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            self._write(request, "change" if change else "add", obj, *self._changes(form))

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseModelFormSet[Any, Any], change: bool
    ) -> None:
        """Save the inlines, and write what changed in each row."""
        for entry in formset.deleted_forms:
            if entry.instance.pk:
                self._write(request, "delete", entry.instance, {}, {})
        super().save_formset(request, form, formset, change)
        for entry in formset.forms:
            if entry in formset.deleted_forms or not entry.has_changed():
                continue
            verb = "change" if entry in formset.initial_forms else "add"
            self._write(request, verb, entry.instance, *self._changes(entry))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete, and write what went."""
        with transaction.atomic():
            self._write(request, "delete", obj, {}, {})
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete many, one entry each."""
        with transaction.atomic():
            for obj in queryset:
                self._write(request, "delete", obj, {}, {})
            super().delete_queryset(request, queryset)

    def _changes(self, form: ModelForm[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """(before, after) of the fields that changed."""
        names = form.changed_data
        before = {name: self._told(name, form.initial.get(name)) for name in names}
        after = {name: self._told(name, form.cleaned_data.get(name)) for name in names}
        return before, after

    def _told(self, name: str, value: Any) -> Any:
        """A value as the journal keeps it: JSON, never a secret."""
        if name in self.secret_fields:
            return HIDDEN if value else ""
        if isinstance(value, Model):
            return value.pk
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, list | tuple | QuerySet):
            return [self._told("", item) for item in value]
        return str(value)

    def _write(
        self,
        request: HttpRequest,
        verb: str,
        obj: Model,
        before: dict[str, Any],
        after: dict[str, Any],
    ) -> None:
        actor = request.user if isinstance(request.user, User) else None
        action = f"{verb}_{obj._meta.model_name}"
        record_action(
            actor, action, obj, site=site_of(obj), before=before, after=after, why="admin"
        )


def site_of(obj: Model) -> Site | None:
    """The site that an object belongs to, for those who read the journal of a site."""
    if isinstance(obj, Site):
        return obj if obj.pk else None
    found = getattr(obj, "site", None)
    return found if isinstance(found, Site) else None


class _ReadOnly:
    """Facts: nobody adds, changes or deletes them here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class ReadOnlyAdmin(_ReadOnly, ModelAdmin):
    """A list and a page of facts."""

    actions = None
    list_per_page = 50
    show_full_result_count = False  # counting a big table costs more than the page


class ReadOnlyInline(_ReadOnly, TabularInline):
    """Facts beside the object they belong to."""

    extra = 0
