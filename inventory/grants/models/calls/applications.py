"""Applications (dossiers): what a school asks for, by whom, and how it was sent."""

from __future__ import annotations

from typing import Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.conflicted import given_to_review, without_conflicts
from inventory.grants.models.calls.forms import FormVersion
from inventory.grants.models.calls.published import OFFICERS, Call, CallVersion
from inventory.models import KitVersion
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of, sites_q

LEADERS = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})
"""Who reads every file of their sites, from its first line on."""


class ApplicationState(models.TextChoices):
    """The school writes up to submitted; the platform, officers and the review write the rest."""

    DRAFT = "draft", _("brouillon")
    VALIDATED = "validated", _("validé par la direction")
    COUNTERSIGNED = "countersigned", _("contresigné par le PO")
    SUBMITTED = "submitted", _("envoyé")
    INELIGIBLE = "ineligible", _("non recevable")
    WITHDRAWN = "withdrawn", _("retiré")
    AWARDED = "awarded", _("accordé")
    CONDITIONAL = "conditional", _("accordé sous condition")
    RESERVE = "reserve", _("liste de réserve")
    REFUSED = "refused", _("refusé")


IN_HAND = (
    ApplicationState.DRAFT,
    ApplicationState.VALIDATED,
    ApplicationState.COUNTERSIGNED,
)
"""Not sent yet: the school's own business."""


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Head and PO see all of their sites; an author what they write; officers what was sent;
        a reviewer what they were given. Never a file in which the person has a conflict."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        author = CoAuthor.objects.filter(application=OuterRef("pk"), user=user.pk, removed_at=None)
        at_home = Q(sites_q(scope_of(user), "site"))
        seen = sites_q(scope_of(user, LEADERS), "site") | (Exists(author) & at_home)
        seen |= given_to_review(user)
        if scope_of(user, OFFICERS).region:
            seen |= Q(submitted_at__isnull=False)
        return without_conflicts(self.filter(seen), user)

    def sent(self) -> Self:
        """Those that arrived and were not taken back."""
        return self.exclude(state__in=[*IN_HAND, ApplicationState.WITHDRAWN])

    def in_hand(self) -> Self:
        return self.filter(state__in=IN_HAND)


class Application(models.Model):
    """A file (dossier) of a site for a call. What was sent is kept as a submission, frozen."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="applications")
    version = models.ForeignKey(CallVersion, models.PROTECT, related_name="+")
    """The rules it follows: the version in force while it is written, then the one it was sent
    under."""
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    reference = models.CharField(_("référence"), max_length=20, unique=True)
    title = models.CharField(_("titre du projet"), max_length=160)
    state = models.CharField(
        _("état"), max_length=14, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    amount = models.DecimalField(_("montant (EUR)"), max_digits=12, decimal_places=2, default=0)
    """The sum of the kits asked for."""
    project_head = models.ForeignKey(
        User,
        models.SET_NULL,
        verbose_name=_("porteur du projet"),
        related_name="+",
        null=True,
        blank=True,
    )
    started_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    started_at = models.DateTimeField(_("commencé le"), default=timezone.now)
    changed_at = models.DateTimeField(_("modifié le"), default=timezone.now)
    validated_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    validated_at = models.DateTimeField(_("validé le"), null=True)
    countersigned_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    countersigned_at = models.DateTimeField(_("contresigné le"), null=True)
    submitted_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    submitted_at = models.DateTimeField(_("envoyé le"), null=True)
    """By the clock of the database; kept when the file is withdrawn."""
    why = models.TextField(_("motif"), max_length=4000, blank=True)
    """Why it was withdrawn, is not eligible, was refused or must be completed."""
    revision = models.PositiveIntegerField(default=1)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="application_sent_at_a_moment",
                condition=Q(state__in=["draft", "validated", "countersigned"], submitted_at=None)
                | Q(state="withdrawn")
                | Q(
                    state__in=[
                        "submitted",
                        "ineligible",
                        "awarded",
                        "conditional",
                        "reserve",
                        "refused",
                    ],
                    submitted_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="application_refused_with_a_reason",
                condition=~Q(state="ineligible") | ~Q(why=""),
            ),
            models.CheckConstraint(name="application_amount", condition=Q(amount__gte=0)),
        ]
        indexes = [
            models.Index(fields=["call", "state", "submitted_at"], name="application_by_call"),
            models.Index(fields=["-submitted_at", "-id"], name="application_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}" if self.title else self.reference

    @property
    def cause(self) -> str:
        """How the ledger of rights names it."""
        return f"application:{self.pk}"

    @property
    def in_hand(self) -> bool:
        return self.state in IN_HAND


Row = TypeVar("Row", bound=models.Model)


class OfApplication(models.QuerySet[Row]):
    """Rows read with the application they belong to."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the applications that the person sees."""
        return self.filter(application__in=Application.objects.visible_to(user))


class Answer(models.Model):
    """The answer to one question. ``revision`` counts its writings: nobody overwrites unread."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(default=timezone.now)
    edited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.question}"


class AskedKit(models.Model):
    """So many of a kit version asked for, at the price of that day."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="asked_kits")
    kit_version = models.ForeignKey(KitVersion, models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField(_("nombre"))
    unit_price = models.DecimalField(_("prix unitaire (EUR)"), max_digits=10, decimal_places=2)

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("kit demandé")
        verbose_name_plural = _("kits demandés")
        ordering = ["kit_version__kit__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "kit_version"], name="asked_kit_once"),
            models.CheckConstraint(name="asked_kit_counts", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.kit_version}"


class CoAuthor(models.Model):
    """A person who writes a file; taken away by a date, never deleted."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="authors")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    added_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    added_at = models.DateTimeField(_("depuis le"), default=timezone.now)
    removed_at = models.DateTimeField(_("jusqu’au"), null=True)

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("auteur d’un dossier")
        verbose_name_plural = _("auteurs des dossiers")
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"],
                condition=Q(removed_at=None),
                name="author_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.application_id}"


class ApplicationMove(models.Model):
    """A change of state: when, by whom, why. Only added."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="moves")
    at = models.DateTimeField(_("le"), default=timezone.now)
    before = models.CharField(_("avant"), max_length=14, blank=True)
    after = models.CharField(_("après"), max_length=14)
    by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    by_text = models.CharField(_("par"), max_length=150)
    why = models.TextField(_("motif"), blank=True)

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("étape d’un dossier")
        verbose_name_plural = _("étapes des dossiers")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.before} → {self.after}"

    @property
    def word(self) -> str:
        """The state it led to, in words."""
        return str(ApplicationState(self.after).label)
