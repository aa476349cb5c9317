"""The purchasing centre and the catalogue that schools read: what is offered, what it costs on the
right, side by side; memberships, baskets, orders of one's own money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible
from inventory.grants.access.orders import (
    can_decide_membership,
    can_end_membership,
    can_fill,
    can_validate,
    heads,
    schools_of,
)
from inventory.grants.actions.orders.fill_basket import (
    put_in_basket,
    return_basket,
    submit_basket,
    validate_order,
)
from inventory.grants.actions.orders.join_centre import (
    ask_membership,
    decide_membership,
    end_membership,
)
from inventory.grants.models.orders.members import Membership, MemberState
from inventory.grants.models.orders.purchases import Order, OrderLine, OrderState
from inventory.grants.models.rights.standing import standing_of
from inventory.grants.views.orders.asked import text_in, words_in
from inventory.grants.views.orders.words import member_look, order_look
from inventory.kits_shown import sheet_of
from inventory.models import Category, KitItem, KitVersion
from schools.filters import Filter, filtered, narrowed, shown
from schools.models import Role, RoleKind, Site, User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

SORTS = {
    "nom": (gettext_lazy("Nom"), ("kit__name", "-number")),
    "prix": (gettext_lazy("Prix, le plus bas d’abord"), ("price", "kit__name")),
    "reparabilite": (
        gettext_lazy("Réparabilité, la meilleure d’abord"),
        ("-known_repairability", "kit__name"),
    ),
}
SIDE_BY_SIDE = 4
"""Kits on one page of comparison; a phone shows them by scrolling."""
DECIDERS = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})


def _categories() -> list[tuple[str, Any]]:
    offered = KitVersion.objects.offered(timezone.localdate())
    known = set(
        KitItem.objects.filter(version__in=offered, accessory=False).values_list(
            "product__category", flat=True
        )
    )
    return [(key, word) for key, word in Category.choices if key in known]


FILTERS = (
    Filter(
        "categorie",
        gettext_lazy("Catégorie"),
        _categories,
        lambda rows, value: rows.filter(
            items__product__category=value, items__accessory=False
        ).distinct(),
    ),
)


def offered_kits(request: HttpRequest) -> Any:
    """Versions of today that the address asks for, with their content."""
    from django.db.models.functions import Coalesce  # noqa: PLC0415  beside its only use

    items = KitItem.objects.select_related("product").order_by("accessory", "pk")
    rows = KitVersion.objects.offered(timezone.localdate()).select_related("kit")
    rows = rows.annotate(known_repairability=Coalesce("repairability", Decimal(0)))
    for word in words_in(request):
        rows = rows.filter(
            Q(kit__name__unaccent__icontains=word)
            | Q(kit__purpose__unaccent__icontains=word)
            | Q(items__product__model__icontains=word)
            | Q(items__product__maker__icontains=word)
        ).distinct()
    rows = narrowed(rows, FILTERS, request.GET)
    return rows.order_by(*SORTS[_sort(request)][1]).prefetch_related(Prefetch("items", items))


def _sort(request: HttpRequest) -> str:
    told = request.GET.get("tri", "")
    return told if told in SORTS else "nom"


@dataclass(frozen=True, slots=True)
class OnMyRight:
    """What a kit would leave of the right; ``most``: how many of them it pays."""

    left: Decimal
    most: int

    @property
    def fits(self) -> bool:
        return self.left >= 0

    @property
    def missing(self) -> Decimal:
        return -self.left


def available_to(user: User) -> Decimal | None:
    """What the person's school may still ask for; None for those who decide on no right."""
    scope = user.scope(DECIDERS)
    if scope.is_empty or scope.region:
        return None
    sites = Site.objects.visible_to(user).filter(closed_on=None)
    if not sites.exists():
        return None
    standing = standing_of(sites, timezone.localdate())
    return standing.available if standing.granted else None


def on_right(available: Decimal | None, price: Decimal) -> OnMyRight | None:
    """Of one kit; None where there is no right to speak of."""
    if not available:
        return None
    return OnMyRight(available - price, int(available // price) if price else 0)


@require_GET
@login_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """GET `/centrale/catalogue/`: what may be asked for or bought today."""
    user = user_of(request)
    available = available_to(user)
    rows = list(offered_kits(request)[:200])
    members = [one for one in _members(user) if one.state == MemberState.ACCEPTED]
    mine = [one for one in members if can_fill(user, one)]
    context = {
        "menu": "purchasing",
        "crumbs": [(_("Centrale d’achat"), reverse("grants:purchasing")), (_("Catalogue"), None)],
        "tab": "catalogue",
        "rows": [(row, on_right(available, row.price)) for row in rows],
        "available": available,
        "members": mine,
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
        "sorts": [(key, label) for key, (label, _order) in SORTS.items()],
        "sort": _sort(request),
    }
    return render(request, "grants/orders/catalogue.html", context)


@require_GET
@login_required
def catalogue_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/centrale/catalogue/export.csv`: the same filters."""
    heads = [
        *(_("Kit"), _("Version"), _("À quoi il sert"), _("Contenu"), _("Prix")),
        *(_("Garantie (mois)"), _("Réparabilité"), _("Classe énergétique"), _("kWh par an")),
        *(_("Sécurité suivie jusqu’au"), _("Proposé jusqu’au")),
    ]
    cells = (
        [
            *(row.kit.name, row.number, row.kit.purpose),
            *(", ".join(str(item) for item in row.items.all()), row.price),
            *(row.warranty_months, row.repairability, row.energy_class, row.annual_kwh),
            *(row.support_ends_on, row.valid_to),
        ]
        for row in offered_kits(request)
    )
    return sheet_response(request, "catalogue", heads, cells, ending=ending)


@require_GET
@login_required
def compare_kits(request: HttpRequest) -> HttpResponse:
    """GET `/centrale/comparer/?kit=1&kit=2`: kits of the catalogue side by side."""
    keys = [int(one) for one in request.GET.getlist("kit") if one.isdecimal() and len(one) < 19]
    offered = KitVersion.objects.offered(timezone.localdate()).filter(pk__in=keys[:SIDE_BY_SIDE])
    rows = list(
        offered.select_related("kit").prefetch_related("items__product").order_by("price", "pk")
    )
    sheets = [sheet_of(row) for row in rows]
    available = available_to(user_of(request))
    context = {
        "menu": "purchasing",
        "crumbs": [
            (_("Centrale d’achat"), reverse("grants:purchasing")),
            (_("Catalogue"), reverse("grants:catalogue")),
            (_("Comparer"), None),
        ],
        "rows": [(row, on_right(available, row.price)) for row in rows],
        "facts": [(label, [sheet[label] for sheet in sheets]) for label in sheets[0]]
        if sheets
        else [],
        "available": available,
    }
    return render(request, "grants/orders/compare.html", context)


def _members(user: User) -> list[Membership]:
    rows = Membership.objects.visible_to(user).standing()
    return list(rows.select_related("school", "site__school", "person")[:100])


@require_GET
@login_required
def purchasing(request: HttpRequest) -> HttpResponse:
    """GET `/centrale/`: memberships, baskets, what waits for the head, what was bought."""
    user = user_of(request)
    members = _members(user)
    schools = schools_of(user)
    joined = {(one.school_id, one.person_id) for one in members}
    mine = [one for one in members if one.person_id == user.pk or can_fill(user, one)]
    lines = OrderLine.objects.select_related("kit_version__kit")
    orders = Order.objects.visible_to(user).filter(membership__isnull=False)
    orders = orders.select_related("site__school", "buyer", "membership__school")
    orders = orders.prefetch_related(Prefetch("lines", lines))
    baskets = [
        one
        for one in orders.filter(state=OrderState.BASKET)
        if one.membership and can_fill(user, one.membership)
    ]
    waiting = orders.filter(state=OrderState.SUBMITTED)
    context = {
        "menu": "purchasing",
        "crumbs": [(_("Centrale d’achat"), None)],
        "tab": "centre",
        "members": [
            (one, member_look(one.state), bool(can_end_membership(user, one))) for one in mine
        ],
        "to_decide": [
            one
            for one in members
            if one.state == MemberState.REQUESTED and can_decide_membership(user, one)
        ],
        "may_join": [one for one in schools if (one.pk, None) not in joined],
        "may_join_own": [
            one for one in schools if (one.pk, user.pk) not in joined and not heads(user, one)
        ],
        "sites": Site.objects.visible_to(user).filter(school__in=schools, closed_on=None)
        if schools
        else [],
        "baskets": [(one, bool(can_validate(user, one))) for one in baskets if one.lines.all()],
        "waiting": [(one, bool(can_validate(user, one))) for one in waiting[:50]],
        "rows": [
            (one, order_look(one.state))
            for one in orders.exclude(state__in=(OrderState.BASKET, OrderState.SUBMITTED))[:30]
        ],
    }
    return render(request, "grants/orders/purchasing.html", context)


@require_POST
@login_required
def join(request: HttpRequest) -> HttpResponse:
    """POST `/centrale/affiliations/demander/`: for the school, or (``pour=moi``) for oneself."""
    user = user_of(request)
    key = request.POST.get("site", "")
    pk = int(key) if key.isdecimal() and len(key) < 19 else 0
    try:
        made = ask_membership(user, pk, own=request.POST.get("pour") == "moi")
    except Site.DoesNotExist:
        messages.error(request, _("Choisissez l’implantation où livrer."))
    else:
        if made.state == MemberState.ACCEPTED:
            messages.success(
                request, _("Affiliation en cours\u00a0: choisissez dans le catalogue.")
            )
        else:
            messages.success(request, _("Demande envoyée\u00a0: vous lirez ici la réponse."))
    return redirect("grants:purchasing")


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/centrale/affiliations/<id>/`: accept, refuse or end."""
    user, what = user_of(request), request.POST.get("decision", "")
    get_object_or_404(Membership.objects.visible_to(user), pk=pk)
    try:
        if what == "terminer":
            end_membership(user, pk)
        else:
            decide_membership(user, pk, accept=what == "accepter", why=text_in(request, "why"))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("C’est noté."))
    return redirect("grants:purchasing")


@require_POST
@login_required
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/centrale/paniers/<membership>/`: so many of a version of a kit."""
    user = user_of(request)
    get_object_or_404(Membership.objects.visible_to(user), pk=pk)
    version, number = request.POST.get("version", ""), request.POST.get("nombre", "")
    back = "grants:purchasing" if request.POST.get("retour") == "panier" else "grants:catalogue"
    if not (version.isdecimal() and number.isdecimal() and len(version) < 19 and len(number) < 6):
        messages.error(request, _("Un nombre est attendu."))
        return redirect(back)
    try:
        put_in_basket(user, pk, int(version), int(number))
    except KitVersion.DoesNotExist:
        messages.error(request, _("Ce kit n’est plus au catalogue."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Panier mis à jour."))
    return redirect(back)


@require_POST
@login_required
def advance(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/commandes/<id>/avancer/`: submit, validate or return a basket."""
    user, what = user_of(request), request.POST.get("acte", "")
    get_object_or_404(Order.objects.visible_to(user), pk=pk)
    told = request.POST.get("version", "")
    seen = int(told) if told.isdecimal() and len(told) < 10 else 0
    try:
        if what == "soumettre":
            submit_basket(user, pk, seen)
            messages.success(request, _("Panier soumis à la direction."))
        elif what == "valider":
            validate_order(user, pk, seen)
            messages.success(request, _("Commande validée\u00a0: le SPW la passe au fournisseur."))
            return redirect("grants:order", pk)
        elif what == "renvoyer":
            return_basket(user, pk, text_in(request, "why"))
            messages.success(request, _("Commande renvoyée."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:purchasing")


def head_names(site: Site) -> str:
    """Who validates, for the words beside the button."""
    roles = Role.objects.live(timezone.localdate()).filter(kind=RoleKind.HEAD, school=site.school)
    return ", ".join(str(role.user) for role in roles.select_related("user")[:3])


urlpatterns: list[URLPattern] = [
    path("centrale/", purchasing, name="purchasing"),
    path("centrale/catalogue/", catalogue, name="catalogue"),
    *sheet_paths("centrale/catalogue/export", catalogue_export, "catalogue_export"),
    path("centrale/comparer/", compare_kits, name="compare_kits"),
    path("centrale/affiliations/demander/", join, name="join_centre"),
    path("centrale/affiliations/<int:pk>/", decide, name="decide_membership"),
    path("centrale/paniers/<int:pk>/", fill, name="fill_basket"),
    path("commandes/<int:pk>/avancer/", advance, name="advance_order"),
]
