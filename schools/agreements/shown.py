"""The agreements of a site as its page shows them: what is in force, since when, by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.access import can_sign
from schools.models import Authority, Consent, ConsentKind, RoleKind, School, Site, User
from schools.models.scope import scope_of


@dataclass
class Agreement:
    """One kind of agreement. ``live`` None: not in force. ``may_sign``: the reader may."""

    kind: str
    title: str
    owner: str
    live: Consent | None
    may_sign: bool
    consequence: str
    """What withdrawing it does, in one sentence; shown before anybody confirms."""
    past: list[Consent] = field(default_factory=list)


def agreements_of(site: Site, user: User, today: dt.date) -> list[Agreement]:
    """Assistance, then supervision. One query, and one per owner for the sites concerned."""
    school, authority = site.school, site.school.authority
    rows = list(
        Consent.objects.filter(Q(authority=authority) | Q(school=school)).order_by("-given_on")
    )
    found = []
    for kind, owner, words in (
        (ConsentKind.ASSISTANCE, authority, _("pouvoir organisateur")),
        (ConsentKind.SUPERVISION, school, _("école")),
    ):
        mine = [row for row in rows if row.kind == kind]
        live = next((row for row in mine if _in_force(row, today)), None)
        found.append(
            Agreement(
                kind=kind.value,
                title=str(kind.label)[:1].upper() + str(kind.label)[1:],
                owner=words,
                live=live,
                may_sign=bool(can_sign(user, kind, owner)),
                consequence=_consequence(owner),
                past=[row for row in mine if row != live],
            )
        )
    return found


def _in_force(row: Consent, today: dt.date) -> bool:
    return row.given_on <= today and (row.revoked_on is None or row.revoked_on > today)


def _consequence(owner: Authority | School) -> str:
    path = "school__authority" if isinstance(owner, Authority) else "school"
    count = Site.objects.open().filter(**{path: owner}).count()
    stops = ngettext(
        "Les relevés de %(n)d implantation s’arrêtent aujourd’hui.",
        "Les relevés de %(n)d implantations s’arrêtent aujourd’hui.",
        count,
    ) % {"n": count}
    return (
        stops
        + " "
        + _(
            "Le helpdesk ne verra plus les pannes. Rien n’est fermé : les demandes ouvertes "
            "restent ouvertes, les mesures passées restent lisibles. "
            "Vous pourrez redonner l’accord."
        )
    )


@dataclass(frozen=True)
class ToSign:
    """An agreement that the reader may give and nobody has: title, owner, the page that asks."""

    title: str
    owner: str
    url: str


def to_sign(user: User, today: dt.date) -> list[ToSign]:
    """What awaits this person's signature. Two queries at most, none for who signs nothing."""
    waits = Consent.objects.not_over(today)
    found: list[ToSign] = []
    authorities = scope_of(user, frozenset({RoleKind.AUTHORITY.value})).authorities
    schools = scope_of(user, frozenset({RoleKind.HEAD.value})).schools
    if authorities:
        given = waits.filter(kind=ConsentKind.ASSISTANCE, authority=OuterRef("pk"))
        owners = Authority.objects.filter(~Exists(given), pk__in=authorities, closed_on=None)
        found += _awaited(ConsentKind.ASSISTANCE, owners, "schools:authority_agreement")
    if schools:
        given = waits.filter(kind=ConsentKind.SUPERVISION, school=OuterRef("pk"))
        heads = School.objects.open().filter(~Exists(given), pk__in=schools)
        found += _awaited(ConsentKind.SUPERVISION, heads, "schools:school_agreement")
    return found


def _awaited(kind: ConsentKind, owners: Iterable[Authority | School], page: str) -> list[ToSign]:
    title = str(kind.label)[:1].upper() + str(kind.label)[1:]
    return [ToSign(title, owner.name, reverse(page, args=[owner.pk])) for owner in owners]
