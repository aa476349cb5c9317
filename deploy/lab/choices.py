"""What a technician may break on the lab page, in words, with what it will cause."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from deploy.lab.cli.of_plan import is_spoken_to
from deploy.lab.plan import DevicePlan, RegionPlan, SitePlan
from deploy.lab.rules import DEFAULTS, FaultKind


@dataclass(frozen=True, slots=True)
class Choice:
    """One button. ``consequence``: what to confirm first; blank for what touches one device."""

    kind: FaultKind
    label: str
    icon: str
    consequence: str = ""


LABELS: dict[FaultKind, tuple[str | Promise, str]] = {
    FaultKind.UNPLUG: (_l("Débrancher"), "plug-connected-x"),
    FaultKind.UPLINK_CUT: (_l("Couper la liaison"), "cut"),
    FaultKind.SLOW: (_l("Ralentir"), "hourglass"),
    FaultKind.REBOOT: (_l("Redémarrer"), "refresh"),
    FaultKind.WRONG_CREDENTIALS: (_l("Changer les identifiants"), "key-off"),
    FaultKind.FLAPPING: (_l("Rendre le lien instable"), "arrows-up-down"),
    FaultKind.POWER_CUT: (_l("Couper le courant"), "bolt-off"),
    FaultKind.THRESHOLD: (_l("Dépasser un seuil"), "temperature-plus"),
    FaultKind.BY_HAND: (_l("Changer la configuration à la main"), "hand-finger"),
}
"""What the buttons say, and their icon. Closing a port is a remote action of the device's page."""

SILENCING = frozenset({FaultKind.UNPLUG, FaultKind.REBOOT, FaultKind.FLAPPING})


def device_choices(region: RegionPlan, device: DevicePlan) -> list[Choice]:
    """Faults of one device, the plainest first."""
    kinds = [
        FaultKind.UNPLUG,
        FaultKind.SLOW,
        FaultKind.REBOOT,
        FaultKind.WRONG_CREDENTIALS,
        FaultKind.FLAPPING,
        FaultKind.THRESHOLD,
    ]
    if device.model.category == "ups":
        kinds.insert(1, FaultKind.POWER_CUT)
    if is_spoken_to(device):
        kinds.append(FaultKind.BY_HAND)
    return [_choice(kind, _consequence(region, device, kind)) for kind in kinds]


def site_choices(site: SitePlan) -> list[Choice]:
    """Faults that strike a whole site: each says how much falls silent."""
    count = len(site.devices)
    silent = ngettext(
        "%(count)s équipement de %(site)s se tait pour le centre.",
        "Les %(count)s équipements de %(site)s se taisent pour le centre.",
        count,
    ) % {"count": count, "site": site.name}
    return [
        _choice(FaultKind.UPLINK_CUT, silent),
        _choice(FaultKind.SLOW),
        _choice(
            FaultKind.POWER_CUT,
            _("Tout s’éteint à %(site)s ; ce qui tient à un onduleur, après %(seconds)d s.")
            % {"site": site.name, "seconds": DEFAULTS[FaultKind.POWER_CUT]["seconds"]},
        ),
    ]


def _choice(kind: FaultKind, consequence: str = "") -> Choice:
    label, icon = LABELS[kind]
    return Choice(kind, str(label), icon, consequence)


def _consequence(region: RegionPlan, device: DevicePlan, kind: FaultKind) -> str:
    if kind == FaultKind.POWER_CUT:
        site = region.site(device.site)
        fed = [other.name for other in site.devices if other.ups == device.name]
        return _("%(ups)s passe sur batterie. Après %(seconds)d s s’éteignent aussi %(fed)s.") % {
            "ups": device.name,
            "seconds": DEFAULTS[kind]["seconds"],
            "fed": ", ".join(fed),
        }
    behind = len(region.below(device))
    if kind not in SILENCING or not behind:
        return ""
    return ngettext(
        "%(count)s équipement derrière %(device)s se tait avec lui.",
        "%(count)s équipements derrière %(device)s se taisent avec lui.",
        behind,
    ) % {"count": behind, "device": device.name}
