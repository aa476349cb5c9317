"""Plug a cable in and out, in the register: two clerks who take one port are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.actions.keep_network import NetworkRefused, add_row, remove_row
from inventory.models import Link, Port
from schools.models import Site, User


def connect_ports(
    user: User, site: Site, one: Port, other: Port, values: Mapping[str, Any]
) -> Link:
    """Note the cable between two ports, of which one at least is the site's.

    The trigger on links lets one clerk in and tells the other. Raises DecisionRefused and
    NetworkRefused.
    """
    if one.pk == other.pk:
        raise NetworkRefused("b", _("Un câble relie deux ports différents."))
    if one.device_id == other.device_id and (one.side or other.side):
        raise NetworkRefused("b", _("Les deux côtés d’un panneau sont déjà reliés entre eux."))
    first, second = sorted((one, other), key=lambda port: port.pk)
    with transaction.atomic():
        return add_row(user, site, Link(port_a=first, port_b=second), values)


def disconnect(user: User, site: Site, link: Link) -> dict[str, Any]:
    """Take the cable out; returns what :func:`connect_ports` needs to put it back."""
    told = {
        "a": link.port_a_id,
        "b": link.port_b_id,
        "kind": link.kind,
        "role": link.role,
        "label": link.label,
        "cable": link.cable,
        "colour": link.colour,
        "length_m": str(link.length_m) if link.length_m is not None else None,
    }
    remove_row(user, site, link)
    return told
