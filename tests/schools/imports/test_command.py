"""``manage.py import_source``: a table, an exit code, nothing written unless asked."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from schools.models import Site
from tests.cast import make_town
from tests.schools.imports.sources import row, sheet


@pytest.fixture
def file(db, tmp_path):
    make_town("namur", "Bellerive")

    def write(*rows):
        path = tmp_path / "fwb.csv"
        path.write_bytes(sheet(rows))
        return str(path)

    return write


def test_the_preview_is_printed_and_writes_nothing(file, capsys):
    call_command("import_source", "register", file(row()))
    told = capsys.readouterr().out
    assert "1 lignes, 1 bonnes, 0 refusées" in told
    assert not Site.objects.exists()


def test_apply_writes_and_a_second_run_says_that_nothing_is_to_do(file, capsys):
    path = file(row())
    call_command("import_source", "register", path, "--apply")
    assert Site.objects.count() == 1
    call_command("import_source", "register", path, "--apply")
    assert "Rien à écrire" in capsys.readouterr().out


def test_refused_rows_are_an_error_that_can_be_waived(file, capsys):
    path = file(row(), row(site="902", town="Nulle-Part"))
    with pytest.raises(CommandError, match="1 lignes refusées") as refused:
        call_command("import_source", "register", path, "--apply")
    assert refused.value.returncode == 1
    assert "ligne 3" in capsys.readouterr().out
    assert Site.objects.count() == 1
    call_command("import_source", "register", path, "--apply", "--skip-refused")


def test_closing_much_needs_its_own_word(file, capsys):
    call_command("import_source", "register", file(row(), row(site="902")), "--apply")
    one = file(row())
    call_command("import_source", "register", one, "--apply", "--as-of", "2026-09-01")
    assert "--allow-closing" in capsys.readouterr().out
    assert Site.objects.open().count() == 2
    call_command(
        "import_source", "register", one, "--apply", "--allow-closing", "--as-of", "2026-09-01"
    )
    assert str(Site.objects.get(number="902").closed_on) == "2026-09-01"


def test_a_file_that_is_not_there_or_is_no_source_says_so(file, tmp_path):
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("import_source", "register", str(tmp_path / "rien.csv"))
    wrong = tmp_path / "fwb.pdf"
    wrong.write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError, match="est un PDF"):
        call_command("import_source", "register", str(wrong))
