"""The guided deposit: four steps of plain questions, reversible, with a recap before sending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.actions.keep_network import ChangedMeanwhile
from inventory.grants.access.returns import can_write
from inventory.grants.actions.returns import deposit as acts
from inventory.grants.actions.returns.files import FileRefused
from inventory.grants.forms.returns import STEP_FORMS, STEPS
from inventory.grants.models.returns.resources import Resource, ResourceMove, ResourceVersion
from inventory.grants.rules.returns.licences import LICENCES, OPEN
from schools.models import User
from schools.views.doors import user_of

CONSEQUENCES = {
    "cc-by": gettext_lazy("Chacun peut l’utiliser, la modifier et même la vendre, en vous citant."),
    "cc-by-sa": gettext_lazy(
        "Chacun peut l’utiliser, la modifier et la vendre, en vous citant et en partageant sa "
        "version aux mêmes conditions."
    ),
    "cc-by-nd": gettext_lazy(
        "Chacun peut l’utiliser et la vendre telle quelle, en vous citant. Un collègue ne peut "
        "pas publier de version adaptée à sa classe."
    ),
    "cc-by-nc": gettext_lazy(
        "Chacun peut l’utiliser et la modifier, en vous citant, jamais contre paiement."
    ),
    "cc-by-nc-sa": gettext_lazy(
        "Chacun peut l’utiliser et la modifier, en vous citant, jamais contre paiement, et en "
        "partageant sa version aux mêmes conditions."
    ),
    "cc-by-nc-nd": gettext_lazy(
        "Chacun peut l’utiliser telle quelle, en vous citant, jamais contre paiement. Un collègue "
        "ne peut pas publier de version adaptée à sa classe."
    ),
}
"""What a licence lets others do, in words."""


def resource_of(user: User, pk: int) -> Resource:
    """A resource that the person sees; else 404."""
    seen = Resource.objects.visible_to(user).select_related(
        "newest__centre", "live", "site__school", "obligation__award__application"
    )
    return get_object_or_404(seen, pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def write(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """GET and POST `/ressources/<id>/ecrire/<étape>/`: one step, kept as it is answered."""
    if step not in STEPS:
        raise Http404
    user = user_of(request)
    resource = resource_of(user, pk)
    require(can_write(user, resource))
    newest = resource.newest
    assert newest is not None
    form = STEP_FORMS[step](newest, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.write_resource(user, resource, form.values(), form.cleaned_data["vu"])
            return _next(request, resource, step)
        except ChangedMeanwhile:
            form.add_error(
                None,
                _(
                    "Quelqu’un a modifié cette ressource entre-temps. Rechargez la page\u00a0: vos "
                    "réponses sont encore ici, copiez ce que vous voulez garder."
                ),
            )
    return render(request, "grants/returns/write.html", _context(resource, newest, step, form))


def _next(request: HttpRequest, resource: Resource, step: str) -> HttpResponse:
    """The following step, or the one that was asked for."""
    names = [*STEPS]
    asked = request.POST.get("vers", "")
    if asked == "fin":
        return redirect("grants:resource", resource.pk)
    following = names[min(names.index(step) + 1, len(names) - 1)]
    return redirect("grants:write_resource", resource.pk, asked if asked in STEPS else following)


def _context(resource: Resource, newest: ResourceVersion, step: str, form: Any) -> dict[str, Any]:
    names = [*STEPS]
    number = names.index(step) + 1
    return {
        "menu": "my_resources",
        "crumbs": [
            (_("Ressources à rendre"), reverse("grants:my_resources")),
            (
                str(resource.obligation),
                reverse("grants:obligation", args=[resource.obligation_id]),
            ),
            (newest.title or _("Nouvelle ressource"), None),
        ],
        "resource": resource,
        "newest": newest,
        "form": form,
        "step": step,
        "number": number,
        "count": len(names),
        "title": STEPS[step],
        "steps": [(name, words, name == step) for name, words in STEPS.items()],
        "before": names[number - 2] if number > 1 else "",
        "last": number == len(names),
        "files": newest.files.all(),
        "missing": acts.missing(newest) if number == len(names) else [],
        "licences": [
            (code, LICENCES[code], words, code in OPEN) for code, words in CONSEQUENCES.items()
        ],
        "remarks": ResourceMove.objects.filter(resource=resource, kind="to_correct").last(),
    }


@require_POST
@login_required
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/<id>/fichier/`: add the file that is sent, or take one away."""
    user = user_of(request)
    resource = resource_of(user, pk)
    require(can_write(user, resource))
    sent = request.FILES.get("file")
    try:
        if sent is not None and sent.size is not None:
            row = acts.add_file(user, resource, sent, sent.size, sent.name or "")
            messages.success(request, _("«\u00a0%s\u00a0» est ajouté.") % row.name)
        elif (told := request.POST.get("remove", "")).isdecimal() and len(told) < 18:
            acts.remove_file(user, resource, int(told))
        else:
            messages.error(request, _("Choisissez d’abord un fichier."))
    except (FileRefused, DecisionImpossible) as refused:
        messages.error(request, str(refused))
    return redirect("grants:write_resource", pk, "envoi")


@require_POST
@login_required
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/<id>/deposer/`: hand it in."""
    user = user_of(request)
    resource = resource_of(user, pk)
    require(can_write(user, resource))
    try:
        acts.deposit(user, resource, timezone.now())
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("grants:write_resource", pk, "envoi")
    messages.success(request, _("Ressource déposée, merci. Le centre de ressources la relit."))
    return redirect("grants:resource", pk)


@require_POST
@login_required
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/<id>/nouvelle-version/`."""
    user = user_of(request)
    resource = resource_of(user, pk)
    acts.renew_resource(user, resource)
    return redirect("grants:write_resource", pk, "contenu")


urlpatterns: list[URLPattern] = [
    path("ressources/<int:pk>/ecrire/<slug:step>/", write, name="write_resource"),
    path("ressources/<int:pk>/fichier/", files, name="resource_files"),
    path("ressources/<int:pk>/deposer/", send, name="send_resource"),
    path("ressources/<int:pk>/nouvelle-version/", renew, name="renew_resource"),
]
