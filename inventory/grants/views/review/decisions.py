"""Decisions: the list, one with its letter, its condition, the reserve, public results."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from inventory.grants.access.review import (
    ask_again_until,
    can_ask_again,
    can_handle,
    can_hear,
    can_review_calls,
)
from inventory.grants.actions.review.follow_decisions import (
    acknowledge_letter,
    lapse_award,
    left_of,
    meet_condition,
    move_reserve_up,
    publish_results,
    set_aside_left,
)
from inventory.grants.actions.review.letter_paper import paper_of
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.decisions import (
    ConditionState,
    Decision,
    Letter,
    Outcome,
    Reconsideration,
)
from inventory.grants.rules.review.inputs import fingerprint
from inventory.grants.views.review.board import call_of
from inventory.grants.views.review.doing import after
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Province, User
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

OUTCOMES = {
    Outcome.AWARDED: ("ok", "circle-check"),
    Outcome.CONDITIONAL: ("recover", "circle-dashed-check"),
    Outcome.RESERVE: ("suspect", "list-numbers"),
    Outcome.REFUSED: ("degraded", "circle-x"),
}
LATEST = (Column("decided_at", down=True, moment=True), Column(KEY.path, down=True, kind=int))
FILTERS = (
    Filter("decision", gettext_lazy("Décision"), lambda: Outcome.choices, by("outcome")),
    Filter(
        "condition",
        gettext_lazy("Condition"),
        lambda: [c for c in ConditionState.choices if c[0]],
        by("condition_state"),
    ),
    Filter(
        "lettre",
        gettext_lazy("Lettre"),
        lambda: [("lue", _("lue")), ("non-lue", _("pas encore lue"))],
        lambda rows, value: rows.filter(letter__read_at__isnull=value != "lue"),
    ),
    Filter(
        "province",
        gettext_lazy("Province"),
        lambda: Province.choices,
        by("application__site__province"),
    ),
)


@require_GET
@login_required
def decisions(request: HttpRequest) -> HttpResponse:
    """GET `/decisions/`: the decision that stands for each file that the reader sees."""
    user = user_of(request)
    asked = _asked(user, request)
    rows, next_ = page_of(asked, LATEST, request.GET.get("apres", ""))
    officer = bool(can_review_calls(user))
    call = _call(user, request)
    context = {
        "menu": "decisions",
        "crumbs": [(_("Décisions"), None)],
        "rows": [(row, *OUTCOMES[Outcome(row.outcome)]) for row in rows],
        "after": next_,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET, "appel"),
        "officer": officer,
        "call": call,
        "follow": _follow(call) if officer and call else None,
        "asked_again": _asked_again(user) if officer else [],
        "calls": _decided_calls(user) if officer else [],
    }
    return render(request, "grants/review/decisions.html", context)


def _asked(user: User, request: HttpRequest) -> Any:
    rows = Decision.objects.visible_to(user).standing()
    rows = rows.select_related(
        "application__site__school", "application__call__current", "letter"
    ).prefetch_related("reconsideration")
    if reference := request.GET.get("appel", "").replace("\x00", "")[:20]:
        rows = rows.filter(application__call__reference=reference)
    if words := request.GET.get("q", "").replace("\x00", "").strip()[:80]:
        rows = rows.filter(
            Q(application__reference__icontains=words)
            | Q(application__title__icontains=words)
            | Q(application__site__school__name__icontains=words)
        )
    return narrowed(rows, FILTERS, request.GET)


def _call(user: User, request: HttpRequest) -> Call | None:
    reference = request.GET.get("appel", "").replace("\x00", "")[:20]
    return Call.objects.visible_to(user).filter(reference=reference).first() if reference else None


def _decided_calls(user: User) -> list[Call]:
    rows = Call.objects.visible_to(user).filter(runs__adopted_at__isnull=False)
    return list(rows.select_related("current").distinct().order_by("-reference")[:20])


def _follow(call: Call) -> dict[str, Any]:
    """What is left to give, to whom, and what still has to be done."""
    standing = Decision.objects.filter(application__call=call).standing()
    return {
        "left": left_of(call),
        "set_aside": set_aside_left(call),
        "reserve": standing.filter(outcome=Outcome.RESERVE).count(),
        "conditions": standing.filter(condition_state=ConditionState.OPEN).count(),
        "unread": standing.filter(letter__read_at=None).count(),
        "published": getattr(call, "publication", None),
        "adopted": call.runs.filter(adopted_at__isnull=False).first(),
    }


def _asked_again(user: User) -> list[Reconsideration]:
    rows = Reconsideration.objects.visible_to(user).open()
    return list(
        rows.select_related("decision__application__site__school", "handler").order_by("asked_at")[
            :30
        ]
    )


@require_GET
@login_required
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/decisions/<id>/`: the letter as it stands, and what may still be done."""
    user = user_of(request)
    row = decision_of(user, pk)
    letter: Letter | None = getattr(row, "letter", None)
    again = Reconsideration.objects.visible_to(user).filter(decision=row).first()
    later = row.application.decisions.filter(number__gt=row.number).order_by("-number").first()
    may_ask = can_ask_again(user, row, timezone.localdate())
    handle = can_handle(user, again) if again else None
    officer = bool(can_review_calls(user))
    context = {
        "menu": "decisions" if officer else "my_applications",
        "crumbs": [
            (_("Décisions"), reverse("grants:decisions")),
            (row.application.reference, None),
        ],
        "row": row,
        "colour": OUTCOMES[Outcome(row.outcome)],
        "letter": letter,
        "whole": letter is not None and fingerprint(letter.content) == letter.sha256,
        "later": later,
        "again": again,
        "may_ask": bool(may_ask) and again is None and later is None,
        "until": ask_again_until(row),
        "may_hear": bool(can_hear(user, row)),
        "may_handle": bool(handle),
        "why_not_handle": handle.why if isinstance(handle, Refused) else "",
        "officer": officer,
        "today": timezone.localdate(),
        "set_aside": set_aside_left(row.application.call) if officer and again else None,
    }
    return render(request, "grants/review/decision.html", context)


def decision_of(user: User, pk: int) -> Decision:
    rows = Decision.objects.visible_to(user).select_related(
        "application__site__school", "application__call__current", "letter", "run"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
@login_required
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/decisions/<id>/lettre.pdf`."""
    row = get_object_or_404(Letter.objects.visible_to(user_of(request)), decision=pk)
    response = HttpResponse(paper_of(row), content_type="application/pdf")
    name = row.decision.application.reference
    response["Content-Disposition"] = f'inline; filename="{name}-{row.decision.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/decisions/<id>/lue/`: the school acknowledges the letter."""
    user = user_of(request)
    row = get_object_or_404(Letter.objects.visible_to(user), decision=pk)
    return after(
        request,
        lambda: acknowledge_letter(user, row.pk, timezone.now()),
        _("Lecture notée. Les délais de recours courent depuis la notification."),
        reverse("grants:decision", args=[pk]),
    )


@require_POST
@login_required
def condition(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/decisions/<id>/condition/`: `issue=remplie` or `issue=caduque`."""
    user = user_of(request)
    decision_of(user, pk)
    met = request.POST.get("issue") == "remplie"
    step = meet_condition if met else lapse_award
    done = (
        _("Condition remplie\u00a0: l’octroi est entier.")
        if met
        else _("Octroi caduc\u00a0: le montant revient à la réserve.")
    )
    return after(
        request,
        lambda: step(user, pk, timezone.now()),
        done,
        reverse("grants:decision", args=[pk]),
    )


@require_POST
@login_required
def reserve(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/decisions/appels/<call>/reserve/`: award the reserve in its order while it fits."""
    user = user_of(request)
    call = call_of(user, pk)
    made = move_reserve_up(user, call, timezone.now())
    if made:
        told = ngettext(
            "%(n)d dossier de la réserve retenu.",
            "%(n)d dossiers de la réserve retenus.",
            len(made),
        )
        messages.success(request, told % {"n": len(made)})
    else:
        messages.info(request, _("Le solde ne couvre pas le premier dossier de la réserve."))
    return redirect(f"{reverse('grants:decisions')}?appel={call.reference}")


@require_POST
@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/decisions/appels/<call>/publier/`."""
    user = user_of(request)
    call = call_of(user, pk)
    return after(
        request,
        lambda: publish_results(user, call, timezone.now()),
        _("Résultats publiés."),
        f"{reverse('grants:decisions')}?appel={call.reference}",
    )


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/decisions/liste.csv`."""
    rows = in_order(_asked(user_of(request), request), LATEST)
    heads = [
        *(_("Appel"), _("Dossier"), _("Projet"), _("École"), _("Décision"), _("Montant")),
        *(_("Rang"), _("Place en réserve"), _("Condition"), _("À remplir pour le"), _("Décidé le")),
        *(_("Lettre lue le"), _("Empreinte")),
    ]
    told = (
        (
            row.application.call.reference,
            row.application.reference,
            row.application.title,
            str(row.application.site),
            str(row.get_outcome_display()),
            row.amount,
            row.rank or "",
            row.reserve or "",
            row.condition,
            row.condition_due_on or "",
            row.decided_at,
            (row.letter.read_at or "") if hasattr(row, "letter") else "",
            row.letter.sha256 if hasattr(row, "letter") else "",
        )
        for row in rows
    )
    return sheet_response(request, "decisions", heads, told, ending=ending)


urlpatterns: list[URLPattern] = [
    path("decisions/", decisions, name="decisions"),
    path("decisions/<int:pk>/", decision, name="decision"),
    path("decisions/<int:pk>/lettre.pdf", letter_pdf, name="letter_pdf"),
    path("decisions/<int:pk>/lue/", read, name="read_letter"),
    path("decisions/<int:pk>/condition/", condition, name="settle_condition"),
    path("decisions/appels/<int:pk>/reserve/", reserve, name="move_reserve_up"),
    path("decisions/appels/<int:pk>/publier/", publish, name="publish_results"),
    *sheet_paths("decisions/liste", export, "decisions_export"),
]
