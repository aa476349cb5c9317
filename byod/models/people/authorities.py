"""The platform's own certificate authorities (autorités de certification): a root, an issuer."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from schools.models import RoleKind, User
from schools.models.scope import scope_of


class AuthorityRank(models.TextChoices):
    """The root signs the issuer, and is used for nothing else."""

    ROOT = "root", pgettext_lazy("certificate authority", "racine")
    ISSUER = "issuer", pgettext_lazy("certificate authority", "émettrice")


class CertificateAuthorityQuerySet(models.QuerySet["CertificateAuthority"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By those who run the whole Region's network."""
        kinds = frozenset({RoleKind.CENTRAL_TECHNICIAN.value, RoleKind.OFFICER.value})
        return self if scope_of(user, kinds).region else self.none()


class CertificateAuthority(models.Model):
    """A key that signs, sealed, its certificate, and the revocations it published last."""

    rank = models.CharField(_("rang"), max_length=6, choices=AuthorityRank)
    subject = models.CharField(_("nom"), max_length=100)
    certificate = models.TextField(_("certificat"))
    """PEM."""
    sealed = models.TextField(editable=False)
    """The private key, PKCS#8 PEM, under FIELD_KEY."""
    made_at = models.DateTimeField(_("créée le"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire le"))
    retired_at = models.DateTimeField(_("remplacée le"), null=True, blank=True)
    """It signs no more certificates; those that it signed stay good."""

    objects = CertificateAuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("autorité de certification")
        verbose_name_plural = _("autorités de certification")
        ordering = ["rank", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["rank"],
                condition=Q(retired_at=None),
                name="certificate_authority_one_signs_per_rank",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class RevocationList(models.Model):
    """The list of revocations that an authority published last (RFC 5280, section 5).

    Apart from the authority: a list of thousands is read by who fetches it, not by who signs.
    """

    authority = models.OneToOneField(
        CertificateAuthority, models.CASCADE, related_name="revocations"
    )
    pem = models.TextField(_("révocations publiées"), editable=False)
    number = models.PositiveBigIntegerField(_("numéro de la liste"))
    at = models.DateTimeField(_("liste publiée le"))
    next_at = models.DateTimeField(_("prochaine liste le"))

    class Meta:
        verbose_name = _("liste de révocations")
        verbose_name_plural = _("listes de révocations")
        constraints = [
            models.CheckConstraint(
                name="revocation_list_ends_after_it_begins", condition=Q(next_at__gt=F("at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.number}"


class RevokedCertificate(models.Model):
    """A serial number that opens nothing any more (certificat révoqué), until it would have ended.

    Triggers write it when a credential is revoked or deleted, so that neither haste nor erasing a
    person brings a certificate back; it names nobody.
    """

    issuer = models.ForeignKey(
        CertificateAuthority, models.CASCADE, related_name="revoked", null=True, blank=True
    )
    """Null: the one that signs today."""
    serial = models.CharField(_("numéro de série"), max_length=40, unique=True)
    at = models.DateTimeField(_("révoqué le"))
    expires_at = models.DateTimeField(_("aurait expiré le"))
    listed = models.BooleanField(_("publié"), default=False)
    """In the list that was published last."""

    class Meta:
        verbose_name = _("certificat révoqué")
        verbose_name_plural = _("certificats révoqués")
        indexes = [
            models.Index(fields=["issuer"], condition=Q(listed=False), name="revoked_to_be_listed"),
            models.Index(fields=["issuer", "expires_at"], name="revoked_by_issuer"),
        ]

    def __str__(self) -> str:
        return self.serial
