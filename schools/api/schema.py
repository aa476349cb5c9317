"""How the OpenAPI file is written: every operation names the refusals a caller may meet."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from schools.api.problems import MEDIA_TYPE, ProblemSerializer
from schools.api.tokens import HasScope, needed

_WRITE = ("400", "401", "403", "404", "429")
REFUSALS = {"get": ("401", "403", "404", "429"), "post": _WRITE, "patch": _WRITE}
SENTENCES = {
    "400": "The request is wrong: see errors.",
    "401": "Nobody is signed in.",
    "403": "Seen, but forbidden, or the key lacks a scope: detail says why.",
    "404": "There is none, or you may not see it.",
    "429": "Too many requests: see Retry-After.",
}


class HouseSchema(AutoSchema):
    """drf-spectacular's schema, with the problem details of RFC 9457."""

    def _get_response_bodies(self, *args: Any, **options: Any) -> Any:
        responses = super()._get_response_bodies(*args, **options)
        for code in REFUSALS.get(self.method.lower(), ()):
            answer = self._get_response_for_code(  # type: ignore[no-untyped-call]
                ProblemSerializer, code, [MEDIA_TYPE]
            )
            responses.setdefault(code, {**answer, "description": SENTENCES[code]})
        return responses

    def get_operation(self, *args: Any, **options: Any) -> Any:
        """The operation, with the scopes that it asks of an access key."""
        operation = super().get_operation(*args, **options)
        if operation is not None and HasScope in self.view.permission_classes:
            scopes = needed(self.view, self.method)
            operation["x-scopes"] = scopes
            told = " ".join(f"`{scope}`" for scope in scopes)
            operation["description"] = (
                f"{operation.get('description', '')}\n\nScopes of the access key: {told}."
            ).strip()
        return operation


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How programs come in, as the OpenAPI file says it."""

    target_class = "schools.api.tokens.TokenAuthentication"
    name = "accessKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A header; the scopes of each operation stand in its ``x-scopes``."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": (
                "`Token <key>`. A key has a manner (`read`, `write`) and areas (`register`, "
                "`inventory`, `supervision`, `helpdesk`); each operation names in `x-scopes` what "
                "it asks for. Keys expire after a year at most."
            ),
        }
