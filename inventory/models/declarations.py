"""Inventory declarations (cadastre): what a school signs that a site has, frozen and dated."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import Site, User
from schools.models.places import SiteQuerySet
from schools.models.scope import scope_of, sites_q


class DeclarationKind(models.TextChoices):
    SIGNED = "signed", _("déclaration")
    WITHDRAWN = "withdrawn", _("retrait")


class Standing(models.TextChoices):
    """Where the declaration of a site stands."""

    NEVER = "never", _("jamais déclaré")
    VALID = "valid", _("valable")
    OUTDATED = "outdated", _("à revoir")
    EXPIRED = "expired", _("échue")
    WITHDRAWN = "withdrawn", _("retirée")


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def holding(self, on: dt.date) -> Self:
        """Those that hold on that day: the last of their site signed by then, not withdrawn, not
        expired."""
        newer = Declaration.objects.filter(
            site=OuterRef("site"), number__gt=OuterRef("number"), on__lte=on
        )
        return self.filter(
            ~Exists(newer), kind=DeclarationKind.SIGNED, on__lte=on, valid_until__gte=on
        )


class Declaration(models.Model):
    """One version. The database refuses any change; a correction or a withdrawal is a new one."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("acte"), max_length=10, choices=DeclarationKind)
    on = models.DateField(_("date"))
    valid_until = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    signed_by_text = models.CharField(_("signé par"), max_length=200)
    role_text = models.CharField(_("en qualité de"), max_length=80)
    signed_at = models.DateTimeField(_("signé le"), default=timezone.now)
    why = models.CharField(_("motif"), max_length=500, blank=True)
    devices = models.PositiveIntegerField(_("équipements"), default=0)
    content = models.JSONField(default=dict)
    """The site in words, the counts, and a line per device, as they stood."""
    situations = models.JSONField(default=dict)
    """Device key → ``state|room``: what changed since is told by comparing."""
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("déclaration d’inventaire")
        verbose_name_plural = _("déclarations d’inventaire")
        ordering = ["-signed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="declaration_number_once"),
            models.CheckConstraint(
                name="declaration_valid_from_its_day",
                condition=Q(kind="withdrawn", valid_until=None) | Q(valid_until__gte=F("on")),
            ),
            models.CheckConstraint(
                name="declaration_correction_has_a_reason",
                condition=Q(kind="signed") | ~Q(why=""),
            ),
        ]
        indexes = [models.Index(fields=["-signed_at", "-id"], name="declaration_latest")]

    def __str__(self) -> str:
        return f"{self.site}, version {self.number}"

    @property
    def is_whole(self) -> bool:
        """Whether the content still has the hash that was signed."""
        return fingerprint(self.content) == self.sha256


def fingerprint(content: Any) -> str:
    """SHA-256 of the content in canonical JSON: sorted keys, no blanks, UTF-8."""
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def has_valid_declaration(site: Site | int, on: dt.date) -> bool:
    """Whether the site's inventory was declared, and holds on that day (a condition of grants)."""
    key = site.pk if isinstance(site, Site) else site
    return Declaration.objects.filter(site=key).holding(on).exists()


def with_valid_declaration(sites: SiteQuerySet, on: dt.date) -> SiteQuerySet:
    """Those of these sites whose declaration holds on that day."""
    return sites.filter(Exists(Declaration.objects.holding(on).filter(site=OuterRef("pk"))))
