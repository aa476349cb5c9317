"""The document that accompanies a draft."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class StrategyPaperForm(forms.Form):
    """A PDF or a photo; what it is is told by its content."""

    paper = forms.FileField(
        label=_("Document"),
        help_text=_("PDF ou photo, 15 Mo au plus."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/*"}),
    )
