"""How the simulated families speak: prompts, commands, refusals. Values; the shells read them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Dialect:
    """A family of the indented grammar. ``platform`` is its key in inventory's platforms."""

    platform: str
    openers: tuple[str, ...]
    single: tuple[str, ...]
    words: frozenset[str]
    """First words that configuration mode knows."""
    head: str = ""
    """Printed before the running configuration; ``{now}`` is the time."""
    indent: int = 1
    unknown: str = "% Invalid input detected at '^' marker.\r\n"
    has_enable: bool = True
    submode: dict[str, str] = field(default_factory=dict)
    """Opener → what stands in the prompt's brackets."""
    arm: str = "reload in"
    disarm: str = "reload cancel"
    saves: tuple[str, ...] = ("write memory", "wr", "copy running-config startup-config")
    banner: str = ""


_KNOWN = (
    "hostname vlan interface ntp sntp snmp-server logging ip ipv6 username enable line "
    "service aaa radius-server radius tacacs-server banner spanning-tree name description "
    "switchport shutdown wlan ssid key password login transport clock lldp crypto archive "
    "route router network authentication security access-list permit deny untagged tagged "
    "no-untagged timesync console include-credentials trunk power-over-ethernet speed duplex "
    "mtu module user ssh https-server system sflow dhcp-snooping loop-protect qos apply "
    "exec-timeout primary-vlan timezone wpa-passphrase opmode dot11 station-role "
    "max-associations host"
)
_WORDS = frozenset(_KNOWN.split())
_SINGLE = (
    "hostname", "description", "name", "switchport mode", "switchport access vlan",
    "switchport trunk allowed vlan", "switchport trunk native vlan", "ip address",
    "ip default-gateway",
    "clock timezone", "enable secret", "enable password", "spanning-tree mode", "speed", "duplex",
    "mtu", "wpa-passphrase", "untagged", "tagged", "vlan access", "vlan trunk native",
    "vlan trunk allowed", "security wpa psk", "key", "timesync", "radius-server key",
    "snmp-server location", "snmp-server contact", "password manager", "apply qos",
)  # fmt: skip

IOS = Dialect(
    "cisco_ios",
    openers=(
        *("interface", "vlan", "line", "router", "wlan", "ip access-list"),
        *("radius server", "aaa group"),
    ),
    single=_SINGLE,
    words=_WORDS,
    head=(
        "Building configuration...\r\n\r\nCurrent configuration : 2871 bytes\r\n!\r\n"
        "! Last configuration change at {now} by admin\r\n!\r\n"
    ),
    submode={"interface": "config-if"},
)
PROCURVE = Dialect(
    "hp_procurve",
    openers=("interface", "vlan"),
    single=_SINGLE,
    words=_WORDS,
    head=(
        "\r\nRunning configuration:\r\n\r\n"
        "; J9148A Configuration Editor; Created on release #W.15.14.0012\r\n"
        "; Ver #06:04.18.63.ff.35.0d:{count}\r\n"
    ),
    indent=3,
    unknown="Invalid input: {word}\r\n",
    submode={"interface": "{id}", "vlan": "vlan-{id}"},
    arm="reload after",
    disarm="no reload",
    banner="HP J9148A E2910al-48G-PoE Switch\r\nRevision W.15.14.0012\r\n\r\nCopyright (C)\r\n",
)
AOSCX = Dialect(
    "aruba_aoscx",
    openers=("interface", "vlan", "router"),
    single=_SINGLE,
    words=_WORDS,
    head=(
        "Current configuration:\r\n!\r\n!Version ArubaOS-CX FL.10.13.1000\r\n"
        "!export-password: default\r\n"
    ),
    indent=4,
    unknown="Invalid input: {word}\r\n",
    has_enable=False,
    submode={"interface": "config-if", "vlan": "config-vlan-{id}"},
    arm="checkpoint auto",
    disarm="checkpoint auto confirm",
)
JUNOS = "juniper_junos"
DIALECTS = {one.platform: one for one in (IOS, PROCURVE, AOSCX)}
