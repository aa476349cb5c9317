"""Audit: who did what, to what, before and after, and why. Append-only, by a database trigger."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User
from schools.models.places import Site
from schools.models.scope import scope_of, sites_q


class Door(models.TextChoices):
    """Through which door an act came in."""

    UNKNOWN = "unknown", _("inconnue")
    PAGE = "page", _("page du site")
    TOKEN = "token", _("clé d’accès")
    ADMIN = "admin", _("réglages")
    COMMAND = "command", _("commande")
    TASK = "task", _("tâche de la plateforme")


def own_q(user: User | AnonymousUser) -> Q:
    """A person's own acts, and what was done to their account."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    return Q(actor=user.pk) | Q(object_type="schools.user", object_id=str(user.pk))


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Entries about sites the person sees, their own acts, and what was done to their account.

        Entries about no site reach the Region alone otherwise.
        """
        scope = scope_of(user)
        return self if scope.region else self.filter(sites_q(scope, "site") | own_q(user))

    def of_object(self, label: str, key: int | str) -> Self:
        """Entries about one object: ``("helpdesk.ticket", 12)``."""
        return self.filter(object_type=label, object_id=str(key))


class AuditEntry(models.Model):
    """One action. Actor, object and site also stand as text: nothing is lost when they go."""

    at = models.DateTimeField(_("quand"), default=timezone.now)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    actor_text = models.CharField(_("qui"), max_length=200)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("type d’objet"), max_length=60)
    object_id = models.CharField(_("identifiant"), max_length=40)
    object_text = models.CharField(_("objet"), max_length=200)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, related_name="+")
    site_text = models.CharField(_("implantation"), max_length=400, blank=True, default="")
    before = models.JSONField(_("avant"), default=dict)
    after = models.JSONField(_("après"), default=dict)
    why = models.CharField(_("motif"), max_length=500, blank=True)
    door = models.CharField(_("porte"), max_length=10, choices=Door, default=Door.UNKNOWN)
    door_name = models.CharField(_("nom de la porte"), max_length=100, blank=True, default="")
    address = models.GenericIPAddressField(_("adresse IP"), null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("entrée du journal")
        verbose_name_plural = _("journal")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-at"], name="audit_by_object"),
            models.Index(fields=["site", "-at"], name="audit_by_site"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor_text} {self.action} {self.object_text}"


class AuditSeal(models.Model):
    """The link of one entry in the chain: the sum of the link before it and of the entry.

    Written by PostgreSQL when the entry's transaction commits (migration 0021), never by Python.
    """

    entry = models.OneToOneField(
        AuditEntry, models.DO_NOTHING, primary_key=True, related_name="seal"
    )
    sequence = models.BigIntegerField(_("numéro"), unique=True)
    digest = models.CharField(_("sceau"), max_length=64)

    class Meta:
        verbose_name = _("sceau du journal")
        verbose_name_plural = _("sceaux du journal")
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.digest}"


class AuditCheck(models.Model):
    """A look at the chain: how far it held, or where it breaks."""

    at = models.DateTimeField(_("quand"), default=timezone.now)
    first = models.BigIntegerField(_("premier numéro"))
    last = models.BigIntegerField(_("dernier numéro"))
    digest = models.CharField(_("sceau du dernier"), max_length=64)
    broken = models.CharField(_("défaut"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("contrôle du journal")
        verbose_name_plural = _("contrôles du journal")
        ordering = ["-at", "-id"]
        get_latest_by = ("at", "id")

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.first}–{self.last}"
