"""A ranking's inputs as canonical JSON with a SHA-256, and back: a run can be made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from inventory.grants.rules.calls.grid import Criterion, Grid, write_grid
from inventory.grants.rules.review.ranking import FileFacts, Ranking, RankRules, Row, rank
from inventory.grants.rules.review.scores import ReviewFacts

ENGINE = 1
"""Counts the ways in which a list was computed: a stored run names its own."""


def fingerprint(content: Any) -> str:
    """SHA-256 of the content in canonical JSON: sorted keys, no blanks, UTF-8."""
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def write_inputs(
    call: str, version: int, grid: Grid, rules: RankRules, files: Sequence[FileFacts]
) -> dict[str, Any]:
    """Everything that the list depends on, files by reference. Reviewers are seats, not names."""
    return {
        "engine": ENGINE,
        "call": call,
        "version": version,
        "grid": write_grid(grid),
        "rules": write_rules(rules),
        "files": [_file(one) for one in sorted(files, key=lambda one: one.reference)],
    }


def run(inputs: Mapping[str, Any]) -> Ranking:
    """The list that these inputs give. Raises ValueError for inputs of another engine."""
    if inputs.get("engine") != ENGINE:
        raise ValueError(f"These inputs are of engine {inputs.get('engine')}, not {ENGINE}.")
    files = [read_file(one) for one in inputs["files"]]
    return rank(read_stored_grid(inputs["grid"]), files, read_rules(inputs["rules"]))


def write_rules(rules: RankRules) -> dict[str, Any]:
    return {
        "budget": _euros(rules.budget),
        "method": rules.method,
        "tie_breaks": list(rules.tie_breaks),
        "quota_percent": rules.quota_percent,
        "quota_ise_max": rules.quota_ise_max,
        "reserve_size": rules.reserve_size,
        "appeal_percent": rules.appeal_percent,
        "max_per_school": None if rules.max_per_school is None else _euros(rules.max_per_school),
        "min_reviews": rules.min_reviews,
        "divergence_points": str(rules.divergence_points.normalize()),
    }


def read_rules(data: Mapping[str, Any]) -> RankRules:
    most = data["max_per_school"]
    return RankRules(
        budget=Decimal(data["budget"]),
        method=data["method"],
        tie_breaks=tuple(data["tie_breaks"]),
        quota_percent=data["quota_percent"],
        quota_ise_max=data["quota_ise_max"],
        reserve_size=data["reserve_size"],
        appeal_percent=data["appeal_percent"],
        max_per_school=None if most is None else Decimal(most),
        min_reviews=data["min_reviews"],
        divergence_points=Decimal(data["divergence_points"]),
    )


def read_stored_grid(data: Mapping[str, Any]) -> Grid:
    """As :func:`read_grid`, for one that was checked before, whatever a trial made of weights."""
    return Grid(
        tuple(
            Criterion(
                key=one["key"],
                kind=one["kind"],
                label=one["label"],
                weight=Decimal(one["weight"]),
                max_points=one["max_points"],
                threshold=one["threshold"],
                help=one["help"],
                anchors={int(points): text for points, text in one["anchors"].items()},
            )
            for one in data["criteria"]
        ),
        data["pedagogical_threshold"],
        data["technical_threshold"],
    )


def _file(file: FileFacts) -> dict[str, Any]:
    return {
        "reference": file.reference,
        "school": file.school,
        "province": file.province,
        "pupils": file.pupils,
        "ise": file.ise,
        "never_awarded": file.never_awarded,
        "amount": _euros(file.amount),
        "submitted_at": file.submitted_at,
        "reviews": [
            {"seat": one.seat, "marks": dict(one.marks), "valid": dict(one.valid)}
            for one in sorted(file.reviews, key=lambda one: one.seat)
        ],
    }


def read_file(data: Mapping[str, Any]) -> FileFacts:
    return FileFacts(
        reference=data["reference"],
        school=data["school"],
        province=data["province"],
        pupils=data["pupils"],
        ise=data["ise"],
        never_awarded=data["never_awarded"],
        amount=Decimal(data["amount"]),
        submitted_at=data["submitted_at"],
        reviews=tuple(
            ReviewFacts(one["seat"], one["marks"], one["valid"]) for one in data["reviews"]
        ),
    )


def write_result(ranking: Ranking) -> list[dict[str, Any]]:
    """The list as it is stored and hashed."""
    return [_row(row) for row in ranking.rows]


def _row(row: Row) -> dict[str, Any]:
    score = row.score
    return {
        "reference": row.file.reference,
        "rank": row.rank,
        "outcome": row.outcome,
        "why": row.why,
        "tie": row.tie,
        "reserve": row.reserve,
        "amount": _euros(row.file.amount),
        "cumulated": None if row.cumulated is None else _euros(row.cumulated),
        "score": None if score is None else str(score.total),
        "pieces": {} if score is None else {k: str(v) for k, v in score.pieces.items()},
        "means": {} if score is None else {k: str(v) for k, v in score.means.items()},
        "validities": {}
        if score is None
        else {
            kind: {
                "valid": one.valid,
                "percent": str(one.percent),
                "threshold": one.threshold,
                "yes": one.yes,
                "no": one.no,
                "below": list(one.below),
                "why": list(one.why),
            }
            for kind, one in score.validities.items()
        },
    }


def _euros(value: Decimal) -> str:
    return f"{value:.2f}"
