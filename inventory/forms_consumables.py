"""Forms of consumables: a gesture at a store, a line of the catalogue, a level."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Consumable, ConsumableKind, Device, StockLine, Store, Unit
from schools.models import User

USE, RECEIVE, MOVE, COUNT, RETURN = "utiliser", "recevoir", "deplacer", "compter", "rendre"
GESTURES = {
    USE: (gettext_lazy("Utiliser"), "minus", gettext_lazy("Combien en prenez-vous ?")),
    RECEIVE: (gettext_lazy("Recevoir"), "package-import", gettext_lazy("Combien en entre-t-il ?")),
    MOVE: (gettext_lazy("Déplacer"), "arrows-exchange", gettext_lazy("Combien en portez-vous ?")),
    COUNT: (gettext_lazy("Compter"), "abacus", gettext_lazy("Combien y en a-t-il ?")),
    RETURN: (gettext_lazy("Rendre"), "arrow-back-up", gettext_lazy("Combien en rendez-vous ?")),
}
"""Word of the address → title, icon, the question about the quantity."""


class GestureForm(forms.Form):
    """Scan or choose, how many, done."""

    code = forms.CharField(
        label=gettext_lazy("Code-barres"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=gettext_lazy("Scannez, ou choisissez dans la liste."),
    )
    quoi = forms.ModelChoiceField(
        Consumable.objects.none(), label=gettext_lazy("Consommable"), required=False
    )
    combien = forms.IntegerField(min_value=0, max_value=100_000, initial=1)
    pour = forms.ModelChoiceField(
        Device.objects.none(), label=gettext_lazy("Pour quel appareil"), required=False
    )
    vers = forms.ModelChoiceField(Store.objects.none(), label=gettext_lazy("Vers quel stock"))
    prix = forms.DecimalField(
        label=gettext_lazy("Prix d’une unité (€)"),
        min_value=0,
        max_digits=9,
        decimal_places=2,
        required=False,
    )
    reference = forms.CharField(label=gettext_lazy("Référence"), max_length=60, required=False)
    motif = forms.CharField(label=gettext_lazy("Motif de l’écart"), max_length=300, required=False)

    KEPT = {
        USE: {"code", "quoi", "combien", "pour", "reference"},
        RECEIVE: {"code", "quoi", "combien", "prix", "reference"},
        MOVE: {"code", "quoi", "combien", "vers", "reference"},
        COUNT: {"code", "quoi", "combien", "motif"},
        RETURN: {"code", "quoi", "combien", "pour", "reference"},
    }

    def __init__(self, *args: Any, gesture: str, store: Store, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in set(self.fields) - self.KEPT[gesture]:
            del self.fields[name]
        self.fields["combien"].label = GESTURES[gesture][2]
        known = Consumable.objects.filter(withdrawn=False)
        if gesture in (USE, MOVE):
            here = StockLine.objects.filter(store=store, quantity__gt=0)
            known = known.filter(pk__in=here.values("consumable"))
        self._choices("quoi", known)
        if "pour" in self.fields:
            devices = Device.objects.visible_to(user).filter(site=store.site_id)
            self._choices("pour", devices.exclude(state="retired").order_by("name"))
        if "vers" in self.fields:
            self._choices("vers", Store.objects.visible_to(user).exclude(pk=store.pk)[:200])

    def _choices(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """One of both: the code, or the choice."""
        said: dict[str, Any] = super().clean() or {}
        code = str(said.get("code", "")).strip()
        if code and not said.get("quoi"):
            found = Consumable.objects.filter(barcode=code, withdrawn=False).first()
            if found is None:
                self.add_error(
                    "code", _("Ce code n’est pas au catalogue : choisissez dans la liste.")
                )
            said["quoi"] = found
        elif not code and not said.get("quoi"):
            self.add_error("quoi", _("Scannez un code ou choisissez un consommable."))
        return said


class ConsumableForm(forms.Form):
    """A new line of the catalogue; one that is known already is given back by the action."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Type"), choices=ConsumableKind.choices)
    unit = forms.ChoiceField(label=gettext_lazy("Unité"), choices=Unit.choices)
    reference = forms.CharField(
        label=gettext_lazy("Référence du fabricant"), max_length=40, required=False
    )
    barcode = forms.CharField(label=gettext_lazy("Code-barres"), max_length=30, required=False)


class LevelForm(forms.Form):
    """When to order, and up to how many."""

    seuil = forms.IntegerField(
        label=gettext_lazy("Seuil"), min_value=0, max_value=100_000, required=False
    )
    jusque = forms.IntegerField(
        label=gettext_lazy("Remonter à"), min_value=1, max_value=100_000, required=False
    )
