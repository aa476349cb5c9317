"""The condition (état) of a lent device, part by part, at hand-out and at return; its photos."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.loans.loans import Loan
from byod.models.loans.pools import PoolItem
from byod.models.people.members import MEMBER_READERS
from schools.models import User
from schools.models.scope import scope_of, sites_q

Text = str | Promise


class Grade(models.TextChoices):
    """From best to worst; kept as a figure so that two can be compared."""

    NEW = "1", pgettext_lazy("condition", "neuf")
    GOOD = "2", pgettext_lazy("condition", "bon")
    WORN = "3", pgettext_lazy("condition", "usé")
    DAMAGED = "4", pgettext_lazy("condition", "abîmé")


class Moment(models.TextChoices):
    OUT = "out", _("à la remise")
    BACK = "back", _("au retour")


PART_WORDS: dict[str, Text] = {
    "screen": _("écran"),
    "keyboard": _("clavier"),
    "case": _("boîtier"),
    "battery": _("batterie"),
    "charger": _("chargeur"),
}
PARTS = tuple(PART_WORDS)


def _grade(label: Any) -> models.CharField[str, str]:
    return models.CharField(label, max_length=1, choices=Grade, default=Grade.GOOD)


class LoanCheckQuerySet(models.QuerySet["LoanCheck"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "loan__site"))


class LoanCheck(models.Model):
    """How a device was (état des lieux) when it left, or when it came back."""

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="checks")
    moment = models.CharField(max_length=4, choices=Moment)
    screen = _grade(PART_WORDS["screen"])
    keyboard = _grade(PART_WORDS["keyboard"])
    case = _grade(PART_WORDS["case"])
    battery = _grade(PART_WORDS["battery"])
    charger = _grade(PART_WORDS["charger"])
    at = models.DateTimeField(_("le"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)

    objects = LoanCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("état d’un appareil prêté")
        verbose_name_plural = _("états des appareils prêtés")
        ordering = ["loan", "-moment"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "moment"], name="loan_check_once_a_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.loan} · {self.get_moment_display()}"


def loan_photo_path(photo: LoanPhoto, filename: str) -> str:
    """A name nobody can guess; the file is only ever served through a scoped view."""
    return f"loans/{uuid.uuid4().hex}.jpg"


class LoanPhotoQuerySet(models.QuerySet["LoanPhoto"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))


class LoanPhoto(models.Model):
    """A photo of a device, never of people. It stays with it when the loan forgets whom."""

    item = models.ForeignKey(PoolItem, models.PROTECT, related_name="photos")
    loan = models.ForeignKey(Loan, models.SET_NULL, related_name="photos", null=True, blank=True)
    site = models.ForeignKey("schools.Site", models.PROTECT, related_name="+")
    moment = models.CharField(max_length=4, choices=Moment)
    photo = models.FileField(upload_to=loan_photo_path)
    at = models.DateTimeField(_("le"), default=timezone.now)

    objects = LoanPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo d’un appareil prêté")
        verbose_name_plural = _("photos des appareils prêtés")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_moment_display()}"
