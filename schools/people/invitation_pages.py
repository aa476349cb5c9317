"""Invitations: the list with its reminders, sending again, taking back, many at once."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schools.access import can_grant, invitations_for
from schools.actions.invite_waiting import roles_to_invite
from schools.actions.resend_invitation import resend_invitation, revoke_invitation
from schools.keyset import Column, page_of
from schools.models import Invitation, InvitationState, RoleKind
from schools.models.invitations import InvitationQuerySet
from schools.models.position import PLACES
from schools.people.doors import back_to, done, found, managers_only
from schools.people.list_pages import tabs
from schools.people.listing import PAGE, filter_of
from schools.tasks import invite_waiting
from schools.views.doors import user_of

VIEWS = {
    "attente": gettext_lazy("En attente de réponse"),
    "rappel": gettext_lazy("À relancer"),
    "echec": gettext_lazy("Échec de l’envoi"),
    "expirees": gettext_lazy("Expirées"),
    "acceptees": gettext_lazy("Acceptées"),
    "retirees": gettext_lazy("Retirées"),
}
STILL_MAKING = dt.timedelta(seconds=10)
MARKS = {
    InvitationState.WAITING: ("planned", "send"),
    InvitationState.SENT: ("planned", "mail"),
    InvitationState.OPENED: ("recover", "mail-opened"),
    InvitationState.FAILED: ("down", "mail-x"),
    InvitationState.ACCEPTED: ("ok", "circle-check"),
    InvitationState.REVOKED: ("unknown", "circle-x"),
    InvitationState.EXPIRED: ("suspect", "hourglass"),
}


def mark_of(invitation: Invitation) -> dict[str, Any]:
    """State, icon and words of an invitation: “envoyée à 10:04”, “échec : adresse refusée”."""
    state = invitation.state_at(timezone.now())
    mark, icon = MARKS[state]
    return {
        "invitation": invitation,
        "state": mark,
        "icon": icon,
        "word": state.label,
        "at": _moment(invitation, state),
        "failure": invitation.get_failure_display(),
        "open": state not in (InvitationState.ACCEPTED, InvitationState.REVOKED),
    }


def _moment(invitation: Invitation, state: InvitationState) -> Any:
    return {
        InvitationState.SENT: invitation.sent_at,
        InvitationState.OPENED: invitation.opened_at,
        InvitationState.ACCEPTED: invitation.accepted_at,
        InvitationState.REVOKED: invitation.revoked_at,
        InvitationState.EXPIRED: invitation.expires_at,
    }.get(state)


def _asked(request: HttpRequest) -> InvitationQuerySet:
    rows, now = invitations_for(user_of(request)), timezone.now()
    if request.GET.get("role") in RoleKind.values:
        rows = rows.filter(kind=request.GET["role"])
    for word in request.GET.get("q", "").split()[:6]:
        rows = rows.filter(
            Q(full_name__unaccent__icontains=word)
            | Q(email__icontains=word)
            | Q(school__name__unaccent__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
        )
    lasting = rows.open().filter(expires_at__gt=now)
    chosen: dict[str, InvitationQuerySet] = {
        "attente": lasting,
        "rappel": lasting.unanswered(now),
        "echec": rows.failed(),
        "expirees": rows.open().filter(expires_at__lte=now),
        "acceptees": rows.exclude(accepted_at=None),
        "retirees": rows.exclude(revoked_at=None),
    }
    return chosen.get(request.GET.get("vue", ""), rows)


@require_GET
@managers_only
def invitations(request: HttpRequest) -> HttpResponse:
    """GET `/personnes/invitations/`."""
    user = user_of(request)
    asked = _asked(request)
    latest = [Column("pk", down=True, kind=int)]
    asked = asked.select_related("invited_by", *PLACES)
    rows, after = page_of(asked, latest, request.GET.get("apres", ""), PAGE)
    context = {
        "menu": "people",
        "crumbs": [(_("Personnes"), reverse("schools:people")), (_("Invitations"), None)],
        "rows": [mark_of(row) for row in rows],
        "total": asked.count(),
        "after": after,
        "filters": [
            filter_of(request.GET, "vue", _("Réponse"), list(VIEWS.items())),
            filter_of(request.GET, "role", _("Rôle"), list(RoleKind.choices)),
        ],
        "query": request.GET.get("q", ""),
        "filtered": any(request.GET.get(key) for key in ("q", "vue", "role")),
        **tabs(user, timezone.localdate()),
    }
    return render(request, "schools/people/invitations.html", context)


@require_POST
@login_required
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/personnes/invitations/<id>/renvoyer/`."""
    row = found(lambda: resend_invitation(user_of(request), pk))
    text = _("L’invitation de %(name)s repart dans la minute. L’ancien lien ne sert plus.")
    return done(request, text % {"name": row.full_name}, _home(request))


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/personnes/invitations/<id>/retirer/`; the page has named the consequence."""
    row = found(lambda: revoke_invitation(user_of(request), pk))
    text = _("L’invitation de %(name)s est retirée : son lien n’ouvre plus rien.")
    return done(request, text % {"name": row.full_name}, _home(request))


def _home(request: HttpRequest) -> str:
    return back_to(request, reverse("schools:invitations"))


@require_http_methods(["GET", "POST"])
@managers_only
def invite_all(request: HttpRequest) -> HttpResponse:
    """GET and POST `/personnes/invitations/envoi/`: everybody who waits, with progress."""
    user = user_of(request)
    if request.method == "POST":
        batch = uuid4()
        try:
            invite_waiting.apply_async((user.pk, str(batch)), retry=False)
        except OSError:
            text = _("Le service d’envoi ne répond pas. Rien n’est parti : réessayez bientôt.")
            return done(request, text, reverse("schools:invite_all"))
        return redirect(f"{reverse('schools:invite_all')}?lot={batch}")
    batch_told = _batch(request)
    waiting = list(roles_to_invite(user).select_related(None).select_related("user", *PLACES)[:20])
    context = {
        "menu": "people",
        "crumbs": [
            (_("Personnes"), reverse("schools:people")),
            (_("Invitations"), reverse("schools:invitations")),
            (_("Envoi groupé"), None),
        ],
        "count": roles_to_invite(user).count(),
        "waiting": [role for role in waiting if can_grant(user, role.post, role.user)],
        "batch": batch_told,
        "progress": _progress(request, batch_told),
    }
    fragment = request.headers.get("HX-Request") == "true"
    name = "_progress" if fragment else "invite_all"
    return render(request, f"schools/people/{name}.html", context)


def _batch(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET["lot"]) if "lot" in request.GET else None
    except ValueError:
        raise Http404 from None


def _progress(request: HttpRequest, batch: UUID | None) -> dict[str, Any] | None:
    """How far a batch is: made, sent, failed, still to go."""
    if batch is None:
        return None
    counts = (
        invitations_for(user_of(request))
        .filter(batch=batch)
        .aggregate(
            made=Count("pk"),
            sent=Count("pk", filter=Q(sent_at__isnull=False)),
            failed=Count("pk", filter=Q(due_at=None, sent_at=None)),
            last_at=Max("invited_at"),
        )
    )
    # one that the sender may not invite after all stays among those who wait: look at the clock
    being_made = counts["last_at"] is None or timezone.now() - counts["last_at"] < STILL_MAKING
    left = roles_to_invite(user_of(request)).count() if being_made else 0
    settled, total = counts["sent"] + counts["failed"], counts["made"] + left
    return {
        **counts,
        "total": total,
        "settled": settled,
        "over": settled >= total and (not being_made or left == 0),
        "words": ngettext(
            "%(sent)d message envoyé sur %(total)d",
            "%(sent)d messages envoyés sur %(total)d",
            counts["sent"],
        )
        % {"sent": counts["sent"], "total": total},
    }
