"""Radios of access points, as they should be set."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from inventory.models.devices import Device
from schools.models import User
from schools.models.scope import scope_of, sites_q

CHANNELS: dict[str, frozenset[int]] = {
    "2.4": frozenset(range(1, 14)),
    "5": frozenset(range(36, 65, 4)) | frozenset(range(100, 141, 4)),
    "6": frozenset(range(1, 94, 4)),
}
"""Primary channels of 20 MHz that the European Union opens to WiFi (decisions 2006/771, 2005/513
and 2021/1067): no others may be used in a school."""
WIDTHS: dict[str, frozenset[int]] = {
    "2.4": frozenset({20, 40}),
    "5": frozenset({20, 40, 80, 160}),
    "6": frozenset({20, 40, 80, 160, 320}),
}
LOUDEST_DBM = 30


class RadioBand(models.TextChoices):
    GHZ_2_4 = "2.4", _("2,4 GHz")
    GHZ_5 = "5", _("5 GHz")
    GHZ_6 = "6", _("6 GHz")


class Width(models.IntegerChoices):
    """Width of a channel."""

    MHZ_20 = 20, "20 MHz"
    MHZ_40 = 40, "40 MHz"
    MHZ_80 = 80, "80 MHz"
    MHZ_160 = 160, "160 MHz"
    MHZ_320 = 320, "320 MHz"


class RadioQuerySet(models.QuerySet["Radio"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "access_point__site"))


class Radio(Counted):
    """The radios of one band of an access point. Without a channel or power: chosen by itself."""

    access_point = models.ForeignKey(
        Device, models.CASCADE, verbose_name=_("borne"), related_name="radios"
    )
    band = models.CharField(_("bande"), max_length=3, choices=RadioBand)
    count = models.PositiveSmallIntegerField(
        _("nombre de radios"), default=1, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    channel = models.PositiveSmallIntegerField(_("canal"), null=True, blank=True)
    width_mhz = models.PositiveSmallIntegerField(
        _("largeur de canal"), choices=Width, default=Width.MHZ_20
    )
    power_dbm = models.PositiveSmallIntegerField(
        _("puissance (dBm)"), null=True, blank=True, validators=[MaxValueValidator(LOUDEST_DBM)]
    )

    objects = RadioQuerySet.as_manager()

    class Meta:
        verbose_name = _("radio")
        verbose_name_plural = _("radios")
        ordering = ["access_point", "band"]
        constraints = [
            models.UniqueConstraint(fields=["access_point", "band"], name="radio_band_once"),
            models.CheckConstraint(
                name="radio_count_is_possible", condition=Q(count__range=(1, 4))
            ),
            models.CheckConstraint(
                name="radio_channel_is_of_its_band",
                condition=Q(channel__isnull=True)
                | Q(band="2.4", channel__range=(1, 13))
                | Q(band="5", channel__in=sorted(CHANNELS["5"]))
                | Q(band="6", channel__in=sorted(CHANNELS["6"])),
            ),
            models.CheckConstraint(
                name="radio_width_is_of_its_band",
                condition=Q(band="2.4", width_mhz__in=[20, 40])
                | Q(band="5", width_mhz__in=[20, 40, 80, 160])
                | Q(band="6", width_mhz__in=[20, 40, 80, 160, 320]),
            ),
            models.CheckConstraint(
                name="radio_power_is_possible",
                condition=Q(power_dbm__isnull=True) | Q(power_dbm__lte=LOUDEST_DBM),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.access_point} {self.get_band_display()}"

    def clean(self) -> None:
        if self.channel and self.channel not in CHANNELS.get(self.band, ()):
            known = ", ".join(str(n) for n in sorted(CHANNELS.get(self.band, ())))
            raise ValidationError(
                {"channel": _now("Canaux permis ici\u00a0: %(known)s.") % {"known": known}}
            )
        if self.width_mhz not in WIDTHS.get(self.band, ()):
            raise ValidationError({"width_mhz": _now("Trop large pour cette bande.")})
