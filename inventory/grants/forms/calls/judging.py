"""The grid of a call, its anchors, and how files are ranked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.grants.rules.calls.grid import (
    METHODS,
    PEDAGOGICAL,
    TECHNICAL,
    TIE_BREAKS,
    read_grid,
    read_ranking,
)


def _number(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False)


class CriterionForm(forms.Form):
    """One line of the grid; a line without a French label is no line."""

    key = forms.SlugField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Validité"),
        choices=[
            (PEDAGOGICAL, gettext_lazy("pédagogique")),
            (TECHNICAL, gettext_lazy("technique")),
        ],
    )
    label_fr = forms.CharField(label=gettext_lazy("Critère"), max_length=120, required=False)
    label_de = forms.CharField(
        label=gettext_lazy("Critère en allemand"), max_length=120, required=False
    )
    weight = forms.DecimalField(
        label=gettext_lazy("Poids"), min_value=Decimal("0.1"), max_value=1000, initial=1
    )
    max_points = forms.IntegerField(
        label=gettext_lazy("Points"), min_value=1, max_value=100, initial=5
    )
    threshold = forms.IntegerField(
        label=gettext_lazy("Seuil"), min_value=0, max_value=100, initial=0
    )
    anchors_fr = forms.CharField(
        label=gettext_lazy("Repères"),
        help_text=gettext_lazy(
            "Une ligne par repère\u00a0: 5\u00a0= objectifs précis et mesurables"
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    anchors_de = forms.CharField(
        label=gettext_lazy("Repères en allemand"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def row(self, n: int) -> dict[str, Any] | None:
        """As the grid holds it."""
        said = self.cleaned_data
        if not said.get("label_fr"):
            return None
        anchors: dict[str, dict[str, str]] = {}
        for language in ("fr", "de"):
            for points, text in read_anchors(said.get(f"anchors_{language}") or ""):
                anchors.setdefault(points, {})[language] = text
        return {
            "key": said.get("key") or f"critere-{n + 1}",
            "kind": said["kind"],
            "label": {"fr": said["label_fr"], "de": said.get("label_de") or ""},
            "weight": str(said["weight"]),
            "max_points": said["max_points"],
            "threshold": said["threshold"],
            "anchors": anchors,
        }

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if (said.get("threshold") or 0) > (said.get("max_points") or 0):
            self.add_error("threshold", _("Le seuil dépasse les points."))
        return said


def read_anchors(text: str) -> list[tuple[str, str]]:
    """``5 = objectifs précis`` by line; a line without points says nothing."""
    found = []
    for line in text.splitlines():
        points, _sign, words = line.partition("=")
        if points.strip().isdecimal() and words.strip():
            found.append((str(int(points)), words.strip()[:300]))
    return found


def write_anchors(anchors: dict[str, dict[str, str]], language: str) -> str:
    lines = sorted((int(points), text.get(language, "")) for points, text in anchors.items())
    return "\n".join(f"{points} = {text}" for points, text in lines if text)


CRITERIA = forms.formset_factory(CriterionForm, extra=2, max_num=14)


class RankingForm(forms.Form):
    """Thresholds by validity, and how files are ranked under the budget."""

    vu = forms.IntegerField(widget=forms.HiddenInput)
    pedagogical_threshold = _number(gettext_lazy("Seuil pédagogique (%)"), 100)
    technical_threshold = _number(gettext_lazy("Seuil technique (%)"), 100)
    method = forms.ChoiceField(
        label=gettext_lazy("Sous le budget"),
        choices=[
            (METHODS[0], gettext_lazy("on s’arrête au premier dossier qui n’entre plus")),
            (METHODS[1], gettext_lazy("on passe au suivant qui entre encore")),
        ],
    )
    tie_breaks = forms.CharField(
        label=gettext_lazy("À score égal, dans l’ordre"),
        help_text=", ".join(TIE_BREAKS),
        required=False,
    )
    quota_percent = _number(gettext_lazy("Part réservée aux classes ISE basses (%)"), 100)
    quota_ise_max = _number(gettext_lazy("Classes ISE de cette part\u00a0: 1 à …"), 20)
    reserve_size = _number(gettext_lazy("Dossiers en liste de réserve"), 10_000)
    appeal_percent = _number(gettext_lazy("Part gardée pour les reconsidérations (%)"), 100)
    max_per_school = _number(
        gettext_lazy("Au plus par école (EUR, 0\u00a0: sans limite)"), 10_000_000
    )

    def clean_tie_breaks(self) -> list[str]:
        found = [one.strip() for one in self.cleaned_data["tie_breaks"].split(",") if one.strip()]
        if set(found) - set(TIE_BREAKS):
            raise forms.ValidationError(
                _("Mots connus\u00a0: %(all)s.") % {"all": ", ".join(TIE_BREAKS)}
            )
        return found


def read_judging(criteria: Any, ranking: RankingForm) -> dict[str, Any]:
    """Grid and ranking as a version holds them. Raises GridRefused."""
    said = ranking.cleaned_data
    rows = [one.row(n) for n, one in enumerate(criteria.forms) if one.has_changed() or one.initial]
    grid = {
        "criteria": [row for row in rows if row],
        "pedagogical_threshold": said.get("pedagogical_threshold") or 0,
        "technical_threshold": said.get("technical_threshold") or 0,
    }
    rank = {
        "method": said["method"],
        "tie_breaks": said["tie_breaks"],
        "quota_percent": said.get("quota_percent") or 0,
        "quota_ise_max": said.get("quota_ise_max") or 5,
        "reserve_size": said.get("reserve_size") or 0,
        "appeal_percent": said.get("appeal_percent") or 0,
        "max_per_school": said.get("max_per_school") or 0,
    }
    read_grid(grid)
    read_ranking(rank)
    return {"grid": grid, "ranking": rank}
