"""The demo of equity: a class that was granted, one to decide, connections in every state.

Class 3B: nineteen ask and are granted in fair order (loans hands fourteen out), three have what
they need. Class 2B: seven wait for the head, one of them prepared, one put first. Among the
connections one is unused, one suspended, one has an order that its operator has not confirmed; the
PO and the province share pools.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from byod.actions.equity.decide_requests import decide_requests, propose_decisions, put_first
from byod.actions.equity.make_round import standing_order
from byod.models.equity.line_loans import LineLoan, LineNotice
from byod.models.equity.lines import Line, LineKind, LineService
from byod.models.equity.operators import LineOperator, LinePlan, OrderDoor
from byod.models.equity.orders import LineOrderState, OperatorOrder, OrderKind, OrderWhy
from byod.models.equity.requests import AskedBy, LoanRequest
from byod.models.equity.surveys import EquipmentSurvey
from byod.models.equity.usage import LineUsage, UsageReport
from byod.models.loans.pools import LoanPool
from byod.models.people.members import Equipment, Member, SchoolClass
from byod.rules.equity.years import school_year
from schools.models import Role, RoleKind, School, Site, User
from schools.sealed import seal

ASKING, GRANTED_CLASS, WAITING_CLASS = 19, "3B", "2B"
HOMES = (Equipment.NO_DEVICE, Equipment.NO_DEVICE, Equipment.NEITHER, Equipment.NO_DEVICE)
LINES: tuple[tuple[str, str, str], ...] = (
    # label, kind, what becomes of it
    ("BORNE-01", LineKind.HOTSPOT_4G, "lent"),
    ("BORNE-02", LineKind.HOTSPOT_4G, "unused"),
    ("BORNE-03", LineKind.HOTSPOT_5G, "free"),
    ("SIM-04", LineKind.SIM, "suspended"),
    ("SIM-05", LineKind.SIM, "unconfirmed"),
    ("SIM-06", LineKind.SIM, "lent"),
    ("SIM-07", LineKind.SIM, "free"),
    ("BON-08", LineKind.VOUCHER, "free"),
)
MONTHS = (2140, 3480, 2960, 4210)
"""Megabytes of a line that is used, the oldest first."""


def load_equity(sites: Mapping[str, Site]) -> None:
    """Write the requests once; a second run finds them and leaves them."""
    site = Site.objects.select_related("school__authority").get(pk=sites["moulin"].pk)
    head = _head_of(site.school)
    if head is None or LoanRequest.objects.exists():
        return
    granted = _ask(site, GRANTED_CLASS, ASKING)
    if granted:
        decide_requests(head, granted, grant=True)
    waiting = _ask(site, WAITING_CLASS, 7)
    if len(waiting) > 2:
        put_first(head, waiting[-1], "Signalée par le service social de l’école.")
        propose_decisions(head, [waiting[0]], grant=True)


def load_connections(sites: Mapping[str, Site]) -> None:
    """Write operators and lines once, after the pools of loans."""
    if LineOperator.objects.exists():
        return
    today = timezone.localdate()
    site = Site.objects.select_related("school__authority").get(pk=sites["moulin"].pk)
    plans = _plans(today)
    _lines(site, plans, today)
    _shared(site, plans)


def _head_of(school: School) -> User | None:
    roles = Role.objects.filter(kind=RoleKind.HEAD, user__is_active=True)
    here = roles.filter(school=school) | roles.filter(site__school=school)
    found = here.select_related("user").order_by("pk").first()
    return found.user if found else None


def _plans(today: dt.date) -> list[LinePlan]:
    doors = (("Ondéa Mobile", OrderDoor.MAIL), ("Lumitel", OrderDoor.FILE))
    made = []
    for n, (name, door) in enumerate(doors):
        operator = LineOperator.objects.create(
            name=name, door=door, email="ordres@ondea.example" if door == OrderDoor.MAIL else ""
        )
        for month in range(1, 5):
            first = _month(today, month)
            UsageReport.objects.create(operator=operator, month=first, rows=8, sha256=f"{n}" * 64)
        made.append(
            LinePlan.objects.create(
                operator=operator,
                name=("École 40", "Fixe solidaire")[n],
                data_gb=(40, None)[n],
                month_eur=(Decimal("9.90"), Decimal("19.00"))[n],
                valid_from=dt.date(today.year, 1, 1),
                valid_until=dt.date(today.year + 1, 8, 31),
            )
        )
    return made


def _month(today: dt.date, back: int) -> dt.date:
    """The first day of a month so many months ago."""
    n = today.year * 12 + today.month - 1 - back
    return dt.date(n // 12, n % 12 + 1, 1)


def _ask(site: Site, name: str, number: int) -> list[int]:
    """The first pupils of a class lack something and ask. Keys of requests in fair order."""
    here = SchoolClass.objects.filter(site=site, name=name).first()
    if here is None:
        return []
    year, now = school_year(timezone.localdate()), timezone.now()
    pupils = list(Member.objects.present().pupils().filter(school_class=here).order_by("pk"))
    EquipmentSurvey.objects.get_or_create(school_class=here)
    for n, pupil in enumerate(pupils):
        pupil.equipment = HOMES[n % len(HOMES)] if n < number else Equipment.EQUIPPED
    Member.objects.bulk_update(pupils, ["equipment"])
    asked = [
        LoanRequest.objects.create(
            site=site,
            member=pupil,
            school_class=here,
            year=year,
            wants_line=pupil.equipment == Equipment.NEITHER and name == WAITING_CLASS,
            asked_by=AskedBy.FAMILY if n % 3 else AskedBy.SURVEY,
            asked_at=now - dt.timedelta(days=60 - n, hours=n % 5),
        ).pk
        for n, pupil in enumerate(pupils[:number])
    ]
    order = standing_order(site.school, year)
    keys = [order.waiting[one.n].request.pk for one in order.placed]
    return [key for key in keys if key in asked]


def _lines(site: Site, plans: list[LinePlan], today: dt.date) -> None:
    pool = LoanPool.objects.filter(school=site.school).order_by("pk").first()
    pool = pool or LoanPool.objects.create(name="Réserve de l’école", school=site.school)
    offline = Member.objects.present().pupils().filter(site=site)
    without = list(offline.filter(equipment__in=(Equipment.NEITHER, Equipment.NO_LINE))[:3])
    for n, (label, kind, fate) in enumerate(LINES, 1):
        voucher = kind == LineKind.VOUCHER
        line = Line.objects.create(
            kind=kind, pool=pool, plan=plans[voucher], label=label,
            iccid=None if voucher else _iccid(n), number="" if voucher else f"0470 00 10 {n:02d}",
            sealed=seal({"code": "EXEMPLE-BON-08"}) if voucher else "",
            service=LineService.SUSPENDED if fate == "suspended" else LineService.ACTIVE,
            expires_on=today + dt.timedelta(days=20) if n == 1 else plans[voucher].valid_until,
        )  # fmt: skip
        if fate in ("lent", "unused") and without:
            _lend(line, without.pop(0), site, today, used=fate == "lent")
        if fate in ("suspended", "unconfirmed"):
            _order(line, confirmed=fate == "suspended")


def _lend(line: Line, pupil: Member, site: Site, today: dt.date, *, used: bool) -> None:
    out = timezone.now() - dt.timedelta(days=140)
    loan = LineLoan.objects.create(
        site=site, line=line, borrower=pupil, during=DateTimeTZRange(out, None), out_at=out,
        due_on=dt.date(today.year + (today.month > 6), 6, 30),
    )  # fmt: skip
    months = [_month(today, back) for back in range(4, 0, -1)]
    LineUsage.objects.bulk_create(
        LineUsage(line=line, month=month, mb=mb if used else 0)
        for month, mb in zip(months, MONTHS, strict=True)
    )
    if not used:
        for days, kind in ((15, "pupil"), (8, "guardian"), (1, "school")):
            LineNotice.objects.create(
                loan=loan, kind=kind, noted_on=today - dt.timedelta(days=days),
                mailed_at=timezone.now() - dt.timedelta(days=days),
            )  # fmt: skip


def _order(line: Line, *, confirmed: bool) -> None:
    at = timezone.now() - dt.timedelta(days=3)
    OperatorOrder.objects.create(
        line=line, kind=OrderKind.SUSPEND, why=OrderWhy.RETURNED, asked_at=at, sent_at=at, tries=1,
        next_at=None, state=LineOrderState.CONFIRMED if confirmed else LineOrderState.SENT,
        settled_at=at if confirmed else None, reference="ON-26-1187" if confirmed else "",
    )  # fmt: skip


def _shared(site: Site, plans: list[LinePlan]) -> None:
    """A pool of the PO and one of the province, each with a few cards."""
    authority = site.school.authority
    known = LoanPool.objects.order_by("pk")
    pools = (
        known.filter(authority=authority).first()
        or LoanPool.objects.create(name="Réserve commune du PO", authority=authority),
        known.filter(province=site.province).first()
        or LoanPool.objects.create(name="Réserve provinciale", province=site.province),
    )
    for n, pool in enumerate(pools):
        for card in range(4):
            number = 100 + n * 10 + card
            Line.objects.create(
                kind=LineKind.SIM, pool=pool, plan=plans[0], label=f"SIM-{number}",
                iccid=_iccid(number), expires_on=plans[0].valid_until,
            )  # fmt: skip


def _iccid(n: int) -> str:
    """A made-up Belgian number with a good check digit."""
    start = f"893209{n:012d}"
    total = sum(
        sum(divmod(int(sign) * (1 if place % 2 else 2), 10))
        for place, sign in enumerate(reversed(start))
    )
    return f"{start}{-total % 10}"
