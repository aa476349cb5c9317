"""The list of people as a question: who, in which order, from where on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schools.access import people_for, roles_for
from schools.keyset import KEY, Column
from schools.models import Invitation, Province, Role, RoleKind, User
from schools.models.people import RoleQuerySet, UserQuerySet
from schools.models.position import PLACES, posts_q
from schools.rules import Scope

PAGE = 50
NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
SORTS: dict[str, tuple[str | Promise, tuple[Column, ...]]] = {
    "nom": (_("Nom"), (Column("full_name"), KEY)),
    "connexion": (_("Dernière connexion"), (Column("seen_at", down=True, moment=True), KEY)),
    "inscription": (_("Inscription"), (Column("joined_at", down=True, moment=True), KEY)),
}
"""Key → label, and the columns that order the rows; the last one is unique."""
STATES: dict[str, str | Promise] = {
    "actif": _("actif"),
    "invite": _("invité"),
    "jamais": _("jamais connecté"),
    "termine": _("sans rôle en cours"),
    "ferme": _("compte fermé"),
}
MARKS = {"actif": "ok", "invite": "planned", "jamais": "suspect", "termine": "unknown"}
"""State of a person → state of the interface, whose colour and icon it takes."""
ICONS = {
    "actif": "circle-check",
    "invite": "mail",
    "jamais": "hourglass",
    "termine": "calendar-off",
}


def people_seen(user: User, today: dt.date) -> UserQuerySet:
    """Whom the person sees, with what a row of the list says of them."""
    held = roles_for(user).filter(user=OuterRef("pk"))
    invited = Invitation.objects.open().filter(email=OuterRef("email"))
    return (
        people_for(user)
        .known()
        .with_reach(user)
        .annotate(
            holds=Exists(held.not_over(today)),
            invited=Exists(invited),
            seen_at=Coalesce("last_login", Value(NEVER), output_field=DateTimeField()),
        )
    )


def people_asked(user: User, query: QueryDict, today: dt.date) -> UserQuerySet:
    """The people that the address bar asks for; an unknown value filters nothing."""
    people = people_seen(user, today)
    for word in query.get("q", "").split()[:6]:
        people = people.filter(_named(user, word))
    state = query.get("situation", "")
    held = roles_for(user) if state == "termine" else roles_for(user).not_over(today)
    if wanted := _role_q(query):
        people = people.filter(Exists(held.filter(wanted, user=OuterRef("pk"))))
    return people.filter(_state_q(state)) if state in STATES else people


def _named(user: User, word: str) -> Q:
    """A word of the name, of the address where it may be read, or of a place of theirs."""
    at = roles_for(user).filter(
        Q(school__name__unaccent__icontains=word)
        | Q(site__name__unaccent__icontains=word)
        | Q(site__school__name__unaccent__icontains=word)
        | Q(authority__name__unaccent__icontains=word)
        | Q(school__number=word)
        | Q(site__number=word)
    )
    name = Q(full_name__unaccent__icontains=word)
    return name | Q(reached=True, email__icontains=word) | Q(pk__in=at.values("user"))


def _role_q(query: QueryDict) -> Q:
    """The filters that a role answers: kind, province, school, PO."""
    found = Q()
    if query.get("role") in RoleKind.values:
        found &= Q(kind=query["role"])
    province = query.get("province", "")
    if province in Province.values:
        found &= posts_q(Scope(provinces=frozenset({province})))
    if (school := key_of(query, "ecole")) is not None:
        found &= posts_q(Scope(schools=frozenset({school})))
    if (authority := key_of(query, "po")) is not None:
        found &= posts_q(Scope(authorities=frozenset({authority})))
    return found


def key_of(query: QueryDict, name: str) -> int | None:
    """The key that a parameter of the address names."""
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _state_q(state: str) -> Q:
    never = Q(is_active=True, holds=True, last_login=None)
    return {
        "actif": Q(is_active=True, holds=True, last_login__isnull=False),
        "invite": never & Q(invited=True),
        "jamais": never & Q(invited=False),
        "termine": Q(is_active=True, holds=False),
        "ferme": Q(is_active=False),
    }[state]


def state_of(person: User) -> str:
    """The state of a row of :func:`people_seen`."""
    if not person.is_active:
        return "ferme"
    if not person.holds:  # type: ignore[attr-defined]
        return "termine"
    if person.last_login:
        return "actif"
    return "invite" if person.invited else "jamais"  # type: ignore[attr-defined]


def roles_by_person(
    user: User, people: Sequence[User], today: dt.date | None
) -> dict[int, list[Role]]:
    """The roles that the reader sees of each; those over are left out unless ``today`` is None."""
    roles: RoleQuerySet = roles_for(user).filter(user__in=[person.pk for person in people])
    if today is not None:
        roles = roles.not_over(today)
    found: dict[int, list[Role]] = {}
    for role in roles.select_related(*PLACES).order_by("from_on", "pk"):
        found.setdefault(role.user_id, []).append(role)
    return found


def sort_of(query: QueryDict) -> str:
    """The order asked for."""
    return query.get("tri", "") if query.get("tri") in SORTS else "nom"


def filter_of(
    query: QueryDict, name: str, label: str | Promise, choices: list[tuple[str, Any]]
) -> dict[str, Any]:
    """A filter as ``schools/_filters.html`` draws it."""
    return {
        "name": name,
        "label": label,
        "value": query.get(name, ""),
        "choices": [(key, word, _with(query, name, key)) for key, word in choices],
        "chosen": dict(choices).get(query.get(name, "")),
        "none": _with(query, name, None),
    }


def _with(query: QueryDict, name: str, value: str | None) -> str:
    """This query with one filter changed, back on the first page."""
    changed = query.copy()
    changed.pop("apres", None)
    changed.pop(name, None)
    if value:
        changed[name] = value
    return f"?{changed.urlencode()}"
