"""Pages of discovery: begin one, watch it, what it found."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.actions.add_prefix import add_prefixes
from inventory.models import Difference, Prefix, prefixes_to_search
from schools.models import Site, User
from schools.rules import Refused
from supervision.access import can_discover
from supervision.actions.start_scan import cancel_scan, start_scan
from supervision.models import Scan, ScanFinding
from supervision.tasks import discover

STOP_ASKING = 286
"""What htmx takes for the end of a polling trigger."""


class ScanForm(forms.Form):
    """What to scan: prefixes and addresses, separated by blanks."""

    asked = forms.CharField(
        label=gettext_lazy("Préfixes et adresses"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Un par ligne, 4 096 adresses au plus. Vide : tous les préfixes."),
    )
    keep = forms.BooleanField(
        label=gettext_lazy("Noter ces préfixes comme ceux de l’implantation"), required=False
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _site(request: HttpRequest, pk: int) -> Site:
    seen = Site.objects.visible_to(_user(request)).select_related("school__authority")
    return get_object_or_404(seen, pk=pk)


def _scan(request: HttpRequest, pk: int) -> Scan:
    seen = Scan.objects.visible_to(_user(request)).select_related(
        "site__school__authority", "requested_by"
    )
    return get_object_or_404(seen, pk=pk)


@require_GET
@login_required
def site_discovery(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of a site's page: its prefixes, the last discovery, and the way to a new one."""
    site = _site(request, pk)
    answer = can_discover(_user(request), site, timezone.localdate())
    context = {
        "site": site,
        "prefixes": list(Prefix.objects.filter(site=site)),
        "scan": Scan.objects.filter(site=site).first(),
        "may": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "technician": _user(request).is_technician,
    }
    return render(request, "supervision/_site_discovery.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def scan_new(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/decouverte/`: what to scan, then begin."""
    site, user = _site(request, pk), _user(request)
    answer = can_discover(user, site, timezone.localdate())
    if isinstance(answer, Refused):
        raise PermissionDenied(answer.why)
    prefixes = prefixes_to_search(site)
    form = ScanForm(request.POST or None, initial={"asked": "\n".join(prefixes)})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data["asked"].replace(",", " ").split()
        try:
            with transaction.atomic():
                if form.cleaned_data["keep"]:
                    add_prefixes(user, site, asked)
                scan = start_scan(user, site, asked)
        except ValidationError as error:
            form.add_error("asked", error)
        else:
            # Without retry: when the broker is away, the clock hands the scan out.
            transaction.on_commit(
                lambda: discover.apply_async((scan.pk,), retry=False, expires=60), robust=True
            )
            return redirect("supervision:scan", scan.pk)
    context = {
        "menu": "sites",
        "site": site,
        "form": form,
        "prefixes": prefixes,
        "crumbs": [*_crumbs(site), (_("Découverte"), None)],
    }
    return render(request, "supervision/scan_new.html", context)


@require_GET
@login_required
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/decouvertes/<id>/`: how far it got, what it found; for htmx the inside alone."""
    here = _scan(request, pk)
    findings = ScanFinding.objects.filter(scan=here).select_related(
        "observed__device", "credential_set"
    )
    context = {
        "menu": "sites",
        "scan": here,
        "site": here.site,
        "findings": findings[:500],
        "percent": round(100 * here.cursor / here.total) if here.total else 100,
        "left_s": _left_s(here),
        "gaps": Difference.objects.filter(site=here.site_id).open().count(),
        "may_stop": bool(can_discover(_user(request), here.site, timezone.localdate())),
        "crumbs": [*_crumbs(here.site), (_("Découverte"), None)],
    }
    if not request.headers.get("HX-Request"):
        return render(request, "supervision/scan.html", context)
    # 286: htmx stops asking every few seconds once it is over
    status = 200 if here.is_live else STOP_ASKING
    return render(request, "supervision/_scan.html", context, status=status)


def _left_s(here: Scan) -> int | None:
    """Seconds to go at the pace so far; None before anything is known of it."""
    if here.started_at is None or not here.cursor or not here.is_live:
        return None
    took = (timezone.now() - here.started_at).total_seconds()
    return max(1, round(took / here.cursor * (here.total - here.cursor)))


@require_POST
@login_required
def scan_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/decouvertes/<id>/arreter/`: stop; what was found stays."""
    here = cancel_scan(_user(request), _scan(request, pk))
    messages.success(request, _("Découverte arrêtée. Ce qui a été trouvé reste."))
    return redirect("supervision:scan", here.pk)


def _crumbs(site: Site) -> list[tuple[str, str | None]]:
    url = reverse("schools:sites")
    return [
        (_("Région"), url),
        (str(site.get_province_display()), f"{url}?province={site.province}"),
        (str(site), reverse("schools:site", args=[site.pk])),
    ]


urlpatterns: list[URLPattern] = [
    path("implantations/<int:pk>/decouvertes/", site_discovery, name="site_discovery"),
    path("implantations/<int:pk>/decouverte/", scan_new, name="scan_new"),
    path("decouvertes/<int:pk>/", scan, name="scan"),
    path("decouvertes/<int:pk>/arreter/", scan_cancel, name="scan_cancel"),
]
