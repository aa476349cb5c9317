"""Files of an application: what the school joins, and what it sent, frozen with its proof."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.applications import Application, OfApplication
from inventory.grants.models.calls.published import CallVersion
from schools.models import User


def application_file_path(row: models.Model, filename: str) -> str:
    """A name nobody can guess; the file is only ever served through a scoped view."""
    return f"applications/{uuid.uuid4().hex}"


class ApplicationFile(models.Model):
    """A file joined to a question. Taken away by a date: what was sent once stays readable."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="files")
    question = models.CharField(max_length=40)
    file = models.FileField(upload_to=application_file_path)
    name = models.CharField(_("nom du fichier"), max_length=120)
    content_type = models.CharField(_("type"), max_length=80)
    size = models.PositiveIntegerField(_("taille"))
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField(_("joint le"), default=timezone.now)
    removed_at = models.DateTimeField(_("retiré le"), null=True)

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("pièce d’un dossier")
        verbose_name_plural = _("pièces des dossiers")
        ordering = ["question", "id"]

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """What was sent, whole, with its moment and its SHA-256. The database refuses any change but
    the paper made from it, and refuses one that came after the deadline."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("envoi"))
    version = models.ForeignKey(CallVersion, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("envoyé le"))
    """By the clock of the database."""
    by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    by_text = models.CharField(_("par"), max_length=150)
    amount = models.DecimalField(_("montant (EUR)"), max_digits=12, decimal_places=2)
    content = models.JSONField()
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)
    paper = models.FileField(upload_to=application_file_path, blank=True)
    """The receipt (accusé de réception) in PDF."""
    paper_sha256 = models.CharField(max_length=64, blank=True)
    mailed_at = models.DateTimeField(null=True)

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("envoi d’un dossier")
        verbose_name_plural = _("envois des dossiers")
        ordering = ["application", "number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="submission_once")
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(mailed_at=None), name="submission_to_be_mailed")
        ]

    def __str__(self) -> str:
        return f"{self.application.reference}, {self.number}"


class ApplicationReminder(models.Model):
    """A step before the deadline at which the authors of a draft were told: once each."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="reminders")
    step = models.CharField(max_length=12)
    closes_at = models.DateTimeField()
    """The deadline of which it told: a postponed one is told again."""
    at = models.DateTimeField(default=timezone.now)

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("rappel d’un dossier")
        verbose_name_plural = _("rappels des dossiers")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "step", "closes_at"], name="reminder_once_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.step}"
