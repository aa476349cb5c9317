"""People and the scoped roles that open parts of the Region to them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.places import Authority, School, Site
from schools.models.territory import Province, words_index, words_of
from schools.rules import Grant, Scope, union


class RoleKind(models.TextChoices):
    """The kinds of person of the mission."""

    CENTRAL_TECHNICIAN = "central_technician", _("helpdesk régional")
    LOCAL_TECHNICIAN = "local_technician", _("technicien local")
    CONTACT = "contact", _("personne de contact")
    HEAD = "head", _("direction d’école")
    AUTHORITY = "authority", _("pouvoir organisateur")
    OFFICER = "officer", _("agent du SPW")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: object) -> User:
        """Make a person who signs in with an e-mail address."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: object) -> User:
        """Make a platform administrator: sees the admin, not thereby any school."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may see comes from their roles alone."""

    email = models.EmailField(_("adresse électronique"), unique=True)
    full_name = models.CharField(_("nom complet"), max_length=150)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    language = models.CharField(
        _("langue"),
        max_length=2,
        choices=[("fr", "Français"), ("de", "Deutsch"), ("en", "English")],
        default="fr",
    )
    shortcuts = models.BooleanField(_("raccourcis clavier"), default=True)
    is_active = models.BooleanField(_("actif"), default=True)
    is_staff = models.BooleanField(_("accès à l’administration"), default=False)
    joined_at = models.DateTimeField(_("inscrit le"), default=timezone.now)
    words = words_of("full_name")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        ordering = ["full_name"]
        indexes = [
            words_index("person_by_words"),
            words_index("person_by_email", "email"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = [w for w in (self.full_name or self.email).replace("-", " ").split() if w]
        letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
        return letters.upper()

    @cached_property
    def live_grants(self) -> tuple[Grant, ...]:
        """The roles in force today, read once per request."""
        return tuple(role.as_grant() for role in self.roles.live(timezone.localdate()))

    @property
    def role_kinds(self) -> frozenset[str]:
        """Kinds of role in force, for menus and access rules."""
        return frozenset(g.kind for g in self.live_grants)

    @property
    def is_technician(self) -> bool:
        """Central or local technician: works on tickets, reads internal notes."""
        return bool(self.role_kinds & {RoleKind.CENTRAL_TECHNICIAN, RoleKind.LOCAL_TECHNICIAN})

    def scope(self, kinds: frozenset[str] | None = None) -> Scope:
        """What the roles of ``kinds`` (all when None) open together."""
        return union(g for g in self.live_grants if kinds is None or g.kind in kinds)


class RoleQuerySet(models.QuerySet["Role"]):
    def live(self, on: dt.date) -> Self:
        """Roles in force on a day, both ends included."""
        return self.filter(from_on__lte=on).filter(Q(to_on__isnull=True) | Q(to_on__gte=on))


class Role(models.Model):
    """What a person does, and where: one scope along Region → province → PO → school → site."""

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    kind = models.CharField(_("fonction"), max_length=20, choices=RoleKind)
    region = models.BooleanField(_("toute la Région"), default=False)
    province = models.CharField(_("province"), max_length=16, choices=Province, blank=True)
    authority = models.ForeignKey(
        Authority, models.CASCADE, related_name="roles", null=True, blank=True
    )
    school = models.ForeignKey(School, models.CASCADE, related_name="roles", null=True, blank=True)
    site = models.ForeignKey(Site, models.CASCADE, related_name="roles", null=True, blank=True)
    from_on = models.DateField(_("du"), default=timezone.localdate)
    to_on = models.DateField(_("au"), null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("fonction")
        verbose_name_plural = _("fonctions")
        constraints = [
            models.CheckConstraint(
                name="role_has_exactly_one_scope",
                condition=(
                    Q(region=True, province="", authority=None, school=None, site=None)
                    | (Q(region=False, authority=None, school=None, site=None) & ~Q(province=""))
                    | Q(region=False, province="", authority__isnull=False, school=None, site=None)
                    | Q(region=False, province="", authority=None, school__isnull=False, site=None)
                    | Q(region=False, province="", authority=None, school=None, site__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="role_kind_fits_its_scope",
                condition=(
                    Q(kind__in=["central_technician", "officer"], region=True)
                    | (Q(kind="local_technician") & (Q(region=True) | ~Q(province="")))
                    | Q(kind="authority", authority__isnull=False)
                    | (
                        Q(kind__in=["contact", "head"])
                        & (Q(school__isnull=False) | Q(site__isnull=False))
                    )
                ),
            ),
            models.CheckConstraint(
                name="role_ends_after_it_begins",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        where = self.school or self.site or self.authority or self.province or "Région"
        return f"{self.get_kind_display()} · {where}"

    def as_grant(self) -> Grant:
        """The role as a plain value."""
        return Grant(
            kind=self.kind,
            region=self.region,
            province=self.province,
            authority_id=self.authority_id,
            school_id=self.school_id,
            site_id=self.site_id,
        )
