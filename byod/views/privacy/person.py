"""One person's data: shown to the head, handed over as a file, erased; and to the person itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from byod.access.privacy.people import can_answer_for
from byod.actions.privacy.person import erase_member, export_member, holds_of, told_of
from byod.kept import kept
from byod.models.people.identities import Identity
from byod.models.people.members import Member
from byod.told_person import person_pdf, person_zip, told_in_words
from byod.views.people.door import MemberRequest, member_required
from inventory.access import DecisionImpossible, require
from schools.views.doors import user_of

FILES = ("json", "pdf", "zip")


def member_seen(request: HttpRequest, pk: int) -> Member:
    """A member of a site that the person runs, or 404."""
    seen = Member.objects.visible_to(user_of(request)).select_related("site__school")
    return get_object_or_404(seen, pk=pk)


@require_GET
@never_cache
@login_required
def member_data(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/vie-privee/personnes/<id>/`: what can be handed over or erased. Reads no name."""
    member = member_seen(request, pk)
    require(can_answer_for(user_of(request), member))
    context = {
        "menu": "privacy",
        "crumbs": [(_("Vie privée"), reverse("byod:privacy")), (member.pseudonym, None)],
        "member": member,
        "named": Identity.objects.filter(member=member).exists(),
        "holds": holds_of(member),
        "rows": kept(),
    }
    return render(request, "byod/privacy/person.html", context)


@require_GET
@never_cache
@login_required
def member_export(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """GET `/vie-privee/personnes/<id>/donnees.zip`, `.json` or `.pdf`."""
    member_seen(request, pk)
    if ending not in FILES:
        raise Http404
    return _file(export_member(user_of(request), pk), ending)


def _file(told: dict[str, Any], ending: str) -> HttpResponse:
    """As a download, whose name says nothing of whom it is about."""
    if ending == "zip":
        response = HttpResponse(person_zip(told), content_type="application/zip")
    elif ending == "pdf":
        response = HttpResponse(person_pdf(told), content_type="application/pdf")
    else:
        response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    stamp = f"{timezone.localtime():%Y%m%d-%H%M}"
    response["Content-Disposition"] = f'attachment; filename="mes-donnees-{stamp}.{ending}"'
    return response


@require_POST
@login_required
def member_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the person now."""
    member_seen(request, pk)
    try:
        erase_member(user_of(request), pk, timezone.now())
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("Les données de cette personne sont effacées. Les chiffres restent.")
        )
    return redirect("byod:member_data", pk)


@require_GET
@member_required
def mine_told(request: MemberRequest) -> HttpResponse:
    """GET `/moi/mes-donnees/`: all that is kept, as the person or their guardian reads it."""
    told = told_of(request.member)
    return render(
        request,
        "byod/privacy/mine_told.html",
        {"told": told, "sections": told_in_words(told), "rows": kept()},
    )


@require_GET
@member_required
def mine_told_file(request: MemberRequest, ending: str) -> HttpResponse:
    """GET `/moi/mes-donnees.zip`, `.json` or `.pdf`: the same, to take away."""
    if ending not in FILES:
        raise Http404
    return _file(told_of(request.member), ending)


urlpatterns: list[URLPattern] = [
    path("vie-privee/personnes/<int:pk>/", member_data, name="member_data"),
    path("vie-privee/personnes/<int:pk>/donnees.<str:ending>", member_export, name="member_export"),
    path("vie-privee/personnes/<int:pk>/effacer/", member_erase, name="member_erase"),
    path("moi/mes-donnees/", mine_told, name="mine_told"),
    path("moi/mes-donnees.<str:ending>", mine_told_file, name="mine_told_file"),
]
