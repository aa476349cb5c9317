"""Who would be missing: a place that loses its last contact person or its last head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from schools.models import Post, Role, RoleKind, School, User
from schools.models.people import RoleQuerySet

KEY_KINDS = (RoleKind.CONTACT.value, RoleKind.HEAD.value)


@dataclass(frozen=True)
class Gap:
    """From ``on`` (the first day without), the place has nobody of that kind."""

    kind: str
    where: str
    on: dt.date

    @property
    def words(self) -> str:
        """The consequence, before anybody confirms."""
        told = {"place": self.where, "day": self.on.strftime("%d/%m/%Y")}
        if self.kind == RoleKind.CONTACT:
            return (
                _(
                    "À partir du %(day)s, « %(place)s » n’a plus de personne de contact : elle "
                    "entre dans la liste des écoles sans contact, et le helpdesk n’a plus personne "
                    "à appeler."
                )
                % told
            )
        return (
            _(
                "À partir du %(day)s, « %(place)s » n’a plus de direction dans Préau : personne "
                "n’y signe l’accord de supervision ni n’y nomme de personne de contact."
            )
            % told
        )


def gap_of(role: Role, on: dt.date) -> Gap | None:
    """What ending ``role`` leaves open from ``on``; None when somebody else is in charge then."""
    if role.kind not in KEY_KINDS or not role.is_live(on):
        return None
    return (
        None if others_in_charge(role.post, on, but=[role.pk]) else Gap(role.kind, role.where, on)
    )


def gaps_of(person: User, on: dt.date) -> list[Gap]:
    """What closing the person's account leaves open."""
    roles = person.roles.not_over(on).select_related("authority", "school", "site__school")
    return [gap for role in roles if (gap := gap_of(role, max(on, role.from_on)))]


def others_in_charge(post: Post, on: dt.date, but: Iterable[int] = ()) -> bool:
    """Whether somebody else holds that kind for the place on that day.

    For a site, who holds it for the whole school answers too; for a school, one at each open site.
    """
    held = (
        Role.objects.live(on).filter(kind=post.kind, user__is_active=True).exclude(pk__in=list(but))
    )
    if post.site is not None:
        return held.filter(Q(site=post.site) | Q(school=post.site.school_id)).exists()
    assert post.school is not None  # KEY_KINDS stand at a school or a site
    return held.filter(school=post.school).exists() or _each_site(post.school, held)


def _each_site(school: School, held: RoleQuerySet) -> bool:
    sites = school.sites.filter(closed_on=None)
    answered = held.filter(site__school=school).values("site")
    return sites.exists() and not sites.exclude(pk__in=answered).exists()


def told(gaps: Sequence[Gap]) -> str:
    """What the form carries back, so that a consequence nobody read is never accepted."""
    return "|".join(f"{gap.kind}@{gap.where}@{gap.on}" for gap in gaps)
