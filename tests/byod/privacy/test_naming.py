"""Words that name somebody leave a text, whatever their accents, and nothing else does."""

from __future__ import annotations

from byod.rules.privacy.naming import without, words_to_forget


def test_whole_names_go_first_then_each_alone():
    words = words_to_forget("E-7K2M9P4Q", "Anne-Lise Noël", "anne@example.org", "", "Li Wu")
    assert words == [
        "anne@example.org",
        "anne-lise noel",
        "e-7k2m9p4q",
        "anne-lise",
        "li wu",
        "noel",
    ]
    told = "NOËL Anne Lise (e-7k2m9p4q), anne@example.org, et Anne‑Lise : rien à la Noëlle."
    assert without(told, words) == "[…] […] ([…]), […], et […] : rien à la Noëlle."


def test_a_text_without_them_is_as_it_was():
    told = "Écran cassé, ﬁn de garantie. İstanbul Straße"
    assert without(told, words_to_forget("Zoé Adam")) == told
