"""What is kept, why and how long, read from the settings that the nightly purge obeys."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from byod.rules.privacy.purposes import BY_KEY, PURPOSES, Purpose, days_words


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of the register, with its duration as it is set on this platform."""

    purpose: Purpose
    duration: str

    @property
    def how_long(self) -> str:
        """« 6 mois après l’entrée »."""
        return f"{self.duration} {self.purpose.since}"


def kept() -> list[Kept]:
    """The whole register, in the language of the request."""
    return [Kept(purpose, _duration(purpose)) for purpose in PURPOSES]


def _duration(purpose: Purpose) -> str:
    if purpose.hours:
        return ngettext("%(n)d heure", "%(n)d heures", purpose.hours) % {"n": purpose.hours}
    unit, n = days_words(int(getattr(settings, purpose.setting)))
    words = {
        "years": ngettext("%(n)d an", "%(n)d ans", n),
        "months": ngettext("%(n)d mois", "%(n)d mois", n),
        "days": ngettext("%(n)d jour", "%(n)d jours", n),
    }
    return words[unit] % {"n": n}


def purpose_words(key: str) -> str:
    """What a count of a run is about."""
    if key in BY_KEY:
        return str(BY_KEY[key].data)
    return _("Autre (%(key)s)") % {"key": key}
