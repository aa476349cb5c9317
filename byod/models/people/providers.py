"""Identity providers of schools (fournisseurs d’identité): one OpenID Connect issuer per school."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.models import RoleKind, School, Site, User
from schools.models.scope import scope_of, sites_q
from schools.sealed import seal, unseal

PROVIDER_READERS = frozenset({RoleKind.HEAD.value, RoleKind.CONTACT.value})


class SchoolProviderQuerySet(models.QuerySet["SchoolProvider"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        sites = Site.objects.filter(sites_q(scope_of(user, PROVIDER_READERS)))
        return self.filter(school__in=sites.values("school"))


class SchoolProvider(models.Model):
    """Where the pupils and teachers of a school prove who they are (OpenID Connect Core 1.0)."""

    school = models.OneToOneField(School, models.CASCADE, related_name="+")
    name = models.CharField(_("nom du bouton"), max_length=60)
    issuer = models.URLField(_("émetteur"), max_length=300)
    client_id = models.CharField(_("identifiant du client"), max_length=200)
    sealed = models.TextField(editable=False, blank=True)
    number_claim = models.CharField(_("attribut du matricule"), max_length=60, default="sub")
    """Which claim is the school's own number: the same as in its class lists, or the subject."""
    teacher_claim = models.CharField(_("attribut de la qualité"), max_length=60, blank=True)
    """Which claim tells pupils and teachers apart, e.g. ``eduPersonAffiliation``."""
    active = models.BooleanField(_("actif"), default=True)

    objects = SchoolProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("fournisseur d’identité d’une école")
        verbose_name_plural = _("fournisseurs d’identité des écoles")
        constraints = [
            models.CheckConstraint(
                name="school_provider_is_secure",
                condition=Q(issuer__startswith="https://")
                | Q(issuer__startswith="http://127.0.0.1"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def store_secret(self, secret: str) -> None:
        """Seal; the caller saves."""
        self.sealed = seal({"secret": secret})

    @property
    def secret(self) -> str:
        return str(unseal(self.sealed)["secret"]) if self.sealed else ""
