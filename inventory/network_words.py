"""What PostgreSQL refuses of a network, in words: which field, why, and what to do."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

WORDS: dict[str, tuple[str, Text]] = {
    "vlan_vid_once_per_site": ("vid", _("Ce numéro est déjà celui d’un autre VLAN d’ici.")),
    "vlan_name_once_per_site": ("name", _("Un autre VLAN d’ici porte déjà ce nom.")),
    "ssid_name_once_per_site": ("name", _("Un autre réseau WiFi d’ici porte déjà ce nom.")),
    "ssid_fits_in_32_bytes": ("name", _("Ce nom dépasse 32 octets. Raccourcissez-le.")),
    "ssid_vlan_of_its_site": ("vlan", _("Ce VLAN est celui d’une autre implantation.")),
    "prefix_overlaps_no_other": (
        "cidr",
        _("Ce préfixe recouvre un préfixe déjà noté, ici ou ailleurs. Choisissez-en un autre."),
    ),
    "prefix_gateway_within": ("gateway", _("La passerelle est hors de ce préfixe.")),
    "prefix_dhcp_within": (
        "dhcp_first",
        _("La plage DHCP demande deux adresses de ce préfixe, la plus petite d’abord."),
    ),
    "prefix_gateway_not_in_dhcp": ("gateway", _("La passerelle est dans la plage DHCP.")),
    "prefix_vlan_of_its_site": ("vlan", _("Ce VLAN est celui d’une autre implantation.")),
    "prefix_has_no_addresses": (
        "cidr",
        _("Des adresses de ce préfixe sont données. Libérez-les d’abord."),
    ),
    "inventory_ipaddress_address_key": (
        "address",
        _("Cette adresse est déjà donnée, ici ou ailleurs dans la Région."),
    ),
    "address_in_a_prefix": (
        "outside_why",
        _("Cette adresse n’est dans aucun préfixe d’ici. Dites pourquoi, ou notez le préfixe."),
    ),
    "management_address_once_per_device": (
        "is_management",
        _("Cet équipement a déjà une adresse de gestion. Retirez d’abord l’autre."),
    ),
    "management_address_of_a_device": (
        "device",
        _("Une adresse de gestion est celle d’un équipement. Choisissez-le."),
    ),
    "address_device_of_its_site": ("device", _("Cet équipement est à une autre implantation.")),
    "address_port_of_its_device": ("port", _("Ce port est celui d’un autre équipement.")),
    "rack_name_once_per_site": ("name", _("Une autre baie d’ici porte déjà ce nom.")),
    "rack_units_taken_once": (
        "bottom",
        _("Ces unités sont déjà prises. Voyez le dessin de la baie et choisissez-en d’autres."),
    ),
    "rack_place_within": ("bottom", _("La baie n’est pas si haute.")),
    "rack_device_of_its_site": ("device", _("Cet équipement est à une autre implantation.")),
    "inventory_rackplace_device_id_key": (
        "device",
        _("Cet équipement est déjà dans une baie. Retirez-le d’abord de là."),
    ),
    "radio_band_once": ("band", _("Cette borne a déjà une radio dans cette bande.")),
    "radio_channel_is_of_its_band": ("channel", _("Ce canal n’est pas de cette bande.")),
    "radio_width_is_of_its_band": ("width_mhz", _("Trop large pour cette bande.")),
    "coverage_signal_is_possible": ("signal_dbm", _("Un signal se mesure entre -100 et -10 dBm.")),
    "link_length_is_positive": ("length_m", _("Une longueur est plus grande que zéro.")),
    "coverage_once": ("room", _("Cette borne et ce local sont déjà notés ensemble.")),
    "port_once_per_device": (
        "name",
        _("Cet équipement a déjà ce port, peut-être sous une autre écriture (Gi1/0/1)."),
    ),
    "port_name_once_per_device": ("name", _("Cet équipement a déjà un port de ce nom.")),
    "panel_position_once_per_side": ("number", _("Cette position du panneau existe déjà.")),
    "port_vlan_of_its_site": ("access_vlan", _("Ce VLAN est celui d’une autre implantation.")),
    "port_linked_once": (
        "b",
        _("Un de ces ports vient d’être relié par quelqu’un d’autre. Rechargez la page."),
    ),
    "inventory_link_port_a_id_key": ("b", _("Un de ces ports est déjà relié.")),
    "inventory_link_port_b_id_key": ("b", _("Un de ces ports est déjà relié.")),
    "device_name_once_per_site": ("name", _("Un autre équipement d’ici porte déjà ce nom.")),
}


def refusal_of(error: IntegrityError) -> tuple[str, Text] | None:
    """Field and words for what a constraint or a trigger refused; None for one not foreseen."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return WORDS.get(getattr(diagnosis, "constraint_name", None) or "")
