from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import PeopleRefused, can_change_dates, can_end, require_people, roles_for
from schools.actions.audit import record_action
from schools.actions.grant_role import as_told, check_dates, held_words, tell_role
from schools.gaps import Gap, gap_of, told
from schools.models import AuditEntry, Role, School, User

UNDO_FOR = dt.timedelta(minutes=10)


class ConsequenceUntold(Exception):
    """Ending this leaves a place without anybody, and the person has not read so yet."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(" ".join(gap.words for gap in gaps))
        self.gaps = gaps


def lock_role(user: User, pk: int) -> Role:
    """The role, locked. Raises Role.DoesNotExist where unseen."""
    seen = roles_for(user).values("pk")
    return (
        Role.objects.select_for_update(of=("self",))
        .select_related("user", "authority", "school", "site__school")
        .get(pk=pk, pk__in=seen)
    )


def lock_schools(roles: Iterable[Role]) -> None:
    """Make colleagues of one school take turns: each then sees whom the other left in charge.

    Without it two clerks could each end one of the last two contacts, and neither be told.
    """
    held = list(roles)
    keys = {role.school_id for role in held if role.school_id is not None}
    keys |= {role.site.school_id for role in held if role.site is not None}
    places = School.objects.filter(pk__in=keys).order_by("pk")
    list(places.select_for_update(no_key=True).values_list("pk"))


@transaction.atomic
def end_role(by: User, pk: int, *, last_on: dt.date, why: str = "", read: str = "") -> Role:
    """Let a role end after ``last_on``, its last day.

    One that would not have begun by then never does: nothing rested on it, so its row goes and the
    journal keeps it.

    ``read``: the consequences that the person has read (:func:`schools.gaps.told`). Raises
    Role.DoesNotExist where unseen, PeopleRefused and ValidationError with the reason,
    ConsequenceUntold when a place would be left without anybody.
    """
    role = lock_role(by, pk)
    require_people(can_end(by, role))
    lock_schools([role])
    today = timezone.localdate()
    if role.to_on is not None and role.to_on <= last_on:
        return role  # a second click, or somebody ended it sooner
    if last_on < today - dt.timedelta(days=1):
        raise ValidationError(
            {"last_on": _("Ce jour est passé. Choisissez aujourd’hui ou plus tard.")}
        )
    first_without = max(last_on + dt.timedelta(days=1), role.from_on)
    if (gap := gap_of(role, first_without)) and told([gap]) != read:
        raise ConsequenceUntold([gap])
    before = as_told(role)
    role.to_on, role.end_why = last_on, why[:300]
    for site in role.post.journal_sites():
        record_action(by, "end_role", role, site=site, before=before, after=as_told(role), why=why)
    tell_role(role)
    if role.from_on > last_on:
        role.delete()
    else:
        role.save(update_fields=["to_on", "end_why"])
    return role


@transaction.atomic
def undo_end_role(by: User, pk: int) -> Role:
    """Take back one's own ending within ten minutes: the role lasts as before.

    Raises Role.DoesNotExist where unseen, PeopleRefused with the reason.
    """
    role = lock_role(by, pk)
    lines = AuditEntry.objects.filter(object_type=role._meta.label_lower, object_id=str(pk))
    last = lines.order_by("-at", "-pk").first()
    fresh = last is not None and timezone.now() - last.at <= UNDO_FOR
    if last is None or not fresh or last.action != "end_role" or last.actor_id != by.pk:
        raise PeopleRefused(_("Trop tard pour annuler. Donnez le rôle à nouveau."))
    before = as_told(role)
    until = last.before.get("to_on") or None
    role.to_on = dt.date.fromisoformat(until) if until else None
    role.end_why = ""
    role.save(update_fields=["to_on", "end_why"])
    for site in role.post.journal_sites():
        record_action(by, "undo_end_role", role, site=site, before=before, after=as_told(role))
    tell_role(role)
    return role


@transaction.atomic
def change_role_dates(
    by: User, pk: int, *, from_on: dt.date, to_on: dt.date | None, read: str = ""
) -> Role:
    """Move the days of a role that is not over. What was in force on a past day stays so.

    Raises Role.DoesNotExist where unseen, PeopleRefused, ValidationError, ConsequenceUntold.
    """
    role, today = lock_role(by, pk), timezone.localdate()
    require_people(can_change_dates(by, role))
    lock_schools([role])
    check_dates(from_on, to_on)
    if (role.from_on, role.to_on) == (from_on, to_on):
        return role
    _refuse_rewriting(role, from_on, to_on, today)
    leaves = to_on is not None and (role.to_on is None or to_on < role.to_on)
    if leaves and to_on is not None:
        gap = gap_of(role, to_on + dt.timedelta(days=1))
        if gap and told([gap]) != read:
            raise ConsequenceUntold([gap])
    same = Role.objects.filter(user=role.user, **role.post.fields).exclude(pk=pk)
    if found := same.filter(from_on__lte=to_on or dt.date.max).not_over(from_on).first():
        raise ValidationError(held_words(found, role.user))
    before = as_told(role)
    role.from_on, role.to_on = from_on, to_on
    role.save(update_fields=["from_on", "to_on"])
    for site in role.post.journal_sites():
        record_action(by, "change_role_dates", role, site=site, before=before, after=as_told(role))
    tell_role(role)
    return role


def _refuse_rewriting(role: Role, from_on: dt.date, to_on: dt.date | None, today: dt.date) -> None:
    if role.to_on is not None and role.to_on < today:
        raise PeopleRefused(
            _("Ce rôle est terminé. Donnez-le à nouveau : ce sera une autre ligne.")
        )
    if from_on != role.from_on and min(from_on, role.from_on) < today:
        raise ValidationError({"from_on": _("Ce rôle a déjà commencé : son début ne change plus.")})
    if to_on is not None and to_on < today - dt.timedelta(days=1):
        raise ValidationError(
            {"to_on": _("Ce jour est passé. Choisissez aujourd’hui ou plus tard.")}
        )
