"""Pedagogical resources: what it is that a project gave back, version by version."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.returns.obligations import OFFICERS, READERS, Obligation
from inventory.grants.models.returns.vocabulary import (
    Aid,
    Audience,
    Material,
    MayChange,
    MaySell,
    ResourceKind,
    ResourceLanguage,
    Subject,
)
from inventory.grants.rules.returns.licences import LICENCES
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class ResourceCentre(models.Model):
    """A resource centre (centre de ressources), which keeps and shows what is deposited there."""

    key = models.SlugField(_("clé"), max_length=40, unique=True)
    """Its set in the harvest; never changes."""
    name = models.CharField(_("nom"), max_length=200)
    website = models.URLField(_("site"), blank=True)
    about = models.CharField(_("présentation"), max_length=500, blank=True)
    closed_on = models.DateField(_("fermé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("centre de ressources")
        verbose_name_plural = _("centres de ressources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CentreValidator(models.Model):
    """A pedagogical adviser who validates for a centre, besides the officers."""

    centre = models.ForeignKey(ResourceCentre, models.CASCADE, related_name="validators")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("conseiller qui valide")
        verbose_name_plural = _("conseillers qui valident")
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "person"],
                condition=Q(ended_at=None),
                name="centre_validator_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre}: {self.person}"


class ResourceState(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    DEPOSITED = "deposited", _("déposée")
    TO_CORRECT = "to_correct", _("à corriger")
    ACCEPTED = "accepted", _("acceptée")
    PUBLISHED = "published", _("publiée")
    WITHDRAWN = "withdrawn", _("retirée")


WRITABLE = frozenset({ResourceState.DRAFT, ResourceState.TO_CORRECT})


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """To the people of the school and the depositor; to officers and to the validators of the
        centre from the first deposit on. What is published, the catalogue shows to everybody."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        seen = Q(depositor=user.pk) | Q(obligation__depositors__person=user.pk)
        readers = scope_of(user, READERS)
        if not readers.is_empty:
            seen |= sites_q(readers, "site")
        handed = Q(deposited_at__isnull=False)
        if scope_of(user, OFFICERS).region:
            seen |= handed
        centres = CentreValidator.objects.filter(person=user.pk, ended_at=None).values("centre")
        seen |= handed & Q(newest__centre__in=centres)
        return self.filter(seen).distinct()

    def open_to_all(self) -> Self:
        """What the public catalogue shows."""
        return self.filter(public="live")

    def harvested(self) -> Self:
        """What the harvest tells: published, and withdrawn after it was."""
        return self.exclude(public="")

    def accepted(self) -> Self:
        """Accepted, and not withdrawn since (K13, K14)."""
        return self.filter(accepted_at__isnull=False).exclude(state=ResourceState.WITHDRAWN)


class Resource(models.Model):
    """One resource through all of its versions. ``state`` is that of the newest."""

    reference = models.CharField(_("référence"), max_length=20, unique=True)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="resources")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    depositor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("déposant"),
    )
    depositor_text = models.CharField(_("déposant"), max_length=200)
    state = models.CharField(
        _("état"), max_length=12, choices=ResourceState, default=ResourceState.DRAFT
    )
    newest = models.ForeignKey(
        "grants.ResourceVersion", models.SET_NULL, related_name="+", null=True, blank=True
    )
    live = models.ForeignKey(
        "grants.ResourceVersion", models.PROTECT, related_name="+", null=True, blank=True
    )
    """The version that the public reads."""
    public = models.CharField(
        max_length=9,
        choices=[("", "–"), ("live", _("publiée")), ("deleted", _("retirée"))],
        default="",
        blank=True,
    )
    public_at = models.DateTimeField(null=True, blank=True)
    """When what the public sees changed last: the datestamp of the harvest, in whole seconds."""
    created_at = models.DateTimeField(default=timezone.now)
    deposited_at = models.DateTimeField(_("déposée le"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("acceptée le"), null=True, blank=True)
    """Of the first version that was."""
    withdrawn_why = models.CharField(_("motif du retrait"), max_length=500, blank=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("ressource pédagogique")
        verbose_name_plural = _("ressources pédagogiques")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="resource_public_has_a_version_and_a_moment",
                condition=Q(public="") | Q(live__isnull=False, public_at__isnull=False),
            ),
            models.CheckConstraint(
                name="resource_withdrawn_with_a_reason",
                condition=~Q(state="withdrawn") | ~Q(withdrawn_why=""),
            ),
        ]
        indexes = [
            models.Index(fields=["public_at", "id"], name="resource_harvest"),
            models.Index(fields=["state", "id"], name="resource_by_state"),
        ]

    def __str__(self) -> str:
        return self.reference


def _texts(label: Any, length: int) -> ArrayField[list[str], list[str]]:
    return ArrayField(
        models.CharField(max_length=length), verbose_name=label, default=list, blank=True
    )


class ResourceVersion(models.Model):
    """What is told of a resource. Once accepted, PostgreSQL refuses any change."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Set by acceptance, for good."""
    title = models.CharField(_("titre"), max_length=200, blank=True)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    audiences = _texts(_("public"), 10)
    subjects = _texts(_("matières"), 10)
    kind = models.CharField(_("genre"), max_length=12, choices=ResourceKind, blank=True)
    minutes = models.PositiveIntegerField(_("durée (minutes)"), null=True, blank=True)
    language = models.CharField(
        _("langue"), max_length=2, choices=ResourceLanguage, default=ResourceLanguage.FRENCH
    )
    keywords = _texts(_("mots-clés"), 60)
    authors = _texts(_("auteurs"), 120)
    """Teachers who agree to be named."""
    authors_agree = models.BooleanField(_("accord des auteurs"), default=False)
    prerequisites = models.CharField(_("prérequis"), max_length=500, blank=True)
    needs = models.CharField(_("matériel et logiciels"), max_length=500, blank=True)
    aids = _texts(_("accessibilité"), 16)
    aids_text = models.CharField(_("accessibilité, remarque"), max_length=500, blank=True)
    may_change = models.CharField(_("modifier"), max_length=5, choices=MayChange, blank=True)
    may_sell = models.CharField(_("vendre"), max_length=3, choices=MaySell, blank=True)
    licence = models.CharField(
        _("licence"),
        max_length=12,
        choices=[(code, one.name) for code, one in LICENCES.items()],
        blank=True,
    )
    material = models.CharField(_("droits de tiers"), max_length=5, choices=Material, blank=True)
    credits = models.CharField(_("œuvres reprises"), max_length=1000, blank=True)
    no_pupils = models.BooleanField(_("aucun élève reconnaissable"), default=False)
    link = models.URLField(_("lien"), max_length=500, blank=True)
    centre = models.ForeignKey(
        ResourceCentre,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("centre de ressources"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("version d’une ressource")
        verbose_name_plural = _("versions d’une ressource")
        ordering = ["resource", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "number"], name="resource_version_once"),
            models.CheckConstraint(
                name="resource_version_accepted_is_complete",
                condition=Q(frozen_at=None)
                | (
                    Q(centre__isnull=False, no_pupils=True)
                    & ~Q(title="")
                    & ~Q(licence="")
                    & ~Q(material="")
                    & ~Q(kind="")
                ),
            ),
        ]
        indexes = [
            GinIndex(fields=["audiences"], name="resource_by_audience"),
            GinIndex(fields=["subjects"], name="resource_by_subject"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.resource}, {self.number}"

    @property
    def audience_words(self) -> list[str]:
        return _words(Audience, self.audiences)

    @property
    def subject_words(self) -> list[str]:
        return _words(Subject, self.subjects)

    @property
    def aid_words(self) -> list[str]:
        return _words(Aid, self.aids)


def _words(choices: type[models.TextChoices], keys: list[str]) -> list[str]:
    known = dict(choices.choices)
    return [str(known.get(key, key)) for key in keys]


def resource_path(file: ResourceFile, filename: str) -> str:
    """A name nobody can guess; a view checks who asks and sends the file."""
    return f"resources/{uuid.uuid4().hex}"


class ResourceFile(models.Model):
    """A file of a version; the same one in the next version is another row on the same content."""

    version = models.ForeignKey(ResourceVersion, models.CASCADE, related_name="files")
    file = models.FileField(upload_to=resource_path)
    name = models.CharField(_("nom"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("octets"))
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("fichier d’une ressource")
        verbose_name_plural = _("fichiers d’une ressource")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "sha256"], name="resource_file_once"),
        ]

    def __str__(self) -> str:
        return self.name


class MoveKind(models.TextChoices):
    DEPOSITED = "deposited", _("déposée")
    TO_CORRECT = "to_correct", _("à corriger")
    ACCEPTED = "accepted", _("acceptée")
    PUBLISHED = "published", _("publiée")
    WITHDRAWN = "withdrawn", _("retirée")


class ResourceMove(models.Model):
    """One step of a resource, never changed: who, when, with which remarks and check list."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="moves")
    number = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(max_length=12, choices=MoveKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    by_text = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    remarks = models.TextField(_("remarques"), max_length=2000, blank=True)
    checked = ArrayField(models.CharField(max_length=16), default=list, blank=True)

    class Meta:
        verbose_name = _("étape d’une ressource")
        verbose_name_plural = _("étapes d’une ressource")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.resource}: {self.get_kind_display()}"
