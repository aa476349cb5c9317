"""The moves of a strategy: start, hand in, take back, approve, send back, deploy, review, pilot."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from byod.access.strategy.strategies import StrategyImpossible, can_write_strategy, require
from byod.actions.strategy import decide, deploy, review, settle
from byod.actions.strategy.start import start_strategy
from byod.forms.strategy.papers import StrategyPaperForm
from byod.models.strategy.strategies import Strategy, StrategyPaper
from byod.views.strategy.school import school_seen, strategy_seen
from schools.agreements.papers import PaperRefused
from schools.models import User
from schools.views.doors import user_of

Move = Callable[[User, int], object]


def _move(request: HttpRequest, pk: int, act: Move, done: str) -> HttpResponse:
    """Do it, say so, and show the version again; a refusal is said on the page."""
    strategy_seen(request, pk)
    try:
        made = act(user_of(request), pk)
    except StrategyImpossible as refused:
        messages.error(request, str(refused))
        return redirect("byod:strategy", pk)
    messages.success(request, done)
    if isinstance(made, Strategy) and made.pk != pk:
        return redirect("byod:write_strategy", made.pk)
    return redirect("byod:strategy", pk)


@require_POST
@login_required
def strategy_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version, or go on with the draft."""
    school_seen(request, pk)
    try:
        draft = start_strategy(user_of(request), pk, request.POST.get("source", ""))
    except StrategyImpossible as refused:
        messages.error(request, str(refused))
        return redirect("byod:school_strategy", pk)
    return redirect("byod:write_strategy", draft.pk)


@require_POST
@login_required
def strategy_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the draft in."""
    done = _("Stratégie soumise. Elle ne change plus ; vous pouvez encore la reprendre.")
    return _move(request, pk, decide.submit_strategy, done)


@require_POST
@login_required
def strategy_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back, and go on with its copy."""
    done = _("Stratégie reprise. Vous écrivez la version suivante.")
    return _move(request, pk, decide.take_back_strategy, done)


@require_POST
@login_required
def strategy_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The PO, or the head in its place, approves."""
    return _move(request, pk, decide.approve_strategy, _("Stratégie approuvée."))


@require_POST
@login_required
def strategy_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it back with reasons."""
    reasons = request.POST.get("reasons", "")
    return _move(
        request,
        pk,
        lambda user, key: decide.return_strategy(user, key, reasons),
        _("Stratégie renvoyée à l’école, avec vos motifs."),
    )


@require_POST
@login_required
def strategy_deploy(request: HttpRequest, pk: int) -> HttpResponse:
    """The head deploys it."""
    done = _("Stratégie déployée. Elle sera à revoir dans un an.")
    return _move(request, pk, deploy.deploy_strategy, done)


@require_POST
@login_required
def strategy_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a review."""
    why = request.POST.get("why", "")
    return _move(
        request,
        pk,
        lambda user, key: review.open_review(user, key, why),
        _("Révision ouverte. La stratégie reste déployée en attendant."),
    )


@require_POST
@login_required
def strategy_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The review finds nothing to change."""
    done = _("Stratégie confirmée. Prochaine révision dans un an.")
    return _move(request, pk, review.confirm_strategy, done)


@require_POST
@login_required
def strategy_rewrite(request: HttpRequest, pk: int) -> HttpResponse:
    """The review ends in a new version."""
    done = _("La version suivante est commencée ; celle-ci reste déployée jusque-là.")
    return _move(request, pk, review.rewrite_strategy, done)


@require_POST
@login_required
def strategy_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a document to a draft."""
    require(can_write_strategy(user_of(request), strategy_seen(request, pk).school))
    form = StrategyPaperForm(request.POST, request.FILES)

    def act(user: User, key: int) -> None:
        if not form.is_valid():
            raise StrategyImpossible(_("Choisissez un document."))
        file = form.cleaned_data["paper"]
        try:
            settle.attach_paper(user, key, file, file.size or 0, file.name or "")
        except PaperRefused as refused:
            raise StrategyImpossible(str(refused)) from refused

    return _move(request, pk, act, _("Document joint."))


@require_POST
@login_required
def strategy_detach(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Take a document off a draft. One of another strategy is not found; twice is once."""
    if StrategyPaper.objects.filter(pk=paper).exclude(strategy=pk).exists():
        raise Http404
    return _move(
        request,
        pk,
        lambda user, key: settle.remove_paper(user, key, paper),
        _("Document retiré."),
    )


@require_POST
@login_required
def strategy_pilot(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer makes a school a pilot, or no longer."""
    school_seen(request, pk)
    on = request.POST.get("on") == "1"
    try:
        settle.set_pilot(user_of(request), pk, on)
    except StrategyImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("École pilote.") if on else _("Cette école n’est plus pilote."))
    return redirect("byod:school_strategy", pk)


urlpatterns: list[URLPattern] = [
    path("strategies/ecoles/<int:pk>/commencer/", strategy_start, name="strategy_start"),
    path("strategies/ecoles/<int:pk>/pilote/", strategy_pilot, name="strategy_pilot"),
    path("strategies/<int:pk>/soumettre/", strategy_submit, name="strategy_submit"),
    path("strategies/<int:pk>/reprendre/", strategy_take_back, name="strategy_take_back"),
    path("strategies/<int:pk>/approuver/", strategy_approve, name="strategy_approve"),
    path("strategies/<int:pk>/renvoyer/", strategy_return, name="strategy_return"),
    path("strategies/<int:pk>/deployer/", strategy_deploy, name="strategy_deploy"),
    path("strategies/<int:pk>/reviser/", strategy_review, name="strategy_review"),
    path("strategies/<int:pk>/confirmer/", strategy_confirm, name="strategy_confirm"),
    path("strategies/<int:pk>/recrire/", strategy_rewrite, name="strategy_rewrite"),
    path("strategies/<int:pk>/joindre/", strategy_attach, name="strategy_attach"),
    path(
        "strategies/<int:pk>/documents/<int:paper>/retirer/",
        strategy_detach,
        name="strategy_detach",
    ),
]
