"""What a row of devices does: adds, changes what it says, nothing else, never a twin."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory.models import Device, DeviceMove, Product
from schools.models import AuditEntry, Room
from tests.cast import make_device, make_room
from tests.inventory.imports.files import load, number_sites, preview, row, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(cast):
    number_sites()
    cast.tilleuls.refresh_from_db()
    cast.peupliers.refresh_from_db()
    make_room(cast.tilleuls, "A.12")
    Product.objects.create(maker="Exemple", model="Portable 14", category="laptop")
    return cast.tilleuls


def laptop(place, n=1, **cells):
    facts = {
        "name": f"PC-{n:02d}",
        "serial": f"SN-{n:04d}",
        "maker": "exemple",
        "model": "portable 14",
    }
    return row(place, **facts | cells)


def test_a_new_device_is_added_with_a_code_a_first_move_and_a_line_in_the_journal(place):
    run = load(
        [laptop(place, room="a.12", state="In Reparatur", owner="École", installed="01/09/2026")]
    )
    device = Device.objects.get(serial="SN-0001")
    assert (device.site, device.room.name, device.state) == (place, "A.12", "in_repair")
    assert (device.owner, device.origin) == ("school", "unknown")
    assert device.installed_on == dt.date(2026, 9, 1)
    assert len(device.code) == 8
    assert (device.version, device.product.category) == (1, "laptop")
    move = DeviceMove.objects.get(device=device)
    assert (move.state, move.room_text) == ("in_repair", "A.12")
    entry = AuditEntry.objects.of_object("inventory.device", device.pk).get()
    assert (entry.action, entry.why) == (
        "import_created",
        f"import {run.pk}, materiel.csv, ligne 2",
    )
    assert entry.site == place


def test_the_same_file_again_changes_nothing(place):
    rows = [laptop(place, n, room="A.12", notes="à vérifier") for n in range(1, 4)]
    load(rows)
    again = preview(rows)
    assert (again.counts["to_write"], again.counts["unchanged"]) == (0, 3)
    assert set(Device.objects.values_list("version", flat=True)) == {1}


def test_what_a_file_does_not_say_changes_nothing(place):
    load([laptop(place, room="A.12", notes="garder", warranty="2030-08-31")])
    load([row(serial="sn-0001", site=place, state="prêté", local="", remarque="")])
    device = Device.objects.get()
    assert (device.serial, device.room.name, device.notes) == ("SN-0001", "A.12", "garder")
    assert (device.state, device.warranty_until) == ("lent", dt.date(2030, 8, 31))
    assert device.version == 2


def test_a_value_is_taken_away_by_saying_so(place):
    load([laptop(place, room="A.12", notes="garder", warranty="2030-08-31")])
    run = load(
        [row(serial="SN-0001", site=place, room="(vide)", notes="(leer)", warranty="(empty)")]
    )
    device = Device.objects.get()
    assert (device.room, device.notes, device.warranty_until) == (None, "", None)
    finding = run.findings.get(outcome="changed")
    assert finding.before == {"room": "A.12", "notes": "garder", "warranty_until": "2030-08-31"}
    assert finding.after == {"room": None, "notes": None, "warranty_until": None}


@pytest.mark.parametrize(
    "evidence",
    [
        {"serial": "sn-0001"},
        {"asset": "rw-1"},
        {"mac": "AABB.CCDD.EE01"},
        {"name": "pc-01"},
    ],
    ids=lambda evidence: next(iter(evidence)),
)
def test_a_device_is_known_by_each_proof(place, evidence):
    load([laptop(place, asset="RW-1", mac="aa-bb-cc-dd-ee-01")])
    run = load([row(place, **evidence, state="retiré")])
    assert run.counts["outcomes"] == {"changed": 1}
    device = Device.objects.get()
    assert (device.state, device.mac) == ("retired", "aa:bb:cc:dd:ee:01")
    assert (device.name, device.serial, device.asset_number) == ("PC-01", "SN-0001", "RW-1")


def test_the_code_says_it_beyond_doubt_and_everything_else_may_change(place, cast):
    load([laptop(place, room="A.12")])
    code = Device.objects.get().code
    new = row(cast.peupliers, code=code.lower(), serial="SN-9", name="PC-99")
    run = load([new])
    device = Device.objects.get()
    assert (device.code, device.serial, device.name) == (code, "SN-9", "PC-99")
    assert (device.site, device.room) == (cast.peupliers, None)
    assert run.counts["outcomes"] == {"moved": 1}
    assert DeviceMove.objects.filter(device=device).count() == 2


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"serial": "SN-0001", "asset": "RW-2"}, "contrary", "etiquette"),
        ({"serial": "SN-0001", "name": "PC-02"}, "name_taken", "nom"),
        ({"asset": "RW-1", "serial": "SN-7777"}, "other_serial", "numero_de_serie"),
        ({"name": "PC-01", "serial": "SN-7777"}, "other_serial", "numero_de_serie"),
        ({"name": "PC-01", "asset": "RW-9"}, "other_asset", "etiquette"),
        ({"code": "00000000", "name": "X"}, "unknown_code", "code"),
        ({"code": "00-1"}, "not_code", "code"),
        ({"mac": "12:34"}, "not_mac", "adresse_mac"),
        ({"name": "N", "serial": "S"}, "missing", "modele"),
        ({"serial": "S", "maker": "Exemple", "model": "Portable 14"}, "missing", "nom"),
        ({"serial": "SN-0001", "room": "Z.99"}, "unknown_room", "local"),
        ({"serial": "SN-0001", "state": "cassé en deux"}, "unknown_state", "situation"),
        ({"serial": "SN-0001", "installed": "31/02/2026"}, "not_date", "installe_le"),
        ({"serial": "SN-0001", "maker": "Exemple"}, "half_product", "modele"),
        ({"serial": "SN-0001", "maker": "Exemple", "model": "Portable 41"}, "near_product", None),
        ({"serial": "SN-0001", "maker": "Autre", "model": "Engin"}, "unknown_product", "modele"),
        ({"serial": "SN-0001", "holder": "personne@example.org"}, "unknown_holder", "confie_a"),
    ],
)
def test_a_bad_row_says_which_cell_and_why_and_the_others_are_written(place, cells, reason, column):
    load([laptop(place, 1, asset="RW-1"), laptop(place, 2, asset="RW-2")])
    run = preview([row(place, **cells), laptop(place, 3)])
    found = told(run)
    assert [(line, why) for line, _column, why in found] == [(2, reason)]
    assert column is None or found[0][1] == column
    assert run.findings.get(outcome="refused").cells != []
    assert run.counts["outcomes"]["created"] == 1


def test_two_rows_for_one_device_are_both_refused(place):
    load([laptop(place)])
    run = preview(
        [
            row(place, serial="SN-0001", state="prêté"),
            row(place, name="PC-01", state="retiré"),
            laptop(place, 5, asset="T"),
            laptop(place, 6, asset="t"),
            laptop(place, 7),
        ]
    )
    assert {(line, why) for line, _c, why in told(run)} == {(n, "twice") for n in (2, 3, 4, 5)}
    assert run.counts["outcomes"]["created"] == 1


def test_products_and_rooms_are_made_when_asked_and_shown_before(place):
    new = laptop(place, model="Portable 15", room="B.02", category="portable")
    run = preview([new, laptop(place, 2, model="Portable 15", room="b.02", category="portable")],
                  create_products=True, create_rooms=True)  # fmt: skip
    assert run.counts["objects"]["created"] == {"device": 2, "product": 1, "room": 1}
    assert told(run, "warned") == [(2, "modele", "near_product")]
    assert not Room.objects.filter(name="B.02").exists()
    from tests.inventory.imports.files import apply  # noqa: PLC0415

    apply(run)
    assert run.state == "applied", run.failure
    assert Room.objects.get(name="B.02").devices.count() == 2
    assert Product.objects.get(model="Portable 15").category == "laptop"


def test_a_product_to_make_needs_a_type(place):
    run = preview([laptop(place, maker="Autre", model="Engin")], create_products=True)
    assert told(run) == [(2, "modele", "no_category")]


def test_a_version_changed_since_the_export_is_refused_and_an_equal_row_is_not(place):
    load([laptop(place)])
    device = Device.objects.get()
    Device.objects.filter(pk=device.pk).update(notes="un collègue")
    old = row(code=device.code, version="1", state="retiré")
    assert told(preview([old])) == [(2, "version", "stale")]
    assert told(preview([old | {"situation": "installé"}])) == []
    assert preview([old | {"version": "2"}]).counts["to_write"] == 1


def test_columns_of_ones_own_are_kept_by_their_key(place):
    load([laptop(place) | {"champ:imei": "35 1234", "Champ:couleur": "gris"}])
    assert Device.objects.get().custom == {"imei": "35 1234", "couleur": "gris"}
    load([row(place, serial="SN-0001") | {"champ:imei": "(vide)"}])
    assert Device.objects.get().custom == {"couleur": "gris"}


def test_german_and_english_headings_are_read(place):
    german = {
        "Bezeichnung": "PC-1", "Seriennummer": "S1", "Standortnummer": place.number,
        "Hersteller": "Exemple", "Modell": "Portable 14", "Zustand": "verliehen",
        "Garantie bis": "2031-01-01",
    }  # fmt: skip
    english = {
        "Name": "PC-2", "Serial number": "S2", "Site number": place.number,
        "Manufacturer": "Exemple", "Model": "Portable 14", "Status": "lent",
        "Warranty until": "01/01/2031",
    }  # fmt: skip
    load([german])
    load([english])
    found = Device.objects.values_list("state", "warranty_until")
    assert set(found) == {("lent", dt.date(2031, 1, 1))}
    assert len(found) == 2


def test_nothing_is_ever_deleted(place):
    load([laptop(place, 1), laptop(place, 2)])
    run = load([laptop(place, 3)])
    assert run.counts["outcomes"] == {"created": 1}
    assert Device.objects.count() == 3
    assert make_device(place, "SW")  # other equipment stands as before
