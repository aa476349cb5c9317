"""One box that finds tickets, sites and devices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.models import Ticket
from helpdesk.rows import rows_of
from helpdesk.searching import search as find
from helpdesk.views.doors import person
from helpdesk.views.places import device_url, site_url


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """GET `/chercher/?q=`: a ticket's exact number opens it."""
    user, q = person(request), request.GET.get("q", "").strip()
    plain = q.replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
    if plain.isdigit() and len(plain) < 16:
        exact = Ticket.objects.visible_to(user).filter(pk=int(plain)).first()
        if exact is not None:
            return HttpResponseRedirect(reverse("helpdesk:ticket", args=[exact.pk]))
    hits = find(user, q)
    context = {
        "q": q,
        "hits": hits,
        "rows": rows_of(hits.tickets, timezone.now()),
        "sites": [(site, site_url(site.pk)) for site in hits.sites],
        "devices": [(device, device_url(device.pk)) for device in hits.devices],
        "crumbs": [(_("Recherche"), None)],
    }
    return render(request, "helpdesk/search.html", context)
