"""Calls (appels à projets): a call, its versions, the documents beside a version."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.forms import FormVersion
from schools.models import RoleKind, User
from schools.models.scope import scope_of

OFFICERS = frozenset({RoleKind.OFFICER.value})


class CallMode(models.TextChoices):
    """A competition ranks under a budget; an entitlement gives to every valid file, for years."""

    COMPETITION = "competition", _("avec classement")
    ENTITLEMENT = "entitlement", _("guichet ouvert")


class CallState(models.TextChoices):
    """Open and closed are no states: they follow from the dates of the version in force."""

    DRAFT = "draft", _("en préparation")
    PUBLISHED = "published", _("publié")
    DECIDED = "decided", _("résultats publiés")


class CallPhase(models.TextChoices):
    """Where a call stands at a moment, in words for everybody."""

    DRAFT = "draft", _("en préparation")
    PLANNED = "planned", _("annoncé")
    OPEN = "open", _("ouvert")
    CLOSED = "closed", _("clôturé")
    DECIDED = "decided", _("résultats publiés")


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers see what is in preparation; anybody with a role what was published.

        The page for the public reads :meth:`published`: it asks for no account.
        """
        scope = scope_of(user)
        if scope.is_empty and RoleKind.REVIEWER not in getattr(user, "role_kinds", ()):
            return self.none()
        if scope_of(user, OFFICERS).region:
            return self
        return self.published()

    def published(self) -> Self:
        return self.exclude(state=CallState.DRAFT)

    def open(self, now: dt.datetime) -> Self:
        """Those that take files at that moment."""
        return self.filter(
            state=CallState.PUBLISHED, current__opens_at__lte=now, current__closes_at__gt=now
        )


class Call(models.Model):
    """A call. What it says is said by its versions; ``current`` is the one in force."""

    reference = models.CharField(_("référence"), max_length=20, unique=True)
    mode = models.CharField(
        _("mode"), max_length=12, choices=CallMode, default=CallMode.COMPETITION
    )
    state = models.CharField(
        _("état"), max_length=10, choices=CallState, default=CallState.DRAFT, editable=False
    )
    current = models.ForeignKey(
        "CallVersion",
        models.PROTECT,
        verbose_name=_("version en vigueur"),
        related_name="+",
        null=True,
        editable=False,
    )
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("repris de"), related_name="+", null=True
    )
    made_at = models.DateTimeField(_("créé le"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("appel à projets")
        verbose_name_plural = _("appels à projets")
        ordering = ["-reference"]
        constraints = [
            models.CheckConstraint(
                name="call_published_has_a_version",
                condition=Q(state="draft", current=None)
                | (~Q(state="draft") & Q(current__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_published(self) -> bool:
        return self.state != CallState.DRAFT

    def phase(self, now: dt.datetime) -> CallPhase:
        """Where it stands at that moment."""
        if self.current is None:
            return CallPhase.DRAFT
        if self.state == CallState.DECIDED:
            return CallPhase.DECIDED
        if now < self.current.opens_at:
            return CallPhase.PLANNED
        return CallPhase.OPEN if now < self.current.closes_at else CallPhase.CLOSED


class CallVersionQuerySet(models.QuerySet["CallVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers see drafts; anybody with a role what was published."""
        if scope_of(user).is_empty and RoleKind.REVIEWER not in getattr(user, "role_kinds", ()):
            return self.none()
        return self if scope_of(user, OFFICERS).region else self.published()

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def draft(self) -> Self:
        return self.filter(published_at__isnull=True)


class CallVersion(models.Model):
    """What a call says. Written as a draft; once ``published_at`` is set, PostgreSQL refuses any
    change, and a correction is a new version with a public reason (``why``).

    ``eligibility``: see :mod:`inventory.grants.rules.calls.eligibility`; ``grid`` and ``ranking``:
    :mod:`inventory.grants.rules.calls.grid`; ``decision_texts``: ``{"awarded": {"fr": …, "de": …},
    "refused": …, "reserve": …, "conditional": …, "ineligible": …}``.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    title_fr = models.CharField(_("titre"), max_length=160)
    title_de = models.CharField(_("titre en allemand"), max_length=160, blank=True)
    summary_fr = models.TextField(_("en bref"), max_length=600, blank=True)
    summary_de = models.TextField(_("en bref, en allemand"), max_length=600, blank=True)
    rules_fr = models.TextField(_("règlement"), max_length=60_000, blank=True)
    rules_de = models.TextField(_("règlement en allemand"), max_length=60_000, blank=True)
    opens_at = models.DateTimeField(_("ouverture"))
    closes_at = models.DateTimeField(_("clôture"))
    budget = models.DecimalField(_("budget (EUR)"), max_digits=12, decimal_places=2, default=0)
    eligibility = models.JSONField(_("conditions"), default=list, blank=True)
    grid = models.JSONField(_("grille"), default=dict, blank=True)
    ranking = models.JSONField(_("classement"), default=dict, blank=True)
    decision_texts = models.JSONField(_("textes des décisions"), default=dict, blank=True)
    form = models.ForeignKey(
        FormVersion, models.PROTECT, verbose_name=_("formulaire"), related_name="call_versions"
    )
    uses_right = models.BooleanField(_("dans le droit de tirage"), default=True)
    countersigned = models.BooleanField(_("contresigné par le pouvoir organisateur"), default=True)
    """Whether the organising authority signs before the file is sent."""
    per_site = models.PositiveSmallIntegerField(_("dossiers par implantation"), default=1)
    """How many files a site may have at once; 0: as many as it likes."""
    returns_owed = models.PositiveSmallIntegerField(_("ressources à rendre"), default=0)
    returns_due_months = models.PositiveSmallIntegerField(_("à rendre dans les (mois)"), default=12)
    min_reviews = models.PositiveSmallIntegerField(_("examens par dossier"), default=2)
    divergence_points = models.DecimalField(
        _("écart qui demande un examen de plus (points sur 100)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(20),
    )
    why = models.CharField(_("motif public de la correction"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    """Counts the writings of a draft: nobody overwrites unread."""
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("publiée le"), null=True, editable=False)
    published_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, editable=False
    )
    published_by_text = models.CharField(max_length=150, blank=True, editable=False)

    objects = CallVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version d’un appel")
        verbose_name_plural = _("versions des appels")
        ordering = ["call", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="call_version_once"),
            models.UniqueConstraint(
                fields=["call"], condition=Q(published_at=None), name="one_draft_per_call"
            ),
            models.CheckConstraint(
                name="call_version_dates_in_order", condition=Q(closes_at__gt=F("opens_at"))
            ),
            models.CheckConstraint(name="call_version_budget", condition=Q(budget__gte=0)),
            models.CheckConstraint(
                name="call_correction_has_a_reason",
                condition=Q(published_at=None) | Q(number=1) | ~Q(why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call.reference}, version {self.number}"

    @property
    def is_frozen(self) -> bool:
        return self.published_at is not None

    def _told(self, name: str) -> str:
        """In the reader's language, French where German was not written."""
        german = str(getattr(self, f"{name}_de"))
        return german if german and get_language() == "de" else str(getattr(self, f"{name}_fr"))

    @property
    def title(self) -> str:
        return self._told("title")

    @property
    def summary(self) -> str:
        return self._told("summary")

    @property
    def rules(self) -> str:
        return self._told("rules")


class CallDocumentQuerySet(models.QuerySet["CallDocument"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the versions that the person sees."""
        return self.filter(version__in=CallVersion.objects.visible_to(user))


def call_document_path(document: CallDocument, filename: str) -> str:
    """A name nobody can guess: a draft's document is not public yet."""
    return f"calls/{uuid.uuid4().hex}"


class CallDocument(models.Model):
    """A file beside a version (annexe, modèle); frozen with it."""

    version = models.ForeignKey(CallVersion, models.CASCADE, related_name="documents")
    title = models.CharField(_("intitulé"), max_length=120)
    language = models.CharField(
        _("langue"), max_length=2, choices=[("fr", "Français"), ("de", "Deutsch")], default="fr"
    )
    file = models.FileField(upload_to=call_document_path)
    name = models.CharField(_("nom du fichier"), max_length=120)
    content_type = models.CharField(_("type"), max_length=80)
    size = models.PositiveIntegerField(_("taille"))
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)
    at = models.DateTimeField(_("déposé le"), default=timezone.now)

    objects = CallDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document d’un appel")
        verbose_name_plural = _("documents des appels")
        ordering = ["version", "title", "id"]

    def __str__(self) -> str:
        return self.title
