"""A class and its loans: prepare it, print slips and receipts, go on into the next year."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from byod.access.loans.desk import can_lend
from byod.actions.loans.extend import extend_loans
from byod.actions.loans.prepare_class import prepare_class, release_class
from byod.actions.people.read_names import names_of
from byod.desk_shown import ClassShown, class_shown
from byod.loan_days import year_end
from byod.loan_papers import receipts, slips
from byod.models.loans.desks import LoanDesk
from byod.models.loans.loans import TAKEN, Loan, LoanState
from byod.models.loans.pools import PoolItem
from byod.models.people.members import Member, SchoolClass
from inventory.access import DecisionImpossible, require
from schools.models import User
from schools.rules import Refused
from schools.views.doors import user_of


def class_of(user: User, pk: int) -> SchoolClass:
    """The class, if the person sees it."""
    seen = SchoolClass.objects.visible_to(user).select_related("site__school")
    return get_object_or_404(seen, pk=pk)


@never_cache
@require_GET
@login_required
def school_class(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/prets/classes/<id>/`."""
    user, today = user_of(request), timezone.localdate()
    row = class_of(user, pk)
    may = can_lend(user, row.site)
    shown = shown_of(row)
    members = [one.member for one in shown.pupils]
    names = names_of(user, members, "loan_class") if members else {}
    end = year_end(row.site, today)
    context = {
        "menu": "loans",
        "crumbs": [(_("Prêts"), reverse("byod:loans")), (row.name, None)],
        "row": row,
        "c": shown,
        "names": {key: str(named) for key, named in names.items()},
        "may": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        "free": PoolItem.objects.of_site(row.site).free().count(),
        "kept": sum(one.kind == "kept" for one in shown.pupils),
        "year_end": end,
        "next_year": year_end(row.site, end + dt.timedelta(days=30)),
        "others": SchoolClass.objects.open().filter(site=row.site).order_by("name"),
    }
    return render(request, "byod/loans/class.html", context)


def shown_of(row: SchoolClass) -> ClassShown:
    """The class as the desk shows it, with nobody at the desk."""
    found = class_shown(LoanDesk(site=row.site, school_class=row))
    assert found is not None
    return found


@require_POST
@login_required
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """POST `/prets/classes/<id>/<geste>/`."""
    user = user_of(request)
    row = class_of(user, pk)
    require(can_lend(user, row.site))
    try:
        day = parse_date(request.POST.get("jour", ""))
    except ValueError:
        day = None
    try:
        _do(request, user, row, deed, day or year_end(row.site, timezone.localdate()))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    except Loan.DoesNotExist:
        messages.info(request, _("Aucun prêt en cours dans cette classe."))
    return redirect("byod:loan_class", pk)


def _do(request: HttpRequest, user: User, row: SchoolClass, deed: str, day: Any) -> None:
    if deed == "prepare":
        done, left = prepare_class(user, row.pk, day)
        told = ngettext("%(n)d appareil préparé.", "%(n)d appareils préparés.", done)
        messages.success(request, told % {"n": done})
        if left:
            told = ngettext(
                "%(n)d demande attend\u00a0: les réserves sont vides.",
                "%(n)d demandes attendent\u00a0: les réserves sont vides.",
                left,
            )
            messages.info(request, told % {"n": left})
    elif deed == "release":
        count = release_class(user, row.pk)
        told = ngettext("%(n)d réservation annulée.", "%(n)d réservations annulées.", count)
        messages.success(request, told % {"n": count})
    else:
        keys = Loan.objects.visible_to(user).filter(borrower__school_class=row, state__in=TAKEN)
        rows = extend_loans(user, keys.values_list("pk", flat=True), day)
        told = ngettext(
            "%(n)d prêt prolongé jusqu’au %(day)s.",
            "%(n)d prêts prolongés jusqu’au %(day)s.",
            len(rows),
        )
        messages.success(request, told % {"n": len(rows), "day": f"{rows[0].due_on:%d/%m/%Y}"})


@never_cache
@require_GET
@login_required
def paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """GET `/prets/classes/<id>/fiches.pdf`, `…/recus.pdf`."""
    user = user_of(request)
    row = class_of(user, pk)
    require(can_lend(user, row.site))
    if kind == "slips":
        members = [one.member for one in shown_of(row).pupils if one.kind != "none"]
        kept = _loans(members, [LoanState.RESERVED])
        names = names_of(user, members, "loan_slips") if members else {}
        rows = [(one, names.get(one.pk), kept.get(one.pk)) for one in members]
        if not rows:
            raise Http404
        return _pdf(slips(row.name, rows), f"fiches-{row.name}")
    loans = [
        *Loan.objects.out()
        .filter(borrower__school_class=row)
        .select_related(
            *("borrower__school_class", "item__device__product", "charger__device"),
            *("site__school", "signature"),
        )
        .order_by("pk")
    ]
    if not loans:
        raise Http404
    borrowers: list[Member] = [loan.borrower for loan in loans if loan.borrower]
    names = names_of(user, borrowers, "loan_receipts")
    return _pdf(
        receipts([(one, names.get(one.borrower_id or 0)) for one in loans]), f"recus-{row.name}"
    )


def _loans(members: list[Member], states: list[str]) -> dict[int, Loan]:
    rows = Loan.objects.filter(borrower__in=members, state__in=states)
    return {row.borrower_id or 0: row for row in rows.select_related("item__device")}


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


DEEDS = {
    "preparer": ("prepare", "loan_class_prepare"),
    "liberer": ("release", "loan_class_release"),
    "prolonger": ("extend", "loan_class_extend"),
}
urlpatterns: list[URLPattern] = [
    path("prets/classes/<int:pk>/", school_class, name="loan_class"),
    *(
        path(f"prets/classes/<int:pk>/{word}/", act, {"deed": deed}, name=name)
        for word, (deed, name) in DEEDS.items()
    ),
    path("prets/classes/<int:pk>/fiches.pdf", paper, {"kind": "slips"}, name="loan_class_slips"),
    path(
        "prets/classes/<int:pk>/recus.pdf", paper, {"kind": "receipts"}, name="loan_class_receipts"
    ),
]
