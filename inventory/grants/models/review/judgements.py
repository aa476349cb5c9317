"""Who judges which file, what they say of it, and what they ask the school."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.applications import Application
from inventory.grants.models.calls.published import OFFICERS
from inventory.grants.models.review.appointments import Appointment
from schools.models import User
from schools.models.scope import scope_of


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers see who was given which file; a reviewer their own. Never against a conflict."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        seen = self.filter(application__in=Application.objects.visible_to(user))
        if scope_of(user, OFFICERS).region:
            return seen
        return seen.filter(appointment__user=user.pk)

    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def of(self, user: User) -> Self:
        """Those that the person has to judge, links once declared."""
        return self.standing().filter(
            appointment__user=user.pk,
            appointment__ended_at=None,
            appointment__declared_at__isnull=False,
        )


class Assignment(models.Model):
    """A file given to a reviewer. ``why``: how it was chosen, as plain values; by hand: empty."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="assignments")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="assignments")
    seat = models.PositiveSmallIntegerField(_("place"))
    why = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField(_("confié le"), default=timezone.now)
    due_on = models.DateField(_("à examiner pour le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("repris le"), null=True, editable=False)
    end_why = models.CharField(_("motif de la reprise"), max_length=300, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier confié")
        verbose_name_plural = _("dossiers confiés")
        ordering = ["application", "seat"]
        constraints = [
            models.UniqueConstraint(fields=["application", "seat"], name="seat_once_per_file"),
            models.UniqueConstraint(
                fields=["application", "appointment"],
                condition=Q(ended_at=None),
                name="given_once_at_a_time",
            ),
            models.CheckConstraint(
                name="assignment_ended_with_a_reason", condition=Q(ended_at=None) | ~Q(end_why="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.reference} · {self.appointment.user}"


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("en cours")
    FROZEN = "frozen", _("figé")


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; everybody's frozen ones once all of a file's are frozen, to its reviewers and
        to officers. Never against a conflict; a draft is its writer's alone."""
        given = Assignment.objects.visible_to(user)
        if scope_of(user, OFFICERS).region:
            known = Q(assignment__in=given)
        else:
            known = Q(assignment__application__in=given.standing().values("application"))
        mine = Q(assignment__in=given, assignment__appointment__user=getattr(user, "pk", None))
        return self.filter(mine | (known & self._revealed()))

    def frozen(self) -> Self:
        return self.filter(state=ReviewState.FROZEN)

    def counting(self) -> Self:
        """Frozen, of an assignment that stands: those that make the score."""
        return self.frozen().filter(assignment__ended_at=None)

    def revealed(self) -> Self:
        return self.filter(self._revealed())

    @staticmethod
    def _revealed() -> Q:
        """Every reviewer of the file froze, and there are as many as the call asks for."""
        open_ = Assignment.objects.filter(
            application=OuterRef("assignment__application"), ended_at=None
        ).exclude(review__state=ReviewState.FROZEN)
        frozen = (
            Assignment.objects.filter(
                application=OuterRef("assignment__application"),
                ended_at=None,
                review__state=ReviewState.FROZEN,
            )
            .order_by()
            .values("application")
            .annotate(n=Count("pk"))
            .values("n")
        )
        return (
            Q(state=ReviewState.FROZEN)
            & Q(assignment__ended_at=None)
            & ~Exists(open_)
            & Q(assignment__application__version__min_reviews__lte=Coalesce(Subquery(frozen), 0))
        )


class Review(models.Model):
    """What one reviewer says of one file. A draft is written; a frozen one is a fact.

    ``marks``: criterion → points; ``comments``: criterion → text, which the school reads in its
    letter, without a name. ``pedagogical`` and ``technical``: valid or not, judged apart.
    """

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="review")
    state = models.CharField(
        _("état"), max_length=6, choices=ReviewState, default=ReviewState.DRAFT
    )
    marks = models.JSONField(_("points"), default=dict, blank=True)
    comments = models.JSONField(_("commentaires"), default=dict, blank=True)
    pedagogical = models.BooleanField(_("valide sur le plan pédagogique"), null=True)
    technical = models.BooleanField(_("valide sur le plan technique"), null=True)
    remark = models.TextField(_("remarque au comité"), max_length=4000, blank=True)
    total = models.DecimalField(_("note sur 100"), max_digits=4, decimal_places=1, null=True)
    changed_at = models.DateTimeField(_("modifié le"), default=timezone.now)
    frozen_at = models.DateTimeField(_("figé le"), null=True)
    revision = models.PositiveIntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("examen")
        verbose_name_plural = _("examens")
        ordering = ["assignment__application", "assignment__seat"]
        constraints = [
            models.CheckConstraint(
                name="review_frozen_is_whole",
                condition=Q(state="draft", frozen_at=None, total=None)
                | Q(
                    state="frozen",
                    frozen_at__isnull=False,
                    total__isnull=False,
                    pedagogical__isnull=False,
                    technical__isnull=False,
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment}"

    @property
    def is_frozen(self) -> bool:
        return self.state == ReviewState.FROZEN


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the applications that the person sees."""
        return self.filter(application__in=Application.objects.visible_to(user))

    def unanswered(self) -> Self:
        return self.filter(answered_at=None)


class Question(models.Model):
    """What the review asks the school, and its answer. The school is not told who asks."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    asked_at = models.DateTimeField(_("posée le"), default=timezone.now)
    text = models.TextField(_("question"), max_length=2000)
    due_on = models.DateField(_("réponse attendue pour le"))
    answer = models.TextField(_("réponse"), max_length=6000, blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    answered_by_text = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question à l’école")
        verbose_name_plural = _("questions à l’école")
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="answer_has_a_moment",
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


def with_progress(rows: models.QuerySet[Application]) -> models.QuerySet[Application, Any]:
    """With ``given`` and ``frozen``: how many reviewers hold the file, how many are done."""
    live = Q(assignments__ended_at=None)
    done = live & Q(assignments__review__state=ReviewState.FROZEN)
    return rows.annotate(
        given=Count("assignments", filter=live, distinct=True),
        frozen=Count("assignments", filter=done, distinct=True),
        asked=F("version__min_reviews"),
    )
