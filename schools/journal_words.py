"""What an entry says before and after, in words: labels of fields, names of choices, no JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.models import AuditEntry, User

NOTHING = "–"
HIDDEN = "•••"
SECRET = re.compile(
    r"pass(word|phrase)|secret|communit(y|é)|auth_key|priv_key|digest|_token$", re.I
)
"""Keys whose value no page shows, whatever an action may have written."""

KEYS: dict[str, str | Promise] = {
    "answer": gettext_lazy("réponse"),
    "assignee": gettext_lazy("agent"),
    "check": gettext_lazy("contrôle visuel"),
    "comment": gettext_lazy("message"),
    "device": gettext_lazy("équipement"),
    "expires_at": gettext_lazy("expire"),
    "given_on": gettext_lazy("donné le"),
    "incident": gettext_lazy("incident"),
    "incidents": gettext_lazy("incidents"),
    "internal": gettext_lazy("note interne"),
    "joined": gettext_lazy("rattaché à un ticket connu"),
    "kind": gettext_lazy("sorte"),
    "name": gettext_lazy("nom"),
    "photo": gettext_lazy("photo"),
    "port": gettext_lazy("port"),
    "priority": gettext_lazy("priorité"),
    "resolution": gettext_lazy("réparation"),
    "revoked_at": gettext_lazy("révoquée"),
    "revoked_on": gettext_lazy("retiré le"),
    "scopes": gettext_lazy("portées"),
    "state": gettext_lazy("état"),
    "ticket": gettext_lazy("ticket"),
    "title": gettext_lazy("titre"),
    "user": gettext_lazy("personne"),
}
"""Words for what actions write that is no field of the object, or has no label of its own."""


FOR_TECHNICIANS = {"internal"}
"""Keys that schools do not read: that a note is internal tells them that there is one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the comparison."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether the two sides say something else."""
        return self.before != self.after


def changes_of(entry: AuditEntry, user: User | None = None) -> list[Change]:
    """Before and after side by side. With ``user``, keys of rows they see become names."""
    model = model_of(entry.object_type)
    before, after = _flat(entry.before), _flat(entry.after)
    return [
        Change(
            label_of(model, key),
            value_of(model, key, before.get(key), user) if key in before else NOTHING,
            value_of(model, key, after.get(key), user) if key in after else NOTHING,
        )
        for key in dict.fromkeys([*before, *after])
        if key not in FOR_TECHNICIANS or (user is not None and user.is_technician)
    ]


def without_secrets(values: Any) -> dict[str, Any]:
    """Before or after as it was written, for any reader: secrets hidden, however deep."""
    if not isinstance(values, Mapping):
        return {}
    return {
        str(key): without_secrets(value)
        if isinstance(value, Mapping)
        else HIDDEN
        if SECRET.search(str(key)) and value not in (None, "")
        else value
        for key, value in values.items()
        if key not in FOR_TECHNICIANS
    }


def kind_of(label: str) -> str:
    """``helpdesk.ticket`` → “ticket”; a kind that is no more stands as it is."""
    model = model_of(label)
    return str(model._meta.verbose_name) if model else label


def model_of(label: str) -> type[models.Model] | None:
    """The model that an entry was about, while there is one."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def label_of(model: type[models.Model] | None, key: str) -> str:
    """The word for a key: ours, else the field's, else the key itself."""
    if key in KEYS:
        return str(KEYS[key])
    field = _field(model, key)
    words = str(getattr(field, "verbose_name", "")) if field else ""
    return words or key.replace("_", " ").replace(".", ", ")


def value_of(
    model: type[models.Model] | None, key: str, value: Any, user: User | None = None
) -> str:
    """A value in words. Secrets never."""
    if value in (None, "", [], {}):
        return NOTHING
    if SECRET.search(key):
        return HIDDEN
    if isinstance(value, list):
        return ", ".join(value_of(model, key, one, user) for one in value)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    field = _field(model, key)
    if field is not None:
        words = _of_field(field, value, user)
        if words:
            return words
    return _moment(value) if isinstance(value, str) else str(value)


def _of_field(field: models.Field[Any, Any], value: Any, user: User | None) -> str:
    """The name of a choice, or of a row that the reader sees; empty for anything else."""
    base = getattr(field, "base_field", field)
    choices = {str(key): str(word) for key, word in base.flatchoices}
    if str(value) in choices:
        return choices[str(value)]
    if isinstance(field, models.ForeignKey) and isinstance(value, int):
        number = _("n° %(key)s") % {"key": value}
        row = _row(field.remote_field.model, value, user) if user else None
        return f"{row} ({number})" if row else number
    return ""


def _row(model: type[models.Model], key: int, user: User) -> models.Model | None:
    """The row that a key meant, if it still is and the reader may see it. People have names."""
    rows: Any = model._default_manager.filter(pk=key)
    if model is not User:
        rows = rows.visible_to(user) if hasattr(rows, "visible_to") else rows.none()
    found: models.Model | None = rows.first()
    return found


def _field(model: type[models.Model] | None, key: str) -> models.Field[Any, Any] | None:
    try:
        field = model._meta.get_field(key) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def _moment(text: str) -> str:
    """A day or a moment as people write it; any other text as it stands."""
    try:
        moment, day = parse_datetime(text), parse_date(text)
    except ValueError:
        return text
    if moment is not None and timezone.is_aware(moment):
        return date_format(timezone.localtime(moment), "d/m/Y H:i")
    return date_format(day, "d/m/Y") if day and len(text) == 10 else text


def _flat(values: Any, prefix: str = "") -> dict[str, Any]:
    """Nested values side by side: ``{"a": {"b": 1}}`` → ``{"a.b": 1}``."""
    if not isinstance(values, Mapping):
        return {prefix or "value": values} if values else {}
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        found |= _flat(value, name) if isinstance(value, Mapping) else {name: value}
    return found
