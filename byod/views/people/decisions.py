"""Take back what was done to several people at once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from byod.actions.people.decisions import undo_decision
from byod.models.people.decisions import MassDecision
from inventory.access import DecisionImpossible
from schools.views.doors import user_of


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/decisions/<pk>/annuler/`."""
    user = user_of(request)
    try:
        row = MassDecision.objects.visible_to(user).get(pk=pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    try:
        undo_decision(user, pk)
    except DecisionImpossible as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Annulé\u00a0: tout est comme avant."))
    return HttpResponseRedirect(reverse("byod:people", args=[row.site_id]))
