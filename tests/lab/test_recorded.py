"""Recorded devices join as a site of their own, and are left alone when they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.lab.network import LabNetwork
from deploy.lab.plan import LabError
from deploy.lab.recorded import (
    FOLDER,
    join,
    known_region,
    leave,
    museum,
    read_recording,
    registered_museum,
)
from inventory.models import Device
from schools.models import supervised_sites
from supervision.models import Target
from supervision.snmp import ber

LINES = """\
1.3.6.1.2.1.1.1.0|4|A switch of a museum
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1
1.3.6.1.2.1.1.3.0|67|4242
1.3.6.1.2.1.2.2.1.6.1|4x|02AABBCCDD01
1.3.6.1.2.1.4.20.1.1.10.0.0.1|64|10.0.0.1
1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615
this is no line
1.3.6.1.2.1.2.2.1.10.1|2:numeric|rate=3
1.3.6.1.2.1.2.2.1.8.1|2|1
"""
INDEX = """\
file\tdevice_class\tos_family\tsysObjectID\thardware\tversion
old.snmprec\tswitch\tios\t1.3.6.1.4.1.9.1.1\tC1900\t8
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.snmprec").write_text(LINES)
    (tmp_path / "old@10.snmprec").write_text(LINES)
    (tmp_path / "INDEX.tsv").write_text(INDEX)
    return tmp_path


def test_a_recording_keeps_its_types_and_leaves_out_what_is_no_line(folder):
    rows = read_recording(folder / "old.snmprec")
    assert len(rows) == 7
    assert rows[1, 3, 6, 1, 2, 1, 1, 2, 0] == ber.object_id("1.3.6.1.4.1.9.1.1")
    assert rows[1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 1] == ber.octets(bytes.fromhex("02aabbccdd01"))
    assert rows[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1] == ber.counter64(2**64 - 1)
    assert rows[1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 1] == ber.integer(1)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(LabError, match="No recordings"):
        museum(tmp_path)


def test_joining_makes_a_consenting_site_with_targets_once(demo, folder):
    join(folder)
    join(folder)
    device = Device.objects.get(site__school__number="99001")
    assert (device.name, device.product.category, device.product.maker) == ("old", "switch", "ios")
    target = Target.objects.get(device=device)
    assert (target.address, target.paused) == ("127.0.20.1", False)
    assert device.site in supervised_sites(target.next_poll_at.date())
    assert [plan.ref for plan in known_region().site("musee").devices] == ["musee/old"]


def test_leaving_pauses_its_polls(demo, folder):
    join(folder)
    leave()
    assert Target.objects.get(device__name="old").paused
    assert not Target.objects.filter(paused=True).exclude(device__name="old").exists()


def test_without_the_museum_the_region_is_the_plan(demo):
    assert registered_museum() is None
    assert len(known_region().sites) == 7


def test_a_recorded_device_answers_with_its_own_words_and_a_living_uptime(demo, folder):
    recordings = join(folder)
    now = [1_795_000_000.0]
    network = LabNetwork(known_region(), port=1, recordings=recordings, clock=lambda: now[0])
    mib = network.devices["musee/old"].mib
    assert mib.get((1, 3, 6, 1, 2, 1, 1, 1, 0)) == ber.octets(b"A switch of a museum")
    before = mib.get((1, 3, 6, 1, 2, 1, 1, 3, 0))
    now[0] += 10
    assert mib.get((1, 3, 6, 1, 2, 1, 1, 3, 0)) != before
    network.close()


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings beside the repository")
def test_every_recording_beside_the_repository_can_be_read():
    site = museum(FOLDER)
    for device in site.devices:
        assert len(read_recording(FOLDER / f"{device.name}.snmprec")) > 5, device.name
