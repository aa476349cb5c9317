"""Imports from the authentic sources: one run per file, and what each run found."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.imports.foreign import foreign_sources, known_layouts
from schools.models.people import User
from schools.models.position import RoleKind
from schools.models.scope import scope_of
from schools.rules import Allowed


class ImportKind(models.TextChoices):
    """Which source: its columns stand in schools/imports/columns.py."""

    REGISTER = "register", _("Registre des écoles (FWB)")
    PLACES = "places", _("Autres lieux : germanophones, EPN, centres de formation")
    ISE = "ise", _("Classes ISE")
    HEADCOUNTS = "headcounts", _("Comptages d’élèves")
    ROOMS = "rooms", _("Locaux")
    CONTACTS = "contacts", _("Personnes de contact et directions")


class ImportState(models.TextChoices):
    READING = "reading", _("lecture")
    PREVIEWED = "previewed", _("à confirmer")
    APPLYING = "applying", _("écriture")
    APPLIED = "applied", _("importé")
    FAILED = "failed", _("refusé")
    ABANDONED = "abandoned", _("abandonné")


class ImportOutcome(models.TextChoices):
    """What becomes of a row or an object (schools/imports/findings.py)."""

    CREATED = "created", _("créé")
    CHANGED = "changed", _("modifié")
    MOVED = "moved", _("déplacé")
    CLOSED = "closed", _("fermé")
    REOPENED = "reopened", _("rouvert")
    REFUSED = "refused", _("refusé")
    WARNED = "warned", _("à vérifier")
    IGNORED = "ignored", _("ignoré")


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers of the programme see the files of the Region; of other files, each their own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        seen = Q(pk__in=[])
        if scope_of(user, frozenset({RoleKind.OFFICER.value})).region:
            seen |= Q(kind__in=ImportKind.values)
        for kind, source in foreign_sources().items():
            if source.sees_all(user):
                seen |= Q(kind=kind)
            elif isinstance(source.can_import(user), Allowed):
                seen |= Q(kind=kind, started_by=user)
        return self.filter(seen)

    def at_work(self) -> Self:
        """Those that a worker holds, or should hold."""
        return self.filter(state__in=[ImportState.READING, ImportState.APPLYING])


class ImportRun(models.Model):
    """One file on its way into the register. Its state says how far; a claim, who works on it."""

    kind = models.CharField(_("source"), max_length=12, choices=ImportKind)
    state = models.CharField(
        _("état"), max_length=10, choices=ImportState, default=ImportState.READING
    )
    file = models.FileField(_("fichier"), upload_to="imports/", blank=True, max_length=200)
    file_name = models.CharField(_("nom du fichier"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("octets"))
    format = models.CharField(_("format"), max_length=60, blank=True)
    as_of = models.DateField(_("date de la source"), default=timezone.localdate)
    started_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("lancé par"), related_name="+", null=True
    )
    created_at = models.DateTimeField(_("lancé le"), default=timezone.now)
    previewed_at = models.DateTimeField(_("comparé le"), null=True)
    """The moment of the database that the preview compares with."""
    applied_at = models.DateTimeField(_("importé le"), null=True)
    applied_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("importé par"), related_name="+", null=True
    )
    closing = models.BooleanField(_("fermer ce qui manque"), default=False)
    stale = models.BooleanField(_("aperçu refait"), default=False)
    """The register changed between preview and confirmation: nothing was written, look again."""
    begun_at = models.DateTimeField(default=timezone.now)
    """When the work of the present state began: what an estimate counts from."""
    done = models.PositiveIntegerField(_("fait"), default=0)
    total = models.PositiveIntegerField(_("en tout"), default=0)
    heads = models.JSONField(_("colonnes"), default=list)
    unknown_columns = models.JSONField(_("colonnes inconnues"), default=list)
    counts = models.JSONField(_("comptes"), default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    failure = models.TextField(_("pourquoi"), blank=True)
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_applied_has_a_moment",
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at=None)),
            ),
            models.CheckConstraint(
                name="import_failed_says_why", condition=~Q(state="failed") | ~Q(failure="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["claimed_at"],
                name="imports_at_work",
                condition=Q(state__in=["reading", "applying"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.file_name}"

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """What the source is called; other apps bring kinds of their own."""
        layout = known_layouts().get(self.kind)
        return str(layout.label) if layout else self.kind


class ImportFindingQuerySet(models.QuerySet["ImportFinding"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Read with their run."""
        return self.filter(run__in=ImportRun.objects.visible_to(user))


class ImportFinding(models.Model):
    """One line of a preview: a refused cell, or an object that is created, changed, closed."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="findings")
    outcome = models.CharField(_("sort"), max_length=10, choices=ImportOutcome)
    reason = models.CharField(_("raison"), max_length=40, blank=True)
    told = models.JSONField(default=dict)
    line = models.PositiveIntegerField(_("ligne"), null=True)
    column = models.CharField(_("colonne"), max_length=80, blank=True)
    value = models.CharField(_("valeur"), max_length=200, blank=True)
    object_type = models.CharField(_("type d’objet"), max_length=20, blank=True)
    object_text = models.CharField(_("objet"), max_length=200, blank=True)
    before = models.JSONField(_("avant"), default=dict)
    after = models.JSONField(_("après"), default=dict)
    cells = models.JSONField(_("cellules"), default=list)

    objects = ImportFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("constat d’import")
        verbose_name_plural = _("constats d’import")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["run", "outcome", "id"], name="finding_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.line or ''} {self.object_text}"
