"""Templates of configurations and the settings that they draw on."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from inventory.rules.config_lines import GRAMMARS, Grammar, patterns
from schools.models import Authority, RoleKind, Site, User
from schools.models.scope import scope_of
from schools.sealed import seal, unseal

TECHNICIANS = frozenset({RoleKind.CENTRAL_TECHNICIAN.value, RoleKind.LOCAL_TECHNICIAN.value})


class ConfigTemplateQuerySet(models.QuerySet["ConfigTemplate"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Technicians, wherever they work: a template holds no secret and names no school."""
        return self if works_somewhere(user) else self.none()


def works_somewhere(user: User | AnonymousUser) -> bool:
    scope = scope_of(user, TECHNICIANS)
    return bool(
        scope.region or scope.provinces or scope.authorities or scope.schools or scope.sites
    )


class ConfigTemplate(models.Model):
    """What a kind of device should say of VLANs, WiFi, time, log and SNMP (modèle)."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    platform = models.CharField(_("plateforme"), max_length=40)
    """A key of the platforms' file: which command line it is written for."""
    grammar = models.CharField(
        _("écriture"),
        max_length=10,
        choices=[("indented", _("blocs en retrait, « no »")), ("set", _("lignes « set »"))],
        default="indented",
    )
    retired_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = ConfigTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("modèle de configuration")
        verbose_name_plural = _("modèles de configuration")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def newest(self) -> TemplateVersion:
        """The version that a new plan takes. There is always one."""
        found = self.versions.order_by("-number").first()
        assert found is not None  # made with the template
        return found


class TemplateVersionQuerySet(models.QuerySet["TemplateVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if works_somewhere(user) else self.none()


class TemplateVersion(models.Model):
    """One text of a template. Frozen by the database as soon as a plan uses it."""

    template = models.ForeignKey(ConfigTemplate, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("texte"))
    owns = models.TextField(_("lignes tenues"))
    """Beginnings of the lines that the template is master of, one a line; ``*`` for anything."""
    note = models.CharField(_("ce qui change"), max_length=200, blank=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("écrit le"), default=timezone.now)

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version d’un modèle")
        verbose_name_plural = _("versions des modèles")
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"

    @property
    def owned(self) -> list[str]:
        return patterns(self.owns)

    @property
    def grammar(self) -> Grammar:
        return GRAMMARS[self.template.grammar]


class SiteSettingsQuerySet(models.QuerySet["SiteSettings"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Technicians: the Region's settings, and those of the POs and sites where they work."""
        scope = scope_of(user, TECHNICIANS)
        if scope.region:
            return self
        if not works_somewhere(user):
            return self.none()
        seen = Site.objects.visible_to(user)
        return self.filter(
            Q(region=True)
            | Q(Exists(seen.filter(pk=OuterRef("site"))))
            | Q(Exists(seen.filter(school__authority=OuterRef("authority"))))
        )


class SiteSettings(Counted):
    """Time, log and SNMP of networks, said for the Region, a PO or a site (réglages)."""

    region = models.BooleanField(_("toute la Région"), default=False)
    authority = models.OneToOneField(
        Authority,
        models.CASCADE,
        verbose_name=_("pouvoir organisateur"),
        related_name="+",
        null=True,
        blank=True,
    )
    site = models.OneToOneField(
        Site,
        models.CASCADE,
        verbose_name=_("implantation"),
        related_name="+",
        null=True,
        blank=True,
    )
    ntp = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("serveurs de temps"),
        default=list,
        blank=True,
    )
    syslog = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("serveurs de journal"),
        default=list,
        blank=True,
    )
    snmp_managers = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("adresses qui lisent par SNMP"),
        default=list,
        blank=True,
    )
    snmp_contact = models.CharField(_("contact SNMP"), max_length=80, blank=True)
    sealed = models.TextField(editable=False, blank=True, default="")
    """The SNMP community: write-only."""

    objects = SiteSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("réglages de réseau")
        verbose_name_plural = _("réglages de réseau")
        ordering = ["-region", "authority", "site"]
        constraints = [
            models.CheckConstraint(
                name="settings_are_of_one_place",
                condition=(
                    Q(region=True, authority=None, site=None)
                    | Q(region=False, authority__isnull=False, site=None)
                    | Q(region=False, authority=None, site__isnull=False)
                ),
            ),
            models.UniqueConstraint(
                fields=["region"], condition=Q(region=True), name="settings_of_region_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.site or self.authority or _("Région"))

    def set_community(self, community: str) -> None:
        """Seal it; an empty one takes it away. The row is not saved."""
        self.sealed = seal({"community": community}) if community else ""

    def community(self) -> str:
        """For writing to a device only."""
        return str(unseal(self.sealed)["community"]) if self.sealed else ""
