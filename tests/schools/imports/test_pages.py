"""The pages of imports: send, preview, confirm, abandon, correct and send again."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from schools.models import AuditEntry, ImportFinding, ImportRun, Site
from tests.architecture.query_counts import assert_query_count
from tests.cast import body_of, make_town
from tests.schools.imports.sources import apply, load, preview, row, sheet


@pytest.fixture
def odile(client, cast):
    make_town("namur", "Bellerive")
    client.force_login(cast.odile)
    return client


def send(client, content: bytes, kind: str = "register", **more):
    data = {"kind": kind, "file": SimpleUploadedFile("fwb.csv", content), "as_of": "2026-09-01"}
    return client.post(reverse("schools:import_new"), data | more, follow=True)


def text(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_an_officer_sends_a_file_reads_the_preview_and_confirms(odile):
    page = send(odile, sheet([row(), row(site="902", address="Rue Haute 1")]))
    run = ImportRun.objects.get()
    assert page.redirect_chain[-1][0] == reverse("schools:import", args=[run.pk])
    assert "Importer 2 lignes" in text(page)
    assert not Site.objects.filter(number="901").exists()
    odile.post(reverse("schools:import_confirm", args=[run.pk]), {"fingerprint": run.fingerprint})
    assert Site.objects.filter(number__in=["901", "902"]).count() == 2
    assert AuditEntry.objects.filter(action="confirm_import", actor__email="odile@example.org")
    assert "objets écrits" in text(odile.get(reverse("schools:import", args=[run.pk])))


def test_the_button_says_how_many_rows_are_left_out(odile):
    page = send(odile, sheet([row(), row(site="902", town="Nulle-Part")]))
    assert "Importer 1 ligne, laisser 1 refusée" in text(page)
    assert "Commune inconnue en Wallonie" in text(page)


def test_a_second_click_writes_nothing_twice(odile):
    send(odile, sheet([row()]))
    run = ImportRun.objects.get()
    for _click in range(2):
        odile.post(
            reverse("schools:import_confirm", args=[run.pk]), {"fingerprint": run.fingerprint}
        )
    assert AuditEntry.objects.filter(action="apply_import").count() == 1


def test_a_yes_to_another_preview_is_refused(odile):
    send(odile, sheet([row()]))
    run = ImportRun.objects.get()
    page = odile.post(
        reverse("schools:import_confirm", args=[run.pk]), {"fingerprint": "x"}, follow=True
    )
    assert "refait entre-temps" in text(page)
    assert not Site.objects.filter(number="901").exists()


def test_abandoned_is_abandoned(odile):
    send(odile, sheet([row()]))
    run = ImportRun.objects.get()
    odile.post(reverse("schools:import_abandon", args=[run.pk]))
    odile.post(reverse("schools:import_confirm", args=[run.pk]), {"fingerprint": run.fingerprint})
    run.refresh_from_db()
    assert run.state == "abandoned"
    assert not Site.objects.filter(number="901").exists()


def test_what_was_written_is_not_abandoned(odile):
    run = load([row()])
    page = odile.post(reverse("schools:import_abandon", args=[run.pk]), follow=True)
    assert "ne s’abandonne plus" in text(page)


def test_the_refused_rows_leave_in_the_columns_of_the_source_and_come_back_corrected(odile):
    rows = [row(), row(site="902", town="Nulle-Part", phone="+32 81 00 00 00", fax="x")]
    rows[0] |= {"phone": "", "fax": ""}
    rows = [{("telephone" if k == "phone" else k): v for k, v in one.items()} for one in rows]
    run = preview(rows)
    answer = odile.get(reverse("schools:import_refused", args=[run.pk]))
    body = body_of(answer).decode("utf-8-sig")
    [bad] = list(csv.DictReader(io.StringIO(body), delimiter=";"))
    assert bad["ligne"] == "3"
    assert bad["raison"] == "commune_de_l_implantation : commune inconnue en Wallonie"
    corrected = body.replace("Nulle-Part", "Bellerive").encode()
    again = preview(corrected)
    assert (again.counts["good_rows"], again.counts["refused_rows"]) == (1, 0)
    assert again.unknown_columns == []
    load(corrected)
    assert Site.objects.get(number="902").phone == "+32 81 00 00 00"


def test_the_lines_are_filtered_by_column_and_reason(odile):
    run = preview([row(town="Nulle-Part"), row(site="9999999"), row(site="903", network="Libre")])
    url = reverse("schools:import", args=[run.pk])
    page = text(odile.get(url, {"sort": "refused", "raison": "vague_network"}))
    assert "« Libre »" in page
    assert "« Nulle-Part »" not in page
    assert "« 9999999 »" in text(odile.get(url, {"colonne": "ndeg_fase_de_l_implantation"}))


def test_each_kind_has_an_example_that_its_own_reader_takes(odile):
    make_town("liege", "Lindenfeld")
    for kind in ("register", "places", "ise", "headcounts", "rooms", "contacts"):
        body = odile.get(reverse("schools:import_example", args=[kind])).content
        content = body.replace(b"Marvelle", b"Bellerive")
        run = load(content, kind)
        assert run.counts["refused_rows"] == 0, (kind, list(run.findings.values("reason", "value")))
        assert run.done > 0, kind
    assert odile.get(reverse("schools:import_example", args=["inconnu"])).status_code == 404


def test_nobody_but_an_officer_sees_or_starts_an_import(client, cast):
    run = preview([row()])
    for person in (cast.sofia, cast.claire, cast.bernard, cast.veronique, cast.thomas):
        client.force_login(person)
        answer = client.get(reverse("schools:import_new"))
        assert answer.status_code == 403
        assert "Seuls les agents du SPW" in answer.content.decode()
        # those who bring in files of equipment have a list, without the files of the Region
        for name in ("imports", "imports_export"):
            answer = client.get(reverse(f"schools:{name}"))
            assert answer.status_code == (403 if person == cast.veronique else 200)
            assert run.file_name not in answer.getvalue().decode()
        for name in ("import", "import_progress", "import_refused"):
            assert client.get(reverse(f"schools:{name}", args=[run.pk])).status_code == 404
        for name in ("import_confirm", "import_abandon"):
            assert client.post(reverse(f"schools:{name}", args=[run.pk])).status_code == 404


def test_a_date_to_come_and_a_file_too_heavy_are_refused_at_the_door(odile, monkeypatch):
    page = send(odile, sheet([row()]), as_of=str(timezone.localdate() + dt.timedelta(days=2)))
    assert "Cette date est à venir" in text(page)
    monkeypatch.setattr("schools.imports.reading.MAX_BYTES", 10)
    assert "60 Mo au plus" in text(send(odile, sheet([row()])))
    assert not ImportRun.objects.exists()


def test_a_wrong_file_says_what_was_expected_and_offers_another(odile):
    page = text(send(odile, b"%PDF-1.7 rien"))
    assert "Ce fichier est un PDF" in page
    assert "ndeg_fase_du_po" in page
    assert "Envoyer un autre fichier" in page


def test_progress_tells_and_then_has_the_page_read_again(odile):
    run = preview([row()])
    ImportRun.objects.filter(pk=run.pk).update(state="reading", done=40, total=120)
    answer = odile.get(reverse("schools:import_progress", args=[run.pk]))
    assert "40 / 120" in text(answer)
    assert "HX-Refresh" not in answer
    ImportRun.objects.filter(pk=run.pk).update(state="previewed")
    answer = odile.get(reverse("schools:import_progress", args=[run.pk]))
    assert answer["HX-Refresh"] == "true"


def test_the_same_file_again_is_told(odile):
    apply(preview([row()]))
    page = send(odile, sheet([row()]))
    assert "a déjà été importé le" in text(page)
    assert "Rien à écrire" in text(page)


def test_the_pages_cost_the_same_whatever_they_hold(odile):
    rows = [row(site=str(2000 + n), school=str(1000 + n)) for n in range(40)]
    run = load(rows)
    for name, url in (
        ("page:imports", reverse("schools:imports")),
        ("page:import", reverse("schools:import", args=[run.pk])),
    ):
        with assert_query_count(name):
            odile.get(url)
    for _more in range(3):
        preview(rows)
    more = [ImportFinding(run=run, outcome="created", line=n) for n in range(200)]
    ImportFinding.objects.bulk_create(more)
    for name, url in (
        ("page:imports", reverse("schools:imports")),
        ("page:import", reverse("schools:import", args=[run.pk])),
    ):
        with assert_query_count(name):
            odile.get(url)


def test_a_list_shows_fifty_and_leads_on_by_key(odile):
    run = preview([row(site=str(2000 + n), town="Nulle-Part") for n in range(60)])
    url = reverse("schools:import", args=[run.pk])
    first = odile.get(url)
    assert len(first.context["rows"]) == 50
    second = odile.get(url, {"apres": first.context["after"]})
    assert len(second.context["rows"]) == 10
