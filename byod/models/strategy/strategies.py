"""The strategy of a school for personal devices and loans (stratégie BYOD), version by version."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.network.policies import NetworkPolicy
from byod.models.people.charters import CharterVersion
from schools.models import Level, RoleKind, School, User
from schools.models.written import WrittenAnswer, WrittenQuerySet, WrittenVersion

WRITERS = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value, RoleKind.AUTHORITY.value})
"""Who reads a strategy from its first draft on: the school and its PO."""
SECONDARY = (Level.SECONDARY, Level.SPECIAL, Level.CEFA)
"""Levels whose schools have a strategy; specialised teaching has a secondary part."""


class StrategyState(models.TextChoices):
    """A version in its life. All but the draft are frozen, by a trigger."""

    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", pgettext_lazy("strategy", "à approuver")
    RETURNED = "returned", pgettext_lazy("strategy", "à compléter")
    APPROVED = "approved", pgettext_lazy("strategy", "approuvée")
    DEPLOYED = "deployed", pgettext_lazy("strategy", "déployée")
    SUPERSEDED = "superseded", pgettext_lazy("strategy", "remplacée")


IN_FORCE = (StrategyState.APPROVED, StrategyState.DEPLOYED)


def charters_q(school: str = "school") -> Exists:
    """That the school's charter, or the regional floor, is published."""
    mine = Q(school=OuterRef(school)) | Q(school=None)
    return Exists(CharterVersion.objects.published().filter(mine))


def policies_q(school: str = "school") -> Exists:
    """That the school's network has a live policy."""
    return Exists(NetworkPolicy.objects.live().filter(school=OuterRef(school)))


def secondary_schools() -> models.QuerySet[School]:
    """Open schools that organise secondary teaching today."""
    return School.objects.open().filter(
        kind="school",
        pk__in=School.objects.filter(
            sites__closed_on=None,
            sites__teachings__closed_on=None,
            sites__teachings__level__in=SECONDARY,
        ).values("pk"),
    )


class StrategyQuerySet(WrittenQuerySet["Strategy"]):
    writers = WRITERS
    public = tuple(state.value for state in IN_FORCE)

    def in_force(self) -> Self:
        """Approved or deployed: at most one of each per school."""
        return self.filter(state__in=IN_FORCE)

    def effective(self) -> Self:
        """Deployed *and* lived by: the network has a live policy, a charter is published. K9.

        A question, not a state: the day a policy is retired without another, it is not counted.
        """
        return self.filter(policies_q(), charters_q(), state=StrategyState.DEPLOYED)

    def to_review(self, on: dt.date) -> Self:
        """Deployed, due for their yearly review, which nobody has opened."""
        return self.filter(state=StrategyState.DEPLOYED, review_on__lte=on).exclude(
            reviews__closed_at=None, reviews__isnull=False
        )


class Strategy(WrittenVersion):
    """One version. Its questions stand in ``rules/strategy/form.py``, by form version."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    state = models.CharField(
        _("état"), max_length=10, choices=StrategyState, default=StrategyState.DRAFT
    )
    started_at = models.DateTimeField(_("commencée le"), default=timezone.now)
    submitted_at = models.DateTimeField(_("soumise le"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("soumise par"), related_name="+", null=True
    )
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("décidée par"), related_name="+", null=True
    )
    delegated = models.BooleanField(_("par délégation du pouvoir organisateur"), default=False)
    """Approved by the head, to whom the PO had delegated it."""
    deployed_at = models.DateTimeField(_("déployée le"), null=True, blank=True)
    deployed_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("déployée par"), related_name="+", null=True
    )
    policy = models.ForeignKey(NetworkPolicy, models.PROTECT, related_name="+", null=True)
    """The policy that was live when it was deployed."""
    review_on = models.DateField(_("à revoir le"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("remplacée le"), null=True, blank=True)

    objects = StrategyQuerySet.as_manager()

    class Meta:
        verbose_name = _("stratégie BYOD")
        verbose_name_plural = _("stratégies BYOD")
        ordering = ["school", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["school", "version"], name="strategy_version_once"),
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(state__in=["draft", "submitted"]),
                name="strategy_one_in_hand_per_school",
            ),
            models.UniqueConstraint(
                fields=["school", "state"],
                condition=Q(state__in=["approved", "deployed"]),
                name="strategy_one_in_force_per_school",
            ),
            models.CheckConstraint(
                name="strategy_submitted_once_it_is_no_draft",
                condition=Q(state="draft", submitted_at=None)
                | (~Q(state="draft") & Q(submitted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="strategy_tells_its_decision",
                condition=Q(state__in=["draft", "submitted"], decided_at=None)
                | Q(
                    state__in=["returned", "approved", "deployed", "superseded"],
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="strategy_returned_with_reasons",
                condition=~Q(state="returned") | ~Q(reasons=""),
            ),
            models.CheckConstraint(
                name="strategy_deployed_under_a_policy",
                condition=Q(
                    state__in=["draft", "submitted", "returned", "approved"],
                    deployed_at=None,
                    policy=None,
                    review_on=None,
                    superseded_at=None,
                )
                | Q(
                    state="deployed",
                    deployed_at__isnull=False,
                    policy__isnull=False,
                    review_on__isnull=False,
                    superseded_at=None,
                )
                | Q(state="superseded", superseded_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="strategy_by_state")]

    def __str__(self) -> str:
        return f"{self.school} · stratégie BYOD, version {self.version}"


class StrategyAnswer(WrittenAnswer):
    """The answer to one question of a strategy."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="answers")

    class Meta:
        verbose_name = _("réponse de la stratégie")
        verbose_name_plural = _("réponses de la stratégie")
        constraints = [
            models.UniqueConstraint(fields=["strategy", "question"], name="strategy_question_once")
        ]

    def __str__(self) -> str:
        return f"{self.strategy_id} {self.question}"


class StrategyPaper(models.Model):
    """What accompanies a version: an insurance policy, a plan of the network, minutes."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="papers")
    file = models.FileField(upload_to="strategies/")
    """Under a name nobody can guess; only ever served through a scoped view."""
    name = models.CharField(_("nom du fichier"), max_length=120)
    content_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("taille"))
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField(_("déposé le"), default=timezone.now)

    class Meta:
        verbose_name = _("document d’une stratégie")
        verbose_name_plural = _("documents des stratégies")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "sha256"], name="strategy_paper_once")
        ]

    def __str__(self) -> str:
        return self.name
