"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from byod.models.equity.line_loans import LineLoan, LineNotice
from byod.models.equity.lines import Line, LineKind
from byod.models.equity.operators import LineOperator, LinePlan
from byod.models.equity.orders import OperatorOrder
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.equity.rounds import AllocationRound, RoundPlace
from byod.models.equity.served import ServedPupil
from byod.models.equity.surveys import EquipmentSurvey
from byod.models.equity.targets import EquityTarget
from byod.models.equity.usage import LineUsage, UsageReport
from byod.models.loans.pools import LoanPool
from byod.rules.equity.order import Asked, Supply, fingerprint, frozen
from schools.models import Site, User
from tests.byod.equity.made import iccid

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("demandes-de-pret/tours/", {"pk": "loan_round"}),
    ("demandes-de-pret/", {"pk": "loan_request"}),
    ("recensement/", {"pk": "school_class"}),
    ("connexions-pretees/operateurs/", {"pk": "line_operator"}),
    ("connexions-pretees/formules/", {"pk": "line_plan"}),
    ("connexions-pretees/ordres/", {"pk": "line_order"}),
    ("connexions-pretees/", {"pk": "lent_line"}),
    ("equite/ecoles/", {"pk": "school"}),
    ("equite/reserves/", {"pk": "loan_pool"}),
    ("loan-requests/", {"pk": "loan_request"}),
    ("allocation-rounds/", {"pk": "loan_round"}),
    ("line-loans/", {"pk": "line_loan"}),
    ("line-instructions/", {"pk": "line_order"}),
    ("equity-targets/", {"pk": "equity_target"}),
    ("loan-lines/", {"pk": "lent_line"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {
    "byod:line_operator": "an operator belongs to no school; refused to who is no officer",
    "byod:line_plan": "likewise",
    "byod:line_order_file": "likewise",
}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "byod.RoundPlace": "read with a round that the person sees",
}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class EquityWorld:
    """The pupil's request, granted; once served before; a SIM card that is lent."""

    loan_request: LoanRequest
    served_pupil: ServedPupil
    equipment_survey: EquipmentSurvey
    equity_target: EquityTarget
    loan_round: AllocationRound
    line_operator: LineOperator
    line_plan: LinePlan
    lent_line: Line
    line_loan: LineLoan
    line_notice: LineNotice
    line_order: OperatorOrder
    line_usage: LineUsage
    usage_report: UsageReport


def make_equity_world(site: Site, technician: User, name: str, made: dict[str, Any]) -> EquityWorld:
    """``made``: what the parts before this one made, by name."""
    request = LoanRequest.objects.create(
        site=site,
        member=made["pupil"],
        school_class=made["school_class"],
        year=2026,
        state=RequestState.GRANTED,
    )
    return EquityWorld(
        loan_request=request,
        served_pupil=ServedPupil.objects.create(member=made["pupil"], times=1, last_year=2024),
        equipment_survey=EquipmentSurvey.objects.create(school_class=made["school_class"]),
        equity_target=EquityTarget.objects.create(
            school=site.school, percent=Decimal(12), why=f"Cible de {name}"
        ),
        loan_round=_round(site, request),
        **_lines(site, name, made),
    )


def _round(site: Site, request: LoanRequest) -> AllocationRound:
    asked = [Asked(1, False, "no_device", 0, "2026-09-01T08:00:00Z", "0f")]
    inputs = frozen(2026, asked, Supply(1, 0))
    outcome = [{"n": 1, "position": 1, "device": True, "line": False, "after_by": ""}]
    made = AllocationRound.objects.create(
        school=site.school, year=2026, made_by_text="B. Exemple", inputs=inputs, outcome=outcome,
        inputs_sha256=fingerprint(inputs), outcome_sha256=fingerprint(outcome),
    )  # fmt: skip
    RoundPlace.objects.create(round=made, n=1, request=request)
    return made


def _lines(site: Site, name: str, made: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    operator = LineOperator.objects.create(name=f"Opérateur {name}")
    plan = LinePlan.objects.create(
        operator=operator, name="40 Go", data_gb=40, month_eur=Decimal(12),
        valid_from=dt.date(2026, 1, 1),
    )  # fmt: skip
    pool = LoanPool.objects.create(name=f"Connexions {name}", school=site.school)
    line = Line.objects.create(
        kind=LineKind.SIM, pool=pool, plan=plan, label=f"SIM-{name}", iccid=iccid(site.pk)
    )
    loan = LineLoan.objects.create(
        site=site, line=line, borrower=made["pupil"], during=DateTimeTZRange(now, None),
        due_on=dt.date(2027, 6, 30), out_at=now,
    )  # fmt: skip
    month = dt.date(2026, 10, 1)
    return {
        "line_operator": operator,
        "line_plan": plan,
        "lent_line": line,
        "line_loan": loan,
        "line_notice": LineNotice.objects.create(
            loan=loan, kind="pupil", noted_on=dt.date(2026, 11, 1)
        ),
        "line_order": OperatorOrder.objects.create(line=line, kind="suspend", why="unused"),
        "line_usage": LineUsage.objects.create(line=line, month=month, mb=512),
        "usage_report": UsageReport.objects.create(
            operator=operator, month=month, rows=1, sha256="0" * 64
        ),
    }
