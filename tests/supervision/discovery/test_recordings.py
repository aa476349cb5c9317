"""Recorded real devices: no fact may come out wrong; malformed ones are read as far as they go."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.bench.discovery import MISSING, RIGHT, WRONG, agree, discover, judge, totals
from deploy.lab.recorded import FOLDER
from supervision.snmp.contract import Community
from supervision.snmp.engine import FastReader
from supervision.snmp.look import Candidate, find, look
from tests.supervision.snmp.served import free_port

needs_recordings = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no recordings beside the repository"
)


@needs_recordings
def test_no_fact_of_the_recordings_is_wrong_and_none_is_lost():
    rows, _seconds = discover(FOLDER)
    wrong = [
        f"{row.file} {fact}: {one.expected!r}, said {one.said!r}"
        for row in rows
        for fact, one in row.facts.items()
        if one.verdict == WRONG
    ]
    assert wrong == []
    counted = totals(rows)
    assert sum(fact[MISSING] for fact in counted.values()) == 0
    assert sum(fact[RIGHT] for fact in counted.values()) >= 160
    assert [row.file for row in rows if row.troubles] == []


BROKEN = """\
1.3.6.1.2.1.1.1.0|4|D-Link DGS-1210-28 4.10.013
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.171.10.76.28.1
this is no line
1.3.6.1.2.1.2.2.1.3.2|2|6
1.3.6.1.2.1.2.2.1.3.1|2|6
1.3.6.1.2.1.2.2.1.2.1|4x|not-hex
1.3.6.1.2.1.2.2.1.8.1|2|one
1.3.6.1.2.1.2.2.1.8.1|2|1
1.3.6.1.2.1.2.2.1.2.1|4|Slot0/1
1.3.6.1.2.1.2.2.1.2.2|4|Slot0/2
"""


def test_a_malformed_unsorted_recording_is_read_as_far_as_it_goes(tmp_path):
    (tmp_path / "broken.snmprec").write_text(BROKEN)
    (tmp_path / "INDEX.tsv").write_text(
        "file\tos_family\thardware\tversion\tports\nbroken.snmprec\tdlink\tDGS-1210-28\t4.10.013\t2\n"
    )
    (row,), _seconds = discover(tmp_path)
    said = {fact: one.verdict for fact, one in row.facts.items() if one.verdict}
    assert said == dict.fromkeys(("maker", "model", "version", "ports"), RIGHT)


@pytest.mark.parametrize(
    ("expected", "said", "verdict"),
    [
        ("Juniper EX3400-48T", "EX3400-48T", RIGHT),
        ("CAT9K_LITE_IOSXE 16.12.4", "16.12.4", RIGHT),
        ("V2.40(AAHN.0)", "V2.40(AAHN.0)", RIGHT),
        ("16.12.4", "16.12.41", WRONG),
        ("R850", "R8", WRONG),
        ("R850", "", MISSING),
        ("", "R850", ""),
    ],
)
def test_how_two_texts_compare(expected, said, verdict):
    assert judge(expected, [said]).verdict == verdict
    assert agree("x1", "x1")


# --- over snmpsim, another's agent ---


needs_snmpsim = pytest.mark.skipif(
    shutil.which("snmpsim-command-responder", path=str(Path(sys.executable).parent)) is None,
    reason="snmpsim is not installed",
)


@needs_recordings
@needs_snmpsim
def test_recordings_served_by_snmpsim_are_read_alike(tmp_path):
    names = ["procurve_e2910", "fortigate_60f", "ruckuswireless-sz"]
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    cache.mkdir()
    for name in names:
        shutil.copy(FOLDER / f"{name}.snmprec", data)
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("snmpsim-command-responder")),
        f"--data-dir={data}",
        f"--agent-udpv4-endpoint=127.0.0.1:{port}",
        f"--cache-dir={cache}",
        "--log-level=error",
    ]
    if os.getuid() == 0:
        command += ["--process-user=root", "--process-group=root"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    reader = FastReader()
    try:
        serials = {}
        for name in names:
            asked = Candidate("127.0.0.1", ((name, Community(name)),), port, known=True)
            for _ in range(60):
                contacts, _silent = find(reader, [asked])
                if contacts:
                    break
            serials[name] = look(reader, contacts)[0].serial.text
    finally:
        process.terminate()
        process.wait(10)
        reader.close()
    assert serials == {
        "procurve_e2910": "AB123CD45E",
        "fortigate_60f": "FGT60FTK00000000",
        "ruckuswireless-sz": "211838000212",
    }
