"""One question of the form of a call."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from inventory.grants.rules.calls.questions import KINDS


class QuestionForm(forms.Form):
    """One question of the form, as an officer writes it."""

    section = forms.ChoiceField(label=gettext_lazy("Section"))
    kind = forms.ChoiceField(label=gettext_lazy("Genre de réponse"), choices=list(KINDS.items()))
    label_fr = forms.CharField(label=gettext_lazy("Question"), max_length=300)
    label_de = forms.CharField(
        label=gettext_lazy("Question en allemand"), max_length=300, required=False
    )
    help_fr = forms.CharField(label=gettext_lazy("Aide"), max_length=600, required=False)
    help_de = forms.CharField(
        label=gettext_lazy("Aide en allemand"), max_length=600, required=False
    )
    required = forms.BooleanField(
        label=gettext_lazy("Réponse obligatoire"), required=False, initial=True
    )
    options = forms.CharField(
        label=gettext_lazy("Réponses possibles"),
        help_text=gettext_lazy(
            "Pour un choix\u00a0: une par ligne, «\u00a0français | allemand\u00a0»."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    least = forms.IntegerField(label=gettext_lazy("Minimum"), required=False)
    most = forms.IntegerField(label=gettext_lazy("Maximum"), required=False)
    max_length = forms.IntegerField(
        label=gettext_lazy("Longueur d’un texte (caractères)"),
        min_value=10,
        max_value=8000,
        required=False,
    )
    columns = forms.CharField(
        label=gettext_lazy("Colonnes du groupe"),
        help_text=gettext_lazy(
            "Pour un groupe répété\u00a0: une par ligne, «\u00a0text | français | allemand\u00a0» "
            "(text, long_text, number, date, yes_no)."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    max_rows = forms.IntegerField(
        label=gettext_lazy("Lignes du groupe, au plus"), min_value=1, max_value=20, required=False
    )
    when_question = forms.ChoiceField(label=gettext_lazy("Montrer seulement si"), required=False)
    when_equals = forms.CharField(
        label=gettext_lazy("a pour réponse"),
        help_text=gettext_lazy("oui, non, ou une des réponses possibles, telle qu’elle est écrite"),
        max_length=100,
        required=False,
    )
