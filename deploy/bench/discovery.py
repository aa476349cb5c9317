"""Discover recorded devices and count the facts that come out right: wrong is worse than missing.

    ./preau bench discovery                              # the recordings beside the repository
    ./preau bench discovery --recordings FOLDER --json facts.json

Each ``*.snmprec`` of the folder is an agent of its own over real UDP; its ``INDEX.tsv`` says what
another tool read from the same device. A fact is

- *right* when both say the same, letter case and punctuation apart, or when one is the whole-word
  part of the other (``EX3400-48T`` of ``Juniper EX3400-48T``). Model: the catalogue's name or the
  device's own name for itself. Serial: the device's, or (marked ``m``) that of one of its stack
  members or access points. Ports: interfaces that the agent lists. Access points: rows, connected
  or total;
- *missing* when we say nothing, *wrong* when we say something else;
- *not judged* when the index itself has nothing, or only a placeholder.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import django

FACTS = ("maker", "model", "version", "serial", "ports", "aps")
RIGHT, WRONG, MISSING, UNJUDGED = "right", "wrong", "missing", ""

MAKERS: dict[str, str] = {
    "airos": "Ubiquiti", "apc": "APC", "aruba": "Aruba", "arubaos": "Aruba", "brother": "Brother",
    "asa": "Cisco", "awplus": "Allied Telesis", "boss": "Extreme Networks", "canon": "Canon",
    "catos": "Cisco", "cisco": "Cisco", "ciscosb": "Cisco", "ciscowlc": "Cisco", "ciscoap": "Cisco",
    "comware": "HPE", "cyberpower": "CyberPower", "dell": "Dell", "dlink": "D-Link",
    "dlinkap": "D-Link", "dnos": "Dell", "drac": "Dell", "draytek": "DrayTek", "dsm": "Synology",
    "eaton": "Eaton", "eatonups": "Eaton", "eatonpdu": "Eaton", "edgeos": "Ubiquiti",
    "edgeswitch": "Ubiquiti", "epson": "Epson", "fortiap": "Fortinet", "fortigate": "Fortinet",
    "fortiswitch": "Fortinet", "grandstream": "Grandstream", "hiveos": "Extreme Networks",
    "ios": "Cisco", "iosxe": "Cisco", "iosxewlc": "Cisco", "jetdirect": "HP",
    "jetstream": "TP-Link", "junos": "Juniper", "konica": "Konica Minolta", "kyocera": "Kyocera",
    "lexmarkprinter": "Lexmark", "linksys": "Linksys", "linux": "Linux",
    "merakimr": "Cisco Meraki", "merakims": "Cisco Meraki",
    "merakimx": "Cisco Meraki", "netgear": "Netgear", "nxos": "Cisco", "okilan": "OKI",
    "openwrt": "OpenWrt", "opnsense": "Deciso", "panos": "Palo Alto Networks", "pfsense": "Netgate",
    "powerconnect": "Dell", "procurve": "HP", "qnap": "QNAP", "ricoh": "Ricoh",
    "routeros": "MikroTik", "ruckuswireless": "Ruckus", "fastiron": "Ruckus", "ironware": "Ruckus",
    "sophos": "Sophos", "sharp": "Sharp", "tplink": "TP-Link", "unifi": "Ubiquiti",
    "voss": "Extreme Networks", "vmware": "VMware", "windows": "Microsoft", "xerox": "Xerox",
    "xos": "Extreme Networks", "zynos": "Zyxel", "zywall": "Zyxel", "zyxelwlc": "Zyxel",
    "zyxelnwa": "Zyxel", "zyxel": "Zyxel",
}  # fmt: skip
"""``os_family`` of an index, or what stands before its first dash, → maker."""

ALSO: dict[str, frozenset[str]] = {
    "HP": frozenset({"HPE", "Aruba", "Hewlett-Packard"}),
    "Aruba": frozenset({"HPE", "HP"}),
}
"""Makers that are one house under several names on the same device."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One fact: what the index has, what we say, and how they compare."""

    expected: str
    said: str
    verdict: str
    note: str = ""


@dataclass(slots=True)
class Row:
    """One recording."""

    file: str
    family: str
    facts: dict[str, Judged] = field(default_factory=dict)
    plugs: int = 0
    troubles: list[str] = field(default_factory=list)


# --- comparing ---


def words(text: str) -> list[str]:
    """The words of a text for comparing: letters and digits, dots inside a version kept."""
    return re.findall(r"[a-z0-9]+(?:[.()\-_/+][a-z0-9]+)*", text.casefold())


def squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def agree(expected: str, said: str) -> bool:
    """The same, or one a run of whole words of the other (three characters at least)."""
    if squeezed(expected) == squeezed(said):
        return True
    short, long = sorted((words(expected), words(said)), key=lambda found: len("".join(found)))
    if len("".join(short)) < 3:
        return False
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))


def judge(expected: str, said: list[str]) -> Judged:
    """Compare with every way we say it."""
    told = [text for text in said if text]
    if not expected:
        return Judged("", told[0] if told else "", UNJUDGED)
    if not told:
        return Judged(expected, "", MISSING)
    fits = next((text for text in told if agree(expected, text)), None)
    return Judged(expected, fits or told[0], RIGHT if fits else WRONG)


def judge_sighting(entry: Mapping[str, str | None], sighting: object) -> dict[str, Judged]:
    """Every fact of one recording. ``sighting``: a ``supervision.snmp.sighting.Sighting``."""
    from supervision.snmp.plausible import plausible_serial  # noqa: PLC0415
    from supervision.snmp.sighting import Sighting  # noqa: PLC0415

    assert isinstance(sighting, Sighting)
    os_family = entry.get("os_family") or ""
    maker = MAKERS.get(os_family) or MAKERS.get(os_family.partition("-")[0], "")
    known = {sighting.maker} | ALSO.get(sighting.maker, frozenset())
    serial = entry.get("serial") or ""
    if serial and not plausible_serial(serial):
        serial = ""
    found = {
        "maker": judge(maker, [maker if maker in known else sighting.maker]),
        "model": judge(
            entry.get("hardware") or "",
            [sighting.hardware.text, sighting.model.text, *(m.model for m in sighting.members)],
        ),
        "version": judge(entry.get("version") or "", [sighting.version.text]),
        "serial": judge(serial, [sighting.serial.text]),
        "ports": judge(
            entry.get("ports") or "", [str(sighting.ports_listed) if sighting.ports else ""]
        ),
    }
    if sighting.maker == "Inconnu" and maker:
        found["maker"] = Judged(maker, "", MISSING)
    if found["serial"].verdict is WRONG:
        parts = [m.serial for m in sighting.members]
        parts += [point.serial for point in sighting.access_points]
        if any(agree(serial, part) for part in parts if part):
            found["serial"] = Judged(serial, sighting.serial.text, RIGHT, "m")
    found["aps"] = judge_aps(entry.get("ap_count") or "", sighting)
    return found


def judge_aps(text: str, sighting: object) -> Judged:
    """Counts of access points: every figure of the index must be one of ours."""
    from supervision.snmp.sighting import Sighting  # noqa: PLC0415

    assert isinstance(sighting, Sighting)
    counts = sighting.counts
    ours = [n for n in (counts.connected, counts.total) if n is not None]
    if counts.rows:
        ours.append(counts.rows)
    said = "/".join(map(str, dict.fromkeys(ours)))
    if not text:
        return Judged("", said, UNJUDGED)
    if not ours:
        return Judged(text, "", MISSING)
    return Judged(text, said, RIGHT if set(json.loads(text)) <= set(ours) else WRONG)


# --- reading ---


def discover(folder: Path, *, classic: bool = False) -> tuple[list[Row], float]:
    """Look at every recording of a folder over UDP; rows in the order of the files, seconds."""
    from deploy.bench.replay import Museum  # noqa: PLC0415
    from supervision.snmp.classic import ClassicReader  # noqa: PLC0415
    from supervision.snmp.contract import Community  # noqa: PLC0415
    from supervision.snmp.engine import FastReader  # noqa: PLC0415
    from supervision.snmp.look import Candidate, find, look  # noqa: PLC0415

    index = read_index(folder)
    rows = []
    with Museum(folder) as museum:
        reader = ClassicReader() if classic else FastReader()
        asked = [
            Candidate(address, (("musée", Community("public")),), port, known=True)
            for address, port in museum.agents.values()
        ]
        began = perf_counter()
        contacts, _silent = find(reader, asked)
        sightings = {(s.address, s.port): s for s in look(reader, contacts)}
        seconds = perf_counter() - began
        reader.close()
        for name, at in museum.agents.items():
            sighting = sightings.get(at)
            if sighting is None:
                rows.append(Row(name, "", troubles=["silent"]))
                continue
            row = Row(name, sighting.family, plugs=sighting.ports_physical)
            row.facts = judge_sighting(index.get(f"{name}.snmprec", {}), sighting)
            row.troubles = [str(one) for one in sighting.troubles]
            rows.append(row)
    return rows, seconds


def read_index(folder: Path) -> dict[str, dict[str, str | None]]:
    """INDEX.tsv by file name; empty where there is none."""
    path = folder / "INDEX.tsv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {str(row["file"]): row for row in csv.DictReader(lines, delimiter="\t")}


def totals(rows: list[Row]) -> dict[str, Counter[str]]:
    """Per fact: how many right, wrong, missing."""
    found: dict[str, Counter[str]] = {fact: Counter() for fact in FACTS}
    for row in rows:
        for fact, judged in row.facts.items():
            if judged.verdict:
                found[fact][judged.verdict] += 1
    return found


# --- showing ---

SIGNS = {RIGHT: "ok", WRONG: "WRONG", MISSING: "miss", UNJUDGED: "·"}


def show(rows: list[Row], seconds: float) -> None:
    print(f"{'recording':<44}{'family':<20}" + "".join(f"{fact:<9}" for fact in FACTS) + "plugs")
    for row in rows:
        cells = "".join(
            f"{SIGNS[judged.verdict] + judged.note:<9}"
            for judged in (row.facts.get(fact, Judged("", "", UNJUDGED)) for fact in FACTS)
        )
        print(f"{row.file:<44}{row.family:<20}{cells}{row.plugs}")
    for row in rows:
        for fact, judged in row.facts.items():
            if judged.verdict in (WRONG, MISSING):
                told = repr(judged.said) if judged.said else "nothing"
                print(f"  {row.file}: {fact}: expected {judged.expected!r}, said {told}")
        for trouble in row.troubles:
            print(f"  {row.file}: trouble: {trouble}")
    print()
    print(f"{'fact':<10}{'right':>7}{'wrong':>7}{'missing':>9}")
    whole: Counter[str] = Counter()
    for fact, counts in totals(rows).items():
        whole.update(counts)
        print(f"{fact:<10}{counts[RIGHT]:>7}{counts[WRONG]:>7}{counts[MISSING]:>9}")
    print(f"{'total':<10}{whole[RIGHT]:>7}{whole[WRONG]:>7}{whole[MISSING]:>9}")
    print(f"{len(rows)} recordings read in {seconds:.2f} s")


def main() -> int:
    from deploy.lab.recorded import FOLDER  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--recordings", type=Path, default=FOLDER, help="folder of *.snmprec")
    parser.add_argument("--json", type=Path, help="write every fact here")
    parser.add_argument("--classic", action="store_true", help="read through pysnmp")
    chosen = parser.parse_args()
    if not any(chosen.recordings.glob("*.snmprec")):
        print(f"No recordings (*.snmprec) in {chosen.recordings}.", file=sys.stderr)
        return 2
    rows, seconds = discover(chosen.recordings, classic=chosen.classic)
    show(rows, seconds)
    if chosen.json:
        chosen.json.write_text(json.dumps([as_json(row) for row in rows], indent=1), "utf-8")
    return int(any(judged.verdict is WRONG for row in rows for judged in row.facts.values()))


def as_json(row: Row) -> dict[str, object]:
    facts = {
        fact: {"expected": one.expected, "said": one.said, "verdict": one.verdict or "not judged"}
        for fact, one in row.facts.items()
    }
    return {"file": row.file, "family": row.family, "facts": facts, "troubles": row.troubles}


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.dev")
    django.setup()
    sys.exit(main())
