"""Conditions of use of a right: what the site must have before it may draw (préalables)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.grants.models.rights.programmes import Formula
from inventory.models.declarations import has_valid_declaration
from schools.models import Site


class Condition(models.TextChoices):
    DECLARATION = "declaration", gettext_lazy("déclaration d’inventaire valable")
    PLAN = "plan", gettext_lazy("plan de transition numérique approuvé")


def conditions_of(programme: int) -> list[str]:
    """Those of the formula in force of a programme."""
    last = Formula.objects.adopted().filter(programme=programme).order_by("-number").first()
    return list(last.content.get("conditions", [])) if last else []


def missing_conditions(site: Site, conditions: list[str], on: dt.date) -> list[str]:
    """What the site lacks on that day, each with what to do."""
    return [
        told
        for condition in conditions
        if not _holds(site, condition, on) and (told := _to_do(condition))
    ]


def _holds(site: Site, condition: str, on: dt.date) -> bool:
    if condition == Condition.DECLARATION:
        return has_valid_declaration(site, on)
    return Site.objects.filter(pk=site.pk).with_approved_plan(on).exists()


def _to_do(condition: str) -> str:
    if condition == Condition.DECLARATION:
        return _(
            "L’inventaire de l’implantation n’a pas de déclaration valable\u00a0: "
            "la direction ou le pouvoir organisateur le déclare d’abord."
        )
    return _(
        "L’école n’a pas de plan de transition numérique approuvé\u00a0: "
        "la direction le soumet d’abord au SPW."
    )
