"""Forms of the catalogue: products, kits, own fields."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.actions.write_kit import SHEET, Content
from inventory.forms.devices import day_field
from inventory.models import Category, CustomField, EnergyClass, KitVersion, Product
from inventory.models.custom_fields import KINDS
from inventory.rules.ports_template import read_template, written

WARRANTY = 24
"""Months, where nobody says otherwise (the legal warranty)."""
LINES = 12
"""Products of one kit on the form; a trolley has five or six kinds."""


class Refusable(forms.Form):
    """A form that shows beside each field what the action refused."""

    def take(self, errors: Mapping[str, str]) -> None:
        for name, why in errors.items():
            self.add_error(name if name in self.fields else None, why)


class ProductForm(Refusable):
    """What write_product writes."""

    maker = forms.CharField(label=_("Marque"), max_length=60)
    model = forms.CharField(label=_("Modèle"), max_length=100)
    category = forms.ChoiceField(label=_("Catégorie"), choices=Category.choices)
    description = forms.CharField(label=_("En bref"), max_length=120, required=False)
    part_number = forms.CharField(label=_("Référence de commande"), max_length=60, required=False)
    power_w = forms.IntegerField(
        label=_("Consommation (W)"), required=False, min_value=0, max_value=100_000
    )
    poe_budget_w = forms.IntegerField(
        label=_("Budget PoE (W)"), required=False, min_value=0, max_value=100_000
    )
    sale_ends_on = day_field(_("Fin de vente"))
    support_ends_on = day_field(_("Fin de support"))
    documents_url = forms.URLField(
        label=_("Documentation"), max_length=300, required=False, assume_scheme="https"
    )
    ports_template = forms.CharField(
        label=_("Ports"),
        required=False,
        help_text=_(
            "Un groupe par ligne : « Gi1/0/[1-24] cuivre 1000 PoE », « Te1/1/[1-4] fibre 10000 »."
        ),
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, data: Any = None, *, product: Product | None = None) -> None:
        initial = {name: getattr(product, name) for name in self.base_fields} if product else {}
        if product is not None:
            initial["ports_template"] = written(product.ports_template)
        super().__init__(data, initial=initial)

    def clean_documents_url(self) -> str:
        url: str = self.cleaned_data["documents_url"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Une adresse commence par https://."))
        return url

    def clean_ports_template(self) -> list[dict[str, Any]]:
        try:
            lines = read_template(self.cleaned_data["ports_template"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return [line.as_json() for line in lines]


class KitForm(Refusable):
    """A kit's name, and the content of a draft in lines of product and number."""

    name = forms.CharField(label=_("Nom"), max_length=80)
    purpose = forms.CharField(label=_("À quoi il sert"), max_length=300, required=False)
    price = forms.DecimalField(
        label=_("Prix (EUR, TVA comprise)"), min_value=Decimal(0), max_digits=10, decimal_places=2,
        localize=True,
    )  # fmt: skip
    valid_from = day_field(_("Proposé dès le"))
    warranty_months = forms.IntegerField(
        label=_("Garantie (mois)"), min_value=0, max_value=240, required=False, initial=24
    )
    repairability = forms.DecimalField(
        label=_("Indice de réparabilité (sur 10)"), min_value=Decimal(0), max_value=Decimal(10),
        max_digits=3, decimal_places=1, required=False, localize=True,
    )  # fmt: skip
    energy_class = forms.ChoiceField(
        label=_("Classe énergétique"), choices=[("", "–"), *EnergyClass.choices], required=False
    )
    annual_kwh = forms.IntegerField(
        label=_("Consommation (kWh par an)"), min_value=0, max_value=100_000, required=False
    )
    support_ends_on = day_field(_("Mises à jour de sécurité jusqu’au"))
    notes = forms.CharField(label=_("Remarque"), max_length=500, required=False)

    def __init__(self, data: Any = None, *, version: KitVersion | None = None) -> None:
        initial: dict[str, Any] = {}
        items: list[tuple[int, int, bool]] = []
        if version is not None:
            initial = {n: getattr(version, n) for n in ("price", "valid_from", "notes", *SHEET)}
            items = list(version.items.values_list("product", "quantity", "accessory"))
        super().__init__(data, initial=initial)
        self.fields["valid_from"].required = True
        if version is not None:
            del self.fields["name"], self.fields["purpose"]
        self._add_lines(items)

    def _add_lines(self, items: list[tuple[int, int, bool]]) -> None:
        choices = [(None, "–"), *((p.pk, str(p)) for p in Product.objects.all())]
        for n in range(max(LINES, len(items) + 4)):
            product, quantity, extra = items[n] if n < len(items) else (None, None, False)
            self.fields[f"product_{n}"] = forms.TypedChoiceField(
                label=_("Produit"), required=False, coerce=int, empty_value=None, initial=product,
                choices=[("", "–"), *choices[1:]],
            )  # fmt: skip
            self.fields[f"quantity_{n}"] = forms.IntegerField(
                label=_("Nombre"), required=False, min_value=1, max_value=9999, initial=quantity
            )
            self.fields[f"accessory_{n}"] = forms.BooleanField(
                label=_("accessoire"), required=False, initial=extra
            )

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Product, number and whether it is an accessory, line by line."""
        count = sum(name.startswith("product_") for name in self.fields)
        return [
            (self[f"product_{n}"], self[f"quantity_{n}"], self[f"accessory_{n}"])
            for n in range(count)
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        items: dict[int, int] = {}
        accessories = set()
        for product_field, quantity_field, accessory_field in self.lines:
            product, quantity = said.get(product_field.name), said.get(quantity_field.name)
            if product and said.get(accessory_field.name):
                accessories.add(product)
            if product and not quantity:
                self.add_error(quantity_field.name, _now("Combien ?"))
            elif product:
                items[product] = items.get(product, 0) + int(quantity or 0)
        said["items"] = items
        said["accessories"] = frozenset(accessories)
        return said

    def content(self) -> Content:
        """What the action is given. Call after ``is_valid``."""
        said = self.cleaned_data
        months = said["warranty_months"]
        return Content(
            said["price"],
            said["valid_from"],
            said["items"],
            said["notes"],
            said["accessories"],
            {name: said[name] for name in SHEET}
            | {"warranty_months": WARRANTY if months is None else months},
        )


class CustomFieldForm(Refusable):
    """What write_custom_field writes; key and type are chosen once."""

    label_fr = forms.CharField(label=_("Intitulé en français"), max_length=60)
    label_de = forms.CharField(label=_("Intitulé en allemand"), max_length=60, required=False)
    key = forms.RegexField(
        r"^[a-z][a-z0-9_]*$",
        label=_("Clé"),
        max_length=30,
        help_text=_("Minuscules, chiffres et _ ; dans les fichiers et l’API, pour toujours."),
        error_messages={"invalid": _("Minuscules, chiffres et _ seulement, une lettre d’abord.")},
    )
    kind = forms.ChoiceField(label=_("Type"), choices=KINDS)
    categories = forms.MultipleChoiceField(
        label=_("Catégories"), choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    choices = forms.CharField(
        label=_("Choix, un par ligne"),
        required=False,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    unit = forms.CharField(label=_("Unité"), max_length=12, required=False)
    position = forms.IntegerField(label=_("Ordre"), min_value=0, max_value=999, initial=0)
    required = forms.BooleanField(label=_("Obligatoire"), required=False)

    def __init__(self, data: Any = None, *, row: CustomField | None = None) -> None:
        initial: dict[str, Any] = {}
        if row is not None:
            initial = {name: getattr(row, name) for name in self.base_fields}
            initial["choices"] = "\n".join(row.choices)
        super().__init__(data, initial=initial)
        if row is not None:
            del self.fields["key"], self.fields["kind"]

    def clean_choices(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if any(len(line) > 60 for line in found):
            raise forms.ValidationError(_("60 caractères au plus par choix."))
        return found
