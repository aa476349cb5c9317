"""What menus are made of: entries for some kinds of person, in titled sections."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise

CENTRAL = "central_technician"
LOCAL = "local_technician"
CONTACT = "contact"
HEAD = "head"
AUTHORITY = "authority"
OFFICER = "officer"
REVIEWER = "reviewer"


@dataclass(frozen=True)
class Entry:
    """One line of a menu. `names`: URL names, the first that resolves wins."""

    key: str
    icon: str
    label: Text
    names: tuple[str, ...]
    roles: frozenset[str] = frozenset()
    url: str = ""
    query: str = ""


@dataclass(frozen=True)
class Section:
    """A titled group of entries; untitled for a short menu."""

    title: Text
    entries: tuple[Entry, ...]


def entry(key: str, icon: str, label: Text, *names: str, roles: str, query: str = "") -> Entry:
    return Entry(key, icon, label, names, frozenset(roles.split()), query=query)


DESK = f"{CENTRAL} {LOCAL}"
SCHOOL = f"{CONTACT} {HEAD}"
