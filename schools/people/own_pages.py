"""One's own account: my roles, my data in a readable file."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from schools.actions.audit import record_action
from schools.models import AuditEntry, Invitation, Role, User
from schools.models.position import PLACES
from schools.people.role_words import opens_words
from schools.views.doors import user_of

OWN_ENTRIES = 10_000


def own_roles(user: User) -> dict[str, Any]:
    """Roles now and to come, and those over, with what each opens and who gave it."""
    today = timezone.localdate()
    rows = user.roles.select_related("granted_by", *PLACES).order_by("-from_on", "pk")
    roles = list(rows)
    now = [role for role in roles if role.to_on is None or role.to_on >= today]
    return {
        "my_roles": [
            {"role": role, "opens": opens_words(role.kind), "coming": role.from_on > today}
            for role in now
        ],
        "my_past_roles": [role for role in roles if role not in now],
    }


@require_GET
@login_required
def own_data(request: HttpRequest) -> HttpResponse:
    """GET `/mon-compte/donnees.json`: everything that the register knows about oneself."""
    user = user_of(request)
    record_action(user, "export_own_data", user)
    text = json.dumps(data_of(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return response


def data_of(user: User) -> dict[str, Any]:
    """A person's data, as a person reads them: no key, no password, no link."""
    return {
        "personne": {
            "nom": user.full_name,
            "adresse": user.email,
            "telephone": user.phone,
            "langue": user.get_language_display(),
            "inscription": user.joined_at,
            "derniere_connexion": user.last_login,
        },
        "roles": [_role(role) for role in user.roles.select_related("granted_by", *PLACES)],
        "invitations": [
            _invitation(row)
            for row in Invitation.objects.filter(email=user.email).select_related(
                "invited_by", *PLACES
            )
        ],
        "journal_de_mes_actions": _entries(AuditEntry.objects.filter(actor=user)),
        "journal_sur_moi": _entries(
            AuditEntry.objects.filter(object_type="schools.user", object_id=str(user.pk))
        ),
    }


def _role(role: Role) -> dict[str, Any]:
    return {
        "role": str(role.post),
        "du": role.from_on,
        "au": role.to_on,
        "donne_par": role.granted_by.full_name if role.granted_by else None,
        "motif_de_la_fin": role.end_why,
    }


def _invitation(row: Invitation) -> dict[str, Any]:
    return {
        "role": str(row.post),
        "invite_par": row.invited_by.full_name if row.invited_by else None,
        "le": row.invited_at,
        "envois": row.sends,
        "ouverte_le": row.opened_at,
        "acceptee_le": row.accepted_at,
    }


def _entries(rows: Any) -> list[dict[str, Any]]:
    found = rows.order_by("-at", "-pk").values("at", "action", "object_text", "why")[:OWN_ENTRIES]
    return [
        {
            "quand": row["at"],
            "action": row["action"],
            "objet": row["object_text"],
            "motif": row["why"],
        }
        for row in found
    ]
