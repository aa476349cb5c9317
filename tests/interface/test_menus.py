"""Each person finds their tasks, and no entry leads to a page that does not exist."""

from __future__ import annotations

import pytest
from django.urls import resolve

from deploy.interface import menus
from deploy.interface.menu_parts import Entry, Section


@pytest.fixture
def small_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = (
        Entry("live", "eye", "Direct", ("nowhere", "live"), frozenset({"contact"})),
        Entry("ghost", "ghost", "Absent", ("nowhere",), frozenset({"contact", "officer"})),
        Entry("door", "login", "Entrer", ("sign-in",), frozenset({"central_technician"})),
    )
    monkeypatch.setattr(menus, "MENU", (Section("Tout", entries), Section("Vide", entries[1:2])))


def keys(*roles: str) -> list[str]:
    return [entry.key for section in menus.sections_for(roles) for entry in section.entries]


@pytest.mark.usefixtures("small_menu")
def test_an_entry_without_a_page_is_left_out_with_its_empty_section() -> None:
    assert keys("contact") == ["live"]
    assert keys("officer") == []
    assert menus.sections_for({"officer"}) == []


@pytest.mark.usefixtures("small_menu")
def test_roles_add_up() -> None:
    assert keys("contact", "central_technician") == ["live", "door"]
    assert keys() == []


@pytest.mark.parametrize("role", sorted(menus.ROLE_WORDS))
def test_every_entry_leads_to_a_page(role: str) -> None:
    for section in menus.sections_for({role}):
        for entry in section.entries:
            assert resolve(entry.url.split("?")[0])


@pytest.mark.parametrize("role", sorted(menus.ROLE_WORDS))
def test_the_phone_bar_holds_at_most_four(role: str) -> None:
    assert len(menus.bar_for({role})) <= 4
