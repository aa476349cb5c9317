"""Forms of one's own account."""

from __future__ import annotations

from django import forms

from schools.models import User


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Language, phone, single-key shortcuts. Name and e-mail come from the authentic source."""

    class Meta:
        model = User
        fields = ["language", "phone", "shortcuts"]
