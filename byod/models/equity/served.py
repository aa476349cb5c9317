"""Who was ever served (déjà servi): a counter per pupil that tells no device and no line."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from byod.models.people.members import MEMBER_READERS, Member
from schools.models import User
from schools.models.scope import scope_of, sites_q


class ServedPupilQuerySet(models.QuerySet["ServedPupil"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "member__site"))


class ServedPupil(models.Model):
    """That a pupil was served, how often, and last for which school year.

    The fair order asks « never served? » years after request and loan forgot the pupil: this row
    survives them, and goes with the pupil.
    """

    member = models.OneToOneField(Member, models.CASCADE, related_name="served")
    times = models.PositiveSmallIntegerField(_("fois servi"), default=0)
    last_year = models.PositiveSmallIntegerField(_("dernière année servie"), null=True, blank=True)

    waited_years = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    """School years of requests that were not served and that forgot the pupil since."""

    objects = ServedPupilQuerySet.as_manager()

    class Meta:
        verbose_name = _("élève servi")
        verbose_name_plural = _("élèves servis")
        constraints = [
            models.CheckConstraint(
                name="served_pupil_says_when",
                condition=Q(times=0, last_year=None) | Q(times__gt=0, last_year__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} × {self.times}"
