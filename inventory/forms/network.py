"""Forms of a site's network: each offers the site's own VLANs, devices and rooms alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.forms.side_by_side import SideBySide
from inventory.models import (
    PASSIVE,
    Category,
    Device,
    DeviceState,
    IpAddress,
    Port,
    Prefix,
    Proof,
    Rack,
    RackPlace,
    Radio,
    RoomCoverage,
    Side,
    Ssid,
    Vlan,
)
from inventory.models.addressing import network_of
from schools.models import Room, Site

if TYPE_CHECKING:
    RowBase = forms.ModelForm[Any]
else:
    RowBase = forms.ModelForm

PASSPHRASE = re.compile(r"[ -~]{8,63}")
"""IEEE 802.11i: 8 to 63 printable ASCII characters."""


class RowForm(SideBySide, RowBase):
    """A row of one site. ``vu``: the version that was read."""

    vu = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, site: Site, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        if hasattr(self.instance, "site_id"):
            self.instance.site = site
        self.initial["vu"] = getattr(self.instance, "version", 1)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = self.offered(name)
                field.empty_label = "–"

    def clean(self) -> dict[str, Any]:
        """Django would tell a broken constraint by its name: PostgreSQL's refusal becomes words in
        one place (``network_words``), whichever of two clerks comes second."""
        return self.cleaned_data

    def offered(self, name: str) -> Any:
        """The rows that a choice offers."""
        if name in {"vlan", "access_vlan", "trunk_vlans"}:
            return Vlan.objects.filter(site=self.site).order_by("vid")
        if name == "room":
            return Room.objects.filter(site=self.site).open()
        if name == "access_point":
            return self.devices().filter(product__category=Category.ACCESS_POINT)
        if name == "rack":
            return Rack.objects.filter(site=self.site)
        if name == "port":
            ports = Port.objects.filter(device__site=self.site, side=Side.OWN)
            return ports.select_related("device").order_by("device__name", "number", "name")
        return self.devices()

    def devices(self) -> Any:
        rows = Device.objects.filter(site=self.site).exclude(state=DeviceState.RETIRED)
        return rows.order_by("name")

    def again(self, row: Any) -> Any:
        """The same form, of the row as it stands."""
        return type(self)(self.site, instance=row)

    def values(self) -> dict[str, Any]:
        """What the action writes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "vu"}

    def refuse(self, field: str, words: str) -> None:
        """Say a refusal of the action where it belongs."""
        self.add_error(field if field in self.fields else None, words)


class VlanForm(RowForm):
    class Meta:
        model = Vlan
        fields = ("vid", "name", "purpose")
        help_texts: ClassVar = {
            "vid": gettext_lazy("De 1 à 4094, le numéro du commutateur."),
            "name": gettext_lazy("32 caractères au plus, par exemple « pedagogie »."),
        }


class SsidForm(RowForm):
    passphrase = forms.CharField(
        label=gettext_lazy("Mot de passe commun"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "8 à 63 caractères sans accent. Il n’est plus jamais montré. Vide\u00a0: inchangé."
        ),
    )

    class Meta:
        model = Ssid
        fields = ("name", "vlan", "security", "band", "enabled", "hidden")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        phrase, personal = said.get("passphrase", ""), "personal" in said.get("security", "")
        if phrase and not personal:
            self.add_error("passphrase", _("Cet accès n’a pas de mot de passe commun. Videz-le."))
        elif phrase and not PASSPHRASE.fullmatch(phrase):
            self.add_error("passphrase", _("8 à 63 caractères, sans accent ni signe spécial."))
        elif personal and not phrase and not self.instance.has_passphrase:
            self.add_error("passphrase", _("Cet accès demande un mot de passe commun."))
        return said


class PrefixForm(RowForm):
    cidr = forms.CharField(
        label=gettext_lazy("Préfixe"),
        max_length=50,
        help_text=gettext_lazy("Par exemple 10.20.4.0/24, ou 2001:db8:20:4::/64."),
    )

    class Meta:
        model = Prefix
        fields = ("cidr", "vlan", "role", "gateway", "dhcp_first", "dhcp_last", "notes")

    def clean_cidr(self) -> Any:
        network = network_of(self.cleaned_data["cidr"])
        if network.num_addresses == 1:
            raise ValidationError(_("C’est une seule adresse\u00a0: notez-la comme adresse."))
        return network


class AddressForm(RowForm):
    class Meta:
        model = IpAddress
        fields = ("address", "device", "port", "name", "is_management", "outside_why")
        help_texts: ClassVar = {
            "outside_why": gettext_lazy("Seulement si elle n’est dans aucun préfixe d’ici."),
        }


class RackForm(RowForm):
    class Meta:
        model = Rack
        fields = ("name", "room", "units", "notes")


class RackPlaceForm(RowForm):
    class Meta:
        model = RackPlace
        fields = ("rack", "device", "bottom", "height")
        help_texts: ClassVar = {"bottom": gettext_lazy("Comptée depuis le sol, à partir de 1.")}

    def offered(self, name: str) -> Any:
        rows = super().offered(name)
        if name == "device":
            rows = rows.exclude(product__category__in=[Category.ACCESS_POINT, Category.SOCKET])
        return rows


class RadioForm(RowForm):
    class Meta:
        model = Radio
        fields = ("access_point", "band", "count", "channel", "width_mhz", "power_dbm")
        help_texts: ClassVar = {
            "channel": gettext_lazy("Vide\u00a0: la borne choisit elle-même."),
            "power_dbm": gettext_lazy("Vide\u00a0: la borne règle elle-même sa puissance."),
        }


class CoverageForm(RowForm):
    class Meta:
        model = RoomCoverage
        fields = ("room", "access_point", "proof", "proved_on", "signal_dbm", "remark")
        widgets: ClassVar = {
            "proved_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        }
        help_texts: ClassVar = {
            "proved_on": gettext_lazy("Le jour de la mesure ou du passage."),
            "signal_dbm": gettext_lazy("De -100 à -10\u00a0; à partir de -67, tout fonctionne."),
        }

    def offered(self, name: str) -> Any:
        rows = super().offered(name)
        return rows.to_cover() if name == "room" and not self.instance.pk else rows

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        proved, on = said.get("proof") != Proof.DECLARED, said.get("proved_on")
        if proved and not on:
            self.add_error("proved_on", _("Dites quel jour cela a été vérifié."))
        elif on and on > timezone.localdate():
            self.add_error("proved_on", _("Ce jour n’est pas encore venu."))
        elif not proved:
            said["proved_on"] = None
        return said


class PortForm(RowForm):
    class Meta:
        model = Port
        fields = (
            *("name", "number", "if_index", "kind", "speed_mbps", "poe"),
            *("description", "access_vlan", "trunk_vlans"),
        )
        widgets: ClassVar = {"trunk_vlans": forms.CheckboxSelectMultiple}


class PanelForm(forms.Form):
    """A patch panel or a wall socket."""

    category = forms.ChoiceField(
        label=gettext_lazy("Quoi"),
        choices=[(key, key.label) for key in Category if key in PASSIVE],
    )
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=60)
    positions = forms.IntegerField(
        label=gettext_lazy("Positions"),
        min_value=1,
        max_value=96,
        initial=24,
        help_text=gettext_lazy("Chacune a une prise à l’avant et un câble à l’arrière."),
    )
    room = forms.ModelChoiceField(
        label=gettext_lazy("Local"), queryset=Room.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, site: Site, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["room"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Room.objects.filter(site=site).open()
