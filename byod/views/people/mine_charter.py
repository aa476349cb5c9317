"""Read and accept the charter; a guardian's agreement, and its withdrawal."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from byod.actions.people.agree import agree, withdraw_agreement
from byod.actions.people.in_force import in_force
from byod.actions.people.refuse import refuse
from byod.models.people.agreements import CharterAgreement
from byod.models.people.refusals import GuardianRefusal, RefusalReason
from byod.views.people.door import MemberRequest, member_required
from inventory.access import DecisionImpossible


@require_http_methods(["GET", "POST"])
@member_required
def charter(request: MemberRequest) -> HttpResponse:
    """GET and POST `/moi/charte/`: the texts in force, and a yes to exactly those."""
    member, guardian = request.member, request.as_guardian
    why = ""
    if request.method == "POST":
        try:
            _decide(request, timezone.now())
        except DecisionImpossible as refused:
            why = str(refused)
        else:
            return HttpResponseRedirect(reverse("byod:mine"))
    texts = in_force(member.site.school)
    standing = CharterAgreement.objects.standing().filter(member=member, as_guardian=guardian)
    floor, own = texts.key
    context = {
        "member": member,
        "as_guardian": guardian,
        "texts": texts.texts(member.language),
        "in_force": texts,
        "given": standing.filter(floor=floor, charter=own).first(),
        "any_given": standing.exists(),
        "refusal": GuardianRefusal.objects.standing().filter(member=member).first(),
        "reasons": RefusalReason.choices,
        "why": why,
    }
    status = 409 if why else 200
    return render(request, "byod/people/mine_charter.html", context, status=status)


def _decide(request: MemberRequest, now: dt.datetime) -> None:
    """Yes; or, of a guardian, no. Raises DecisionImpossible."""
    member = request.member
    if request.as_guardian and request.POST.get("what") == "refuse":
        reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
        refuse(member, reason=reason, words=words, now=now)
        messages.success(request, _("C’est noté\u00a0: vous n’êtes pas d’accord."))
        return
    shown = versions_shown(request)
    agree(member, as_guardian=request.as_guardian, shown=shown, now=now)
    messages.success(request, _("Merci\u00a0: votre accord est noté."))


def versions_shown(request: HttpRequest) -> tuple[int | None, int | None]:
    """Which versions the form showed."""

    def number(name: str) -> int | None:
        text = request.POST.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 19 else None

    return number("floor"), number("own")


@require_POST
@member_required
def withdraw(request: MemberRequest) -> HttpResponse:
    """POST `/moi/charte/retirer/`: the devices leave the network at once."""
    withdraw_agreement(request.member, as_guardian=request.as_guardian, now=timezone.now())
    messages.success(request, _("Votre accord est retiré\u00a0: les appareils n’entrent plus."))
    return HttpResponseRedirect(reverse("byod:mine"))


@require_POST
@member_required
def language(request: MemberRequest) -> HttpResponse:
    """POST `/moi/langue/`: the language of these pages and of the messages of the school."""
    wanted = request.POST.get("language", "")
    if wanted in ("fr", "de"):
        request.member.language = wanted
        request.member.save(update_fields=["language"])
    return HttpResponseRedirect(reverse("byod:mine"))
