"""Partners (réseaux partenaires): realms for which somebody else answers, as eduroam's."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from byod.models.network.servers import SERVER_READERS
from schools.models import User
from schools.models.scope import scope_of
from schools.sealed import seal, unseal


class UpstreamRealmQuerySet(models.QuerySet["UpstreamRealm"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By those who run the whole Region's network."""
        return self if scope_of(user, SERVER_READERS).region else self.none()


class UpstreamRealm(models.Model):
    """A server to which identities of other realms are sent. Accounting never is."""

    name = models.CharField(_("nom"), max_length=40, unique=True)
    realms = models.CharField(_("domaines"), max_length=200)
    """``*``: every realm that is not ours; else domains, separated by a space."""
    address = models.GenericIPAddressField(_("adresse"))
    port = models.PositiveIntegerField(_("port"), default=1812)
    sealed = models.TextField(editable=False)
    enabled = models.BooleanField(_("en service"), default=True)

    objects = UpstreamRealmQuerySet.as_manager()

    class Meta:
        verbose_name = _("réseau partenaire")
        verbose_name_plural = _("réseaux partenaires")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="upstream_name_is_a_word", condition=Q(name__regex=r"^[a-z0-9-]+$")
            ),
            models.CheckConstraint(
                name="upstream_realms_are_domains",
                condition=Q(realms__regex=r"^(\*|[a-z0-9.-]+( [a-z0-9.-]+)*)$"),
            ),
            models.CheckConstraint(
                name="upstream_port_is_one", condition=Q(port__range=(1, 65535))
            ),
            models.CheckConstraint(name="upstream_has_a_secret", condition=~Q(sealed="")),
            models.UniqueConstraint(
                fields=["realms"],
                condition=Q(realms="*", enabled=True),
                name="upstream_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def set_secret(self, secret: str) -> None:
        """Seal it. The row is not saved."""
        self.sealed = seal({"secret": secret})

    @property
    def secret(self) -> str:
        """For the file of the RADIUS server only."""
        return str(unseal(self.sealed)["secret"])
