"""RADIUS clients (NAS): the access points, switches and controllers that ask us whom to let in."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Device
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of, sites_q
from schools.sealed import seal, unseal

NETWORK_READERS = frozenset(
    {
        RoleKind.CENTRAL_TECHNICIAN.value,
        RoleKind.LOCAL_TECHNICIAN.value,
        RoleKind.HEAD.value,
    }
)
"""Roles that read sessions and refusals one by one, never with a name. Others read counts."""
COA_PORT = 3799
"""RFC 5176."""


class NasQuerySet(models.QuerySet["Nas"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, NETWORK_READERS), "site"))

    def in_use(self) -> Self:
        return self.filter(retired_at=None)


class Nas(models.Model):
    """A client of RADIUS (borne, commutateur ou contrôleur) of one site.

    It is known by the address it asks from, or by the name in its RadSec certificate. Where one
    controller serves several sites, its NAS-Identifier tells which: one row for each.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    name = models.CharField(_("nom"), max_length=60)
    device = models.ForeignKey(
        Device, models.SET_NULL, verbose_name=_("équipement"), related_name="+", null=True,
        blank=True,
    )  # fmt: skip
    address = models.GenericIPAddressField(_("adresse"), null=True, blank=True)
    radsec_name = models.CharField(_("nom dans le certificat RadSec"), max_length=120, blank=True)
    identifier = models.CharField(_("NAS-Identifier"), max_length=64, blank=True)
    """Empty: whatever the client says of itself."""
    sealed = models.TextField(editable=False)
    """The shared secret: written, never shown."""
    coa_port = models.PositiveIntegerField(_("port CoA"), default=COA_PORT)
    """Where Disconnect-Requests go (UDP); 0: this client knows none."""
    seen_at = models.DateTimeField(_("vu le"), null=True, blank=True)
    """Of its last request, to within a minute."""
    created_at = models.DateTimeField(_("ajouté le"), default=timezone.now)
    retired_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = NasQuerySet.as_manager()

    class Meta:
        verbose_name = _("client RADIUS")
        verbose_name_plural = _("clients RADIUS")
        ordering = ["site", "name"]
        constraints = [
            models.CheckConstraint(
                name="nas_is_known_by_something",
                condition=Q(address__isnull=False) | ~Q(radsec_name=""),
            ),
            models.CheckConstraint(name="nas_has_a_secret", condition=~Q(sealed="")),
            models.CheckConstraint(
                name="nas_coa_port_is_one", condition=Q(coa_port__range=(0, 65535))
            ),
            models.UniqueConstraint(
                fields=["address", "identifier"],
                condition=Q(address__isnull=False, retired_at=None),
                name="nas_address_once",
            ),
            models.UniqueConstraint(
                fields=["radsec_name", "identifier"],
                condition=~Q(radsec_name="") & Q(retired_at=None),
                name="nas_radsec_name_once",
            ),
        ]
        indexes = [models.Index(fields=["site", "name"], name="nas_by_site")]

    def __str__(self) -> str:
        return self.name

    def set_secret(self, secret: str) -> None:
        """Seal it. The row is not saved."""
        self.sealed = seal({"secret": secret})

    @property
    def secret(self) -> str:
        """For the RADIUS server and our own Disconnect-Requests only."""
        return str(unseal(self.sealed)["secret"])
