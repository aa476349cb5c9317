"""The configuration of a simulated switch, drawn from the demo Region: ports, VLANs, neighbours."""

from __future__ import annotations

from deploy.lab.plan import DevicePlan, SitePlan

PLATFORM = "hp_procurve"
USER, PASSWORD = "preau", "laboratoire-ssh"
BY_HAND = ("vlan 666", 'name "console de jeux"', "untagged 23", "exit", "no logging 127.0.0.1")
"""What somebody enters at the console when the lab is told to have it changed by hand."""
UNDONE = ("no vlan 666", "logging 127.0.0.1")


def is_spoken_to(plan: DevicePlan) -> bool:
    """Whether a device of the plan has a command line: its switches do."""
    return plan.model.category == "switch" and plan.model.maker == "HPE"


def configuration(site: SitePlan, plan: DevicePlan) -> str:
    """As the switch prints it, but for its head."""
    lines = [
        f'hostname "{plan.name}"',
        f'password manager user-name "{USER}" sha1 "{plan.seed:08x}c0ffee{plan.seed:08x}"',
        f'snmp-server community "lecture-{site.slug}" operator',
        f'snmp-server location "{site.name}, {plan.room}"',
        f'radius-server host 127.0.0.1 key "rayon-{plan.seed % 9973}"',
        "timesync sntp",
        "sntp server priority 1 127.0.0.1",
        "logging 127.0.0.1",
    ]
    ports = len(plan.model.ports)
    for name, told in _neighbours(site, plan):
        lines += [f"interface {name}", f'   name "{told}"']
    lines += ["vlan 1", '   name "DEFAULT_VLAN"', f"   untagged 1-{ports}"]
    for number, name in ((10, "gestion"), (20, "classes"), (30, "wifi")):
        lines += [f"vlan {number}", f'   name "{name}"', f"   tagged {ports}"]
    return "\n".join(lines) + "\n"


def _neighbours(site: SitePlan, plan: DevicePlan) -> list[tuple[str, str]]:
    """Ports with the name of what hangs there."""
    found = [
        (below.uplink.port, below.name)
        for below in site.devices
        if below.uplink is not None and below.uplink.device == plan.name
    ]
    if plan.uplink is not None:
        found.append((plan.uplink.own, f"vers {plan.uplink.device}"))
    return sorted(found, key=lambda pair: (len(pair[0]), pair[0]))
