"""Who manages a site's network: dated choices, the newest decision from its day on (M39)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User
from schools.models.places import Management, Site
from schools.models.scope import scope_of, sites_q


class ManagementChoiceQuerySet(models.QuerySet["ManagementChoice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Choices of the sites that the person sees."""
        return self.filter(sites_q(scope_of(user), "site"))

    def in_force(self, site: Site, on: dt.date) -> ManagementChoice | None:
        """The newest decision whose day has come; None: central, by default."""
        return self.filter(site=site, from_on__lte=on).order_by("-id").first()

    def planned(self, site: Site, on: dt.date) -> ManagementChoice | None:
        """The newest decision that begins later, unless a newer one has come first."""
        newest = self.filter(site=site).order_by("-id").first()
        return newest if newest is not None and newest.from_on > on else None


class ManagementChoice(models.Model):
    """One decision, append-only. ``Site.management`` follows it by triggers (migration 0032)."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="management_choices")
    mode = models.CharField(_("gestion du réseau"), max_length=16, choices=Management)
    from_on = models.DateField(_("à partir du"))
    why = models.CharField(_("motif"), max_length=500, blank=True)
    chosen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    chosen_by_text = models.CharField(_("choisi par"), max_length=200)
    at = models.DateTimeField(_("décidé le"), default=timezone.now)

    objects = ManagementChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choix de gestion")
        verbose_name_plural = _("choix de gestion")
        ordering = ["-id"]
        indexes = [models.Index(fields=["site", "-id"], name="management_by_site")]

    def __str__(self) -> str:
        return f"{self.site} · {self.get_mode_display()}"


def manages_itself(site: Site, on: dt.date) -> bool:
    """Whether the school manages this network on a day, exact at midnight: no central write."""
    choice = ManagementChoice.objects.in_force(site, on)
    return choice is not None and choice.mode == Management.DECENTRALISED
