"""A class list: compared before it is applied, whole or not at all; nobody is deleted."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from odfdo import Cell, Document, Row, Table

from byod.actions.people.import_class_list import (
    apply_class_list,
    difference_of,
    school_key,
    send_class_list,
)
from byod.actions.people.keeping import forget
from byod.models.people.identities import Identity, Named
from byod.models.people.lists import ClassList
from byod.models.people.members import Authorisation, Member, MemberKind, SchoolClass
from byod.rules.people.class_lists import is_adult, read_day, read_row
from inventory.access import DecisionImpossible, DecisionRefused
from schools.imports.reading import FileRefused

pytestmark = pytest.mark.django_db
HEAD = "Matricule;Nom;Prénom;Classe;Parent;E-mail parent\n"


def sent(cast, rows: str, year: int = 2026, *, whole: bool = True) -> ClassList:
    body = (HEAD + rows).encode()
    return send_class_list(cast.claire, cast.tilleuls, body, year, whole=whole)


def applied(cast, rows: str, year: int = 2026, **options) -> ClassList:
    return apply_class_list(cast.claire, sent(cast, rows, year, **options).pk, leaving=True)


def names() -> set[str]:
    return {str(row.named) for row in Identity.objects.filter(member__left_on=None)}


def test_a_first_list_registers_and_authorises_nobody(cast):
    row = applied(cast, "1;Exemple;Léa;3B;Marc Exemple;marc@example.org\n2;Modèle;Tom;3A;;\n")

    assert row.figures == {"refused": 0, "rows": 2, "new": 2, "changed": 0, "same": 0, "left": 0}
    assert names() == {"Léa Exemple", "Tom Modèle"}
    lea = Member.objects.get(school_class__name="3B")
    assert lea.identity.named.guardian_email == "marc@example.org"
    assert lea.school_key == school_key(cast.tilleuls, "1")
    assert lea.school_key != "1"
    assert not Authorisation.objects.exists()
    assert row.sealed == ""


def test_the_same_list_again_changes_nothing(cast):
    rows = "1;Exemple;Léa;3B;;\n2;Modèle;Tom;3A;;\n"
    applied(cast, rows)
    told = difference_of(sent(cast, rows))
    assert (told.same, told.new, told.changed, told.leaving) == (2, [], [], [])


def test_a_new_year_moves_classes_up_and_closes_the_old_ones(cast):
    applied(cast, "1;Exemple;Léa;3B;;\n2;Modèle;Tom;3B;;\n", 2025)
    before = Member.objects.get(school_key=school_key(cast.tilleuls, "1"))

    applied(cast, "1;Exemple-Martin;Léa;4B;;\n3;Neuf;Zoé;3B;;\n", 2026)

    lea = Member.objects.get(school_key=school_key(cast.tilleuls, "1"))
    assert lea.pk == before.pk
    assert (lea.school_class.name, lea.school_class.year) == ("4B", 2026)
    assert lea.identity.named.family_name == "Exemple-Martin"
    tom = Member.objects.get(school_key=school_key(cast.tilleuls, "2"))
    assert tom.left_on == timezone.localdate()
    assert SchoolClass.objects.get(name="3B", year=2025).closed_on is not None
    assert SchoolClass.objects.open().count() == 2


def test_who_comes_back_is_the_same_person(cast):
    applied(cast, "1;Exemple;Léa;3B;;\n2;Modèle;Tom;3B;;\n")
    applied(cast, "2;Modèle;Tom;3B;;\n")
    key = school_key(cast.tilleuls, "1")
    gone = Member.objects.get(school_key=key)
    assert gone.left_on is not None
    applied(cast, "1;Exemple;Léa;3A;;\n2;Modèle;Tom;3B;;\n")
    back = Member.objects.get(school_key=key)
    assert (back.pk, back.left_on, back.school_class.name) == (gone.pk, None, "3A")


def test_what_the_file_leaves_empty_is_not_taken_away(cast):
    applied(cast, "1;Exemple;Léa;3B;Marc;marc@example.org\n")
    told = difference_of(sent(cast, "1;Exemple;Léa;3B;;\n"))
    assert told.same == 1


def test_a_part_of_the_school_says_nothing_of_the_others(cast):
    applied(cast, "1;A;Léa;3B;;\n2;B;Tom;3B;;\n3;C;Zoé;4A;;\n")
    told = difference_of(sent(cast, "1;A;Léa;3B;;\n", whole=False))
    assert [one.school_key for one in told.leaving] == [school_key(cast.tilleuls, "2")]
    assert told.closing == []


def test_many_leaving_need_an_explicit_yes(cast):
    applied(cast, "".join(f"{n};Nom{n};Pré{n};3B;;\n" for n in range(10)))
    row = sent(cast, "0;Nom0;Pré0;3B;;\n")
    with pytest.raises(DecisionImpossible, match="partiraient"):
        apply_class_list(cast.claire, row.pk)
    assert Member.objects.present().count() == 10
    apply_class_list(cast.claire, row.pk, leaving=True)
    assert Member.objects.present().count() == 1


def test_wrong_rows_are_told_by_line_and_the_others_pass(cast, client):
    client.force_login(cast.claire)
    rows = "1;Exemple;Léa;;;\n2;;Tom;3A;;pas-un-mail\n3;Bon;Zoé;3A;;\n4;X;Y;3A;;\n4;X;Z;3A;;\n"
    file = SimpleUploadedFile("liste.csv", (HEAD + rows).encode())
    url = reverse("byod:class_list_send", args=[cast.tilleuls.pk])
    answer = client.post(url, {"file": file, "year": 2026, "whole": "all"}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "pas-un-mail" in page
    assert "se trouve deux fois" in page
    row = ClassList.objects.get()
    assert row.figures == {"refused": 4, "rows": 1}
    client.post(reverse("byod:class_list_apply", args=[row.pk]))
    assert names() == {"Zoé Bon"}
    assert client.get(reverse("byod:class_list", args=[row.pk])).status_code == 200


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["matricule", "nom", "prénom", "classe", "date de naissance"])
    book.active.append([20260017, "Exemple", "Léa", "3B", dt.date(2000, 1, 31)])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def ods() -> bytes:
    table = Table("Feuille")
    for values in (
        ["matricule", "nom", "prénom", "classe", "date de naissance"],
        ["20260017", "Exemple", "Léa", "3B", "31/01/2000"],
    ):
        row = Row()
        for value in values:
            row.append_cell(Cell(value))
        table.append_row(row)
    book = Document("spreadsheet")
    book.body.clear()
    book.body.append(table)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize("file", [xlsx, ods])
def test_spreadsheets_are_read_and_the_day_of_birth_is_not_kept(cast, file):
    row = send_class_list(cast.claire, cast.tilleuls, file(), 2026, whole=True)
    apply_class_list(cast.claire, row.pk)
    lea = Member.objects.get()
    assert lea.school_key == school_key(cast.tilleuls, "20260017")
    assert lea.adult is True
    assert lea.identity.named == Named("Léa", "Exemple")


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.4", b"nom;prenom\nA;B\n", b"PK\x03\x04opendocument.spreadsheet"]
)
def test_what_is_no_list_is_refused_in_words(cast, body):
    with pytest.raises(FileRefused):
        send_class_list(cast.claire, cast.tilleuls, body, 2026, whole=True)


def test_only_the_school_sends_its_list(cast, client):
    for stranger in (cast.karl, cast.sofia, cast.veronique):
        with pytest.raises(DecisionRefused):
            send_class_list(stranger, cast.tilleuls, HEAD.encode(), 2026, whole=True)
    row = sent(cast, "1;Exemple;Léa;3B;;\n")
    client.force_login(cast.karl)
    assert client.get(reverse("byod:class_list", args=[row.pk])).status_code == 404


def test_a_list_that_nobody_said_yes_to_is_forgotten_after_a_day(cast):
    row = sent(cast, "1;Exemple;Léa;3B;;\n")
    ClassList.objects.update(sent_at=timezone.now() - dt.timedelta(hours=25))
    assert forget(timezone.now())["lists"] == 1
    with pytest.raises(DecisionImpossible, match="oubliée"):
        apply_class_list(cast.claire, row.pk)


def test_teachers_stand_in_the_same_list_without_a_class():
    cells = {"number": "E1", "family_name": "Modèle", "given_name": "Anne", "kind": "Enseignant"}
    row = read_row(2, cells, dt.date(2026, 9, 1))
    assert (row.teacher, row.class_name, row.adult) == (True, "", True)
    assert MemberKind.TEACHER == "teacher"


@pytest.mark.parametrize(
    ("born", "today", "adult"),
    [
        (dt.date(2008, 9, 1), dt.date(2026, 8, 31), False),
        (dt.date(2008, 9, 1), dt.date(2026, 9, 1), True),
        (dt.date(2008, 2, 29), dt.date(2026, 2, 28), False),
        (dt.date(2008, 2, 29), dt.date(2026, 3, 1), True),
    ],
)
def test_adult_on_the_day(born, today, adult):
    assert is_adult(born, today) is adult


@pytest.mark.parametrize("text", ["31/12/2010", "31.12.2010", "2010-12-31", "31-12-2010"])
def test_days_as_schools_write_them(text):
    assert read_day(text) == dt.date(2010, 12, 31)
    assert read_day("31/02/2010") is None
