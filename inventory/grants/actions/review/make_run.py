"""Compute a list from what stands in the database, keep it with its inputs, make it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.grants.access.review import can_review_calls
from inventory.grants.actions.review.assign import frozen_reviews
from inventory.grants.actions.review.refusals import ReviewRefused
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.awards import Award, AwardState
from inventory.grants.models.calls.published import Call, CallMode, CallVersion
from inventory.grants.models.review.rankings import RankingRun, RunKind
from inventory.grants.rules.calls.grid import read_grid, read_ranking
from inventory.grants.rules.review.inputs import (
    fingerprint,
    read_rules,
    run,
    write_inputs,
    write_result,
)
from inventory.grants.rules.review.ranking import FileFacts, RankRules
from inventory.grants.rules.review.trial import Trial, tried
from schools.actions.audit import record_action
from schools.models import Headcount, IseClass, User

RANKED = (
    ApplicationState.SUBMITTED,
    ApplicationState.AWARDED,
    ApplicationState.CONDITIONAL,
    ApplicationState.RESERVE,
    ApplicationState.REFUSED,
)
"""What the list is made of: sent, and found eligible."""


def inputs_of(call: Call) -> dict[str, Any]:
    """Everything the list depends on, as it stands now; the same few queries for any number."""
    version = call.current
    if version is None or call.mode != CallMode.COMPETITION:
        raise ReviewRefused(_("Cet appel ne se classe pas."))
    return write_inputs(
        call.reference,
        version.number,
        read_grid(version.grid),
        rules_of(version),
        _files(call),
    )


def rules_of(version: CallVersion) -> RankRules:
    """The published rules, with the budget and what the reviews must be."""
    told = read_ranking(version.ranking)
    return RankRules(
        budget=version.budget,
        method=told.method,
        tie_breaks=told.tie_breaks,
        quota_percent=told.quota_percent,
        quota_ise_max=told.quota_ise_max,
        reserve_size=told.reserve_size,
        appeal_percent=told.appeal_percent,
        max_per_school=Decimal(told.max_per_school) if told.max_per_school else None,
        min_reviews=version.min_reviews,
        divergence_points=version.divergence_points,
    )


def _files(call: Call) -> list[FileFacts]:
    files = list(
        Application.objects.filter(call=call, state__in=RANKED)
        .select_related("site__school")
        .order_by("reference")
    )
    sites = [file.site_id for file in files]
    pupils, classes = _pupils(sites), _classes(sites)
    awarded = set(
        Award.objects.filter(application__site__in=sites)
        .exclude(application__call=call)
        .exclude(state__in=[AwardState.LAPSED, AwardState.WITHDRAWN])
        .values_list("application__site", flat=True)
    )
    reviews = frozen_reviews([file.pk for file in files])
    return [
        FileFacts(
            reference=file.reference,
            school=file.site.school_id,
            province=str(file.site.province or ""),
            pupils=pupils.get(file.site_id, 0),
            ise=classes.get(file.site_id),
            never_awarded=file.site_id not in awarded,
            amount=file.amount,
            submitted_at=file.submitted_at.isoformat() if file.submitted_at else "",
            reviews=tuple(reviews.get(file.pk, ())),
        )
        for file in files
    ]


def _pupils(sites: list[int]) -> dict[int, int]:
    """Site → pupils of its last count: the last year comes last, and stays."""
    rows = Headcount.objects.filter(site__in=sites).values("site", "year").annotate(n=Sum("pupils"))
    return {row["site"]: row["n"] for row in rows.order_by("site", "year")}


def _classes(sites: list[int]) -> dict[int, int]:
    rows = IseClass.objects.filter(site__in=sites).order_by("site", "year")
    return {site: int(value.rstrip("ab")) for site, value in rows.values_list("site", "value")}


def make_run(by: User | None, call: Call, now: dt.datetime) -> RankingRun:
    """The list by the published rules. Where nothing changed since the last, that one stands."""
    if by is not None:
        require(can_review_calls(by))
    with transaction.atomic():
        held = _hold(call)
        inputs = inputs_of(held)
        mark = fingerprint(inputs)
        last = held.runs.filter(kind=RunKind.OFFICIAL).first()
        if last is not None and last.inputs_sha256 == mark:
            return last
        return _keep(held, inputs, by, now, {"kind": RunKind.OFFICIAL})


def keep_variant(
    by: User, source: RankingRun, trial: Trial, label: str, now: dt.datetime
) -> RankingRun:
    """Keep what was tried, beside the list it was tried on; never adopted."""
    require(can_review_calls(by))
    if trial.changes_nothing:
        raise ReviewRefused(_("Changez d’abord le budget, un poids ou le maximum par école."))
    with transaction.atomic():
        held = _hold(source.call)
        told = write_trial(trial)
        extra = {"kind": RunKind.VARIANT, "label": label.strip()[:120], "trial": told}
        return _keep(held, inputs_tried(source, trial), by, now, extra)


def inputs_tried(source: RankingRun, trial: Trial) -> dict[str, Any]:
    """The inputs of a list with what is tried. Raises ReviewRefused for a weight of 0 or 100 %."""
    try:
        return tried(source.inputs, trial)
    except ValueError:
        raise ReviewRefused(_("Un poids est compris entre 1 et 99 pour cent.")) from None


def write_trial(trial: Trial) -> dict[str, Any]:
    return {
        "budget": None if trial.budget is None else f"{trial.budget:.2f}",
        "weights": {key: str(value) for key, value in trial.weights.items()},
        "max_per_school": None if trial.max_per_school is None else f"{trial.max_per_school:.2f}",
    }


def _hold(call: Call) -> Call:
    return Call.objects.select_for_update(of=("self",)).select_related("current").get(pk=call.pk)


def _keep(
    call: Call,
    inputs: dict[str, Any],
    by: User | None,
    now: dt.datetime,
    extra: Mapping[str, Any],
) -> RankingRun:
    assert call.current is not None
    result = write_result(run(inputs))
    number = (call.runs.aggregate(n=Max("number"))["n"] or 0) + 1
    row = RankingRun.objects.create(
        call=call,
        version=call.current,
        number=number,
        inputs=inputs,
        inputs_sha256=fingerprint(inputs),
        result=result,
        result_sha256=fingerprint(result),
        made_at=now,
        made_by=by,
        made_by_text=str(by) if by else "",
        **extra,
    )
    record_action(
        by, "make_ranking", row, after={"files": len(result), "sha256": row.result_sha256}
    )
    return row


@dataclass(frozen=True, slots=True)
class Rerun:
    """A stored list made again. ``same``: the inputs are whole, and give the list that was kept."""

    inputs_whole: bool
    result_sha256: str
    same: bool
    files: int
    budget: Decimal


def rerun(row: RankingRun) -> Rerun:
    """Make the list of a run again from its stored inputs alone."""
    result = write_result(run(row.inputs))
    mark = fingerprint(result)
    whole = fingerprint(row.inputs) == row.inputs_sha256
    return Rerun(
        inputs_whole=whole,
        result_sha256=mark,
        same=whole and mark == row.result_sha256 == fingerprint(row.result),
        files=len(result),
        budget=read_rules(row.inputs["rules"]).budget,
    )
