"""Forms of the market: suppliers and lots."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.catalogue import Refusable
from inventory.forms.devices import day_field
from inventory.grants.models.orders.market import MarketLot, Supplier
from inventory.models import Kit
from schools.models import User


class SupplierForm(Refusable):
    """What keep_supplier writes. ``people``: e-mail addresses of accounts, one a line."""

    name = forms.CharField(label=_("Nom"), max_length=80)
    enterprise_number = forms.CharField(
        label=_("Numéro d’entreprise"), max_length=14, required=False
    )
    email = forms.EmailField(label=_("Adresse électronique"), required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=30, required=False)
    people = forms.CharField(
        label=_("Comptes qui parlent pour lui"),
        required=False,
        help_text=_(
            "Une adresse par ligne. Ces personnes ne voient que ses commandes\u00a0; leur clé"
            " d’accès ouvre l’API."
        ),
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(self, data: Any = None, *, row: Supplier | None = None) -> None:
        initial: dict[str, Any] = {}
        if row is not None and row.pk:
            initial = {n: getattr(row, n) for n in self.base_fields if n != "people"}
            initial["people"] = "\n".join(row.people.values_list("email", flat=True))
        super().__init__(data, initial=initial)

    def clean_people(self) -> list[User]:
        asked = {line.strip().lower() for line in self.cleaned_data["people"].splitlines()} - {""}
        found = list(User.objects.filter(email__in=asked, is_active=True))
        unknown = asked - {person.email for person in found}
        if unknown:
            raise forms.ValidationError(
                _("Aucun compte à cette adresse\u00a0: %(who)s.")
                % {"who": ", ".join(sorted(unknown))}
            )
        return found


class LotForm(Refusable):
    """What keep_lot writes."""

    contract = forms.CharField(label=_("Numéro du marché"), max_length=40)
    number = forms.IntegerField(label=_("Lot"), min_value=1, max_value=999)
    title = forms.CharField(label=_("Intitulé"), max_length=120)
    supplier = forms.ModelChoiceField(
        label=_("Fournisseur"), queryset=Supplier.objects.none(), empty_label="–"
    )
    starts_on = day_field(_("Début"))
    ends_on = day_field(_("Fin"))
    delivery_days = forms.IntegerField(
        label=_("Délai de livraison (jours)"), min_value=1, max_value=365, initial=30
    )
    covers = forms.CharField(label=_("Ce qu’il couvre"), max_length=500, required=False)
    kits = forms.ModelMultipleChoiceField(
        label=_("Kits"),
        queryset=Kit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, row: MarketLot | None = None) -> None:
        initial: dict[str, Any] = {}
        if row is not None and row.pk:
            initial = {n: getattr(row, n) for n in self.base_fields if n != "kits"}
            initial["kits"] = list(row.kits.values_list("kit", flat=True))
        super().__init__(data, initial=initial)
        self.fields["supplier"].queryset = Supplier.objects.all()  # type: ignore[attr-defined]
        self.fields["kits"].queryset = Kit.objects.all()  # type: ignore[attr-defined]
        for name in ("starts_on", "ends_on"):
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("starts_on"), said.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("La fin vient avant le début."))
        return said
