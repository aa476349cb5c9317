"""Members of the purchasing centre (centrale d’achat): schools, and teachers for themselves."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.counted import Counted
from schools.models import RoleKind, School, Site, User
from schools.models.scope import scope_of

OFFICER = frozenset({RoleKind.OFFICER.value})


class MemberState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("membership", "demandée")
    ACCEPTED = "accepted", pgettext_lazy("membership", "acceptée")
    REFUSED = "refused", pgettext_lazy("membership", "refusée")
    ENDED = "ended", pgettext_lazy("membership", "terminée")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A school's: whoever sees the school. A teacher's: themselves and the officers."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if scope_of(user, OFFICER).region:
            return self
        sites = Site.objects.visible_to(user).values("school")
        return self.filter(Q(person=user.pk) | Q(person=None, school__in=sites))

    def accepted(self) -> Self:
        return self.filter(state=MemberState.ACCEPTED)

    def standing(self) -> Self:
        """Asked or accepted: of these a member has one."""
        return self.filter(state__in=(MemberState.REQUESTED, MemberState.ACCEPTED))


class Membership(Counted):
    """A membership (affiliation). ``person`` None: the school's own; else a teacher's at it."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("livrer à"))
    """Where a basket is delivered unless it says otherwise."""
    state = models.CharField(
        _("état"), max_length=10, choices=MemberState, default=MemberState.REQUESTED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True
    )
    asked_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    why = models.CharField(_("motif"), max_length=300, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation à la centrale d’achat")
        verbose_name_plural = _("affiliations à la centrale d’achat")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "person"],
                condition=Q(state__in=("requested", "accepted")),
                nulls_distinct=False,
                name="membership_once",
            ),
            models.CheckConstraint(
                name="membership_refused_with_a_reason",
                condition=~Q(state="refused") | ~Q(why=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.school)
