"""The board of the SPW: calls, projects, money, equity. Each figure leads to its list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.access import require
from inventory.grants.access.returns import can_see_board
from inventory.grants.indicators_rights import use_of_rights
from inventory.grants.models.calls.published import Call, CallState
from inventory.grants.models.returns.obligations import Obligation
from inventory.grants.models.review.judgements import Assignment, ReviewState
from inventory.grants.views.returns import stages
from schools.filters import Filter, shown
from schools.models import Network, Province, User
from schools.views.doors import user_of


@dataclass(frozen=True, slots=True)
class Bar:
    """A line that people compare: words, figures, share of the longest or of the whole."""

    words: Any
    count: int
    total: int
    url: str
    icon: str = ""

    @property
    def percent(self) -> int:
        return round(100 * self.count / self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Reviews of a call: seats given, frozen, past their day."""

    reference: str
    given: int
    frozen: int
    late: int
    url: str

    @property
    def percent(self) -> int:
        return round(100 * self.frozen / self.given) if self.given else 0


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call with its figures, in EUR."""

    call: Call
    phase: Any
    sent: int
    awarded: int
    asked: Decimal
    granted: Decimal

    @property
    def budget(self) -> Decimal:
        return self.call.current.budget if self.call.current else Decimal(0)

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.granted / self.budget)) if self.budget else 0


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """GET `/tableau-de-bord/`; ``?appel=`` narrows it to one call."""
    user = user_of(request)
    require(can_see_board(user))
    call = chosen_call(request)
    rows = stages.applications_of(user)
    lines = call_lines(rows)
    if call is not None:
        rows = rows.filter(call=call)
    context = {
        "menu": "board",
        "crumbs": [(_("Tableau de bord"), None)],
        "call": call,
        "filters": shown(
            [
                Filter(
                    "appel",
                    _("Appel"),
                    lambda: [(one.call.pk, one.call) for one in lines],
                    lambda rows, _value: rows,
                )
            ],
            request,
        ),
        "funnel": funnel_bars(rows, call),
        "lines": [one for one in lines if call is None or one.call == call],
        "money": money_of([one for one in lines if call is None or one.call == call]),
        "owed": owed_figures(user),
        "reviews": review_progress(call),
        "rights": rights_figures(),
        **equity(user),
    }
    return render(request, "grants/returns/board.html", context)


def chosen_call(request: HttpRequest) -> Call | None:
    """The call that the address names; an unknown one narrows nothing."""
    told = request.GET.get("appel", "")
    known = Call.objects.published().select_related("current")
    return known.filter(pk=int(told)).first() if told.isdecimal() and len(told) < 18 else None


def call_lines(rows: Any) -> list[CallLine]:
    """Published calls with their figures: three queries, however many there are."""
    now = timezone.now()
    sent = stages.STAGES["submitted"][2]
    told = {
        one["call"]: one
        for one in rows.order_by()
        .values("call")
        .annotate(
            sent=Count("pk", filter=sent),
            asked=Sum("amount", filter=sent),
            awarded=Count("award", filter=Q(award__state__in=stages.GRANTED)),
            granted=Sum("award__amount", filter=Q(award__state__in=stages.GRANTED)),
        )
    }
    none: dict[str, Any] = {"sent": 0, "asked": None, "awarded": 0, "granted": None}
    found = []
    for call in Call.objects.published().select_related("current"):
        one = told.get(call.pk, none)
        asked, granted = one["asked"] or Decimal(0), one["granted"] or Decimal(0)
        found.append(CallLine(call, call.phase(now), one["sent"], one["awarded"], asked, granted))
    return found


def money_of(lines: Iterable[CallLine]) -> dict[str, Any]:
    """Budget, asked and granted, of the calls shown."""
    lines = list(lines)
    budget = sum((one.budget for one in lines), Decimal(0))
    granted = sum((one.granted for one in lines), Decimal(0))
    return {
        "budget": budget,
        "asked": sum((one.asked for one in lines), Decimal(0)),
        "granted": granted,
        "left": budget - granted,
        "percent": min(100, round(100 * granted / budget)) if budget else 0,
    }


def funnel_bars(rows: Any, call: Call | None) -> list[Bar]:
    """The stages, each with the list that it counts."""
    counts = stages.funnel(rows)
    longest = max([*counts.values(), 1])
    tail = f"&appel={call.pk}" if call else ""
    base = reverse("grants:board_applications")
    return [
        Bar(words, counts[key], longest, f"{base}?etape={key}{tail}", icon)
        for key, (words, icon, _asked) in stages.STAGES.items()
    ]


def owed_figures(user: User) -> dict[str, Any]:
    """Returns due, late and to be validated."""
    seen, today = Obligation.objects.visible_to(user), timezone.localdate()
    base = reverse("grants:my_resources")
    return {
        "open": (seen.owing().filter(due_on__gte=today).count(), f"{base}?etat=open"),
        "late": (seen.late(today).count(), f"{base}?etat=late"),
        "asked": (
            seen.standing().filter(extensions__state="asked").count(),
            f"{base}?prolongation=demandee",
        ),
        "to_judge": (
            stages.waiting_resources(user),
            f"{reverse('grants:resources')}?etat=deposited&tri=attente",
        ),
    }


def rights_figures() -> dict[str, Any]:
    """K8: use of drawing rights."""
    use = use_of_rights()
    if not use.granted:
        return {}
    return {
        "schools": use.schools,
        "granted": use.granted,
        "consumed": use.consumed,
        "percent": round(100 * (use.rate or 0)),
    }


def equity(user: User) -> dict[str, Any]:
    """Who never received anything, by network, province and ISE band: one query."""
    sites = stages.with_ise(stages.received(stages.schools_sites(user)))
    rows = sites.values_list("school__network", "province", "ise", "awarded")
    groups: dict[str, dict[str, list[int]]] = {
        name: defaultdict(lambda: [0, 0]) for name in ("reseau", "province", "ise", "tout")
    }
    for network, province, ise, awarded in rows.iterator(chunk_size=2000):
        told = {"reseau": network, "province": province, "ise": stages.band_of(ise), "tout": ""}
        for name, key in told.items():
            groups[name][key][0] += not awarded
            groups[name][key][1] += 1
    base = f"{reverse('grants:board_sites')}?recu=jamais"
    words: dict[str, Any] = {
        "reseau": dict(Network.choices),
        "province": dict(Province.choices),
        "ise": stages.BANDS,
    }
    never, total = groups["tout"][""]
    return {
        "never": Bar("", never, total, base),
        "equity": [
            (
                title,
                [
                    Bar(word, groups[name][key][0], groups[name][key][1], f"{base}&{name}={key}")
                    for key, word in words[name].items()
                    if key in groups[name]
                ],
            )
            for name, title in (
                ("reseau", _("Par réseau")),
                ("province", _("Par province")),
                ("ise", _("Par classe ISE")),
            )
        ],
    }


def review_progress(call: Call | None) -> list[Progress]:
    """How far the reviewers of each call are: frozen reviews of the seats given. Figures alone:
    who judges what, and how, is the review's to show."""
    seats = Assignment.objects.standing().exclude(application__call__state=CallState.DECIDED)
    if call is not None:
        seats = seats.filter(application__call=call)
    rows = (
        seats.order_by("application__call__reference")
        .values_list("application__call", "application__call__reference")
        .annotate(
            given=Count("pk"),
            frozen=Count("pk", filter=Q(review__state=ReviewState.FROZEN)),
            late=Count(
                "pk",
                filter=Q(due_on__lt=timezone.localdate())
                & ~Q(review__state=ReviewState.FROZEN, review__isnull=False),
            ),
        )
    )
    return [
        Progress(reference, given, frozen, late, _review_page(pk))
        for pk, reference, given, frozen, late in rows
    ]


def _review_page(call: int) -> str:
    """The review's own page of a call, where there is one."""
    try:
        return reverse("grants:review_board", args=[call])
    except NoReverseMatch:
        return ""


urlpatterns: list[URLPattern] = [path("tableau-de-bord/", board, name="board")]
