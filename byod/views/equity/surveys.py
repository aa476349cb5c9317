"""The survey: the classes of a school, and one screen for a class."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from byod.actions.equity.note_survey import note_survey
from byod.actions.people.read_names import names_of
from byod.models.people.members import Equipment, Member, MemberKind, SchoolClass
from byod.rules.equity.years import school_year, year_words
from byod.views.equity.requests import school_or_refuse
from inventory.access import DecisionImpossible
from schools.views.doors import user_of

ANSWERS = tuple((key, word) for key, word in Equipment.choices if key != Equipment.UNKNOWN)
"""In the order of the keys 1 to 4."""


@require_GET
@login_required
def surveys(request: HttpRequest) -> HttpResponse:
    """GET `/recensement/`: which classes were asked, and what came of it."""
    user, school, mine = school_or_refuse(request)
    year = school_year(timezone.localdate())
    here = Q(members__kind=MemberKind.PUPIL, members__left_on=None)
    lacks = here & ~Q(members__equipment__in=(Equipment.EQUIPPED, Equipment.UNKNOWN))
    rows = (
        SchoolClass.objects.visible_to(user)
        .filter(site__school=school, year=year)
        .select_related("survey", "site")
        .annotate(
            pupils=Count("members", filter=here),
            known=Count("members", filter=here & ~Q(members__equipment=Equipment.UNKNOWN)),
            lacking=Count("members", filter=lacks),
        )
        .order_by("name")
    )
    context = {
        "menu": "loan_requests",
        "crumbs": [
            (_("Demandes de prêt"), reverse("byod:loan_requests")),
            (_("Recensement"), None),
        ],
        "school": school,
        "mine": mine,
        "year": year_words(year),
        "rows": list(rows),
    }
    return render(request, "byod/equity/surveys.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """GET, POST `/recensement/<class>/`: one line a pupil, four answers, keys 1 to 4."""
    user = user_of(request)
    seen = SchoolClass.objects.visible_to(user).select_related("site__school")
    here = get_object_or_404(seen, pk=pk)
    pupils = list(Member.objects.present().pupils().filter(school_class=here))
    if request.method == "POST":
        told = {
            one.pk: answer for one in pupils if (answer := request.POST.get(f"eleve-{one.pk}", ""))
        }
        try:
            done = note_survey(user, pk, told, ask="demander" in request.POST)
        except DecisionImpossible as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _told(done.asked))
            return redirect(f"{reverse('byod:surveys')}?ecole={here.site.school_id}")
    named = names_of(user, pupils, "survey") if pupils else {}
    rows = [(one, named.get(one.pk)) for one in pupils]
    rows.sort(key=lambda row: (row[1].family_name, row[1].given_name) if row[1] else ("~", ""))
    context = {
        "menu": "loan_requests",
        "crumbs": [
            (_("Demandes de prêt"), reverse("byod:loan_requests")),
            (_("Recensement"), reverse("byod:surveys")),
            (here.name, None),
        ],
        "here": here,
        "rows": [
            (one, name, request.POST.get(f"eleve-{one.pk}", one.equipment)) for one, name in rows
        ],
        "answers": ANSWERS,
    }
    return render(request, "byod/equity/survey.html", context)


def _told(asked: int) -> str:
    if not asked:
        return _("Recensement noté.")
    words = ngettext(
        "Recensement noté, %(n)d demande créée.", "Recensement noté, %(n)d demandes créées.", asked
    )
    return words % {"n": asked}


urlpatterns: list[URLPattern] = [
    path("recensement/", surveys, name="surveys"),
    path("recensement/<int:pk>/", survey, name="survey"),
]
