"""Forms of the school's pages: few fields, errors in plain words."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

PHOTO_TYPES = "image/jpeg,image/png,image/webp"
SINCE = [
    ("", _("je ne sais pas")),
    ("now", _("à l’instant")),
    ("morning", _("ce matin")),
    ("yesterday", _("hier")),
    ("week", _("quelques jours")),
    ("longer", _("plus longtemps")),
]


class RecapForm(forms.Form):
    """The last words before a report is sent."""

    text = forms.CharField(
        label=_("Autre chose à dire ?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Votre message est trop long : 4 000 signes au plus.")},
    )
    since = forms.ChoiceField(label=_("Depuis quand ?"), required=False, choices=SINCE)
    used_today = forms.BooleanField(label=_("Ce local sert aujourd’hui"), required=False)
    request_key = forms.UUIDField(widget=forms.HiddenInput)


class DescribeForm(RecapForm):
    """A report without a symptom lives from its words: they are required."""

    text = forms.CharField(
        label=_("Décrivez le problème"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Dites en une phrase ce qui ne va pas."),
            "max_length": _("Votre message est trop long : 4 000 signes au plus."),
        },
    )


class MessageForm(forms.Form):
    """A message of the conversation."""

    body = forms.CharField(
        label=_("Votre message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 1}),
        error_messages={"required": _("Écrivez d’abord le message.")},
    )


class NoteForm(forms.Form):
    """The end of a visual check."""

    note = forms.CharField(
        label=_("Autre chose à dire ?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
