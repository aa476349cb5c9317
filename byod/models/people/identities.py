"""Names, apart and encrypted; and who read them, when and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.people.members import Member
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of, sites_q
from schools.sealed import seal, unseal


@dataclass(frozen=True, slots=True)
class Named:
    """Who somebody is, in clear. It lives in memory for as long as a page is made."""

    given_name: str = ""
    family_name: str = ""
    email: str = ""
    guardian_name: str = ""
    guardian_email: str = ""
    guardian_phone: str = ""

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class Identity(models.Model):
    """The identity (identité) behind a pseudonym, sealed with a key that is not in the database."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="identity")
    sealed = models.TextField(editable=False)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("identité")
        verbose_name_plural = _("identités")

    def __str__(self) -> str:
        return str(self.member)

    def store(self, named: Named) -> None:
        """Seal; the caller saves."""
        self.sealed = seal(asdict(named))
        self.written_at = timezone.now()

    @property
    def named(self) -> Named:
        """In clear. Read it through ``actions.people.read_names``, which writes down who did."""
        return Named(**unseal(self.sealed))


class IdentityReadingQuerySet(models.QuerySet["IdentityReading"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of one's own school, for its head and its PO."""
        kinds = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})
        return self.filter(sites_q(scope_of(user, kinds), "site"))


class IdentityReading(models.Model):
    """That somebody saw names: one row per page or file, with the pseudonyms that it told."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    reader_text = models.CharField(_("lu par"), max_length=150)
    why = models.CharField(_("pour"), max_length=60)
    """``loan_desk``, ``class_list``, ``letter``…: a purpose, never free text."""
    members = ArrayField(models.BigIntegerField())
    """Keys without a foreign key: an erased person leaves a number that leads nowhere."""
    at = models.DateTimeField(_("le"), default=timezone.now)

    objects = IdentityReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecture d’identités")
        verbose_name_plural = _("lectures d’identités")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["site", "-at"], name="identity_reading_by_site")]

    def __str__(self) -> str:
        return f"{self.reader_text} · {self.why} · {len(self.members)}"
