"""The form that changes many devices: what is left empty stays as it is on each of them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inventory.actions.edit_in_bulk import EMPTY
from inventory.imports.columns import OWN
from inventory.imports.words import is_emptied
from inventory.models import CloudMove, DeviceState, Origin, Owner, Product
from schools.imports.values import day

STAYS = [("", _("— ne pas changer —"))]
_KEY = re.compile(r"[a-z][a-z0-9_]*")


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    known = [(value, word) for value, word in choices if value]
    return forms.ChoiceField(label=label, choices=[*STAYS, *known], required=False)


class BulkForm(forms.Form):
    """Only what is filled in changes. ``(vide)`` takes a value away."""

    state = _choice(_("Situation"), DeviceState.choices)
    room = forms.CharField(
        label=_("Local"),
        max_length=60,
        required=False,
        help_text=_("Le nom d’un local de l’implantation de chaque équipement."),
    )
    holder = forms.CharField(
        label=_("Confié à"),
        max_length=254,
        required=False,
        help_text=_("L’adresse électronique de la personne."),
    )
    owner = _choice(_("Propriétaire"), Owner.choices)
    origin = _choice(_("Provenance"), Origin.choices)
    product = forms.ModelChoiceField(
        Product.objects.order_by("maker", "model"),
        label=_("Produit"),
        required=False,
        empty_label=_("— ne pas changer —"),
    )
    installed_on = forms.CharField(label=_("Installé le"), max_length=10, required=False)
    warranty_until = forms.CharField(
        label=_("Garantie jusqu’au"),
        max_length=10,
        required=False,
        help_text=_("31/12/2026 ou 2026-12-31."),
    )
    cloud_move = _choice(_("Passage au cloud"), CloudMove.choices)
    notes = forms.CharField(label=_("Remarque"), max_length=500, required=False)
    own_key = forms.CharField(label=_("Champ propre : sa clé"), max_length=30, required=False)
    own_value = forms.CharField(label=_("Champ propre : sa valeur"), max_length=200, required=False)

    def clean_own_key(self) -> str:
        """A key as columns name it."""
        key: str = self.cleaned_data["own_key"].strip().lower().removeprefix(f"{OWN}:")
        if key and not _KEY.fullmatch(key):
            raise ValidationError(_("Des minuscules, des chiffres et _ : « lot », « imei »."))
        return key

    def _day(self, name: str) -> str:
        text: str = self.cleaned_data[name].strip()
        if text and not is_emptied(text) and day(text) is None:
            raise ValidationError(_("Date attendue : 31/12/2026, 2026-12-31, ou (vide)."))
        return text

    def clean_installed_on(self) -> str:
        return self._day("installed_on")

    def clean_warranty_until(self) -> str:
        return self._day("warranty_until")

    def clean(self) -> dict[str, Any]:
        """A value of one's own needs its key."""
        found: dict[str, Any] = super().clean() or {}
        if bool(found.get("own_key")) != bool(found.get("own_value")):
            self.add_error("own_key", _("La clé et la valeur vont ensemble."))
        return found

    def said(self) -> dict[str, str]:
        """What was filled in, by the keys of a file's columns."""
        data = self.cleaned_data
        plain = (
            "state", "room", "holder", "owner", "origin", "installed_on", "warranty_until",
            "cloud_move", "notes",
        )  # fmt: skip
        found = {name: str(data[name]).strip() for name in plain if data[name]}
        if product := data["product"]:
            found |= {"maker": product.maker, "model": product.model}
        if data["own_key"]:
            found[f"{OWN}:{data['own_key']}"] = data["own_value"]
        return {name: EMPTY if is_emptied(value) else value for name, value in found.items()}
