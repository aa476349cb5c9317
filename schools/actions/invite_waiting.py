from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef
from django.utils import timezone

from schools.access import can_grant, kinds_given_by, roles_for
from schools.actions.invite_person import Guest, invite_person
from schools.models import Invitation, User
from schools.models.people import RoleQuerySet
from schools.models.position import PLACES

MOST_AT_ONCE = 1000


def roles_to_invite(by: User) -> RoleQuerySet:
    """Roles in force, in one's scope, of people who have no password and no open invitation.

    An import of contacts makes such people: they exist, and nobody told them.
    """
    today = timezone.localdate()
    invited = Invitation.objects.open().filter(email=OuterRef("user__email"))
    return (
        roles_for(by)
        .not_over(today)
        .filter(kind__in=kinds_given_by(by), user__is_active=True, user__last_login=None)
        .filter(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        .exclude(user=by)
        .exclude(Exists(invited))
        .select_related("user", *PLACES)
        .order_by("user_id", "pk")
        .distinct("user_id")
    )


def invite_waiting(by: User, batch: UUID) -> int:
    """Invite everybody who waits and to whom ``by`` may give the role; return how many.

    Each invitation is a transaction of its own: interrupted, it goes on where it was.
    """
    made = 0
    for role in roles_to_invite(by)[:MOST_AT_ONCE]:
        if not can_grant(by, role.post, role.user):
            continue
        guest = Guest(role.user.email, role.user.full_name, role.user.language)
        invite_person(by, guest, role.post, from_on=role.from_on, to_on=role.to_on, batch=batch)
        made += 1
    return made
