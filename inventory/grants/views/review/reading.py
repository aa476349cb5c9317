"""What a reviewer reads beside the file itself: the register, and texts in their language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from inventory.grants.models.calls.applications import Application
from schools.models import Headcount, IseClass, Teaching


def said(text: Any) -> str:
    """``{"fr": …, "de": …}`` in the reader's language, French where German was not written."""
    told = text or {}
    return str(told.get((get_language() or "fr")[:2]) or told.get("fr") or "")


def facts_of(file: Application) -> list[tuple[str, str]]:
    """What the register says of the site: nobody types it."""
    site = file.site
    counts = list(Headcount.objects.filter(site=site).order_by("-year"))
    year = counts[0].year if counts else None
    pupils = sum(one.pupils for one in counts if one.year == year)
    ise = IseClass.objects.filter(site=site).order_by("-year").first()
    levels = {str(one.get_level_display()) for one in Teaching.objects.filter(site=site)}
    return [
        (_("École"), str(site.school)),
        (_("Pouvoir organisateur"), str(site.school.authority)),
        (_("Réseau"), str(site.school.get_network_display())),
        (_("Niveaux"), ", ".join(sorted(levels)) or "–"),
        (_("Commune"), f"{site.municipality}, {site.get_province_display() or '–'}"),
        (_("Élèves"), f"{pupils} ({year})" if year else "–"),
        (_("Classe ISE"), ise.value if ise else "–"),
    ]
