"""The export is a sheet to be edited and sent back: untouched, it changes nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import translation

from inventory.device_sheet import read_heads
from inventory.imports.columns import DEVICES
from inventory.models import Category, Device
from schools.imports.columns import header
from tests.cast import make_device, make_room
from tests.inventory.imports.files import load, number_sites, preview, told
from tests.world_devices import make_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def devices(cast):
    number_sites()
    cast.tilleuls.refresh_from_db()
    make_field("ram", "Mémoire", "number", unit="Go")
    make_field("pen", "Stylet", "yes_no")
    make_field("bought", "Acheté le", "date")
    room = make_room(cast.tilleuls, "A.12")
    server = make_device(
        cast.tilleuls, "SRV-1", Category.SERVER, room=room, serial="S-1", cloud_move="candidate",
        cloud_why="Des dossiers seuls ; « Pronote » reste", warranty_until=dt.date(2030, 8, 31),
    )  # fmt: skip
    server.product.support_ends_on = dt.date(2029, 6, 30)
    server.product.save()
    own = {"ram": 16, "pen": False, "bought": "2026-05-01", "lot": "L1"}
    laptop = make_device(
        cast.tilleuls, "PC-1", Category.LAPTOP, holder=cast.bernard, custom=own,
        asset_number="RW-1", mac="02:01:00:00:00:0c", notes="vitre",
    )  # fmt: skip
    return server, laptop


def exported(client, user) -> list[dict[str, str]]:
    client.force_login(user)
    answer = client.get(reverse("inventory:devices_export"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def sheet(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def test_sent_back_untouched_it_changes_nothing(client, cast, devices):
    rows = exported(client, cast.sofia)
    named = {row["Nom"]: row for row in rows}
    support, why = read_heads()
    assert "2029" in named["SRV-1"][support]
    assert named["SRV-1"][why] == "Des dossiers seuls ; « Pronote » reste"
    assert named["PC-1"][support] == named["PC-1"][why] == ""
    run = preview(sheet(rows), cast.sofia)
    assert run.state == "previewed", run.failure
    counts = run.counts
    assert (counts["unchanged"], counts["to_write"], counts["refused_rows"]) == (2, 0, 0)
    assert run.unknown_columns == []
    assert not run.findings.exists()


def test_what_is_there_to_be_read_is_left_whatever_is_written_in_it(client, cast, devices):
    rows = exported(client, cast.sofia)
    support, why = read_heads()
    for row in rows:
        row[support], row[why] = "un jour", "x" * 500
        row["Remarque"] = "vu"
    run = load(sheet(rows), cast.sofia)
    assert run.counts["refused_rows"] == 0
    server = Device.objects.get(name="SRV-1")
    assert (server.notes, server.cloud_why[:3]) == ("vu", "Des")
    assert server.product.support_ends_on == dt.date(2029, 6, 30)
    client.force_login(cast.claire)
    page = client.get(reverse("inventory:devices_import")).content.decode()
    assert "l’import les laisse de côté" in page


def test_an_own_field_keeps_its_type_and_refuses_another(client, cast, devices):
    rows = [row for row in exported(client, cast.sofia) if row["Nom"] == "PC-1"]
    rows[0] |= {"champ:ram": "32", "champ:pen": "oui", "champ:bought": "01/06/2026"}
    load(sheet(rows), cast.sofia)
    laptop = Device.objects.get(name="PC-1")
    expected = {"ram": 32, "pen": True, "bought": "2026-06-01", "lot": "L1"}
    assert laptop.custom == expected
    rows[0] |= {"champ:ram": "beaucoup", "Version": str(laptop.version)}
    run = preview(sheet(rows), cast.sofia)
    assert told(run) == [(2, "champ:ram", "bad_own")]


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_the_import_knows_them_in_every_language(language):
    with translation.override(language):
        assert {header(head) for head in read_heads()} <= set(DEVICES.left)
