"""Two people write the same file: different questions pass, the same one is asked, none is lost."""

from __future__ import annotations

import pytest

from schools.models import RoleKind
from tests.cast import make_person
from tests.grants.calls.made import make_call, make_draft, make_kit_version
from tests.grants.calls.test_a_file_from_start_to_receipt import as_, post

HX = {"HX-Request": "true"}


@pytest.fixture
def row(cast):
    return make_draft(make_call(), cast.tilleuls, cast.claire)


@pytest.fixture
def luc(cast, row):
    person = make_person("Luc Exemple", RoleKind.CONTACT, site=cast.tilleuls)
    row.authors.create(user=person)
    return person


def write(person, row, value, revision, **more):
    url = f"/dossiers/{row.pk}/reponses/objectifs/"
    answer = post(person, url, {"value": value, "revision": revision, **more}, headers=HX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_different_questions_do_not_meet(cast, row, luc):
    kit = make_kit_version()
    assert "data-ok" in write(luc, row, "Un film.", 1)
    url = f"/dossiers/{row.pk}/reponses/kits/"
    said = {f"value-{kit.pk}": "3", "revision": 0}
    assert "data-ok" in post(cast.claire, url, said, headers=HX).content.decode()
    assert dict(row.answers.values_list("question", "value")) == {
        "objectifs": "Un film.",
        "kits": {str(kit.pk): 3},
    }


def test_the_same_question_is_asked(cast, row, luc):
    assert "data-ok" in write(luc, row, "Un film.", 1)
    page = write(cast.claire, row, "Un journal.", 1)
    assert "data-conflict" in page
    assert "Un film." in page
    assert "data-ok" not in page
    assert row.answers.get(question="objectifs").value == "Un film."


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ("mine:2", "Un journal."),
        ("theirs:2", "Un film."),
        ("both:2", "Un film.\n\nUn journal."),
    ],
)
def test_whichever_is_kept_nothing_is_lost(cast, row, luc, keep, kept):
    write(luc, row, "Un film.", 1)
    page = write(cast.claire, row, "Un journal.", 1, keep=keep)
    assert "data-ok" in page
    assert row.answers.get(question="objectifs").value == kept
    assert kept.split("\n")[0] in page  # the field shows what is kept


def test_a_decision_on_what_was_not_read_is_asked_again(cast, row, luc):
    write(luc, row, "Un film.", 1)
    write(luc, row, "Un film muet.", 2)
    assert "data-conflict" in write(cast.claire, row, "Un journal.", 1, keep="mine:2")


def test_the_same_words_twice_are_one_writing(cast, row):
    for _n in range(2):
        assert "data-ok" in write(cast.claire, row, "Un film.", 1)
    assert row.answers.get(question="objectifs").revision == 2


@pytest.mark.parametrize(
    ("key", "said", "words"),
    [
        ("kits", {"value-1": "beaucoup"}, "nombre entier"),
        ("kits", {"value-99999999": "2"}, "plus proposé"),
        ("kits", {"value-1": "²"}, "nombre entier"),
        ("objectifs", {"value": "x" * 8001}, "8001 caractères"),
        ("inconnue", {"value": "x"}, "ne fait plus partie"),
    ],
)
def test_bad_input_is_told_and_never_kept(cast, row, key, said, words):
    url = f"/dossiers/{row.pk}/reponses/{key}/"
    answer = post(cast.claire, url, {"revision": 0, **said}, headers=HX)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert row.answers.count() == 1
    assert post(cast.claire, url, {"revision": 0, **said}).status_code == 302  # without JavaScript


def test_who_may_not_write_does_not(cast, row):
    url = f"/dossiers/{row.pk}/reponses/objectifs/"
    for person in (cast.karl, cast.odile, cast.thomas):
        assert post(person, url, {"value": "x"}, headers=HX).status_code == 404
    assert as_(cast.bernard).get(f"/dossiers/{row.pk}/rediger/").status_code == 200
    post(cast.bernard, f"/dossiers/{row.pk}/retirer/")
    assert post(cast.claire, url, {"value": "x", "revision": 1}, headers=HX).status_code == 403


def test_without_scripts_the_same_question_is_asked_on_the_page(cast, row, luc):
    assert "data-ok" in write(luc, row, "Un film.", 1)
    url = f"/dossiers/{row.pk}/reponses/objectifs/"
    answer = post(cast.claire, url, {"value": "Un journal.", "revision": 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Un film." in page
    assert "Un journal." in page
