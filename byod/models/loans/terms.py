"""Terms of loans (conditions de prêt) by version, and their signatures.

A signature seals what was signed (name, device, dates, text by its hash), so that the loan can
forget its pupil long before the paper is destroyed: from then on nothing joins the two.
"""

from __future__ import annotations

import secrets
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.loans.loans import Loan
from byod.models.people.members import MEMBER_READERS
from byod.rules.people.codes import ALPHABET
from schools.models import RoleKind, School, Site, User
from schools.models.scope import scope_of, sites_q

TERMS_WRITERS = frozenset({RoleKind.OFFICER.value})
"""Who writes the terms of the Region."""


def new_reference() -> str:
    """``P-7K2M9P4Q``: printed on the receipt; it finds the paper, and says nothing of anybody."""
    return "P-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


class LoanTermsQuerySet(models.QuerySet["LoanTerms"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of schools of one's sites; the Region's are everybody's once published, and its
        draft that of officers."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        schools = Site.objects.filter(sites_q(scope_of(user))).values("school")
        region = Q(school=None)
        if not scope_of(user, TERMS_WRITERS).region:
            region &= Q(published_at__isnull=False)
        return self.filter(region | Q(school__in=schools))

    def of_region(self) -> Self:
        """The Region's, newest first."""
        return self.filter(school=None).order_by("-number")

    def in_force(self, school: School) -> Self:
        """The school's own, latest first; then the Region's."""
        rows = self.filter(Q(school=school) | Q(school=None), published_at__isnull=False)
        return rows.order_by(models.F("school").asc(nulls_last=True), "-number")


class LoanTerms(models.Model):
    """A version of the terms of a school, or the Region's; published, it never changes."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+", null=True, blank=True)
    number = models.PositiveSmallIntegerField(_("version"))
    text_fr = models.TextField(_("texte en français"))
    text_de = models.TextField(_("texte en allemand"), blank=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    objects = LoanTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("version des conditions de prêt")
        verbose_name_plural = _("versions des conditions de prêt")
        ordering = ["school", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "number"], name="loan_terms_number_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(published_at=None),
                name="loan_terms_one_draft",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    def text(self, language: str) -> str:
        """In that language, French where it has none."""
        return self.text_de if language == "de" and self.text_de else self.text_fr


class SignedWay(models.TextChoices):
    """How the terms were signed."""

    LINK = "link", _("en ligne, par le lien personnel")
    PAPER = "paper", _("sur papier, au guichet")
    TABLET = "tablet", _("sur l’écran du guichet")


class TermsSignatureQuerySet(models.QuerySet["TermsSignature"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))


class TermsSignature(models.Model):
    """That a guardian, or a pupil of age, signed the terms of one loan. It is never changed."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    loan = models.OneToOneField(
        Loan, models.SET_NULL, related_name="signature", null=True, blank=True
    )
    """Null once the loan has forgotten its pupil."""
    terms = models.ForeignKey(LoanTerms, models.PROTECT, related_name="+")
    reference = models.CharField(
        _("référence"), max_length=12, unique=True, default=new_reference, editable=False
    )
    way = models.CharField(_("manière"), max_length=6, choices=SignedWay)
    by_guardian = models.BooleanField(_("par un parent"))
    language = models.CharField(_("langue"), max_length=2)
    signed_at = models.DateTimeField(_("signé le"), default=timezone.now)
    sealed = models.TextField(editable=False)
    """Who signed for which device until when; encrypted."""
    sha256 = models.CharField(max_length=64, editable=False)
    """Of what is sealed and of the text that was read: neither was changed since."""
    keep_until = models.DateField(_("à détruire après le"), null=True, blank=True)
    """A year after the return; null while the device is out."""

    objects = TermsSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature de conditions de prêt")
        verbose_name_plural = _("signatures de conditions de prêt")
        ordering = ["-signed_at"]
        indexes = [models.Index(fields=["keep_until"], name="signature_to_destroy")]

    def __str__(self) -> str:
        return self.reference
