"""What the desk says of each outcome: short in the table, longer under the field."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from byod.models.loans.loans import Loan
from byod.models.loans.pools import PoolItem
from inventory.models import Device
from schools.models import Site


def outcome_word(outcome: str) -> str:
    """A few words, for the table."""
    return {
        "at_desk": _("Au guichet"),
        "absent": _("Absent"),
        "lent": pgettext("desk", "Prêté"),
        "other_charger": _("Autre chargeur"),
        "returned": pgettext("desk", "Rendu"),
        "charger_back": _("Chargeur rendu"),
        "graded": _("État noté"),
        "stepped": _("Étape reprise"),
        "unknown": pgettext("desk", "Inconnu"),
        "several": _("Plusieurs élèves"),
        "no_request": _("Pas de demande accordée"),
        "has_one": _("A déjà un appareil"),
        "not_in_pool": _("Refusé\u00a0: hors réserve"),
        "in_repair": _("Refusé\u00a0: en réparation"),
        "gone": _("Refusé\u00a0: perdu ou retiré"),
        "out": _("Refusé\u00a0: déjà prêté"),
        "reserved": _("Réservé à un autre élève"),
        "elsewhere": _("D’une autre école"),
        "quota": _("Refusé\u00a0: votre part est prise"),
        "not_out": _("Pas prêté"),
        "wants_pupil": _("D’abord l’élève"),
        "wants_device": _("D’abord l’appareil"),
        "wants_charger": _("Chargeur attendu"),
    }[outcome]


def refusal_words(outcome: str, item: PoolItem | None = None) -> str:
    """What is wrong and what to do."""
    name = str(item) if item else ""
    return {
        "unknown": _("Ni élève, ni appareil à ce nom ou à ce numéro. Vérifiez, puis réessayez."),
        "several": _("Plusieurs élèves portent ce nom\u00a0: choisissez dans la liste."),
        "no_request": _("La direction doit d’abord accorder une demande à cet élève."),
        "has_one": _("Cet élève a déjà un appareil. Faites-le rendre, ou déclarez ce qu’il a."),
        "not_in_pool": _("Cet appareil n’est dans aucune réserve de prêt. Prenez-en un autre."),
        "in_repair": _("%s est en réparation. Prenez un autre appareil.") % name,
        "gone": _("%s est perdu ou retiré\u00a0: mettez-le de côté et prévenez le contact.") % name,
        "out": _("%s est déjà prêté. Faites-le d’abord rendre.") % name,
        "reserved": _("%s attend un autre élève. Prenez un autre appareil.") % name,
        "elsewhere": _("%s vient d’une autre école. Gardez-le à part et prévenez-la.") % name,
        "quota": _(
            "Votre part de la réserve partagée est prise. Prenez-en un d’une autre réserve."
        ),
        "not_out": _("%s n’est pas prêté\u00a0: il est déjà dans la réserve.") % name,
        "wants_pupil": _("C’est un appareil. Scannez d’abord la carte de l’élève."),
        "wants_device": _("C’est un chargeur. Scannez d’abord l’appareil."),
        "wants_charger": _("C’est un appareil. Scannez le chargeur, ou tapez s sans chargeur."),
        "stepped": _("Recommencez cette étape."),
    }.get(outcome, outcome_word(outcome))


def elsewhere_words(item: PoolItem | None, device: Device | None) -> str:
    """Of another school's pool, or of its inventory."""
    if device is None:
        return refusal_words("elsewhere", item)
    told = {"name": device.name, "school": device.site.school.name}
    return _("%(name)s est de %(school)s. Gardez-le à part et prévenez cette école.") % told


def lent_by_words(item: PoolItem, site: Site) -> str:
    """A device of a shared pool, which another school has lent."""
    told = {"name": str(item), "school": site.school.name}
    return _("%(name)s est prêté par %(school)s. Gardez-le à part et prévenez cette école.") % told


def to_bring_words(loans: Sequence[Loan]) -> str:
    """What a pupil is to bring back."""
    if not loans:
        return _("Cet élève n’a rien à rendre.")
    names = [f"{loan.item} + {loan.charger}" if loan.charger else str(loan.item) for loan in loans]
    return _("À rendre\u00a0: %s") % ", ".join(names)
