"""One person of a school: who, what is missing, their devices, their links; register somebody."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.access.privacy.people import can_answer_for
from byod.actions.people.agree import note_papers
from byod.actions.people.authorise import authorise, judge, withdraw
from byod.actions.people.devices import declare_lost_for
from byod.actions.people.letters import write_families
from byod.actions.people.links import make_links, revoke_links
from byod.actions.people.read_names import names_of
from byod.actions.people.register import (
    Told,
    change_member,
    note_left,
    register_member,
    take_back,
)
from byod.forms.people.members import MemberForm
from byod.models.people.devices import Credential, PersonalDevice
from byod.models.people.identities import Named
from byod.models.people.letters import LetterKind, LetterState
from byod.models.people.links import PersonalLink
from byod.models.people.members import Authorisation, Member
from byod.models.people.refusals import GuardianRefusal
from byod.rules.people.codes import shown_code
from byod.rules.people.requirements import Missing
from byod.views.people.letters import once_of
from byod.views.people.mine_devices import qr_of
from byod.views.people.places import base, member_run, site_run
from inventory.access import DecisionImpossible
from schools.views.doors import user_of


@require_GET
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/inscrits/personne/<pk>/`."""
    return _page(request, member_run(request, pk))


def _page(request: HttpRequest, member: Member, status: int = 200, **more: Any) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    named = names_of(user, [member], "person").get(member.pk, Named())
    judged = judge([member], now)
    lacks = judged.missing[member.pk]
    refusal = GuardianRefusal.objects.standing().filter(member=member).first()
    devices = PersonalDevice.objects.filter(member=member).order_by("-registered_at")
    live = {
        row.device_id: row
        for row in Credential.objects.filter(device__member=member, revoked_at=None)
    }
    form = MemberForm(member.site, initial=MemberForm.initial_of(member, named))
    context: dict[str, Any] = base(request, member.site, str(named) or member.pseudonym, "") | {
        "member": member,
        "named": named,
        "lacks_charter": Missing.CHARTER in lacks,
        "lacks_text": Missing.CHARTER_TEXT in lacks,
        "lacks_guardian": Missing.GUARDIAN in lacks,
        "barred": Missing.SCHOOL in lacks,
        "authorisation": Authorisation.objects.live().filter(member=member).first(),
        "history": Authorisation.objects.filter(member=member).exclude(ended_at=None)[:5],
        "agreements": member.agreements.order_by("-at")[:6],
        "devices": [{"row": row, "credential": live.get(row.pk)} for row in devices[:30]],
        "refusal": refusal,
        "asks_guardian": member.pk in judged.unanswered and refusal is None,
        "letters": member.letters.select_related("round")[:5],
        "once": uuid.uuid4(),
        "links": PersonalLink.objects.live(now).filter(member=member)[:10],
        "answers": bool(can_answer_for(user, member)),
        "form": form,
        **more,
    }
    return render(request, "byod/people/person.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def register(request: HttpRequest, site: int) -> HttpResponse:
    """GET and POST `/inscrits/<site>/inscrire/`: one person, then their link and its QR."""
    row = site_run(request, site)
    form = MemberForm(row, request.POST or None)
    if form.is_valid():
        member = register_member(user_of(request), row, _told(form))
        messages.success(request, _("Inscrit. Remettez maintenant le lien ou le code."))
        return HttpResponseRedirect(reverse("byod:person", args=[member.pk]))
    context = base(request, row, _("Inscrire une personne"), "") | {"form": form}
    status = 422 if form.is_bound else 200
    return render(request, "byod/people/register.html", context, status=status)


def _told(form: MemberForm) -> Told:
    said = form.cleaned_data
    return Told(
        named=form.named,
        kind=said["kind"],
        school_class=said["school_class"],
        language=said["language"],
        adult=said["adult"],
    )


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/personne/<pk>/modifier/`."""
    member = member_run(request, pk)
    form = MemberForm(member.site, request.POST)
    if not form.is_valid():
        return _page(request, member, 422, form=form, editing=True)
    change_member(user_of(request), pk, _told(form))
    messages.success(request, _("Enregistré."))
    return HttpResponseRedirect(reverse("byod:person", args=[pk]))


@never_cache
@require_POST
@login_required
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/personne/<pk>/lien/`: a link with its QR and code, on this answer alone."""
    member = member_run(request, pk)
    guardian = request.POST.get("for") == "guardian"
    if guardian and not member.needs_guardian:
        messages.error(request, _("Cette personne décide elle-même."))
        return HttpResponseRedirect(reverse("byod:person", args=[pk]))
    made = make_links([member], as_guardian=guardian, by=user_of(request), with_codes=True)[0]
    return _page(
        request,
        member,
        made=made,
        made_code=shown_code(made.code),
        made_qr=qr_of(made.address),
        made_guardian=guardian,
    )


@require_POST
@login_required
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/personne/<pk>/ecrire/`: a letter to the person or to their guardian."""
    member, kind = member_run(request, pk), request.POST.get("kind", "")
    here = HttpResponseRedirect(reverse("byod:person", args=[pk]))
    if kind not in LetterKind.values:
        return here
    once = once_of(request, kind, pk)
    try:
        made = write_families(user_of(request), [member], kind, once=once, again=True)
    except DecisionImpossible as why:
        messages.error(request, str(why))
        return here
    if made.letters.filter(state=LetterState.NO_ADDRESS).exists():
        messages.error(request, _("Pas d’adresse\u00a0: complétez « Identité et parent »."))
    elif made.already:
        messages.success(request, _("Une lettre attend déjà de partir."))
    else:
        messages.success(request, _("La lettre part dans la minute."))
    return here


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/personne/<pk>/agir/`: what a school does to one person."""
    member, user = member_run(request, pk), user_of(request)
    what = request.POST.get("what", "")
    try:
        if what == "authorise":
            waiting = authorise(user, [member]).waiting
            if waiting:
                messages.error(request, _("Il manque encore la charte ou l’accord d’un parent."))
        elif what == "paper":
            note_papers(user, [member])
        elif what == "withdraw":
            withdraw(user, [member], request.POST.get("why", ""))
        elif what == "revoke_links":
            revoke_links(user, [member])
        elif what == "left":
            note_left(user, pk)
        elif what == "back":
            take_back(user, pk)
    except DecisionImpossible as why:
        messages.error(request, str(why))
    return HttpResponseRedirect(reverse("byod:person", args=[pk]))


@require_POST
@login_required
def lost(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/appareils/<pk>/perdu/`: the school declares it for a pupil at its desk."""
    try:
        row = declare_lost_for(user_of(request), pk, timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, _("« %(name)s » n’entre plus sur le réseau.") % {"name": row.name})
    return HttpResponseRedirect(reverse("byod:person", args=[row.member_id]))
