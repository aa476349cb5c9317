"""Documents of the register: the signed paper of an agreement, what accompanies a plan."""

from __future__ import annotations

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.agreements import Consent
from schools.models.people import User
from schools.models.places import School
from schools.models.plans import TransitionPlan
from schools.models.position import RoleKind
from schools.models.scope import scope_of

READERS = frozenset(
    {
        RoleKind.HEAD.value,
        RoleKind.AUTHORITY.value,
        RoleKind.OFFICER.value,
        RoleKind.CENTRAL_TECHNICIAN.value,
    }
)
"""A signature is nobody else's business: contacts and local technicians see that it exists."""


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Papers of the agreements of one's schools, by role; those of the plans that one sees."""
        schools = School.objects.within(scope_of(user, READERS))
        of_mine = Q(consent__school__in=schools) | Q(
            Exists(schools.filter(authority=OuterRef("consent__authority")))
        )
        if scope_of(user, READERS).region:
            of_mine = Q(consent__isnull=False)
        return self.filter(of_mine | Q(plan__in=TransitionPlan.objects.visible_to(user)))

    def current(self) -> Self:
        """Those that no newer one has replaced."""
        return self.filter(replaced_at__isnull=True)


def document_path(document: Document, filename: str) -> str:
    """A name nobody can guess; the file is only ever served through a scoped view."""
    return f"documents/{uuid.uuid4().hex}"


class Document(models.Model):
    """A PDF as it came, or a photo encoded anew. A newer one replaces it, both stay."""

    consent = models.ForeignKey(
        Consent, models.PROTECT, related_name="documents", null=True, blank=True
    )
    plan = models.ForeignKey(
        TransitionPlan, models.PROTECT, related_name="documents", null=True, blank=True
    )
    file = models.FileField(upload_to=document_path)
    name = models.CharField(_("nom du fichier"), max_length=120)
    content_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("taille"))
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("déposé le"), default=timezone.now)
    replaced_at = models.DateTimeField(_("remplacé le"), null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="document_of_one_thing",
                condition=Q(consent__isnull=False, plan=None) | Q(consent=None, plan__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["consent"],
                condition=Q(replaced_at__isnull=True, consent__isnull=False),
                name="one_current_document_per_consent",
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(replaced_at__isnull=True, plan__isnull=False),
                name="one_current_document_per_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.name
