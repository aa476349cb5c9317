"""Photos and documents of a device."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.devices import Device
from schools.models import User
from schools.models.scope import scope_of, sites_q


class FileKind(models.TextChoices):
    PHOTO = "photo", _("photo")
    PAPER = "paper", _("document")


class DeviceFileQuerySet(models.QuerySet["DeviceFile"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the devices that one sees."""
        return self.filter(sites_q(scope_of(user), "device__site"))

    def current(self) -> Self:
        """Those that nobody took off."""
        return self.filter(removed_at__isnull=True)


def file_path(file: DeviceFile, filename: str) -> str:
    """A name nobody can guess; the file is only ever served through a scoped view."""
    return f"devices/{uuid.uuid4().hex}"


class DeviceFile(models.Model):
    """A photo encoded anew, or a PDF as it came (invoice, warranty, manual)."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="files")
    kind = models.CharField(_("sorte"), max_length=5, choices=FileKind)
    file = models.FileField(upload_to=file_path)
    small = models.FileField(upload_to=file_path, blank=True)
    """A photo of at most 320 px a side, for the page."""
    name = models.CharField(_("nom du fichier"), max_length=120)
    content_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("taille"))
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True
    )
    at = models.DateTimeField(_("déposé le"), default=timezone.now)
    removed_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = DeviceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo ou document d’un équipement")
        verbose_name_plural = _("photos et documents d’équipements")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "sha256"],
                condition=Q(removed_at=None),
                name="device_file_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name
