"""Write a review: a draft that saves itself, then frozen; two that diverge call for a third."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.grants.access.review import can_judge
from inventory.grants.actions.review.assign import fill_seats, frozen_reviews, needed_for
from inventory.grants.actions.review.refusals import ReadMeanwhile, ReviewRefused
from inventory.grants.models.calls.applications import ApplicationState
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.judgements import Assignment, Review, ReviewState
from inventory.grants.rules.calls.grid import Grid, read_grid
from inventory.grants.rules.review.scores import ReviewFacts, total_of
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

COMMENT_CHARACTERS = 2000


def save_draft(
    user: User, pk: int, values: Mapping[str, Any], seen: int, now: dt.datetime
) -> Review:
    """Keep what was written so far: only what ``values`` names. Raises ReadMeanwhile where another
    window of the same person wrote since ``seen``; ReviewRefused where it is frozen."""
    with transaction.atomic():
        row = _held(user, pk)
        if row.revision != seen:
            raise ReadMeanwhile(
                _("Cet examen a été modifié dans une autre fenêtre\u00a0: rechargez la page.")
            )
        for name, value in read_values(grid_of(row), values).items():
            setattr(row, name, value)
        row.revision, row.changed_at = row.revision + 1, now
        row.save()
    return row


def freeze_review(user: User, pk: int, seen: int, now: dt.datetime) -> Review:
    """For good: others of the file may read it once theirs are frozen too. Raises ReviewRefused
    with what is missing."""
    with transaction.atomic():
        call = Assignment.objects.values_list("application__call", flat=True).get(pk=pk)
        Call.objects.select_for_update(of=("self",)).get(pk=call)
        row = _held(user, pk)
        if row.revision != seen:
            raise ReadMeanwhile(
                _("Cet examen a été modifié dans une autre fenêtre\u00a0: rechargez la page.")
            )
        grid = grid_of(row)
        if missing := missing_of(grid, row):
            raise ReviewRefused(missing[0])
        row.total = total_of(grid, ReviewFacts(row.assignment.seat, row.marks))
        row.state, row.frozen_at, row.revision = ReviewState.FROZEN, now, row.revision + 1
        row.save()
        file = row.assignment.application
        # no score, and no site: the school does not read in its journal who judges
        record_action(user, "freeze_review", row)
        _ask_for_more(row, now)
        announce("review", file.pk, site=None)
    return row


def _ask_for_more(row: Review, now: dt.datetime) -> None:
    """Where every seat is frozen and reviews diverge, one more is given out."""
    file = row.assignment.application
    standing = Assignment.objects.standing().filter(application=file)
    if standing.exclude(review__state=ReviewState.FROZEN).exists():
        return
    frozen = frozen_reviews([file.pk]).get(file.pk, [])
    if needed_for(file, frozen) > len(frozen):
        record_action(None, "ask_third_review", file, site=file.site)
        fill_seats(file.call, None, now, only={file.pk})


def _held(user: User, pk: int) -> Review:
    """The review of that seat, locked; made at the first word. Raises DecisionRefused."""
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("appointment", "application__version", "application__site__school")
        .get(pk=pk)
    )
    require(can_judge(user, assignment))
    if assignment.application.state != ApplicationState.SUBMITTED:
        raise ReviewRefused(_("Ce dossier n’attend plus d’examen."))
    row, _new = Review.objects.get_or_create(assignment=assignment)
    row.assignment = assignment
    if row.is_frozen:
        raise ReviewRefused(
            _("Cet examen est figé depuis le %(day)s.") % {"day": _day(row.frozen_at)}
        )
    return row


def grid_of(row: Review) -> Grid:
    """The grid of the rules under which the file was sent."""
    return read_grid(row.assignment.application.version.grid)


def read_values(grid: Grid, values: Mapping[str, Any]) -> dict[str, Any]:
    """What may be written, as it is stored. Raises ReviewRefused for what no grid knows."""
    found: dict[str, Any] = {}
    if "marks" in values:
        found["marks"] = _marks(grid, values["marks"])
    if "comments" in values:
        known = {one.key for one in grid.criteria}
        told = dict(values["comments"])
        if set(told) - known:
            raise ReviewRefused(_("La grille ne connaît pas ce critère."))
        found["comments"] = {
            key: str(text).replace("\x00", "").strip()[:COMMENT_CHARACTERS]
            for key, text in told.items()
            if str(text).strip()
        }
    for kind in ("pedagogical", "technical"):
        if kind in values:
            if values[kind] not in {True, False, None}:
                raise ReviewRefused(_("Valide, non valide, ou pas encore jugé."))
            found[kind] = values[kind]
    if "remark" in values:
        found["remark"] = str(values["remark"]).replace("\x00", "").strip()[:4000]
    return found


def _marks(grid: Grid, told: Mapping[str, Any]) -> dict[str, int]:
    found = {}
    for key, points in dict(told).items():
        try:
            criterion = grid.criterion(key)
        except KeyError:
            raise ReviewRefused(_("La grille ne connaît pas ce critère.")) from None
        if points is None:
            continue
        if isinstance(points, bool) or not isinstance(points, int):
            raise ReviewRefused(_("Les points sont un nombre entier."))
        if not 0 <= points <= criterion.max_points:
            raise ReviewRefused(
                _("«\u00a0%(criterion)s\u00a0»\u00a0: de 0 à %(most)d points.")
                % {"criterion": criterion.label.get("fr", key), "most": criterion.max_points}
            )
        found[key] = points
    return found


def missing_of(grid: Grid, row: Review) -> list[str]:
    """What keeps a review from being frozen, in words."""
    missing = [
        _("Il manque les points de «\u00a0%(criterion)s\u00a0».") % {"criterion": one.label["fr"]}
        for one in grid.criteria
        if one.key not in row.marks
    ]
    if row.pedagogical is None:
        missing.append(_("Dites si le dossier est valide sur le plan pédagogique."))
    if row.technical is None:
        missing.append(_("Dites si le dossier est valide sur le plan technique."))
    if False in {row.pedagogical, row.technical} and not row.comments:
        missing.append(_("Dites pourquoi il n’est pas valide, dans un commentaire de critère."))
    missing += [
        _("«\u00a0%(criterion)s\u00a0» est sous le seuil\u00a0: dites pourquoi, l’école le lira.")
        % {"criterion": one.label["fr"]}
        for one in grid.criteria
        if row.marks.get(one.key, 0) < one.threshold and not row.comments.get(one.key)
        if one.key in row.marks
    ]
    return missing


def _day(at: dt.datetime | None) -> str:
    return f"{at:%d/%m/%Y}" if at else ""
