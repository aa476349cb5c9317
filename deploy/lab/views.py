"""The lab page: break the simulated schools and watch what the platform makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from deploy.lab.actions import begin_fault, repair
from deploy.lab.board import boards, fault_text
from deploy.lab.load.supervision import INTERVAL_S
from deploy.lab.models import Fault
from deploy.lab.plan import LabError
from deploy.lab.recorded import known_region
from deploy.lab.store import registered_sites
from inventory.models import Device
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of
from supervision.models import AgreedTime

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
CENTRAL = frozenset({RoleKind.CENTRAL_TECHNICIAN.value})


def central_only(view: View[P]) -> View[P]:
    """Sign-in, then 404 for anybody but the central helpdesk: the lab does not exist for them."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not scope_of(_person(request), CENTRAL).region:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(inner)


@require_GET
@central_only
def index(request: HttpRequest) -> HttpResponse:
    """GET `/lab/`: every site; `?site=moulin` shows one."""
    chosen = request.GET.get("site", "")
    context: dict[str, Any] = {"menu": "lab", "crumbs": [(_("Laboratoire"), None)]}
    region = known_region()
    try:
        found = boards(region, timezone.now(), [region.site(chosen).slug] if chosen else ())
    except LabError:
        if chosen in {site.slug for site in region.sites} or not chosen:
            return render(request, "lab/not_loaded.html", context)
        raise Http404 from None
    return render(
        request,
        "lab/index.html",
        {
            **context,
            "boards": found,
            "sites": region.sites,
            "chosen": chosen,
            "interval_s": INTERVAL_S,
            "agreed": AgreedTime.objects.filter(agreement=None).order_by("service"),
            "faults": _live(),
        },
    )


@require_GET
@central_only
def site(request: HttpRequest, slug: str) -> HttpResponse:
    """GET `/lab/implantations/<slug>/`: the panel of one site, for htmx."""
    return _site_panel(request, slug)


@require_GET
@central_only
def faults(request: HttpRequest) -> HttpResponse:
    """GET `/lab/pannes/`: the faults in force, for htmx."""
    return render(request, "lab/_faults.html", {"faults": _live()})


@require_POST
@central_only
def begin(request: HttpRequest) -> HttpResponse:
    """POST `/lab/casser/`: `kind`, and `device` or `site`. 409 when it does not fit there."""
    device, struck = _struck(request)
    try:
        fault = begin_fault(
            _person(request), request.POST.get("kind", ""), device=device, site=struck
        )
    except LabError:
        return _refused(request)
    place = device.site if device else cast(Site, struck)
    text = f"{device or struck} : {fault_text(fault)}."
    return _done(request, place, text, undo=reverse("lab:repair-fault", args=[fault.pk]))


@require_POST
@central_only
def repair_here(request: HttpRequest) -> HttpResponse:
    """POST `/lab/reparer/`: what `device` or `site` suffers; everything when neither is given."""
    device, struck = _struck(request, required=False)
    ended = repair(_person(request), device=device, site=struck)
    text = ngettext("%(count)s panne réparée.", "%(count)s pannes réparées.", len(ended))
    return _done(request, device.site if device else struck, text % {"count": len(ended)})


@require_POST
@central_only
def repair_fault(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/lab/pannes/<pk>/reparer/`: one fault; also what « Annuler » of a toast does."""
    fault = get_object_or_404(Fault.objects.visible_to(_person(request)), pk=pk)
    repair(_person(request), fault=fault)
    place = fault.device.site if fault.device else cast(Site, fault.site)
    return _done(request, place, _("%(what)s : réparé.") % {"what": fault.device or fault.site})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _live() -> QuerySet[Fault]:
    return Fault.objects.live().select_related("device__site__school", "site__school")


def _struck(request: HttpRequest, *, required: bool = True) -> tuple[Device | None, Site | None]:
    """The device or site that a form names, of the lab only. Raises Http404."""
    sites = [one.pk for one in registered_sites(known_region()).values()]
    device, place = request.POST.get("device", ""), request.POST.get("site", "")
    if device.isdecimal():
        known = Device.objects.select_related("site", "product").filter(site__in=sites)
        return get_object_or_404(known, pk=int(device)), None
    if place.isdecimal():
        return None, get_object_or_404(Site, pk=int(place), pk__in=sites)
    if required:
        raise Http404
    return None, None


def _done(request: HttpRequest, place: Site | None, text: str, undo: str = "") -> HttpResponse:
    """The site's panel and a toast for htmx; the whole page again for a plain form."""
    if request.headers.get("HX-Request") != "true":
        messages.success(request, text)
        return HttpResponseRedirect(reverse("lab:index"))
    slugs = {site.pk: slug for slug, site in registered_sites(known_region()).items()}
    slug = slugs.get(place.pk, "") if place else ""
    if slug and request.headers.get("HX-Target", "").startswith("lab-"):
        response = _site_panel(request, slug)
    else:
        response = HttpResponse(status=200)
        response["HX-Reswap"] = "none"
    toast = {"text": text, "undo": undo} if undo else {"text": text}
    response["HX-Trigger"] = json.dumps({"toast": toast, "lab-changed": {}})
    return response


def _refused(request: HttpRequest) -> HttpResponse:
    text = _("Cette panne est déjà en cours, ou elle n’est pas possible ici.")
    if request.headers.get("HX-Request") != "true":
        messages.error(request, text)
        return HttpResponseRedirect(reverse("lab:index"))
    response = HttpResponse(status=200)
    response["HX-Reswap"] = "none"
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, "error": True}})
    return response


def _site_panel(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        region = known_region()
        (board,) = boards(region, timezone.now(), [region.site(slug).slug])
    except LabError:
        raise Http404 from None
    return render(request, "lab/_site.html", {"board": board})
