"""People and the scoped roles that open parts of the Region to them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.position import Position, RoleKind, posts_q
from schools.models.scope import scope_of
from schools.models.territory import words_index, words_of
from schools.rules import Grant, Scope, union


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Oneself, and the people with a role in a scope that the person sees."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if scope_of(user, RoleKind.that_manage()).region:
            return self
        seen = Role.objects.visible_to(user).filter(user=OuterRef("pk"))
        return self.filter(Q(pk=user.pk) | Exists(seen))

    def with_reach(self, user: User) -> Self:
        """With ``reached``: whether the reader may read their e-mail address (see access)."""
        scope = scope_of(user, RoleKind.that_manage())
        if scope.region:
            return self.annotate(reached=Value(True))
        held = Role.objects.filter(posts_q(scope), user=OuterRef("pk"))
        return self.annotate(reached=Q(pk=user.pk) | Exists(held))

    def known(self) -> Self:
        """Those who were not erased."""
        return self.filter(erased_at=None)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User | AnonymousUser) -> UserQuerySet:
        """See :meth:`UserQuerySet.visible_to`."""
        return self.get_queryset().visible_to(user)

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
    erased_at = models.DateTimeField(_("effacé le"), null=True, editable=False)

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


def live_q(on: dt.date) -> Q:
    """In force on a day, both ends included."""
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))


class RoleQuerySet(models.QuerySet["Role"]):
    def live(self, on: dt.date) -> Self:
        """Roles in force on a day, both ends included."""
        return self.filter(live_q(on))

    def not_over(self, on: dt.date) -> Self:
        """Roles in force on a day, or that begin later."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=on))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own, and those held in a scope one sees.

        A contact person reads who is in charge of the own school today, not who was.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        managed = scope_of(user, RoleKind.that_manage())
        if managed.region:
            return self
        seen = Q(user=user.pk)
        if not managed.is_empty:
            seen |= posts_q(managed)
        own_school = scope_of(user, frozenset({RoleKind.CONTACT.value}))
        if not own_school.is_empty:
            in_charge = live_q(timezone.localdate()) & Q(user__is_active=True)
            seen |= posts_q(own_school) & in_charge
        return self.filter(seen)


class Role(Position):
    """What a person does, and where. Ended by a date, never deleted; given again, a new row."""

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    granted_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )
    end_why = models.CharField(_("motif de la fin"), max_length=300, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta(Position.Meta):
        abstract = False
        verbose_name = _("fonction")
        verbose_name_plural = _("fonctions")
        constraints = [
            *Position.Meta.constraints,
            ExclusionConstraint(
                name="role_not_twice_at_once",
                expressions=[
                    ("user", "="),
                    ("kind", "="),
                    (Cast("region", models.IntegerField()), "="),
                    ("province", "="),
                    (Coalesce("authority", 0), "="),
                    (Coalesce("school", 0), "="),
                    (Coalesce("site", 0), "="),
                    (
                        Func(
                            "from_on",
                            "to_on",
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.post)
