"""Photos and documents of a device: handed in, read by those who see the device, taken off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, can_change, require
from inventory.actions.attach_to_device import attach_to_device, withdraw_device_file
from inventory.models import Device, DeviceFile
from schools.agreements.papers import PDF, PaperRefused
from schools.photos import CONTENT_TYPE as JPEG
from schools.views.doors import user_of

AT_ONCE = 6
"""Files of one sending."""


@require_GET
@login_required
def device_file(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/fichiers/<id>/`: a photo in place (``?petit=1``: small), a PDF to keep."""
    row = get_object_or_404(DeviceFile.objects.visible_to(user_of(request)).current(), pk=pk)
    kept = row.small if row.small and request.GET.get("petit") else row.file
    try:
        with kept.open("rb") as file:
            content = file.read()  # 15 MB at most
    except FileNotFoundError as gone:
        raise Http404 from gone
    kind = row.content_type if row.content_type in (PDF, JPEG) else "application/octet-stream"
    response = HttpResponse(content, content_type=kind)
    attached = kind != JPEG
    response["Content-Disposition"] = content_disposition_header(attached, row.name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
@login_required
def device_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/equipements/<id>/fichiers/`: up to six at once; what cannot be taken says why."""
    user = user_of(request)
    seen = Device.objects.visible_to(user).select_related("product", "site__school")
    require(can_change(user, get_object_or_404(seen, pk=pk)))
    files = request.FILES.getlist("fichier")[:AT_ONCE]
    if not files:
        messages.error(request, _("Choisissez d’abord une photo ou un PDF."))
    for file in files:
        try:
            attach_to_device(user, pk, file, file.size or 0, file.name or "")
        except (PaperRefused, DecisionImpossible) as refused:
            messages.error(request, str(refused))
    return redirect(f"{reverse('inventory:device', args=[pk])}#fichiers")


@require_POST
@login_required
def device_detach(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/equipements/fichiers/<id>/retirer/`; ``?remettre=1`` puts it back."""
    user = user_of(request)
    seen = DeviceFile.objects.visible_to(user).select_related(
        "device__product", "device__site__school"
    )
    row = get_object_or_404(seen, pk=pk)
    require(can_change(user, row.device))
    back = "remettre" in request.GET
    withdraw_device_file(user, row.device_id, pk, back=back)
    url = reverse("inventory:device", args=[row.device_id])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(f"{url}{'' if back else f'?retire={pk}'}#fichiers")


urlpatterns: list[URLPattern] = [
    path("equipements/fichiers/<int:pk>/", device_file, name="device_file"),
    path("equipements/fichiers/<int:pk>/retirer/", device_detach, name="device_detach"),
    path("equipements/<int:pk>/fichiers/", device_attach, name="device_attach"),
]
