"""The demo of drawing rights and their ledger: a programme in its third year, and its sequel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from deploy.lab.load.places import COUNTED_IN
from inventory.grants.actions.rights import ledger
from inventory.grants.actions.rights.correct import propose_correction
from inventory.grants.actions.rights.counting import tell_counting_error
from inventory.grants.actions.rights.formulas import (
    adopt_formula,
    draft_formula,
    save_draft,
    write_programme,
)
from inventory.grants.actions.rights.pools import open_pool
from inventory.grants.actions.rights.recount import recount_rights
from inventory.grants.actions.rights.release import release_year
from inventory.grants.models.rights.ledger import DrawingRight
from inventory.grants.models.rights.programmes import Programme
from schools.models import Headcount, IseClass, Site, User

CODE = "numerique-2024"
FIRST = COUNTED_IN - 2
FEWER = 7
"""Pupils less in the year before the counts of the demo."""
RULES: dict[str, Any] = {
    "unit": {"kind": "eur"},
    "amount": {"minimum": "0", "threshold": 0, "per_pupil": "16.67"},
    "criteria": [
        {
            "fact": "ise",
            "among": ["1", "2", "3", "3a", "3b", "4", "5"],
            "coefficient": "1.20",
            "label": "Encadrement différencié",
            "label_de": "Differenzierte Betreuung",
        }
    ],
    "release": [{"share": "1", "on": "09-01"}] * 4,
    "floor": "0.9",
    "pooling": True,
}
"""So much per pupil and year: the cost reference of M40."""
SEQUEL: dict[str, Any] = {
    **RULES,
    "amount": {"minimum": "400", "threshold": 40, "per_pupil": "16.90"},
    "criteria": [
        *RULES["criteria"],
        {
            "fact": "never_awarded",
            "coefficient": "1.10",
            "label": "École jamais servie",
            "label_de": "Noch nie bedacht",
        },
    ],
    "conditions": ["declaration", "plan"],
}
ISE = {
    "moulin": "11",
    "remparts": "9",
    "aldegonde": "4",
    "dumont": "14",
    "bruyeres": "17",
    "fontaine": "7",
}
"""Site → its class; the German-speaking Community has none."""
USED = {"moulin": (8120, 6060), "kastanienhof": (2150, 900), "remparts": (0, 1180)}
"""Site → what was delivered in each of the first two years, in euros."""


def load_rights(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    officer = User.objects.filter(email="odile@preau.example").first()
    if officer is None or Programme.objects.filter(code=CODE).exists():
        return
    _count_before(sites)
    IseClass.objects.bulk_create(
        [
            IseClass(site=sites[slug], year=FIRST, value=value)
            for slug, value in ISE.items()
            if slug in sites
        ],
        ignore_conflicts=True,
    )
    programme = write_programme(
        officer,
        code=CODE,
        name="Droits de tirage numériques 2024-2028",
        name_de="Digitale Ziehungsrechte 2024-2028",
        first_year=FIRST,
        years=4,
    )
    draft = programme.formulas.get()
    draft = save_draft(officer, draft, RULES, "La référence de 16,67 € par élève.", draft.version)
    adopt_formula(officer, draft, draft.version, _at(FIRST, 6, 14))
    for number, year in enumerate(range(FIRST, FIRST + 3)):
        if _at(year, 9, 1) > timezone.now():
            break
        release_year(officer, programme, year, _at(year, 9, 1))
        _use(sites, year, number, officer)
    _sequel(officer, programme)
    _told(sites, officer, programme)
    recount_rights(timezone.now())


def _count_before(sites: Mapping[str, Site]) -> None:
    """The count of the first year: the next one, with a few pupils less at the largest level."""
    rows = Headcount.objects.filter(site__in=[*sites.values()], year=FIRST + 1)
    found: list[Headcount] = []
    seen: set[int] = set()
    for row in rows.order_by("site_id", "-pupils", "pk"):
        less = 0 if row.site_id in seen else FEWER
        seen.add(row.site_id)
        pupils = max(row.pupils - less, 1)
        found.append(Headcount(site_id=row.site_id, level=row.level, year=FIRST, pupils=pupils))
    Headcount.objects.bulk_create(found, ignore_conflicts=True)


def _use(sites: Mapping[str, Site], year: int, number: int, officer: User) -> None:
    """What earlier files drew, taken over from the former platform."""
    for slug, amounts in USED.items():
        if slug not in sites or number >= len(amounts) or not amounts[number]:
            continue
        cause, amount = f"reprise:D-{year}-{100 + sites[slug].pk % 900}", Decimal(amounts[number])
        key = f"{cause}:{year}"
        ledger.reserve(sites[slug], amount, cause, f"{key}:r", officer, _at(year, 11, 12))
        ledger.commit(cause, amount, f"{key}:c", officer, _at(year, 12, 20))
        ledger.consume(cause, amount, f"{key}:d", officer, _at(year + 1, 3, 18))


def _sequel(officer: User, programme: Programme) -> None:
    """The version that is being written, to simulate beside the one in force."""
    draft = draft_formula(officer, programme)
    note = "Un montant de base pour les petites implantations ; priorité aux écoles jamais servies."
    save_draft(officer, draft, SEQUEL, note.replace(" ;", "\u00a0;"), draft.version)


def _told(sites: Mapping[str, Site], officer: User, programme: Programme) -> None:
    head = User.objects.filter(email="bernard@preau.example").first()
    po = User.objects.filter(email="veronique@preau.example").first()
    remparts = sites.get("remparts")
    if head is not None and remparts is not None:
        tell_counting_error(
            head,
            remparts,
            COUNTED_IN,
            101,
            "Cinq élèves inscrits le 12 janvier ne figurent pas dans le comptage.",
        )
        right = DrawingRight.objects.filter(site=remparts, programme=programme).first()
        if right is not None:
            propose_correction(officer, right, Decimal("83.35"), "Cinq élèves de plus au comptage")
    if po is not None and remparts is not None:
        act = "Décision du 3 octobre 2025, WBE-2025-118"
        open_pool(po, remparts.school.authority, programme, act, dt.date(COUNTED_IN - 1, 10, 3))


def _at(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, 8, tzinfo=dt.UTC)
