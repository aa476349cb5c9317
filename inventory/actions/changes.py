"""Changes of the register written down so that they can be taken back, and taking them back.

A change is a plain value: ``["set", model, key, {field: [before, after]}]`` or ``["made", model,
key]``. Taking back is refused where somebody changed the same thing since.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible
from inventory.models import Device, Link, ObservedDevice, Port

MODELS: dict[str, type[models.Model]] = {
    "device": Device,
    "port": Port,
    "link": Link,
    "observed": ObservedDevice,
}
NAMES = {model: name for name, model in MODELS.items()}
Change = list[Any]


def change(row: models.Model, **values: Any) -> Change:
    """Set fields of a row (by attname) and save; returns how to take it back."""
    fields = {}
    for name, after in values.items():
        fields[name] = [getattr(row, name), after]
        setattr(row, name, after)
    row.save(update_fields=list(values))
    return ["set", NAMES[type(row)], row.pk, fields]


def made(row: models.Model) -> Change:
    """A row that a decision created."""
    return ["made", NAMES[type(row)], row.pk]


def unlinked(link: Link) -> Change:
    """Take a cable out of the register; returns how to put it back."""
    told = ["cut", "link", {"port_a": link.port_a_id, "port_b": link.port_b_id, "kind": link.kind}]
    link.delete()
    return told


def take_back(changes: list[Change]) -> None:
    """Undo changes, the last one first. Raises DecisionImpossible where they no longer stand."""
    for one in reversed(changes):
        if one[0] == "cut":
            _relink(one[2])
            continue
        row = MODELS[one[1]]._default_manager.select_for_update().filter(pk=one[2]).first()
        if row is None:
            raise DecisionImpossible(_("Ce qui avait été changé n’existe plus : rien à annuler."))
        if one[0] == "made":
            _unmake(row)
        else:
            _reset(row, one[3])


def _reset(row: models.Model, fields: dict[str, list[Any]]) -> None:
    for name, (_before, after) in fields.items():
        if getattr(row, name) != after:
            raise DecisionImpossible(
                _("%(what)s a été modifié depuis : corrigez-le à la main.") % {"what": row}
            )
    for name, (before, _after) in fields.items():
        setattr(row, name, before)
    row.save(update_fields=list(fields))


def _unmake(row: models.Model) -> None:
    try:
        row.delete()
    except (ProtectedError, RestrictedError):
        raise DecisionImpossible(
            _("%(what)s est déjà utilisé ailleurs : retirez-le plutôt.") % {"what": row}
        ) from None


def _relink(told: dict[str, Any]) -> None:
    ports = Port.objects.filter(pk__in=[told["port_a"], told["port_b"]])
    taken = Link.objects.filter(port_a__in=ports) | Link.objects.filter(port_b__in=ports)
    if len(ports) < 2 or taken.exists():
        raise DecisionImpossible(_("Le câble précédent ne peut pas être remis : port déjà pris."))
    Link.objects.create(port_a_id=told["port_a"], port_b_id=told["port_b"], kind=told["kind"])
