"""One's own webhooks: made, tried out, watched, paused, sent again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from schools.actions import keep_webhook as keep
from schools.actions import replay_deliveries as again
from schools.actions.send_deliveries import try_out
from schools.filters import Filter, by, narrowed, shown
from schools.forms.webhooks import ReplayForm, WebhookForm
from schools.journal import VERBS
from schools.keyset import Column, page_of
from schools.models import DeliveryState, Webhook, WebhookDelivery
from schools.views.doors import user_of
from schools.webhooks.addresses import AddressRefused

FILTERS = (Filter("etat", gettext_lazy("État"), lambda: DeliveryState.choices, by("state")),)
NEWEST = (Column("sequence", down=True, kind=int),)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def webhooks(request: HttpRequest) -> HttpResponse:
    """GET and POST `/mon-compte/webhooks/`. The answer to the POST alone shows the secret."""
    user = user_of(request)
    form = WebhookForm(request.POST or None)
    made, secret = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = keep.make_webhook(user, **form.values())
            form = WebhookForm()
        except (keep.WebhookRefused, AddressRefused) as error:
            form.add_error(None, str(error))
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING))
    lost = Count("deliveries", filter=Q(deliveries__state=DeliveryState.GIVEN_UP))
    context = {
        "crumbs": _crumbs((_("Mes webhooks"), None)),
        "form": form,
        "made": made,
        "secret": secret,
        "verbs": sorted(VERBS.items()),
        "rows": Webhook.objects.visible_to(user).annotate(waiting=waiting, lost=lost),
    }
    return render(request, "schools/webhooks/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/mon-compte/webhooks/<id>/`: its settings, and what became of each message."""
    user = user_of(request)
    row = get_object_or_404(Webhook.objects.visible_to(user), pk=pk)
    form = WebhookForm(request.POST) if request.method == "POST" else WebhookForm.of(row)
    if request.method == "POST" and form.is_valid():
        try:
            keep.change_webhook(user, row.pk, **form.values())
            messages.success(request, _("Webhook enregistré."))
            return redirect("schools:webhook", pk)
        except (keep.WebhookRefused, AddressRefused) as error:
            form.add_error(None, str(error))
    return render(request, "schools/webhooks/webhook.html", _page(request, row, form))


def _page(
    request: HttpRequest, row: Webhook, form: WebhookForm, **more: object
) -> dict[str, object]:
    asked = narrowed(row.deliveries.select_related("entry"), FILTERS, request.GET)
    rows, after = page_of(asked, NEWEST, request.GET.get("apres", ""))
    return {
        "crumbs": _crumbs((_("Mes webhooks"), reverse("schools:webhooks")), (row.name, None)),
        "webhook": row,
        "form": form,
        "replay": more.get("replay") or ReplayForm(),
        "verbs": sorted(VERBS.items()),
        "filters": shown(FILTERS, request),
        "rows": [(one, VERBS.get(one.entry.action, one.entry.action)) for one in rows],
        "after": after,
        "lost": row.deliveries.filter(state=DeliveryState.GIVEN_UP).count(),
        **more,
    }


def _crumbs(*last: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(_("Mon compte"), reverse("schools:account")), *last]


def _door(act: Callable[[HttpRequest, Webhook], None]) -> Callable[..., HttpResponse]:
    """A POST about one of one's own webhooks, back to its page; another's is 404."""

    @require_POST
    @login_required
    def door(request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(Webhook.objects.visible_to(user_of(request)), pk=pk)
        act(request, row)
        return redirect("schools:webhook", pk)

    return door


def _try(request: HttpRequest, row: Webhook) -> None:
    heard = try_out(row)
    if heard.delivered:
        said = _("Message d’essai reçu en %(ms)d ms (réponse %(status)d).")
        messages.success(request, said % {"ms": heard.took_ms, "status": heard.status})
    else:
        messages.error(request, heard.error)


def _pause(request: HttpRequest, row: Webhook) -> None:
    keep.pause_webhook(user_of(request), row.pk)
    messages.success(
        request, _("En pause : ce qui se passe d’ici la reprise sera dit à la reprise.")
    )


def _resume(request: HttpRequest, row: Webhook) -> None:
    keep.resume_webhook(user_of(request), row.pk)
    messages.success(request, _("Repris là où il s’était arrêté."))


def _replay_lost(request: HttpRequest, row: Webhook) -> None:
    count = again.replay_given_up(user_of(request), row.pk)
    said = ngettext("%(n)d message repart.", "%(n)d messages repartent.", count)
    messages.success(request, said % {"n": count})


try_webhook = _door(_try)
pause = _door(_pause)
resume = _door(_resume)
replay_lost = _door(_replay_lost)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `…/supprimer/`; the page has named the consequence."""
    user = user_of(request)
    row = get_object_or_404(Webhook.objects.visible_to(user), pk=pk)
    keep.remove_webhook(user, row.pk)
    messages.success(request, _("Webhook supprimé : plus rien ne part."))
    return redirect("schools:webhooks")


@never_cache
@require_POST
@login_required
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `…/secret/`: the answer alone shows the new secret."""
    user = user_of(request)
    row = get_object_or_404(Webhook.objects.visible_to(user), pk=pk)
    row, secret = keep.renew_secret(user, row.pk)
    page = _page(request, row, WebhookForm.of(row), secret=secret)
    return render(request, "schools/webhooks/webhook.html", page)


@require_POST
@login_required
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `…/renvoyer/`: everything since a moment."""
    user = user_of(request)
    row = get_object_or_404(Webhook.objects.visible_to(user), pk=pk)
    form = ReplayForm(request.POST)
    if not form.is_valid():
        page = _page(request, row, WebhookForm.of(row), replay=form)
        return render(request, "schools/webhooks/webhook.html", page)
    count = again.replay_since(user, row.pk, form.cleaned_data["since"])
    said = ngettext("%(n)d message repart.", "%(n)d messages repartent.", count)
    messages.success(request, said % {"n": count})
    return redirect("schools:webhook", pk)


@require_POST
@login_required
def replay_one(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """POST `…/envois/<id>/renvoyer/`."""
    user = user_of(request)
    rows = WebhookDelivery.objects.visible_to(user).filter(webhook=pk)
    again.replay_delivery(user, get_object_or_404(rows, pk=delivery).pk)
    messages.success(request, _("Le message repart."))
    return redirect("schools:webhook", pk)


_AT = "mon-compte/webhooks/"
urlpatterns: list[URLPattern] = [
    path(_AT, webhooks, name="webhooks"),
    path(f"{_AT}<int:pk>/", webhook, name="webhook"),
    path(f"{_AT}<int:pk>/essayer/", try_webhook, name="try_webhook"),
    path(f"{_AT}<int:pk>/pause/", pause, name="pause_webhook"),
    path(f"{_AT}<int:pk>/reprendre/", resume, name="resume_webhook"),
    path(f"{_AT}<int:pk>/secret/", renew, name="renew_webhook"),
    path(f"{_AT}<int:pk>/supprimer/", remove, name="remove_webhook"),
    path(f"{_AT}<int:pk>/renvoyer/", replay, name="replay_webhook"),
    path(f"{_AT}<int:pk>/renvoyer-perdus/", replay_lost, name="replay_lost"),
    path(f"{_AT}<int:pk>/envois/<int:delivery>/renvoyer/", replay_one, name="replay_delivery"),
]
