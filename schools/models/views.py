"""Saved views (vues enregistrées): the filters of a list under a name."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User
from schools.models.position import RoleKind


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own, and those that colleagues of the same role share. A view shows no row: what
        it leads to is read in the reader's own scope."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        kinds = list(user.role_kinds)
        return self.filter(Q(owner=user.pk) | Q(shared_with__overlap=kinds))


class SavedView(models.Model):
    """A list's address without the page: which list, and what it asks."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    page = models.CharField(_("liste"), max_length=80)
    """The URL name of the list, e.g. ``inventory:devices``."""
    name = models.CharField(_("nom"), max_length=40)
    query = models.CharField(_("filtres"), max_length=1000)
    """As in the address, in the order of its parameters."""
    shared_with = ArrayField(
        models.CharField(max_length=24, choices=RoleKind), default=list, blank=True
    )
    """The roles of its owner at the time that it was shared; empty: it is private."""
    created_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("vue enregistrée")
        verbose_name_plural = _("vues enregistrées")
        ordering = [Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint(
                "owner", "page", Lower("name"), name="saved_view_once_per_list"
            ),
        ]

    def __str__(self) -> str:
        return self.name
