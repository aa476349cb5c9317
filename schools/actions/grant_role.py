from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from schools.access import can_grant, require_people
from schools.actions.audit import record_action
from schools.live import announce_many
from schools.models import Post, Role, User


@transaction.atomic
def grant_role(
    by: User,
    person: User,
    post: Post,
    *,
    from_on: dt.date,
    to_on: dt.date | None = None,
    why: str = "",
) -> Role:
    """Give a person a role, from a day on that may lie ahead. Given twice, the first row stands.

    Raises PeopleRefused with the reason, ValidationError where the dates make no sense or meet
    another row of the same role.
    """
    require_people(can_grant(by, post, person))
    return write_role(by, person, post, from_on=from_on, to_on=to_on, why=why)


def write_role(
    by: User | None,
    person: User,
    post: Post,
    *,
    from_on: dt.date,
    to_on: dt.date | None,
    why: str = "",
) -> Role:
    """Write the row, its lines in the journal and its news. Whoever calls has asked the access."""
    check_dates(from_on, to_on)
    same = Role.objects.filter(user=person, **post.fields)
    if found := same.filter(from_on=from_on, to_on=to_on).first():
        return found  # a second click
    try:
        with transaction.atomic():
            role = Role.objects.create(
                user=person, from_on=from_on, to_on=to_on, granted_by=by, **post.fields
            )
    except IntegrityError as error:
        if "role_not_twice_at_once" not in str(error):
            raise
        raise ValidationError(held_words(same.order_by("-from_on").first(), person)) from None
    for site in post.journal_sites():
        record_action(by, "grant_role", role, site=site, after=as_told(role), why=why)
    tell_role(role)
    return role


def check_dates(from_on: dt.date, to_on: dt.date | None) -> None:
    """Raises ValidationError for a role that ends before it begins."""
    if to_on is not None and to_on < from_on:
        raise ValidationError({"to_on": _("La fin précède le début. Corrigez une des deux dates.")})


def held_words(role: Role | None, person: User) -> str:
    """That the person has this role already, and until when."""
    if role is None or role.to_on is None:
        return _("%(name)s a déjà ce rôle.") % {"name": person}
    return _("%(name)s a déjà ce rôle jusqu’au %(day)s. Choisissez un début plus tard.") % {
        "name": person,
        "day": role.to_on.strftime("%d/%m/%Y"),
    }


def as_told(role: Role) -> dict[str, str]:
    """A role as the journal keeps it."""
    return {
        "person": str(role.user),
        "role": str(role.post),
        "from_on": str(role.from_on),
        "to_on": str(role.to_on or ""),
    }


def tell_role(role: Role) -> None:
    """The news for open pages: of the person, and of each site concerned."""
    sites = [site.pk if site else None for site in role.post.journal_sites()]
    announce_many([{"topic": "person", "id": role.user_id, "site": site} for site in sites])
