"""The rules of a shared pool: name, who lends from it, how much at a time; closing it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from byod.access.loans.desk import can_keep_pool
from byod.actions.loans.pool_rules import Rules, change_pool, close_pool, sites_to_name
from byod.models.loans.pools import LoanPool
from byod.views.loans.pools import pool_of
from inventory.access import DecisionImpossible, require
from schools.views.doors import user_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """GET, POST `/prets/reserves/<id>/regles/`: of a shared pool, by whoever keeps it."""
    user = user_of(request)
    row = pool_of(user, pk)
    if not row.is_shared or row.closed_on is not None:
        raise Http404
    require(can_keep_pool(user, row))
    if request.method == "POST":
        try:
            refused = change_pool(user, pk, _rules(request.POST))
        except LoanPool.DoesNotExist:
            raise Http404 from None
        except DecisionImpossible as error:
            messages.error(request, str(error))
        else:
            for text, why in refused[:10]:
                messages.error(request, f"{text}\u00a0: {why}")
            if not refused:
                messages.success(request, _("Règles notées. Ce qui est déjà prêté reste prêté."))
            return redirect("byod:loan_pool_rules", pk)
    context = {
        "menu": "loan_pools",
        "crumbs": [
            (_("Prêts"), None),
            (pgettext("loan", "Réserves"), reverse("byod:loan_pools")),
            (row.name, reverse("byod:loan_pool", args=[pk])),
            (_("Règles"), None),
        ],
        "row": row,
        "typed": request.POST,
        "rules": row.rules.select_related("site__school").order_by("site__school__name", "pk"),
        "sites": sites_to_name(row),
    }
    return render(request, "byod/loans/pool_rules.html", context)


def _rules(sent: QueryDict) -> Rules:
    limits = {
        int(name.removeprefix("au-plus-")): _most(sent.get(name, ""))
        for name in sent
        if name.startswith("au-plus-") and name.removeprefix("au-plus-").isdecimal()
    }
    return Rules(
        name=sent.get("nom", "").replace("\x00", ""),
        everyone=sent.get("qui") != "choisies",
        each_at_most=_most(sent.get("au-plus", "")),
        added=sent.get("implantations", "").splitlines()[:500],
        limits=limits,
        dropped=[int(key) for key in sent.getlist("retirer") if key.isdecimal() and len(key) < 19],
    )


def _most(text: str) -> int | None:
    """None: no limit. What is no number is refused by the action, as 0 is."""
    text = text.strip()
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 6 else 0


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/reserves/<id>/fermer/`."""
    try:
        row = close_pool(user_of(request), pk)
    except LoanPool.DoesNotExist:
        raise Http404 from None
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("byod:loan_pool", pk)
    told = _("Réserve « %s » fermée. Ses appareils sont libres pour un autre usage.")
    messages.success(request, told % row.name)
    return redirect("byod:loan_pools")


urlpatterns: list[URLPattern] = [
    path("prets/reserves/<int:pk>/regles/", rules, name="loan_pool_rules"),
    path("prets/reserves/<int:pk>/fermer/", close, name="loan_pool_close"),
]
