"""Own fields as questions of the list: ``?cf_ram=8``, ``?cf_ram_min=8``, ``?cf_bought_max=…``.

Equality is asked of the GIN index (``custom @> …``), comparisons as JSON path predicates, by type:
9 comes before 10. A key that no field has, or a value of another type, filters nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, Value
from django.db.models.fields import BooleanField
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from inventory.models import CustomField
from inventory.models.devices import DeviceQuerySet
from inventory.rules.custom import Field, FieldKind, comparison, read_value

PREFIX = "cf_"


class Holds(Func):
    """``custom @@ '$.ram >= 8'``: does the JSON satisfy a path predicate?"""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()
    conditional = True


def by_custom(devices: DeviceQuerySet, query: QueryDict) -> DeviceQuerySet:
    """Narrow by every own field that the address names; no query where it names none."""
    asked = {key: str(query[key])[:100] for key in query if key.startswith(PREFIX) and query[key]}
    if not asked:
        return devices
    for row in CustomField.objects.all():
        devices = _narrow(devices, row.as_field(), asked)
    return devices


def _narrow(devices: DeviceQuerySet, field: Field, asked: dict[str, str]) -> DeviceQuerySet:
    if said := asked.get(PREFIX + field.key):
        try:
            value = read_value(field, said)
        except ValueError:
            return devices
        devices = devices.filter(custom__contains={field.key: value})
    for side in ("min", "max"):
        path = comparison(field, side, asked.get(f"{PREFIX}{field.key}_{side}", ""))
        if path is not None:
            devices = devices.filter(Holds(F("custom"), _path(path)))
    return devices


def _path(text: str) -> Func:
    return Func(Value(text), template="%(expressions)s::jsonpath")


@dataclass(frozen=True, slots=True)
class CustomFilter:
    """An own field in the bar: choices with their value, or two ends of a span."""

    label: str
    name: str
    kind: str
    choices: list[tuple[str, str]]
    value: str
    low: str
    high: str
    unit: str

    @property
    def is_on(self) -> bool:
        return bool(self.value or self.low or self.high)

    @property
    def told(self) -> str:
        """What is asked now, in words."""
        if self.value:
            return dict(self.choices).get(self.value, self.value)
        return " – ".join((self.low or "…", self.high or "…")) if self.is_on else ""


def custom_filters(request: HttpRequest) -> list[CustomFilter]:
    """Own fields of the category that the list is narrowed to; none without one."""
    category = str(request.GET.get("type", ""))
    if not category:
        return []
    rows = CustomField.objects.of_category(category).live()
    return [_filter(row.as_field(), request.GET) for row in rows]


def _filter(field: Field, query: QueryDict) -> CustomFilter:
    name = PREFIX + field.key
    choices = [(choice, choice) for choice in field.choices]
    if field.kind is FieldKind.YES_NO:
        choices = [("oui", _("oui")), ("non", _("non"))]
    told: dict[str, Any] = {
        "value": str(query.get(name, "")),
        "low": str(query.get(f"{name}_min", "")),
        "high": str(query.get(f"{name}_max", "")),
    }
    return CustomFilter(field.label, name, field.kind.value, choices, unit=field.unit, **told)


def kept_pairs(query: QueryDict, but: str = "") -> list[tuple[str, str]]:
    """What a form of the bar must carry along, so that it changes one thing only."""
    return [
        (key, str(query[key]))
        for key in query
        if key not in ("apres", "page") and not (but and key.startswith(but))
    ]
