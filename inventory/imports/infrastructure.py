"""The infrastructure register (cadastre) as a kind of import: a row a site, by its number.

A site that the file does not name keeps what is known of it; nothing is ever deleted.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from inventory.access.connections import can_keep_contracts
from inventory.actions.keep_connections import plain as told
from inventory.models import Infrastructure, Reach, Technology
from schools.actions.audit import JournalLine, record_actions
from schools.actions.read_import import _keep_findings
from schools.imports.columns import Column, Layout, plain
from schools.imports.findings import CHANGED, CREATED
from schools.imports.foreign import Beat, ForeignSource
from schools.imports.plan import Change, Plan
from schools.imports.reading import Row, Source
from schools.imports.register_known import number_key
from schools.imports.values import Cells, day, whole
from schools.models import ImportRun, Site, User

LAYOUT = Layout(
    "cadastre",
    _("Cadastre des infrastructures"),
    (
        Column("scheme", "type_de_numero", ("scheme", "type_numero")),
        Column(
            "site_number",
            "ndeg_fase_de_l_implantation",
            ("numero_fase_de_l_implantation", "numero_implantation", "fase_implantation", "fase"),
            required=True,
        ),
        Column("fibre", "fibre", ("fibre_possible", "thd"), required=True),
        Column("planned_on", "fibre_prevue_le", ("prevue_le", "date_prevue")),
        Column("technology", "technologie", ("meilleure_technologie",)),
        Column("max_down", "debit_maximal", ("debit_max", "debit_maximal_mbit_s", "max_down")),
        Column("giga", "giga_quartier", ("giga",)),
        Column("source", "source", ("origine",)),
    ),
    left=("etablissement", "ecole", "implantation", "commune", "province"),
    example=(("FASE", "900001", "oui", "", "fibre", "1000", "oui", "cadastre 2026"),),
)
REACHES = {"oui": Reach.NOW, "possible": Reach.NOW, "prevue": Reach.PLANNED, "non": Reach.NO}
TECHNOLOGIES = {
    "fibre": Technology.FTTH,
    "ftth": Technology.FTTH,
    "fibre dediee": Technology.DEDICATED,
    "coax": Technology.COAX,
    "cable": Technology.COAX,
    "vdsl": Technology.VDSL,
    "adsl": Technology.ADSL,
    "4g": Technology.MOBILE,
    "5g": Technology.MOBILE,
    "satellite": Technology.SATELLITE,
    "radio": Technology.RADIO,
}
YES = {"oui": True, "o": True, "1": True, "non": False, "n": False, "0": False, "": False}
FIELDS = ("fibre", "planned_on", "technology", "max_down_mbps", "giga", "source", "as_of")


class PreparedRegister:
    """What a file of the register would write."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.rows = plan, plan.rows

    @property
    def fingerprint(self) -> str:
        return self.plan.fingerprint

    def counts(self) -> dict[str, Any]:
        return self.plan.counts()

    def keep_findings(self, run: ImportRun) -> None:
        _keep_findings(run, self.plan)

    def write(self, run: ImportRun, actor: User | None, beat: Beat) -> int:
        """Insert what is new, update what changed, in few statements; the journal beside it."""
        rows: list[Any] = [change.row for change in self.plan.changes]
        Infrastructure.objects.bulk_create([r for r in rows if r.pk is None], batch_size=1000)
        changed = [change.row for change in self.plan.changes if change.outcome == CHANGED]
        Infrastructure.objects.bulk_update(changed, FIELDS, batch_size=1000)  # type: ignore[arg-type]
        record_actions(
            actor,
            (
                JournalLine(
                    f"import_{change.outcome}",
                    change.row,
                    site=change.row.site,  # type: ignore[attr-defined]
                    before=change.before,
                    after=change.after,
                    why=f"import {run.pk}, {run.file_name}",
                )
                for change in self.plan.changes
            ),
        )
        beat(self.rows, self.rows)
        return len(rows)


def prepare(run: ImportRun, source: Source, beat: Beat, lock: bool) -> PreparedRegister:
    """Read the file and compare it with what is known. Three queries, whatever its length."""
    sites = {
        number_key(site.scheme, site.number): site
        for site in Site.objects.select_related("school").exclude(number=None)
    }
    rows = Infrastructure.objects.select_related("site__school")
    known = {one.site_id: one for one in (rows.select_for_update(of=("self",)) if lock else rows)}
    plan = Plan()
    seen: dict[int, int] = {}
    for row in source.rows:
        plan.rows += 1
        cells = Cells(source, row)
        found = _read(cells, sites, seen, run.as_of) if cells.sure else None
        plan.findings += cells.findings
        if found is None or cells.refused:
            plan.refused += 1
            continue
        _compare(plan, known, row, *found)
    beat(plan.rows, source.total)
    return PreparedRegister(plan)


def _read(
    cells: Cells, sites: dict[Any, Site], seen: dict[int, int], as_of: dt.date
) -> tuple[Site, dict[str, Any]] | None:
    scheme = plain(cells.raw("scheme")) or "fase"
    site = sites.get(number_key(scheme, whole(cells.raw("site_number"))))
    if site is None:
        cells.refuse("unknown_site", "site_number")
        return None
    if site.pk in seen:
        cells.refuse("twice_site", "site_number", other=str(seen[site.pk]))
        return None
    seen[site.pk] = cells.row.line
    values: dict[str, Any] = {
        "fibre": REACHES.get(plain(cells.raw("fibre"))),
        "technology": TECHNOLOGIES.get(plain(cells.raw("technology")), ""),
        "giga": YES.get(plain(cells.raw("giga"))),
        "planned_on": day(cells.raw("planned_on")),
        "source": cells.raw("source").strip()[:120] or "cadastre",
        "as_of": as_of,
    }
    speed = whole(cells.raw("max_down"))
    values["max_down_mbps"] = (
        int(speed) if speed.isdecimal() and 0 < int(speed) <= 100_000 else None
    )
    for key, name, reason in (
        ("fibre", "fibre", "unknown_reach"),
        ("giga", "giga", "unknown_yes"),
    ):
        if values[name] is None:
            cells.refuse(reason, key)
    if cells.raw("technology").strip() and not values["technology"]:
        cells.refuse("unknown_technology", "technology")
    if cells.raw("planned_on").strip() and values["planned_on"] is None:
        cells.refuse("not_date", "planned_on")
    if cells.raw("max_down").strip() and values["max_down_mbps"] is None:
        cells.refuse("not_speed", "max_down")
    if values["planned_on"] and values["fibre"] != Reach.PLANNED:
        cells.refuse("planned_elsewhere", "planned_on")
    return site, values


def _compare(
    plan: Plan, known: dict[int, Infrastructure], row: Row, site: Site, values: dict[str, Any]
) -> None:
    have = known.get(site.pk)
    if have is not None and all(
        getattr(have, name) == value for name, value in values.items() if name != "as_of"
    ):
        plan.unchanged += 1
        return
    outcome = CREATED if have is None else CHANGED
    target = have or Infrastructure(site=site)
    names = [name for name, value in values.items() if getattr(target, name) != value]
    before = {name: told(getattr(target, name)) for name in names} if have else {}
    for name, value in values.items():
        setattr(target, name, value)
    after = {name: told(value) for name, value in values.items() if name in names}
    plan.changes.append(
        Change(outcome, target, tuple(names), before, after, line=row.line, text=str(site))
    )


REGISTER = ForeignSource(
    layout=LAYOUT,
    app_label="inventory",
    can_import=can_keep_contracts,
    sees_all=lambda user: bool(can_keep_contracts(user)),
    prepare=prepare,
    new_url="inventory:register_import",
    reasons={
        "twice_site": _("implantation dite aussi à la ligne %(other)s"),
        "unknown_reach": _("oui, prévue ou non attendu"),
        "unknown_yes": _("oui ou non attendu"),
        "unknown_technology": _("technologie inconnue : fibre, coax, VDSL, ADSL, 4G… attendu"),
        "not_speed": _("débit attendu en Mbit/s, de 1 à 100 000"),
        "planned_elsewhere": _("une date ne va qu’avec une fibre prévue"),
    },
    fields={
        "fibre": _("fibre"),
        "planned_on": _("fibre prévue le"),
        "technology": _("meilleure technologie"),
        "max_down_mbps": _("débit maximal"),
        "giga": _("Giga Quartier"),
        "source": _("source"),
        "as_of": _("état au"),
    },
)
