"""Edits side by side: a row says its version as ETag, and is written only while it stands.

RFC 9110 §13.1: ``If-Match`` on a write, ``If-None-Match`` on a read. RFC 6585: 428 without one.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag you have read."
)


class Versioned(Protocol):
    """A row whose changes PostgreSQL counts (ADR 030)."""

    pk: int
    version: int


class VersionMissing(exceptions.APIException):
    """A write without If-Match (428)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "version_missing"
    default_detail = gettext_lazy(
        "Envoyez l’en-tête If-Match avec l’ETag que vous avez lu : personne n’écrase ainsi "
        "le travail d’un autre."
    )


class VersionStale(exceptions.APIException):
    """A write of an older version (412)."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "version_stale"

    def __init__(self, etag: str) -> None:
        self.etag = etag
        super().__init__(
            _("Quelqu’un l’a modifié entre-temps : la version d’aujourd’hui est %(etag)s.")
            % {"etag": etag}
        )


def etag_of(row: Versioned) -> str:
    """The strong entity tag of a row: its version."""
    return f'"{row.version}"'


def version_asked(request: Request) -> int:
    """The version that a write relies on; 0 matches none. Raises VersionMissing."""
    said = str(request.headers.get("If-Match", "")).strip()
    if not said or said == "*":
        raise VersionMissing()
    number = said.removeprefix("W/").strip('"')
    return int(number) if number.isdecimal() and len(number) < 10 else 0


class VersionedView:
    """For a viewset of versioned rows: ``retrieve`` with ETag, 304 where the caller has it."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One row; 304 without a body where If-None-Match names the version of today."""
        view = cast("Any", self)
        row = view.get_object()
        etag = etag_of(row)
        asked = {one.strip().removeprefix("W/") for one in _none_match(request).split(",")}
        if etag in asked:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        return answer_with(row, view.get_serializer(row))


def answer_with(row: Versioned, shape: BaseSerializer[Any], code: int = 200) -> Response:
    """A row in its shape, with its ETag."""
    return Response(shape.data, status=code, headers={"ETag": etag_of(row)})


def _none_match(request: Request) -> str:
    return str(request.headers.get("If-None-Match", ""))
