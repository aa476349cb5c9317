"""Rules (règles) of a policy: one for each kind of person, who arrives where, and when."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.network.policies import NetworkPolicy, Segment
from schools.models import User


class Who(models.TextChoices):
    """For whom a rule holds. A visitor is whoever another school, or a partner, answers for."""

    PUPIL = "pupil", _("élèves")
    TEACHER = "teacher", _("enseignants")
    VISITOR = "visitor", _("visiteurs d’autres écoles")
    GUEST = "guest", _("invités")


class Bandwidth(models.TextChoices):
    """A class of speed; what each is worth stands in ``rules.network.bandwidth``."""

    FREE = "free", pgettext_lazy("bandwidth", "sans limite")
    LESSON = "lesson", pgettext_lazy("bandwidth", "cours")
    SLOW = "slow", pgettext_lazy("bandwidth", "économe")


class Beyond(models.TextChoices):
    """What happens when somebody has more sessions open than the rule says: a soft limit."""

    FLAG = "flag", _("laisser entrer et le signaler")
    END_OLDEST = "end", _("terminer la plus ancienne")


def school_week() -> list[int]:
    """Monday to Friday; Monday is 0."""
    return [0, 1, 2, 3, 4]


class PolicyRuleQuerySet(models.QuerySet["PolicyRule"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(policy__in=NetworkPolicy.objects.visible_to(user).values("pk"))


class PolicyRule(models.Model):
    """Where one kind of person arrives, on which days, between which hours, how fast."""

    policy = models.ForeignKey(NetworkPolicy, models.CASCADE, related_name="rules")
    who = models.CharField(_("pour"), max_length=8, choices=Who)
    segment = models.CharField(_("segment"), max_length=10, choices=Segment)
    days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("jours"), default=school_week
    )
    """0 is Monday, as ``date.weekday()``."""
    opens = models.TimeField(_("de"), null=True, blank=True)
    """Europe/Brussels; null with ``closes``: the whole day."""
    closes = models.TimeField(_("à"), null=True, blank=True)
    school_days_only = models.BooleanField(_("jours d’école seulement"), default=False)
    bandwidth = models.CharField(
        _("débit"), max_length=8, choices=Bandwidth, default=Bandwidth.LESSON
    )
    sessions = models.PositiveSmallIntegerField(
        _("connexions en même temps"), null=True, blank=True
    )
    """Per person, over all their devices; null: as many as one likes."""
    beyond = models.CharField(_("au-delà"), max_length=6, choices=Beyond, default=Beyond.FLAG)

    objects = PolicyRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("règle d’accès")
        verbose_name_plural = _("règles d’accès")
        ordering = ["policy", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "who"], name="policy_rule_once_per_kind"),
            models.CheckConstraint(
                name="policy_rule_hours_come_in_pairs",
                condition=Q(opens=None, closes=None) | Q(opens__lt=F("closes")),
            ),
            models.CheckConstraint(
                name="policy_rule_days_are_of_a_week",
                condition=Q(days__contained_by=[0, 1, 2, 3, 4, 5, 6], days__len__gte=1),
            ),
            models.CheckConstraint(
                name="policy_rule_guests_get_the_internet_only",
                condition=~Q(who="guest") | Q(segment__in=["guests", "quarantine"]),
            ),
            models.CheckConstraint(
                name="policy_rule_strangers_stay_apart",
                condition=~Q(who="visitor") | Q(segment__in=["visitors", "guests", "quarantine"]),
            ),
            models.CheckConstraint(
                name="policy_rule_allows_a_session",
                condition=Q(sessions=None) | Q(sessions__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_who_display()} → {self.get_segment_display()}"
