"""The filters of a list are kept under a name, shown to colleagues, let go, taken back."""

from __future__ import annotations

import pytest

from schools.actions.keep_view import ViewRefused, plain_query, save_view
from schools.models import SavedView
from tests.cast import Cast
from tests.schools.test_journal_pages import browser

LIST = "schools:sites"


def menu(person, query: str = "", page: str = LIST) -> str:
    answer = browser(person).get("/vues/", {"liste": page, "filtres": query})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_view_is_the_question_without_the_page():
    assert plain_query("?province=liege&apres=abc&q=&page=2&tri=nom") == "province=liege&tri=nom"


def test_it_is_kept_found_marked_and_let_go(cast: Cast):
    client = browser(cast.sofia)
    sent = {"liste": LIST, "filtres": "province=namur&apres=x", "nom": "  Namur  "}
    assert "Namur" in client.post("/vues/enregistrer/", sent).content.decode()
    text = menu(cast.sofia, "province=namur")
    assert 'href="/implantations/?province=namur" aria-current="true"' in text
    row = SavedView.objects.get()
    gone = client.post(f"/vues/{row.pk}/supprimer/").content.decode()
    assert "Vue « Namur » supprimée." in gone
    assert "Annuler" in gone
    assert not SavedView.objects.exists()


def test_the_same_name_takes_the_new_question(cast: Cast):
    for query in ("province=namur", "province=liege"):
        save_view(cast.sofia, LIST, "Ma vue", query, shared=False)
    assert SavedView.objects.get().query == "province=liege"
    save_view(cast.sofia, "schools:schools", "Ma vue", "q=a", shared=False)
    assert SavedView.objects.count() == 2


def test_colleagues_of_the_same_role_see_a_shared_one_and_nobody_else(cast: Cast):
    save_view(cast.sofia, LIST, "Publique", "q=a", shared=True)
    save_view(cast.sofia, LIST, "Privée", "q=b", shared=False)
    assert "Publique" in menu(cast.sofia)
    for stranger in (cast.thomas, cast.claire, cast.odile):
        assert "Publique" not in menu(stranger)
    row = SavedView.objects.get(name="Publique")
    assert browser(cast.thomas).post(f"/vues/{row.pk}/supprimer/").status_code == 404


def test_a_school_s_view_stays_its_own(cast: Cast):
    row = save_view(cast.claire, LIST, "Ma vue", "q=a", shared=True)
    assert row.shared_with == []
    assert "collègues" not in menu(cast.claire, "q=a")


@pytest.mark.parametrize(
    ("page", "name", "query"),
    [
        (LIST, " ", "q=a"),
        (LIST, "a", "apres=x"),
        ("nulle:part", "a", "q=a"),
        (LIST, "a", "q=" + "x" * 1001),
    ],
)
def test_what_makes_no_view_is_refused(page, name, query, cast: Cast):
    with pytest.raises(ViewRefused):
        save_view(cast.sofia, page, name, query, shared=False)


def test_thirty_are_enough_and_the_menu_says_so(cast: Cast):
    for n in range(30):
        save_view(cast.sofia, LIST, f"v{n}", "q=a", shared=False)
    answer = browser(cast.sofia).post(
        "/vues/enregistrer/", {"liste": LIST, "filtres": "q=a", "nom": "une de trop"}
    )
    assert "Trente vues" in answer.content.decode()
    assert 'value="une de trop"' in answer.content.decode()


def test_an_unknown_list_is_404(cast: Cast):
    assert browser(cast.sofia).get("/vues/?liste=nulle:part").status_code == 404
    assert browser(cast.sofia).get("/vues/?liste=schools:site").status_code == 404
