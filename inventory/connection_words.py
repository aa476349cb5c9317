"""What PostgreSQL refuses of a connection, and each verdict, in words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from inventory.rules.connections import FIBRE_ABOVE, FLOOR_MBPS, Renewal, Verdict

Text = str | Promise

REFUSALS: dict[str, tuple[str, Text]] = {
    "inventory_operator_name_key": ("name", _("Cet opérateur est déjà connu.")),
    "inventory_frameworkcontract_reference_key": (
        "reference",
        _("Un autre contrat porte déjà cette référence."),
    ),
    "contract_ends_after_it_starts": ("end_on", _("La fin précède le début.")),
    "contract_keeps_its_operator": (
        "operator",
        _("Des écoles ont souscrit à ce contrat\u00a0: son opérateur ne change plus."),
    ),
    "renegotiation_once_a_day": ("held_on", _("Une renégociation est déjà notée ce jour-là.")),
    "offer_once_per_contract": ("name", _("Une autre offre de ce contrat porte déjà ce nom.")),
    "offer_ends_after_it_starts": ("valid_to", _("La fin précède le début.")),
    "offer_taken_is_frozen": (
        "",
        _(
            "Une école a souscrit à cette offre\u00a0: seule sa date de fin peut encore changer. "
            "Faites-en une autre pour d’autres conditions."
        ),
    ),
    "line_is_what_its_offer_says": (
        "offer",
        _("Cette offre vient de changer. Relisez-la, puis recommencez."),
    ),
    "one_main_line_at_a_time": (
        "start_on",
        _(
            "Une autre ligne principale est déjà en service à cette date. "
            "Dites que celle-ci la remplace, ou choisissez une ligne de secours."
        ),
    ),
    "one_main_line_awaited": (
        "role",
        _("Une ligne principale est déjà demandée ici. Annulez-la d’abord, ou attendez-la."),
    ),
    "circuit_once_per_operator": (
        "circuit",
        _("Cet opérateur a déjà un circuit de ce numéro, ici ou ailleurs. Vérifiez-le."),
    ),
    "line_dates_follow_its_state": ("on", _("La ligne s’arrêterait avant d’avoir commencé.")),
    "line_follows_one_of_its_site": ("follows", _("Cette ligne est d’une autre implantation.")),
    "inventory_subscription_follows_id_key": (
        "follows",
        _("Une autre ligne remplace déjà celle-là."),
    ),
    "line_has_an_offer_or_terms": (
        "terms",
        _("Choisissez une offre, ou dites les conditions particulières."),
    ),
    "one_exception_at_a_time": (
        "",
        _("Une exception est déjà notée ici. Levez-la avant d’en décider une autre."),
    ),
    "exception_is_reviewed_later": ("review_on", _("La revue suit la décision.")),
    "speed_measured_once": ("at", _("Cette mesure est déjà notée.")),
    "fibre_planned_has_a_day_of_its_own": (
        "planned_on",
        _("Une date ne va qu’avec une fibre prévue."),
    ),
}


def refusal_of(error: IntegrityError) -> tuple[str, Text] | None:
    """Field and words for what the database refused; None for what was not foreseen."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return REFUSALS.get(getattr(diagnosis, "constraint_name", None) or "")


VERDICTS: dict[str, Text] = {
    Verdict.NONE.value: _("Pas de connexion"),
    Verdict.FLOOR.value: _("Sous 30 Mbit/s"),
    Verdict.FIBRE.value: _("Fibre attendue"),
    Verdict.EXCEPTION.value: _("Exception"),
    Verdict.OK.value: _("Conforme"),
}
BADGES: dict[str, str] = {
    Verdict.NONE.value: "down",
    Verdict.FLOOR.value: "degraded",
    Verdict.FIBRE.value: "suspect",
    Verdict.EXCEPTION.value: "planned",
    Verdict.OK.value: "ok",
}
"""Verdict → the state whose colour and icon it takes."""

RENEWALS: dict[str, tuple[str, Text]] = {
    Renewal.QUIET.value: ("ok", _("Conditions en cours")),
    Renewal.OPEN.value: ("suspect", _("À renégocier")),
    Renewal.OVERDUE.value: ("degraded", _("Renégociation en retard")),
    Renewal.OVER.value: ("unknown", _("Terminé")),
}


def sentence_of(verdict: str, pupils: int, down: int, technology: str) -> str:
    """Why a site has its verdict."""
    many = ngettext("%(n)s élève", "%(n)s élèves", pupils) % {"n": number(pupils)}
    told = {"pupils": many, "down": number(down), "line": technology, "above": FIBRE_ABOVE}
    if verdict == Verdict.NONE:
        return _now("Aucune ligne principale en service.")
    if verdict == Verdict.FLOOR:
        return _now("%(down)s Mbit/s\u00a0: moins que les %(floor)s Mbit/s dus à chaque école.") % {
            "down": down,
            "floor": FLOOR_MBPS,
        }
    if verdict == Verdict.FIBRE:
        return (
            _now("%(pupils)s, plus de %(above)s\u00a0: la fibre est due. Ici\u00a0: %(line)s.")
            % told
        )
    if verdict == Verdict.EXCEPTION:
        return _now("%(pupils)s sans fibre\u00a0: une exception est notée et datée.") % told
    return capfirst(_now("%(line)s, %(down)s Mbit/s, pour %(pupils)s.") % told)


def exception_sentence(reason: str, review_on: dt.date, today: dt.date) -> str:
    """Why a site has no fibre for now, and until when that counts."""
    told = {"reason": reason, "day": date_format(review_on, "d/m/Y")}
    if review_on < today:
        return _now("%(reason)s\u00a0: exception échue, elle était à revoir le %(day)s.") % told
    return _now("%(reason)s, à revoir le %(day)s.") % told


def number(value: int | Decimal, places: int = 0) -> str:
    """As people read it, with the grouping of their language."""
    return number_format(value, places, force_grouping=True)
