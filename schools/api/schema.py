"""How the OpenAPI file is written: every operation names the refusals a caller may meet."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

from schools.api.problems import MEDIA_TYPE, ProblemSerializer

REFUSALS = {"get": ("401", "404", "429"), "post": ("400", "401", "403", "404", "429")}
SENTENCES = {
    "400": "The request is wrong: see errors.",
    "401": "Nobody is signed in.",
    "403": "Seen, but forbidden: detail says why.",
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
