"""Fields of a category: added, corrected, archived and taken back; never deleted once used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import can_keep_catalogue, require
from inventory.actions.device_writing import FactsRefused
from inventory.models import CustomField, Device
from inventory.rules.custom import FieldKind
from schools.actions.audit import record_action
from schools.models import User

WRITTEN = ("categories", "label_fr", "label_de", "required", "choices", "unit", "position")


@transaction.atomic
def add_custom_field(user: User, key: str, kind: str, facts: Mapping[str, Any]) -> CustomField:
    """A new field. Raises DecisionRefused, FactsRefused."""
    require(can_keep_catalogue(user))
    row = CustomField(key=key, kind=FieldKind(kind), **{n: facts[n] for n in WRITTEN if n in facts})
    _check(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise FactsRefused({"key": _("Cette clé est prise ; elle l’est pour toujours.")}) from None
    record_action(user, "add_custom_field", row, after=_told(row))
    return row


@transaction.atomic
def change_custom_field(user: User, pk: int, facts: Mapping[str, Any]) -> CustomField:
    """Correct a field; its key and its type stay. A choice that devices have stays a choice.

    Raises CustomField.DoesNotExist, DecisionRefused, FactsRefused.
    """
    require(can_keep_catalogue(user))
    row = CustomField.objects.select_for_update().get(pk=pk)
    before = _told(row)
    gone = set(row.choices) - set(facts.get("choices", row.choices))
    for choice in sorted(gone):
        if Device.objects.filter(custom__contains={row.key: choice}).exists():
            raise FactsRefused(
                {
                    "choices": _("« %(choice)s » est encore noté sur des équipements : gardez-le.")
                    % {"choice": choice}
                }
            )
    for name in WRITTEN:
        setattr(row, name, facts.get(name, getattr(row, name)))
    _check(row)
    row.save()
    record_action(user, "change_custom_field", row, before=before, after=_told(row))
    return row


@transaction.atomic
def archive_custom_field(user: User, pk: int, *, back: bool = False) -> CustomField:
    """Ask for it no longer; values stay. ``back``: ask again."""
    require(can_keep_catalogue(user))
    row = CustomField.objects.select_for_update().get(pk=pk)
    if back == (row.archived_at is None):
        return row
    row.archived_at = None if back else timezone.now()
    row.save(update_fields=["archived_at"])
    record_action(user, "restore_custom_field" if back else "archive_custom_field", row)
    return row


def _check(row: CustomField) -> None:
    if not row.categories:
        raise FactsRefused({"categories": _("Cochez au moins une catégorie.")})
    if row.kind == FieldKind.CHOICE and not row.choices:
        raise FactsRefused({"choices": _("Écrivez les choix, un par ligne.")})


def _told(row: CustomField) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WRITTEN}
