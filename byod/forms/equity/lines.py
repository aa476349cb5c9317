"""Forms of lines: a new one, lending, operators, plans, a report of use, a target."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from byod.models.equity.lines import LineKind
from byod.models.equity.operators import LineOperator, LinePlan, OrderDoor
from byod.models.loans.pools import LoanPool
from byod.models.people.members import Member
from inventory.forms.catalogue import Refusable
from inventory.forms.devices import day_field


class LineForm(Refusable):
    """What add_line writes; several vouchers at once by a code a line."""

    kind = forms.ChoiceField(label=_("Genre"), choices=LineKind.choices)
    pool = forms.ModelChoiceField(
        label=_("Réserve"), queryset=LoanPool.objects.none(), empty_label="–"
    )
    plan = forms.ModelChoiceField(
        label=_("Formule"), queryset=LinePlan.objects.none(), empty_label="–"
    )
    label = forms.CharField(
        label=_("Repère"), max_length=40, help_text=_("Écrit dessus, par exemple BORNE-07.")
    )
    iccid = forms.CharField(
        label=_("ICCID"),
        max_length=30,
        required=False,
        help_text=_("Les 19 ou 20 chiffres imprimés sur la carte SIM."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    number = forms.CharField(label=_("Numéro d’appel"), max_length=20, required=False)
    code = forms.CharField(
        label=_("Code du bon"),
        max_length=80,
        required=False,
        help_text=_("Seulement pour un bon. Il est gardé chiffré."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    expires_on = day_field(_("Expire le"))

    def __init__(self, data: Any = None, *, pools: list[LoanPool], kept: Any = None) -> None:
        super().__init__(data, initial=kept)
        keys = [one.pk for one in pools]
        self.fields["pool"].queryset = LoanPool.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
        plans = LinePlan.objects.select_related("operator")
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]


class LendLineForm(Refusable):
    """What lend_line writes."""

    pupil = forms.ModelChoiceField(
        label=_("Élève"), queryset=Member.objects.none(), empty_label="–"
    )
    due_on = day_field(_("À rendre le"))
    household = forms.CharField(
        label=_("Numéro du ménage à l’école"),
        max_length=40,
        required=False,
        help_text=_(
            "S’il y en a un. Sinon l’adresse électronique du parent dit si le ménage a déjà"
            " une connexion. Seule une empreinte est gardée."
        ),
    )
    lift_why = forms.CharField(
        label=_("Pourquoi une deuxième connexion dans ce ménage"),
        max_length=300,
        required=False,
        help_text=_("Seulement la direction, et seulement si le ménage en a déjà une."),
    )

    def __init__(self, data: Any = None, *, pupils: list[tuple[int, str]], kept: Any) -> None:
        super().__init__(data, initial=kept)
        field: Any = self.fields["pupil"]
        field.queryset = Member.objects.filter(pk__in=[key for key, _name in pupils])
        field.choices = [("", "–"), *pupils]
        self.fields["due_on"].required = True


class OperatorForm(Refusable):
    """What keep_operator writes. The key is write-only."""

    name = forms.CharField(label=_("Nom"), max_length=80)
    door = forms.ChoiceField(label=_("Ordres transmis par"), choices=OrderDoor.choices)
    email = forms.EmailField(label=_("Adresse électronique"), required=False)
    url = forms.URLField(label=_("Adresse de l’échange"), required=False, assume_scheme="https")
    key = forms.CharField(
        label=_("Clé de l’échange"),
        required=False,
        max_length=200,
        help_text=_("Laissez vide pour garder celle qui est enregistrée."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, row: LineOperator | None = None) -> None:
        names = ("name", "door", "email", "url")
        initial = {name: getattr(row, name) for name in names} if row and row.pk else {}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("door") == OrderDoor.MAIL and not said.get("email"):
            self.add_error("email", _("Cette porte a besoin d’une adresse électronique."))
        if said.get("door") == OrderDoor.HTTP and not said.get("url"):
            self.add_error("url", _("Cette porte a besoin d’une adresse https://."))
        return said


class PlanForm(Refusable):
    """What keep_plan writes."""

    operator = forms.ModelChoiceField(
        label=_("Opérateur"), queryset=LineOperator.objects.all(), empty_label="–"
    )
    name = forms.CharField(label=_("Formule"), max_length=80)
    data_gb = forms.IntegerField(
        label=_("Données (Go par mois)"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=_("Vide\u00a0: illimité."),
    )
    month_eur = forms.DecimalField(
        label=_("Prix par mois (EUR)"), min_value=0, max_digits=6, decimal_places=2, localize=True
    )
    valid_from = day_field(_("Valable dès le"))
    valid_until = day_field(_("Valable jusqu’au"))

    def __init__(self, data: Any = None, *, row: LinePlan | None = None) -> None:
        names = ("operator", "name", "data_gb", "month_eur", "valid_from", "valid_until")
        initial = {name: getattr(row, name) for name in names} if row and row.pk else {}
        super().__init__(data, initial=initial)
        self.fields["valid_from"].required = True


class UsageForm(Refusable):
    """What read_usage reads."""

    operator = forms.ModelChoiceField(
        label=_("Opérateur"), queryset=LineOperator.objects.all(), empty_label="–"
    )
    month = day_field(_("Un jour du mois"))
    file = forms.FileField(
        label=_("Relevé"),
        help_text=_("CSV ou XLSX, colonnes iccid et mo. Rien d’autre n’est lu."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["month"].required = True


class TargetForm(Refusable):
    """What set_target writes."""

    percent = forms.DecimalField(
        label=_("Part des élèves à équiper (%)"), max_digits=4, decimal_places=1, localize=True
    )
    why = forms.CharField(label=_("Pourquoi"), max_length=300)

    def __init__(self, data: Any = None, *, percent: Any = None) -> None:
        super().__init__(data, initial={"percent": percent})
        self.fields["percent"].help_text = _("De %(floor)s à %(ceiling)s.") % {
            "floor": settings.EQUITY_TARGET_FLOOR,
            "ceiling": settings.EQUITY_TARGET_CEILING,
        }
