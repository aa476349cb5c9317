"""Guests: the list, a new one, the slip, the end."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.access.people.guests import can_sponsor_somewhere
from byod.actions.people.guests import Slip, end_guest, slip_of, sponsor_guest
from byod.actions.people.sheets import slip_sheet
from byod.models.people.guests import GuestStay
from byod.models.people.identities import Identity
from byod.models.people.members import Member, MemberKind
from byod.rules.people.profiles.contents import Contents
from byod.rules.people.profiles.wifi_qr import wifi_text
from byod.views.people.mine_devices import qr_of
from byod.views.people.places import own_sites
from inventory.access import DecisionImpossible, require
from schools.keyset import Column, page_of
from schools.models import Site, User
from schools.views.doors import user_of

ORDER = (Column("begun_at", down=True, moment=True), Column("pk", down=True, kind=int))


class GuestForm(forms.Form):
    """Who comes, and until when."""

    site = forms.ModelChoiceField(
        label=gettext_lazy("Où ?"), queryset=Site.objects.none(), empty_label=None
    )
    name = forms.CharField(label=gettext_lazy("Nom de l’invité"), max_length=120)
    hours = forms.TypedChoiceField(label=gettext_lazy("Pour combien de temps ?"), coerce=int)
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, sites: list[Site], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        where, hours = self.fields["site"], self.fields["hours"]
        assert isinstance(where, forms.ModelChoiceField)
        assert isinstance(hours, forms.TypedChoiceField)
        where.queryset = Site.objects.filter(pk__in=[one.pk for one in sites])
        steps = [n for n in (1, 2, 4, 8, 24, 48, 72) if n <= settings.BYOD_GUEST_HOURS]
        hours.choices = [(n, _("%(n)d h") % {"n": n}) for n in steps]
        hours.initial = 4 if 4 in steps else steps[0]


def sites_for_guests(user: User) -> list[Site]:
    """Where the person may sponsor somebody."""
    teaches = Member.objects.present().filter(user=user, kind=MemberKind.TEACHER)
    rows = Site.objects.filter(pk__in=teaches.values("site")).select_related("school")
    found = {one.pk: one for one in [*own_sites(user), *rows]}
    return list(found.values())


@require_http_methods(["GET", "POST"])
@login_required
def guests(request: HttpRequest) -> HttpResponse:
    """GET and POST `/invites/`: who is here, and a new one."""
    user, now = user_of(request), timezone.now()
    sites = sites_for_guests(user)
    form = GuestForm(sites, request.POST or None, initial={"once": uuid.uuid4()})
    if request.method == "POST":
        require(can_sponsor_somewhere(sites))
        if form.is_valid():
            said = form.cleaned_data
            try:
                made = sponsor_guest(
                    user, said["site"], said["name"], said["hours"], once=said["once"], now=now
                )
                return HttpResponseRedirect(reverse("byod:guest", args=[made.pk]))
            except DecisionImpossible as why:
                form.add_error("name", str(why))
    stays = GuestStay.objects.visible_to(user).select_related("site__school", "member")
    rows, after = page_of(stays, ORDER, request.GET.get("apres", ""))
    names = _names(user, rows)
    context = {
        "menu": "byod_guests",
        "crumbs": [(_("Invités"), None)],
        "form": form,
        "sites": sites,
        "rows": [
            {
                "stay": one,
                "live": one.ended_at is None and one.until > now,
                "name": names.get(one.member_id, ""),
            }
            for one in rows
        ],
        "after": after,
    }
    status = 422 if form.is_bound else 200
    return render(request, "byod/people/guests.html", context, status=status)


def _names(user: User, rows: list[GuestStay]) -> dict[int, str]:
    """Names of those whom one sponsors oneself; a guest told them their name."""
    own = [row.member_id for row in rows if row.sponsor_id == user.pk]
    return {row.member_id: str(row.named) for row in Identity.objects.filter(member__in=own)}


@never_cache
@require_GET
@login_required
def guest(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/invites/<pk>/`: the slip on a screen, with its QR; `?format=pdf` to print."""
    slip, over = _slip(request, pk)
    if slip is None:
        messages.error(request, over)
        return HttpResponseRedirect(reverse("byod:guests"))
    told = Contents(
        ssid=settings.BYOD_SSID,
        server_name=settings.BYOD_RADIUS_NAME,
        roots=(),
        school=slip.stay.site.school.name,
        username=slip.username,
        device=0,
        valid_until="",
        secret=slip.secret,
    )
    name = _names(user_of(request), [slip.stay]).get(slip.stay.member_id, "")
    if request.GET.get("format") == "pdf":
        answer = HttpResponse(slip_sheet(slip, wifi_text(told), name), "application/pdf")
        answer["Content-Disposition"] = 'inline; filename="invite.pdf"'
        return answer
    context = {
        "menu": "byod_guests",
        "crumbs": [(_("Invités"), reverse("byod:guests")), (_("Accès"), None)],
        "slip": slip,
        "told": told,
        "name": name,
        "qr": qr_of(wifi_text(told)),
    }
    return render(request, "byod/people/guest.html", context)


def _slip(request: HttpRequest, pk: int) -> tuple[Slip | None, str]:
    try:
        return slip_of(user_of(request), pk, timezone.now()), ""
    except DecisionImpossible as over:
        return None, str(over)
    except ObjectDoesNotExist:
        raise Http404 from None


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/invites/<pk>/terminer/`."""
    try:
        end_guest(user_of(request), pk, timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, _("L’accès de cet invité est terminé."))
    return HttpResponseRedirect(reverse("byod:guests"))
