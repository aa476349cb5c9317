"""One shape for every error: problem+json (RFC 9457), with what to do about it.

``title`` says what happened, ``detail`` why, ``how`` (our extension member) what to do next,
``errors`` (our extension member) which fields were wrong, ``scopes`` (ours too) what an access key
lacks. Sentences are for people, translated.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"

WHAT = {
    400: _("La demande ne peut pas être lue."),
    401: _("Vous n’êtes pas identifié."),
    403: _("Cette action vous est refusée."),
    404: _("Introuvable."),
    405: _("Cette méthode n’existe pas ici."),
    406: _("Ce format n’est pas proposé."),
    409: _("Ce n’est pas possible en l’état."),
    412: _("Votre version n’est plus la bonne."),
    415: _("Ce format n’est pas accepté."),
    428: _("Il manque la version que vous avez lue."),
    429: _("Trop de demandes."),
    502: _("L’équipement n’a pas obéi."),
}
HOW = {
    400: _("Corrigez les champs cités, puis recommencez."),
    401: _("Ouvrez une session, ou envoyez l’en-tête « Authorization: Token … »."),
    403: _("Demandez à une personne qui en a le droit."),
    404: _("Vérifiez l’adresse : ce que vous ne pouvez pas voir est introuvable."),
    405: _("Lisez le schéma : /api/v1/schema/."),
    406: _("Demandez application/json."),
    412: _("Relisez-le, refaites votre changement, et envoyez le nouvel ETag."),
    415: _("Envoyez application/json."),
    428: _("Lisez l’objet : sa réponse porte l’en-tête ETag."),
    429: _("Attendez le délai de l’en-tête Retry-After."),
}
SCOPE_HOW = _("Créez une clé qui a cette portée : Mon compte, Mes clés d’accès.")


class DeviceFailed(exceptions.APIException):
    """A device of the network did not do what it was asked, or did not answer (502)."""

    status_code = status.HTTP_502_BAD_GATEWAY
    default_code = "device_failed"


@extend_schema_serializer(component_name="Problem")
class ProblemSerializer(serializers.Serializer[dict[str, Any]]):
    """A refusal, as RFC 9457 problem details."""

    type = serializers.CharField(default="about:blank")
    title = serializers.CharField(help_text="What happened.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="Why.")
    how = serializers.CharField(help_text="What to do next.")
    scopes = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Scopes that the key lacks."
    )
    errors = serializers.DictField(  # type: ignore[assignment]  # a field: the metaclass moves it
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into problem details (REST_FRAMEWORK["EXCEPTION_HANDLER"])."""
    if isinstance(error, ObjectDoesNotExist):
        # an action looked for a row within the caller's scope, and there is none
        error = exceptions.NotFound()
    response = exception_handler(error, context)
    if response is None:
        return None
    fields = _fields(response.data) if response.status_code == 400 else {}
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": str(WHAT.get(response.status_code, _("La demande n’a pas abouti."))),
        "status": response.status_code,
        "detail": _why(response.data, fields),
        "how": str(HOW.get(response.status_code, _("Recommencez plus tard."))),
    }
    if fields:
        problem["errors"] = fields
    if missing := getattr(error, "scopes", None):
        problem["scopes"] = missing
        problem["how"] = str(SCOPE_HOW)
        named = " ".join(missing)
        response["WWW-Authenticate"] = f'Token error="insufficient_scope", scope="{named}"'
    if etag := getattr(error, "etag", ""):
        response["ETag"] = etag
    response.data = problem
    response.content_type = MEDIA_TYPE
    return response


def _fields(data: Any) -> dict[str, list[str]]:
    """Sentences by field; ``data`` is what DRF made of a ValidationError."""
    if isinstance(data, list):
        return {"non_field_errors": [str(sentence) for sentence in data]}
    if not isinstance(data, dict):
        return {}
    return {
        str(name): [str(sentence) for sentence in said] if isinstance(said, list) else [str(said)]
        for name, said in data.items()
        if name != "detail"
    }


def _why(data: Any, fields: dict[str, list[str]]) -> str:
    if fields:
        return " ".join(f"{name} : {' '.join(said)}" for name, said in fields.items())
    return str(data.get("detail", "")) if isinstance(data, dict) else str(data)
