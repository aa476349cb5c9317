"""Catalogues without GNU gettext: found in code and templates, compiled, checked."""

import gettext

import pytest
from babel.messages.catalog import Catalog

from deploy.station import catalogues, translations

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Pas de WiFi %(where)s"
msgstr "Kein WLAN %(where)s"
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO)
    return path


def test_a_catalogue_is_compiled_once_until_it_changes(source, tmp_path):
    assert catalogues.compile_stale(tmp_path) == [source]
    assert catalogues.compile_stale(tmp_path) == []
    with source.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Pas de WiFi %(where)s") == (
            "Kein WLAN %(where)s"
        )


def found(tmp_path, name, text):
    file = tmp_path / name
    file.write_text(text)
    return list(translations._extract(file))


def test_messages_are_found_in_code_even_inside_an_f_string(tmp_path):
    code = "f\"{_('bloc')} {x}\"\nngettext('un', 'deux', n)\npgettext('lieu', 'Local')\n_(name)\n"
    assert set(found(tmp_path, "a.py", code)) == {
        (("un", "deux"), None),
        ("Local", "lieu"),
        ("bloc", None),
    }


def test_messages_are_found_in_templates(tmp_path):
    text = (
        "<p>l'école {% translate 'Mon école' %}\n  <b>\n"
        "{% blocktranslate count n=3 %}une classe{% plural %}{{ n }} classes{% endblocktranslate %}"
    )
    assert found(tmp_path, "a.html", text) == [
        ("Mon école", None),
        (("une classe", "%(n)s classes"), None),
    ]


def test_a_translation_that_loses_a_place_is_seen():
    catalogue = Catalog(locale="de")
    catalogue.add("%(n)s sur %(t)s", "%(n)s von %(t)s")
    catalogue.add("Local %(name)s", "Raum")
    catalogue.add(("%(n)d classe", "%(n)d classes"), ("%(n)d Klasse", "%(n)d Klassen"))
    assert translations.keeps_places(catalogue, ("%(n)s sur %(t)s", None))
    assert not translations.keeps_places(catalogue, ("Local %(name)s", None))
    assert translations.keeps_places(catalogue, (("%(n)d classe", "%(n)d classes"), None))


def test_what_is_not_translated_is_told_apart_from_what_is_missing():
    catalogue = Catalog(locale="de")
    catalogue.add("Où", "Wo")
    catalogue.add("Merci", "")
    answers = [translations.translated(catalogue, (text, None)) for text in ("Où", "Merci", "Oui")]
    assert answers == [True, False, None]
