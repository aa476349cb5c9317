"""Terms of loans: read and written by the school, signed at the desk or by the family's link."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from byod.access.loans.desk import can_lend_somewhere, can_write_terms
from byod.actions.loans.sign_terms import (
    publish_terms,
    sign_at_desk,
    sign_by_link,
    terms_for,
)
from byod.models.loans.loans import Loan
from byod.models.loans.terms import LoanTerms
from byod.models.people.members import MEMBER_READERS
from byod.views.loans.tabs import tabs_of
from byod.views.people.door import MemberRequest, member_required
from inventory.access import DecisionImpossible, require
from schools.models import School, User
from schools.models.scope import scope_of
from schools.rules import Refused
from schools.views.doors import user_of


def _own_schools(user: User) -> list[School]:
    scope = scope_of(user, MEMBER_READERS)
    rows = School.objects.visible_to(user)
    mine = rows.filter(pk__in=scope.schools) | rows.filter(sites__in=scope.sites)
    return list(mine.distinct().order_by("name")[:10])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def terms(request: HttpRequest) -> HttpResponse:
    """GET, POST `/prets/conditions/`: versions; the head writes the next one."""
    user = user_of(request)
    require(can_lend_somewhere(user))
    own = _own_schools(user)
    key = request.GET.get("ecole", "")
    school = next((one for one in own if str(one.pk) == key), own[0] if own else None)
    if school is None:
        raise Http404
    may = can_write_terms(user, school)
    typed = {"fr": "", "de": ""}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").replace("\x00", "") for name in ("fr", "de")}
        try:
            publish_terms(user, school.pk, typed["fr"], typed["de"])
        except DecisionImpossible as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Publiées. Ce qui est signé garde sa version."))
            return redirect(f"{reverse('byod:loan_terms')}?ecole={school.pk}")
    rows = list(LoanTerms.objects.in_force(school))
    if not typed["fr"] and rows:
        typed = {"fr": rows[0].text_fr, "de": rows[0].text_de}
    context = {
        "menu": "loans",
        "crumbs": [(_("Prêts"), reverse("byod:loans")), (_("Conditions"), None)],
        "tabs": tabs_of(user),
        "school": school,
        "schools": own,
        "rows": rows,
        "typed": typed,
        "may": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
    }
    return render(request, "byod/loans/terms.html", context)


@require_POST
@login_required
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/<id>/signer/`: on paper, or on the desk's screen."""
    user = user_of(request)
    try:
        sign_at_desk(user, pk, request.POST.get("nom", ""), request.POST.get("maniere", ""))
    except ObjectDoesNotExist:
        raise Http404 from None
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Signature notée."))
    return redirect("byod:loan", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def mine_sign(request: MemberRequest, pk: int) -> HttpResponse:
    """GET, POST `/moi/prets/<id>/conditions/`: read the terms, sign with one's name."""
    member, guardian = request.member, request.as_guardian
    rows = Loan.objects.filter(borrower=member).select_related(
        "site__school", "item__device__product", "charger__device", "signature"
    )
    row = get_object_or_404(rows, pk=pk)
    version = terms_for(row)
    if version is None:
        raise Http404
    error, name = "", request.POST.get("nom", "").replace("\x00", "")
    if request.method == "POST":
        try:
            if request.POST.get("lu") != "oui":
                raise DecisionImpossible(_("Cochez que vous avez lu les conditions."))
            sign_by_link(member, pk, name, as_guardian=guardian)
        except DecisionImpossible as refused:
            error = str(refused)
        else:
            return redirect("byod:mine")
    context = {
        "member": member,
        "as_guardian": guardian,
        "row": row,
        "version": version,
        "text": version.text(member.language),
        "signature": getattr(row, "signature", None),
        "may": guardian or not member.needs_guardian,
        "error": error,
        "name": name,
    }
    return render(cast(HttpRequest, request), "byod/loans/mine_sign.html", context)


urlpatterns: list[URLPattern] = [
    path("prets/conditions/", terms, name="loan_terms"),
    path("prets/<int:pk>/signer/", sign, name="loan_sign"),
    path("moi/prets/<int:pk>/conditions/", mine_sign, name="mine_loan_sign"),
]
