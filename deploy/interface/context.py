"""What the shell of a page needs to know about the person: menu, roles, language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise

from deploy.interface.menu_parts import Entry, Section
from deploy.interface.menus import ROLE_WORDS, bar_for, sections_for


@dataclass(frozen=True)
class Shell:
    """The menu of one person on one page."""

    sections: Sequence[Section]
    bar: Sequence[Entry]
    name: str
    role: str | Promise
    shortcuts: bool


def display_name(user: AbstractBaseUser | AnonymousUser | None) -> str:
    """Full name where known, else the sign-in name; empty for nobody."""
    if user is None or user.is_anonymous:
        return ""
    return str(getattr(user, "full_name", "") or user.get_username())


def roles_of(user: AbstractBaseUser | AnonymousUser | None) -> frozenset[str]:
    """The kinds of roles a person holds; empty for an anonymous visitor."""
    kinds = getattr(user, "role_kinds", ())
    return frozenset(str(kind) for kind in (kinds() if callable(kinds) else kinds))


def shell_for(user: AbstractBaseUser | AnonymousUser | None) -> Shell:
    """The shell of that person; an administrator without a role sees every entry."""
    roles = roles_of(user)
    everything = bool(getattr(user, "is_superuser", False)) and not roles
    role = next((word for kind, word in ROLE_WORDS.items() if kind in roles), "")
    return Shell(
        sections=sections_for(roles, everything),
        bar=bar_for(roles, everything),
        name=display_name(user),
        role=role,
        shortcuts=bool(getattr(user, "shortcuts", True)),
    )
