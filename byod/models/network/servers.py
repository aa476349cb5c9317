"""RADIUS servers (serveurs RADIUS) as they last told of their own files."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models import RoleKind, User
from schools.models.scope import scope_of

SERVER_READERS = frozenset({RoleKind.CENTRAL_TECHNICIAN.value, RoleKind.OFFICER.value})


class RadiusServerQuerySet(models.QuerySet["RadiusServer"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By those who run the whole Region's network."""
        return self if scope_of(user, SERVER_READERS).region else self.none()


class RadiusServer(models.Model):
    """One machine that runs FreeRADIUS: what ``write_freeradius`` did there, and when."""

    host = models.CharField(_("machine"), max_length=120, unique=True)
    checked_at = models.DateTimeField(_("vérifié le"))
    """When it last compared its files with what they should be."""
    written_at = models.DateTimeField(_("écrit le"), null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    """Of what the files in place were made from (``server_files.wanted_digest``)."""
    fault = models.TextField(_("refus"), blank=True)
    """Why new files were not put in place; the former ones go on. Empty: all is well."""
    server_ends_at = models.DateTimeField(_("fin du certificat du serveur"), null=True, blank=True)
    equipment_ends_at = models.DateTimeField(
        _("fin de l’autorité des équipements"), null=True, blank=True
    )

    objects = RadiusServerQuerySet.as_manager()

    class Meta:
        verbose_name = _("serveur RADIUS")
        verbose_name_plural = _("serveurs RADIUS")
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host
