"""The form of a partner network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from byod.forms.network.secrets import refuse_weak, secret_field
from byod.models.network.nas import Nas
from byod.models.network.upstream import UpstreamRealm

if TYPE_CHECKING:
    PartnerBase = forms.ModelForm[UpstreamRealm]
else:
    PartnerBase = forms.ModelForm

REALM = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


class PartnerForm(PartnerBase):
    """A partner. What FreeRADIUS would refuse is told here, before any file is written."""

    secret = secret_field()

    class Meta:
        model = UpstreamRealm
        fields = ("name", "realms", "address", "port", "enabled")
        help_texts: ClassVar = {
            "name": gettext_lazy("Un mot, en minuscules\u00a0: eduroam."),
            "realms": gettext_lazy(
                "Séparés par une espace, ou * pour tous ceux qui ne sont pas les nôtres."
            ),
            "address": gettext_lazy("Du serveur RADIUS du partenaire, qui nous interroge aussi."),
            "enabled": gettext_lazy("Sans elle, ses visiteurs sont refusés."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["secret"]
        field.required = not self.instance.sealed
        field.error_messages["required"] = _("Un nouveau partenaire a besoin d’un secret.")

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).lower()
        if not re.fullmatch(r"[a-z0-9-]+", name):
            raise ValidationError(_("Un mot\u00a0: lettres sans accent, chiffres, tirets."))
        return name

    def clean_realms(self) -> str:
        """Small letters, each once, none of ours, none of another partner's."""
        words = str(self.cleaned_data["realms"]).lower().split()
        if words == ["*"]:
            return "*"
        ours = settings.BYOD_REALM_SUFFIX
        for word in words:
            if not REALM.fullmatch(word):
                raise ValidationError(
                    _("«\u00a0%(word)s\u00a0» n’est pas un domaine."), params={"word": word}
                )
            if word == ours or word.endswith(f".{ours}"):
                raise ValidationError(
                    _("«\u00a0%(word)s\u00a0» est l’un des nôtres."), params={"word": word}
                )
        return " ".join(dict.fromkeys(words))

    def clean_secret(self) -> str:
        secret = str(self.cleaned_data["secret"])
        refuse_weak(secret)
        return secret

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        others = UpstreamRealm.objects.exclude(pk=self.instance.pk)
        theirs = {word for one in others.filter(enabled=True) for word in one.realms.split()}
        twice = theirs & set(said.get("realms", "").split())
        if said.get("enabled") and twice:
            told = _("Un autre partenaire répond déjà de %(realm)s.") % {"realm": min(twice)}
            self.add_error("realms", told)
        address = said.get("address")
        if address and others.filter(address=address, port=said.get("port") or 0).exists():
            self.add_error("address", _("Un autre partenaire a cette adresse et ce port."))
        if address and Nas.objects.in_use().filter(address=address).exists():
            self.add_error("address", _("Un client RADIUS d’une école a cette adresse."))
        return said

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
