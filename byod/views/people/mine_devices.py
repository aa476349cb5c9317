"""One's own devices: add, set up, rename, replace, lost."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.actions.people.credentials import (
    Issued,
    LimitReached,
    certify_request,
    issue_certificate,
    issue_secret,
    new_seed,
    require_authorised,
    require_room,
)
from byod.actions.people.devices import (
    add_device,
    declare_lost,
    remove_device,
    rename_device,
)
from byod.actions.people.profile_files import contents_of, profile_file
from byod.forms.people.devices import DeviceForm, RequestForm
from byod.models.people.devices import PersonalDevice, Platform
from byod.rules.people.codes import ALPHABET
from byod.rules.people.platforms import guess_platform
from byod.rules.people.profiles.wifi_qr import wifi_text
from byod.views.people.door import MemberRequest, member_required
from inventory.access import DecisionImpossible


@require_http_methods(["GET", "POST"])
@member_required
def add(request: MemberRequest) -> HttpResponse:
    """GET and POST `/moi/appareils/ajouter/`: system and name; at the limit, which one goes."""
    guessed = guess_platform(request.headers.get("User-Agent", ""))
    form = DeviceForm(request.POST or None, initial={"platform": guessed, "once": uuid.uuid4()})
    try:
        require_authorised(request.member)
        full = _full(request)
        form.offer(full)
        if form.is_valid():
            leaving = form.cleaned_data["replaces"]
            row = add_device(
                request.member,
                form.cleaned_data["name"],
                form.cleaned_data["platform"],
                once=form.uuid,
                replaces=leaving.pk if leaving else None,
                now=timezone.now(),
            )
            return HttpResponseRedirect(reverse("byod:mine_device", args=[row.pk]))
    except DecisionImpossible as why:
        messages.error(request, str(why))
        return HttpResponseRedirect(reverse("byod:mine"))
    context = {"form": form, "full": full, "guessed": guessed, "member": request.member}
    status = 422 if form.is_bound else 200
    return render(request, "byod/people/mine_add.html", context, status=status)


def _full(request: MemberRequest) -> list[PersonalDevice]:
    """The devices of which one must go; none below the limit, or when this form made one."""
    once = request.POST.get("once", "")
    try:
        known = PersonalDevice.objects.filter(member=request.member, once=uuid.UUID(once))
        if known.exists():
            return []
    except ValueError:
        pass
    try:
        require_room(request.member, timezone.now())
    except LimitReached as full:
        return full.devices
    return []


@require_GET
@member_required
def device(request: MemberRequest, pk: int) -> HttpResponse:
    """GET `/moi/appareils/<pk>/`: its state, and the steps for its system."""
    row = _own(request, pk)
    return _page(request, row)


def _page(
    request: MemberRequest, row: PersonalDevice, status: int = 200, **more: Any
) -> HttpResponse:
    now = timezone.now()
    live = row.credentials.filter(revoked_at=None).order_by("-issued_at").first()
    context: dict[str, Any] = {
        "member": request.member,
        "device": row,
        "credential": live,
        "is_live": live is not None and live.is_live(now),
        "renew": live is not None and (live.expires_at - now).days < RENEW_DAYS,
        "seed": new_seed(),
        "password": new_password(),
        "apple": row.platform in (Platform.IOS, Platform.MACOS),
        "request_form": RequestForm(),
        **more,
    }
    return render(request, "byod/people/mine_device.html", context, status=status)


RENEW_DAYS = 30
"""From then on the page proposes a new certificate."""
PASSWORD = 8


def new_password() -> str:
    """Opens one file once: forty bits for a file that leaves over TLS to its owner."""
    return "".join(secrets.choice(ALPHABET.lower()) for _ in range(PASSWORD))


@sensitive_post_parameters("seed", "password")
@require_POST
@member_required
def profile(request: MemberRequest, pk: int) -> HttpResponse:
    """POST `/moi/appareils/<pk>/profil/`: the file; the same one for the same form."""
    row, now = _own(request, pk), timezone.now()
    seed, password = request.POST.get("seed", ""), request.POST.get("password", "")[:60]
    by_secret = request.POST.get("kind") == "secret"
    issue = issue_secret if by_secret else issue_certificate
    try:
        if not by_secret and len(password) < PASSWORD:
            raise DecisionImpossible(_("Ce formulaire n’est plus complet\u00a0: rouvrez la page."))
        issued = issue(request.member, row.pk, seed, now)
    except DecisionImpossible as why:
        return _page(request, row, 409, why=str(why))
    made = profile_file(row.platform, contents_of(issued, request.member.site.school, password))
    answer = HttpResponse(made.body, content_type=made.kind)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


@sensitive_post_parameters("seed")
@require_POST
@member_required
def secret(request: MemberRequest, pk: int) -> HttpResponse:
    """POST `/moi/appareils/<pk>/mot-de-passe/`: a random secret, shown on this answer alone."""
    row, seed = _own(request, pk), request.POST.get("seed", "")
    try:
        if len(seed) < 40:
            raise DecisionImpossible(_("Ce formulaire n’est plus complet\u00a0: rouvrez la page."))
        issued = issue_secret(request.member, row.pk, seed, timezone.now())
    except DecisionImpossible as why:
        return _page(request, row, 409, why=str(why))
    context = {
        "member": request.member,
        "device": row,
        "issued": issued,
        "seed": seed,
        "told": contents_of(issued, request.member.site.school),
        "qr": qr_of(wifi_text(contents_of(issued, request.member.site.school))),
    }
    return render(request, "byod/people/mine_secret.html", context)


def qr_of(text: str) -> SafeString:
    """A QR as inline SVG in the colour of the text, with its quiet zone."""
    symbol = segno.make(text, error="m", micro=False)
    # our own drawing: segno writes numbers alone
    return mark_safe(symbol.svg_inline(scale=4, border=4, dark="#000", light="#fff"))  # noqa: S308


@require_POST
@member_required
def certify(request: MemberRequest, pk: int) -> HttpResponse:
    """POST `/moi/appareils/<pk>/demande/`: sign a PKCS#10 request; PEM of the whole chain."""
    row = _own(request, pk)
    form = RequestForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, 422, request_form=form)
    try:
        body = form.cleaned_data["file"].read(64 * 1024)
        issued: Issued = certify_request(request.member, row.pk, body, timezone.now())
    except DecisionImpossible as why:
        form.add_error("file", str(why))
        return _page(request, row, 422, request_form=form)
    answer = HttpResponse(issued.chain, content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="certificat.pem"'
    return answer


@require_POST
@member_required
def rename(request: MemberRequest, pk: int) -> HttpResponse:
    """POST `/moi/appareils/<pk>/nom/`."""
    row = _own(request, pk)
    rename_device(request.member, row.pk, request.POST.get("name", ""))
    return HttpResponseRedirect(reverse("byod:mine_device", args=[row.pk]))


@require_POST
@member_required
def lost(request: MemberRequest, pk: int) -> HttpResponse:
    """POST `/moi/appareils/<pk>/perdu/`: nothing of it opens the network any more."""
    row = declare_lost(request.member, _any(request, pk).pk, timezone.now())
    told = _("« %(name)s » n’entre plus sur le réseau.") % {"name": row.name}
    messages.success(request, told)
    return HttpResponseRedirect(reverse("byod:mine"))


@require_POST
@member_required
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """POST `/moi/appareils/<pk>/retirer/`: its place is free."""
    row = remove_device(request.member, _any(request, pk).pk, timezone.now())
    messages.success(request, _("« %(name)s » est retiré.") % {"name": row.name})
    return HttpResponseRedirect(reverse("byod:mine"))


def _any(request: MemberRequest, pk: int) -> PersonalDevice:
    try:
        return PersonalDevice.objects.get(pk=pk, member=request.member)
    except ObjectDoesNotExist:
        raise Http404 from None


def _own(request: MemberRequest, pk: int) -> PersonalDevice:
    row = _any(request, pk)
    if row.lost_at or row.removed_at:
        raise Http404
    row.member = request.member
    return row
