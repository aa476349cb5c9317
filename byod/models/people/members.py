"""Who may be let in or be lent something: pupils, teachers and guests, under a pseudonym.

A name never stands here (``identities``): what joins a person to a device or a loan is this row,
and unlinking it from its identity, or a loan from it, forgets the person.
"""

from __future__ import annotations

import secrets
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.rules.people.codes import ALPHABET
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of, sites_q

MEMBER_READERS = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value})
"""Roles that read the pupils and teachers of their school. Everybody else reads counts."""


def new_pseudonym() -> str:
    """``E-7K2M9P4Q``: 39 bits, unique by constraint, says nothing of the person."""
    return "E-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


class MemberKind(models.TextChoices):
    """Role on the network."""

    PUPIL = "pupil", _("élève")
    TEACHER = "teacher", _("enseignant")
    GUEST = "guest", _("invité")


class RegisteredBy(models.TextChoices):
    """How somebody came to be registered."""

    IMPORT = "import", _("liste de classe")
    PROVIDER = "provider", _("fournisseur d’identité de l’école")
    INVITATION = "invitation", _("invitation")
    DESK = "desk", _("guichet de l’école")


class Equipment(models.TextChoices):
    """What a pupil has at home, as the family told the school. No income is ever asked."""

    UNKNOWN = "unknown", pgettext_lazy("equipment", "inconnu")
    EQUIPPED = "equipped", _("équipé")
    NO_DEVICE = "no_device", _("sans appareil")
    NO_LINE = "no_line", _("sans connexion")
    NEITHER = "neither", _("sans appareil ni connexion")


UNEQUIPPED = (Equipment.NO_DEVICE, Equipment.NEITHER)
"""Pupils who need a device."""
UNCONNECTED = (Equipment.NO_LINE, Equipment.NEITHER)
"""Pupils who need a connection."""


class SchoolClassQuerySet(models.QuerySet["SchoolClass"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))

    def open(self) -> Self:
        """Classes of a year that is not over."""
        return self.filter(closed_on=None)


class SchoolClass(models.Model):
    """A class (classe) of a site in one school year: 3B of 2026."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    name = models.CharField(_("classe"), max_length=20)
    year = models.PositiveSmallIntegerField(_("année scolaire"))
    """In which the school year begins: 2026 for 2026-2027."""
    closed_on = models.DateField(_("clôturée le"), null=True, blank=True)

    objects = SchoolClassQuerySet.as_manager()

    class Meta:
        verbose_name = _("classe")
        verbose_name_plural = _("classes")
        ordering = ["-year", "name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name", "year"], name="class_once_a_year"),
            models.CheckConstraint(name="class_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the sites that the person runs, and oneself."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site") | Q(user=user.pk))

    def present(self) -> Self:
        """Still at the school."""
        return self.filter(left_on=None)

    def pupils(self) -> Self:
        return self.filter(kind=MemberKind.PUPIL)

    def authorised(self) -> Self:
        """With an authorisation in force: registered alone opens nothing."""
        return self.present().filter(authorisations__ended_at=None, authorisations__isnull=False)


class Member(models.Model):
    """A registered person (personne inscrite) of a site, by pseudonym and the school's own key."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    kind = models.CharField(_("qualité"), max_length=8, choices=MemberKind)
    pseudonym = models.CharField(
        _("pseudonyme"), max_length=12, unique=True, default=new_pseudonym, editable=False
    )
    school_key = models.CharField(_("clé de l’école"), max_length=64, blank=True)
    """HMAC of the school's own number of the pupil: finds the same one in the next import."""
    school_class = models.ForeignKey(
        SchoolClass, models.SET_NULL, related_name="members", null=True, blank=True
    )
    language = models.CharField(
        _("langue"), max_length=2, choices=[("fr", "Français"), ("de", "Deutsch")], default="fr"
    )
    adult = models.BooleanField(_("majeur"), default=False)
    """An adult pupil signs alone; for a minor a guardian does. No date of birth is kept."""
    equipment = models.CharField(
        _("équipement à la maison"),
        max_length=10,
        choices=Equipment,
        default=Equipment.UNKNOWN,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    """Of a teacher who signs in. Pupils have no account."""
    registered_by = models.CharField(
        _("inscription par"), max_length=10, choices=RegisteredBy, default=RegisteredBy.IMPORT
    )
    registered_at = models.DateTimeField(_("inscrit le"), default=timezone.now)
    left_on = models.DateField(_("parti le"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("personne inscrite")
        verbose_name_plural = _("personnes inscrites")
        ordering = ["site", "school_class", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "school_key"],
                condition=~Q(school_key=""),
                name="member_once_per_school_key",
            ),
            models.UniqueConstraint(
                fields=["site", "user"],
                condition=Q(user__isnull=False),
                name="member_once_per_account",
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "school_class"],
                condition=Q(left_on=None),
                name="member_present_by_class",
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def needs_guardian(self) -> bool:
        """A pupil who is not of age: a guardian accepts and signs."""
        return self.kind == MemberKind.PUPIL and not self.adult


class AuthorisationQuerySet(models.QuerySet["Authorisation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(member__in=Member.objects.visible_to(user).values("pk"))

    def live(self) -> Self:
        return self.filter(ended_at=None)


class Authorisation(models.Model):
    """That a registered person may use the network (autorisation): given, ended with a reason."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="authorisations")
    charter = models.ForeignKey(
        "byod.CharterVersion", models.PROTECT, related_name="+", null=True, blank=True
    )
    """The version that was accepted; null where the school asks none."""
    accepted_at = models.DateTimeField(_("charte acceptée le"), null=True, blank=True)
    guardian_at = models.DateTimeField(_("accord du parent le"), null=True, blank=True)
    given_at = models.DateTimeField(_("donnée le"), default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    """Null: the school's policy gave it."""
    ended_at = models.DateTimeField(_("retirée le"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    barred = models.BooleanField(_("suspendue par l’école"), default=False)
    """The school took it away: only the school gives it back."""
    end_why = models.CharField(_("motif"), max_length=300, blank=True)

    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("autorisation")
        verbose_name_plural = _("autorisations")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(ended_at=None), name="authorisation_one_at_a_time"
            ),
            models.CheckConstraint(
                name="authorisation_ends_after_it_begins",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("given_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.given_at:%Y-%m-%d}"
