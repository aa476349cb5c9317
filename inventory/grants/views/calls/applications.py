"""The page of a file: what it says, where it stands, who signs, its story, its proof."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.grants.access.calls.lacks import missing_in, verdicts_on
from inventory.grants.access.calls.who import (
    can_check,
    can_choose_authors,
    can_countersign,
    can_keep_calls,
    can_send,
    can_validate,
    can_write,
)
from inventory.grants.actions.calls.start_application import possible_authors
from inventory.grants.actions.calls.submit_application import WITHDRAWABLE
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.published import CallMode, CallVersion
from inventory.grants.rules.calls.form_edit import changes_between
from inventory.grants.views.calls.reading import action_url, facts_shown, forgotten, parts_of
from inventory.grants.views.calls.shown import state_shown
from schools.models import User
from schools.rules import Refused
from schools.views.doors import user_of

State = ApplicationState


def application_of(user: User, pk: int) -> Application:
    """A file that the person sees; else 404."""
    rows = Application.objects.visible_to(user).select_related(
        "call__current", "version", "form", "site__school__authority", "site__municipality",
        "project_head", "validated_by", "countersigned_by", "submitted_by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


@require_GET
@login_required
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/dossiers/<id>/`."""
    user, now = user_of(request), timezone.now()
    row = application_of(user, pk)
    return render(request, "grants/calls/application.html", page_of(user, row, now))


def page_of(user: User, row: Application, now: dt.datetime, **more: Any) -> dict[str, Any]:
    on = timezone.localdate(now)
    missing = missing_in(row, on) if row.in_hand else []
    verdicts = verdicts_on(row, on)
    return {
        "menu": "applications" if can_keep_calls(user) else "my_applications",
        "crumbs": _crumbs(user, row),
        "row": row,
        "shown": state_shown(row, now),
        "steps": range(1, 6),
        "parts": parts_of(row),
        "forgotten": forgotten(row),
        "facts": facts_shown(row.site, on),
        "missing": missing,
        "verdicts": [(one, action_url(one.action, row.site)) for one in verdicts],
        "lost": sum(not one.holds for one in verdicts),
        "news": news_of(row),
        "moves": row.moves.order_by("-at", "-pk"),
        "submissions": row.submissions.order_by("-number"),
        "authors": row.authors.filter(removed_at=None).select_related("user"),
        "award": getattr(row, "award", None),
        **may(user, row, now, bool(missing)),
        **more,
    }


def _crumbs(user: User, row: Application) -> list[tuple[str, str | None]]:
    listed = "grants:applications" if can_keep_calls(user) else "grants:my_applications"
    return [(_("Dossiers"), reverse(listed)), (row.reference, None)]


def may(user: User, row: Application, now: dt.datetime, lacking: bool) -> dict[str, Any]:
    """Each act of the page: whether it is for this person, and why it waits."""
    open_now = row.version.opens_at <= now < row.version.closes_at
    chooses = bool(can_choose_authors(user, row))
    return {
        "open_now": open_now,
        "may_write": bool(can_write(user, row)),
        "may_validate": bool(can_validate(user, row)) and row.state == State.DRAFT,
        "may_countersign": bool(can_countersign(user, row))
        and row.state == State.VALIDATED
        and row.version.countersigned,
        "may_send": bool(can_send(user, row)) and open_now and _signed(row),
        "may_reopen": bool(can_send(user, row))
        and row.state in (State.VALIDATED, State.COUNTERSIGNED),
        "may_take_back": bool(can_send(user, row)) and row.state == State.SUBMITTED and open_now,
        "may_withdraw": bool(can_send(user, row)) and row.state in WITHDRAWABLE,
        "may_choose": chooses and row.in_hand,
        "colleagues": possible_authors(row) if chooses and row.in_hand else [],
        **_checking(user, row),
    }


def _signed(row: Application) -> bool:
    if row.state == State.COUNTERSIGNED:
        return True
    return row.state == State.VALIDATED and not row.version.countersigned


def _checking(user: User, row: Application) -> dict[str, Any]:
    if row.state != State.SUBMITTED or not can_keep_calls(user):
        return {"may_check": False, "check_why": ""}
    answer = can_check(user, row)
    return {
        "may_check": bool(answer),
        "check_why": answer.why if isinstance(answer, Refused) else "",
        "entitlement": row.call.mode == CallMode.ENTITLEMENT,
    }


def news_of(row: Application) -> dict[str, Any] | None:
    """How the call changed since the file was begun: why, dates, questions."""
    if not row.in_hand or row.version.number == 1:
        return None
    published = row.version.published_at
    if published is None or published <= row.started_at:
        return None
    before = (
        CallVersion.objects.filter(call=row.call_id, published_at__lte=row.started_at)
        .select_related("form")
        .order_by("-number")
        .first()
    )
    if before is None:
        return None
    return {
        "why": row.version.why,
        "at": published,
        "closes_before": before.closes_at if before.closes_at != row.version.closes_at else None,
        "changes": changes_between(before.form.content, row.form.content),
    }


urlpatterns: list[URLPattern] = [
    path("dossiers/<int:pk>/", application, name="application"),
]
