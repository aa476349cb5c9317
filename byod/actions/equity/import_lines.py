"""A file of SIM cards and hotspots: read, shown, then written; known ICCIDs are corrected."""

from __future__ import annotations

from typing import Any

from byod.access.equity.lines import can_keep_lines
from byod.models.equity.lines import MOBILE, Line, LineKind
from byod.models.equity.operators import LinePlan
from byod.models.loans.pools import LoanPool
from byod.rules.equity.lines import clean_iccid, iccid_fault
from schools.actions.audit import JournalLine, record_actions
from schools.actions.read_import import _keep_findings
from schools.imports.columns import plain
from schools.imports.findings import CHANGED, CREATED
from schools.imports.foreign import Beat
from schools.imports.plan import Change, Plan
from schools.imports.reading import Source
from schools.imports.values import Cells, day
from schools.models import ImportRun, User

KINDS = {plain(str(kind.label)): kind for kind in MOBILE} | {
    "hotspot 4g": LineKind.HOTSPOT_4G,
    "hotspot 5g": LineKind.HOTSPOT_5G,
    "sim": LineKind.SIM,
    "sim karte": LineKind.SIM,
}
FIELDS = ("kind", "label", "number", "plan", "pool", "expires_on")


class PreparedLines:
    """What a file of lines would write."""

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
        """Insert, update, and the journal, in few statements."""
        rows: list[Any] = [change.row for change in self.plan.changes]
        Line.objects.bulk_create([row for row in rows if row.pk is None], batch_size=1000)
        changed = [one.row for one in self.plan.changes if one.outcome == CHANGED]
        Line.objects.bulk_update(changed, FIELDS, batch_size=1000)  # type: ignore[arg-type]
        why = f"import {run.pk}, {run.file_name}"
        record_actions(
            actor,
            (
                JournalLine(f"import_{c.outcome}", c.row, before=c.before, after=c.after, why=why)
                for c in self.plan.changes
            ),
        )
        beat(self.rows, self.rows)
        return len(rows)


class _Known:
    """What rows name, read once: pools that the person keeps, plans, lines by ICCID."""

    def __init__(self, user: User | None, lock: bool) -> None:
        pools = LoanPool.objects.visible_to(user) if user else LoanPool.objects.all()
        kept = [one for one in pools if user is None or can_keep_lines(user, one)]
        self.pools = {plain(one.name): one for one in kept}
        plans = LinePlan.objects.select_related("operator").order_by("valid_from")
        self.plans = {(plain(one.operator.name), plain(one.name)): one for one in plans}
        rows = Line.objects.exclude(iccid=None)
        held = rows.select_for_update(of=("self",)) if lock else rows
        self.lines = {one.iccid: one for one in held.select_related("plan__operator", "pool")}
        self.labels = {(one.pool_id, one.label): one.iccid for one in self.lines.values()}
        self.seen: dict[str, int] = {}


def prepare_lines(run: ImportRun, source: Source, beat: Beat, lock: bool) -> PreparedLines:
    """Read the file and compare it with what is known. A handful of queries."""
    known, plan = _Known(run.started_by, lock), Plan()
    for row in source.rows:
        plan.rows += 1
        cells = Cells(source, row)
        values = _read(cells, known) if cells.sure else None
        plan.findings += cells.findings
        if values is None or cells.refused:
            plan.refused += 1
            continue
        _compare(plan, known, row.line, values)
    beat(plan.rows, source.total)
    return PreparedLines(plan)


def _read(cells: Cells, known: _Known) -> dict[str, Any]:
    iccid = clean_iccid(cells.raw("iccid"))
    if fault := iccid_fault(iccid):
        cells.refuse(f"iccid_{fault}", "iccid")
    elif iccid in known.seen:
        cells.refuse("iccid_twice", "iccid", other=str(known.seen[iccid]))
    known.seen.setdefault(iccid, cells.row.line)
    named = (plain(cells.raw("operator")), plain(cells.raw("plan")))
    values = {
        "iccid": iccid,
        "kind": KINDS.get(plain(cells.raw("kind"))),
        "label": cells.text("label", 40, required=True),
        "number": cells.text("number", 20),
        "plan": known.plans.get(named),
        "pool": known.pools.get(plain(cells.raw("pool"))),
        "expires_on": day(cells.raw("expires_on")),
    }
    for name, reason in (("kind", "line_kind"), ("plan", "line_plan"), ("pool", "line_pool")):
        if values[name] is None:
            cells.refuse(reason, name)
    if cells.raw("expires_on").strip() and values["expires_on"] is None:
        cells.refuse("not_date", "expires_on")
    pool = values["pool"]
    if isinstance(pool, LoanPool):
        other = known.labels.setdefault((pool.pk, str(values["label"])), iccid)
        if other != iccid:
            cells.refuse("line_label", "label")
    return values


def _compare(plan: Plan, known: _Known, line: int, values: dict[str, Any]) -> None:
    have = known.lines.get(values["iccid"])
    target = have or Line(iccid=values["iccid"])
    names = [one for one in FIELDS if have is None or getattr(target, one) != values[one]]
    if not names:
        plan.unchanged += 1
        return
    before = {name: _told(getattr(target, name)) for name in names} if have else {}
    for name in names:
        setattr(target, name, values[name])
    after = {name: _told(values[name]) for name in names}
    outcome = CHANGED if have else CREATED
    plan.changes.append(
        Change(outcome, target, tuple(names), before, after, line=line, text=target.label)
    )


def _told(value: Any) -> str | None:
    return None if value is None else str(value)
