"""Bodies of writes: a misspelt field is refused, not lost, and a refusal quotes what was sent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

QUOTED = 60
"""Characters of a wrong value that a refusal repeats."""


class StrictSerializer(serializers.Serializer[dict[str, Any]]):
    """A body whose every field is known; ``elsewhere``: field → where it is written instead."""

    elsewhere: ClassVar[dict[str, Any]] = {}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """What was sent. Raises ValidationError: by field the value, why, and what is expected."""
        errors: dict[str, Any] = {}
        if isinstance(data, dict):
            errors = {str(name): [self._unknown(name)] for name in data.keys() - self.fields.keys()}
        try:
            read = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(data, dict):
                raise
            told: dict[str, Any] = error.detail  # type: ignore[assignment]  # by field
            errors |= {name: _quoted(data.get(name), why) for name, why in told.items()}
        if errors:
            raise serializers.ValidationError(errors)
        return dict(read)

    def _unknown(self, name: Any) -> str:
        if name in self.elsewhere:
            return str(self.elsewhere[name])
        known = ", ".join(self.fields)
        return _("Ce champ n’existe pas ici. Ceux qui s’écrivent : %(known)s.") % {"known": known}


def _quoted(value: Any, why: Any) -> Any:
    """The sentences, each after the value that it speaks of."""
    if value is None or isinstance(value, dict | list) or not isinstance(why, list):
        return why
    said = str(value)[:QUOTED]
    return [
        text if said and said in text else f"«\u00a0{said}\u00a0»\u00a0: {text}"
        for text in map(str, why)
    ]
