"""Forms of a site's RADIUS clients and segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from byod.forms.network.secrets import refuse_weak, secret_field
from byod.models.network.nas import Nas
from byod.models.network.policies import Segment
from byod.models.network.segments import SiteSegment
from inventory.models import Category, Device, DeviceState, Vlan
from schools.models import Site

if TYPE_CHECKING:
    NasBase = forms.ModelForm[Nas]
else:
    NasBase = forms.ModelForm


class NasForm(NasBase):
    """A client. Its secret is written, never shown."""

    secret = secret_field()

    class Meta:
        model = Nas
        fields = ("name", "device", "address", "radsec_name", "identifier", "coa_port")
        help_texts: ClassVar = {
            "address": gettext_lazy("Celle d’où viennent ses demandes. Vide pour RadSec."),
            "radsec_name": gettext_lazy("Par exemple moulin.radsec.preau.example."),
            "identifier": gettext_lazy("Seulement si un contrôleur sert plusieurs implantations."),
            "coa_port": gettext_lazy("3799 d’ordinaire\u00a0; 0\u00a0: il ne déconnecte pas."),
        }

    def __init__(self, site: Site, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.instance.site = site
        kinds = (Category.ACCESS_POINT, Category.SWITCH, Category.ROUTER)
        field = self.fields["device"]
        assert isinstance(field, forms.ModelChoiceField)
        devices = Device.objects.filter(site=site, product__category__in=kinds)
        field.queryset = devices.exclude(state=DeviceState.RETIRED).order_by("name")
        field.empty_label = "–"

    def clean_secret(self) -> str:
        secret = str(self.cleaned_data["secret"])
        refuse_weak(secret)
        if not secret and not self.instance.sealed and not self._known_address():
            raise ValidationError(_("Un nouveau client a besoin d’un secret."))
        return secret

    def _known_address(self) -> bool:
        address = self.data.get("address", "")
        return bool(address) and Nas.objects.in_use().filter(address=address).exists()

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not said.get("address") and not said.get("radsec_name") and "address" not in self.errors:
            self.add_error("address", _("Donnez son adresse, ou son nom RadSec."))
        others = Nas.objects.in_use().exclude(pk=self.instance.pk)
        others = others.filter(identifier=said.get("identifier", ""))
        if said.get("address") and others.filter(address=said["address"]).exists():
            self.add_error("address", _("Un autre client a cette adresse et ce NAS-Identifier."))
        if said.get("radsec_name") and others.filter(radsec_name=said["radsec_name"]).exists():
            self.add_error("radsec_name", _("Un autre client porte ce nom."))
        return said

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class SegmentsForm(forms.Form):
    """A VLAN of the site for each segment; empty: the segment does not exist here."""

    def __init__(self, site: Site, *args: Any, **kwargs: Any) -> None:
        known = dict(SiteSegment.objects.filter(site=site).values_list("segment", "vlan_id"))
        super().__init__(*args, **(kwargs | {"initial": known}))
        for segment in Segment:
            self.fields[segment.value] = forms.ModelChoiceField(
                label=str(segment.label).capitalize(),
                queryset=Vlan.objects.filter(site=site).order_by("vid"),
                required=False,
                empty_label="–",
            )

    def clean(self) -> dict[str, Any]:
        seen: dict[int, str] = {}
        for name, vlan in list(self.cleaned_data.items()):
            if vlan is not None and vlan.pk in seen:
                self.add_error(name, _("Ce VLAN sert déjà à un autre segment."))
            elif vlan is not None:
                seen[vlan.pk] = name
        return self.cleaned_data

    def values(self) -> dict[str, int | None]:
        return {name: vlan.pk if vlan else None for name, vlan in self.cleaned_data.items()}
