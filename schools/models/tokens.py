"""Access keys (clés d’accès): how programs come in, with a part of their owner's rights."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User

LEGACY_LENGTH = 40
"""Keys made before the scopes were stored as the first 160 bits of their digest."""


class TokenScope(models.TextChoices):
    """What a key may open: a manner (read, write) and areas. It needs one of each."""

    READ = "read", _("lire")
    WRITE = "write", _("écrire")
    REGISTER = "register", _("registre : écoles, implantations, locaux, accords")
    INVENTORY = "inventory", _("équipements, ports, câbles")
    GRANTS = "grants", _("appels à projets, droits de tirage, commandes")
    BYOD = "byod", _("appareils personnels, prêts, connexions")
    SUPERVISION = "supervision", _("relevés, contrôles, incidents")
    HELPDESK = "helpdesk", _("tickets, messages, signalements")


MANNERS = (TokenScope.READ, TokenScope.WRITE)
AREAS = tuple(scope for scope in TokenScope if scope not in MANNERS)


def digest(token: str) -> str:
    """What is stored of a key: the database opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own keys. Those of everybody stand in the administration."""
        return self.filter(user=user.pk) if user.is_authenticated else self.none()

    def live(self, now: dt.datetime) -> Self:
        """Keys that open something: neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=now)

    def of(self, token: str) -> ApiToken | None:
        """The key that somebody holds, whether it still opens or not."""
        whole = digest(token)
        held = self.filter(digest__in=[whole, whole[:LEGACY_LENGTH]])
        return held.select_related("user").first()


class ApiToken(models.Model):
    """A key of a person. It is shown once; what is stored is its digest alone."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("nom"), max_length=60)
    digest = models.CharField(_("empreinte"), max_length=64, unique=True)
    scopes = ArrayField(
        models.CharField(max_length=16, choices=TokenScope), verbose_name=_("portées")
    )
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("créée"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire"))
    last_used_at = models.DateTimeField(_("dernier usage"), null=True, blank=True)
    last_used_from = models.GenericIPAddressField(_("depuis"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("révoquée"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("clé d’accès")
        verbose_name_plural = _("clés d’accès")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="token_scopes_are_known",
                condition=Q(scopes__contained_by=TokenScope.values) & ~Q(scopes=[]),
            ),
            models.CheckConstraint(
                name="token_expires_after_it_begins",
                condition=Q(expires_at__gt=models.F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.user})"

    def state(self, now: dt.datetime) -> str:
        """``live``, ``expired`` or ``revoked``."""
        if self.revoked_at:
            return "revoked"
        return "live" if self.expires_at > now else "expired"

    def opens(self, *scopes: str) -> bool:
        """Whether the key has all of these scopes."""
        return set(scopes) <= set(self.scopes)
