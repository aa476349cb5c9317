"""Forms of a device: its facts, the own fields of its category, and the steps of its life."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.models import (
    NETWORK,
    Category,
    CloudMove,
    CustomField,
    Device,
    Origin,
    Owner,
    Product,
)
from inventory.rules.custom import Field, FieldKind
from schools.models import Room, User

CLOUD_CATEGORIES = frozenset({Category.SERVER, Category.NAS})
"""What could leave the school for the cloud (M41)."""
CF = "cf_"


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day by the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False, **options)


class MacField(forms.CharField):
    """Any spelling that labels and pages of devices use; stored ``00:1a:2b:3c:4d:5e``."""

    def clean(self, value: Any) -> str | None:
        text = super().clean(value)
        if not text:
            return None
        digits = re.sub(r"[\s:.\-]", "", text).lower()
        if not re.fullmatch(r"[0-9a-f]{12}", digits):
            raise forms.ValidationError(
                _now("« %(text)s » : douze chiffres ou lettres de A à F sont attendus.")
                % {"text": text}
            )
        return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


class NullableField(forms.CharField):
    """A text that is unique where it is known: empty is NULL."""

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class DeviceForm(forms.Form):
    """What change_device and add_device write; the own fields come with the product."""

    product = forms.ModelChoiceField(Product.objects.none(), label=_("Modèle"))
    name = forms.CharField(label=_("Nom"), max_length=60)
    serial = NullableField(label=_("Numéro de série"), max_length=60, required=False)
    asset_number = NullableField(label=_("Étiquette"), max_length=30, required=False)
    mac = MacField(label=_("Adresse MAC"), max_length=40, required=False)
    owner = forms.ChoiceField(label=_("Propriétaire"), choices=Owner.choices)
    origin = forms.ChoiceField(label=_("Provenance"), choices=Origin.choices)
    installed_on = day_field(_("Installé le"))
    warranty_until = day_field(_("Garantie jusqu’au"))
    cloud_move = forms.ChoiceField(
        label=_("Passage au cloud"), choices=CloudMove.choices, required=False
    )
    cloud_why = forms.CharField(label=_("Pourquoi ?"), max_length=300, required=False)
    notes = forms.CharField(
        label=_("Remarque"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(
        self, data: Any = None, *, product: Product, network: bool, device: Device | None = None
    ) -> None:
        """``network``: whether the person may choose products that carry the network."""
        super().__init__(data, initial=initial_of(device) if device else {})
        self.of, self.device = product, device
        self.own = [row.as_field() for row in own_fields(product)]
        self._choose_products(network)
        for field in self.own:
            self.fields[CF + field.key] = own_form_field(field)
        if product.category not in CLOUD_CATEGORIES:
            del self.fields["cloud_move"], self.fields["cloud_why"]
        if device is None:
            self.fields["name"].required = False
            self.fields["name"].help_text = _("Vide, il est donné pour vous : « Portable 13 ».")
            self.initial.setdefault("owner", Owner.AUTHORITY)
            self.initial.setdefault("origin", Origin.UNKNOWN)

    def _choose_products(self, network: bool) -> None:
        """Products of the same category for an addition; of any that one may keep for a change."""
        chosen = self.fields["product"]
        assert isinstance(chosen, forms.ModelChoiceField)
        rows = Product.objects.all()
        if self.device is None:
            del self.fields["product"]  # chosen before, in the address of the page
            return
        chosen.queryset = rows if network else rows.exclude(category__in=NETWORK)
        chosen.choices = grouped(chosen.queryset)

    @property
    def own_bound(self) -> list[forms.BoundField]:
        """The own fields, for the page."""
        return [self[CF + field.key] for field in self.own]

    @property
    def is_for_cloud(self) -> bool:
        return "cloud_move" in self.fields

    def facts(self) -> dict[str, Any]:
        """What the action is given. Call after ``is_valid``."""
        said = dict(self.cleaned_data)
        own = {key[len(CF) :]: said.pop(key) for key in list(said) if key.startswith(CF)}
        product: Product = said.setdefault("product", self.of)
        if product.category != self.of.category:
            # another category has other fields: they are asked once the product is changed
            own = {}
        return said | {"custom": own}

    def take(self, errors: Mapping[str, str]) -> None:
        """Show what the action refused, beside its field."""
        for name, why in errors.items():
            self.add_error(name if name in self.fields else None, why)


def own_fields(product: Product) -> Iterable[CustomField]:
    return CustomField.objects.of_category(product.category).live()


def initial_of(device: Device) -> dict[str, Any]:
    """The device as the form shows it."""
    plain = {name: getattr(device, name) for name in DeviceForm.base_fields if name != "product"}
    shown = {CF + key: _shown(value) for key, value in device.custom.items()}
    return plain | {"product": device.product_id} | shown


def _shown(value: Any) -> Any:
    return {True: "oui", False: "non"}.get(value, value) if isinstance(value, bool) else value


def own_form_field(field: Field) -> forms.Field:
    """A control of the field's type. Values are read by the rules, not by the control."""
    label = f"{field.label} ({field.unit})" if field.unit else field.label
    options: dict[str, Any] = {"label": label, "required": field.required}
    if field.kind is FieldKind.CHOICE:
        return forms.ChoiceField(choices=[("", "–"), *((c, c) for c in field.choices)], **options)
    if field.kind is FieldKind.YES_NO:
        choices = [("", "–"), ("oui", _("oui")), ("non", _("non"))]
        return forms.ChoiceField(choices=choices, **options)
    if field.kind is FieldKind.DATE:
        calendar = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(widget=calendar, **options)
    keys = {"inputmode": "decimal"} if field.kind is FieldKind.NUMBER else {}
    return forms.CharField(max_length=200, widget=forms.TextInput(attrs=keys), **options)


def grouped(products: Iterable[Product]) -> list[Any]:
    """Products under their category, for a list that one reads."""
    words = dict(Category.choices)
    groups: dict[str, list[tuple[int, str]]] = {}
    for product in products:
        word = str(words.get(product.category, product.category))
        groups.setdefault(word[:1].upper() + word[1:], []).append((product.pk, str(product)))
    return [("", "–"), *sorted(groups.items())]


class MoveForm(forms.Form):
    """A step: where to, with whom, and why. The state is in the address of the page."""

    room = forms.ModelChoiceField(Room.objects.none(), label=_("Local"), required=False)
    holder = forms.ModelChoiceField(User.objects.none(), label=_("Confié à"), required=False)
    happened_on = day_field(_("Quel jour ?"))
    police_report = forms.CharField(
        label=_("Numéro du procès-verbal"),
        max_length=60,
        required=False,
        help_text=_("S’il s’agit d’un vol déclaré à la police."),
    )
    why = forms.CharField(
        label=_("Motif"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        rooms: Any,
        holders: Any,
        shown: set[str],
        needed: Mapping[str, Any] | None = None,
        **initial: Any,
    ) -> None:
        """``needed``: fields that must be filled in, each with the sentence that asks for it."""
        super().__init__(data, initial=initial)
        for name, rows in (("room", rooms), ("holder", holders)):
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ModelChoiceField)
            chosen.queryset = rows
            chosen.empty_label = "–"
        for name in set(self.fields) - shown - {"why"}:
            del self.fields[name]
        for name, why in (needed or {}).items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = why

    def take(self, errors: Mapping[str, str]) -> None:
        """Show what the action refused, beside its field."""
        for name, why in errors.items():
            self.add_error(name if name in self.fields else None, why)
