"""What moved a right, in words with an address: the file, its title and its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from inventory.grants.models.calls.applications import Application

APPLICATION = "application:"
FORMER = "reprise:"


@dataclass(frozen=True, slots=True)
class Cause:
    label: str
    url: str = ""


def causes_named(causes: Iterable[str]) -> dict[str, Cause]:
    """Cause → how it is told. One query; a file that nobody knows keeps its key."""
    asked = {cause for cause in causes if cause}
    keys = {
        int(cause.removeprefix(APPLICATION))
        for cause in asked
        if cause.removeprefix(APPLICATION).isdecimal() and cause.startswith(APPLICATION)
    }
    found = Application.objects.filter(pk__in=keys).values_list("pk", "reference", "title")
    known = {
        f"{APPLICATION}{pk}": Cause(f"{reference} · {title}" if title else reference, _page(pk))
        for pk, reference, title in found
    }
    unknown = {cause: Cause(_taken_over(cause)) for cause in asked}
    return {**unknown, **known}


def _taken_over(cause: str) -> str:
    """A file of the former platform keeps its reference (``reprise:D-2024-0112``)."""
    if cause.startswith(FORMER):
        return _("Dossier %(key)s, repris") % {"key": cause.removeprefix(FORMER)}
    return _("Dossier %(key)s") % {"key": cause}


def _page(pk: int) -> str:
    try:
        return reverse("grants:application", args=[pk])
    except NoReverseMatch:
        return ""
