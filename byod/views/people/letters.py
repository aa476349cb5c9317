"""Letters to families, as the school follows them: rounds, progress, what did not arrive."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from byod.access.people.members import can_run
from byod.actions.people.letters import UNHAPPY, stop_round, write_again
from byod.actions.people.read_names import names_of
from byod.models.people.identities import Named
from byod.models.people.letters import FamilyLetter, LetterRound, LetterState
from byod.views.people.places import base, site_run
from inventory.access import DecisionImpossible, require
from schools.views.doors import user_of

ROUNDS = 50
MISSED = 200
"""Letters that did not arrive, of which the page tells the names."""
UNSENT = (LetterState.FAILED, LetterState.NO_ADDRESS, LetterState.UNSURE)


@require_GET
@login_required
def rounds(request: HttpRequest, site: int) -> HttpResponse:
    """GET `/inscrits/<site>/lettres/`: the newest rounds, in figures. Reads no name."""
    row = site_run(request, site)
    found = LetterRound.objects.visible_to(user_of(request)).filter(site=row)
    rows = found.select_related("asked_by").annotate(
        letters_all=Count("letters"),
        letters_sent=Count("letters", filter=Q(letters__state=LetterState.SENT)),
        letters_missed=Count("letters", filter=Q(letters__state__in=UNSENT)),
        letters_waiting=Count("letters", filter=Q(letters__state=LetterState.WAITING)),
    )
    context = base(request, row, _("Lettres"), "letters") | {"rounds": rows[:ROUNDS]}
    return render(request, "byod/people/letter_rounds.html", context)


@require_GET
@login_required
def letter_round(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/inscrits/lettres/<pk>/`: progress, and by name those whose letter did not arrive."""
    row = _seen(request, pk)
    missed = FamilyLetter.objects.filter(round=row, state__in=UNHAPPY).select_related(
        "member__site", "member__school_class"
    )
    shown = list(missed.order_by("member__school_class__name", "pk")[:MISSED])
    named = names_of(user_of(request), [one.member for one in shown], "letter") if shown else {}
    context = (
        base(request, row.site, _("Lettres"), "letters")
        | _progress(row)
        | {
            "missed": [(one, named.get(one.member_id, Named())) for one in shown],
            "once": uuid.uuid4(),
        }
    )
    return render(request, "byod/people/letter_round.html", context)


@require_GET
@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/inscrits/lettres/<pk>/avancement/`: the counts alone, while letters leave."""
    context = _progress(_seen(request, pk))
    answer = render(request, "byod/people/_letter_progress.html", context)
    if not context["waiting"]:
        answer["HX-Refresh"] = "true"  # done: the page now tells what did not arrive
    return answer


def _progress(row: LetterRound) -> dict[str, Any]:
    found = FamilyLetter.objects.filter(round=row).values_list("state").annotate(n=Count("pk"))
    counts: dict[str, int] = dict(found.order_by())
    total = sum(counts.values())
    waiting = counts.get(LetterState.WAITING, 0)
    return {
        "round": row,
        "total": total,
        "waiting": waiting,
        "done": total - waiting,
        "unhappy": sum(counts.get(state, 0) for state in UNHAPPY),
        "counts": [(state.label, counts[state]) for state in LetterState if counts.get(state)],
    }


@require_POST
@login_required
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/lettres/<pk>/arreter/`: those that have not left stay."""
    _seen(request, pk)
    n = stop_round(user_of(request), pk)
    if n:
        told = ngettext("%(n)d lettre ne partira pas.", "%(n)d lettres ne partiront pas.", n)
        messages.success(request, told % {"n": n})
    else:
        messages.success(request, _("Toutes les lettres étaient déjà parties."))
    return HttpResponseRedirect(reverse("byod:letter_round", args=[pk]))


@require_POST
@login_required
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/lettres/<pk>/renvoyer/`: to those whose letter did not arrive."""
    _seen(request, pk)
    try:
        made = write_again(user_of(request), pk, once=once_of(request))
    except DecisionImpossible as why:
        messages.error(request, str(why))
        return HttpResponseRedirect(reverse("byod:letter_round", args=[pk]))
    return HttpResponseRedirect(reverse("byod:letter_round", args=[made.pk]))


def once_of(request: HttpRequest, *besides: object) -> uuid.UUID | None:
    """Of the form that was sent, and of what it was about: sent twice, it is one."""
    try:
        shown = uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return None
    return uuid.uuid5(shown, "|".join(str(one) for one in besides))


def _seen(request: HttpRequest, pk: int) -> LetterRound:
    user = user_of(request)
    rows = LetterRound.objects.visible_to(user).select_related("site__school", "asked_by")
    try:
        row = rows.get(pk=pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    require(can_run(user, row.site))
    return row
