"""The survey (recensement): that a class was asked what its pupils have at home."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.people.members import MEMBER_READERS, SchoolClass
from schools.models import User
from schools.models.scope import scope_of, sites_q


class EquipmentSurveyQuerySet(models.QuerySet["EquipmentSurvey"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "school_class__site"))


class EquipmentSurvey(models.Model):
    """When a class was last surveyed. What each pupil has stands on the pupil, nowhere else."""

    school_class = models.OneToOneField(SchoolClass, models.CASCADE, related_name="survey")
    noted_at = models.DateTimeField(_("noté le"), default=timezone.now)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )

    objects = EquipmentSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("recensement")
        verbose_name_plural = _("recensements")

    def __str__(self) -> str:
        return f"{self.school_class} · {self.noted_at:%Y-%m-%d}"
