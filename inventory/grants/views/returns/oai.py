"""``/oai``: the Open Archives protocol, so that any portal harvests what was published.

A page is sought by its key (datestamp, then key), never skipped over: the last one of many
thousands costs as the first. The token carries the question and the place; it is signed, so that
no table is needed and nobody can make one up.
"""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inventory.grants.models.returns.resources import Resource, ResourceCentre
from inventory.grants.rules.returns import described
from inventory.grants.rules.returns.oai import (
    FORMATS,
    ProtocolError,
    read_question,
    read_span,
    stamp,
)
from inventory.grants.views.returns.describing import described_of

OAI = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
IDENTIFIER_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai-identifier.xsd"
PAGE = 100
SALT = "grants.oai"
METADATA = {
    "oai_dc": (described.OAI_DC_SCHEMA, described.OAI_DC, described.dublin_core),
    "lom": (described.LOM_SCHEMA, described.LOM, described.lom),
}
BUILT = {
    "Identify": "_identify",
    "ListMetadataFormats": "_formats",
    "ListSets": "_sets",
    "GetRecord": "_record",
    "ListIdentifiers": "_list",
    "ListRecords": "_list",
}
ET.register_namespace("oai", IDENTIFIER)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    """GET or POST `/oai`: the six verbs. An error of the protocol is an answer, with status 200."""
    asked = request.POST if request.method == "POST" else request.GET
    pairs = [(key, value) for key, values in asked.lists() for value in values]
    root = ET.Element(
        "OAI-PMH", {"xmlns": OAI, f"{{{described.XSI}}}schemaLocation": f"{OAI} {SCHEMA}"}
    )
    described.add(root, "responseDate", stamp(timezone.now()))
    here = described.add(root, "request", _base())
    with translation.override("fr"):
        try:
            told = read_question(pairs)
            for key, value in told.items():
                here.set(key, described.clean(value))
            root.append(_Answer(told).build())
        except ProtocolError as error:
            if error.code in {"badVerb", "badArgument"}:
                here.attrib.clear()  # as the protocol wants it
            described.add(root, "error", str(error), code=error.code)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="text/xml; charset=utf-8")


def _base() -> str:
    return settings.PREAU_URL + reverse("grants:oai")


def _domain() -> str:
    """The name of this repository in its identifiers."""
    return urlsplit(settings.PREAU_URL).hostname or "localhost"


class _Answer:
    """One question, answered."""

    def __init__(self, told: dict[str, str]) -> None:
        self.told = told
        self.verb = told["verb"]

    def build(self) -> ET.Element:
        element = ET.Element(self.verb)
        getattr(self, BUILT[self.verb])(element)
        return element

    def _identify(self, into: ET.Element) -> None:
        first = Resource.objects.harvested().order_by("public_at").values_list("public_at").first()
        known = first[0] if first and first[0] else timezone.now()
        told = {
            "repositoryName": "Préau, ressources pédagogiques des écoles de Wallonie",
            "baseURL": _base(),
            "protocolVersion": "2.0",
            "adminEmail": settings.DEFAULT_FROM_EMAIL,
            "earliestDatestamp": stamp(known),
            "deletedRecord": "persistent",
            "granularity": "YYYY-MM-DDThh:mm:ssZ",
        }
        for name, text in told.items():
            described.add(into, name, text)
        about = described.add(described.add(into, "description"), f"{{{IDENTIFIER}}}oai-identifier")
        about.set(f"{{{described.XSI}}}schemaLocation", f"{IDENTIFIER} {IDENTIFIER_SCHEMA}")
        for name, text in (
            ("scheme", "oai"),
            ("repositoryIdentifier", _domain()),
            ("delimiter", ":"),
            ("sampleIdentifier", f"oai:{_domain()}:R-2026-0001"),
        ):
            described.add(about, f"{{{IDENTIFIER}}}{name}", text)

    def _formats(self, into: ET.Element) -> None:
        if "identifier" in self.told:
            self._found(self.told["identifier"])
        for prefix, (schema, namespace, _build) in METADATA.items():
            element = described.add(into, "metadataFormat")
            described.add(element, "metadataPrefix", prefix)
            described.add(element, "schema", schema)
            described.add(element, "metadataNamespace", namespace)

    def _sets(self, into: ET.Element) -> None:
        if "resumptionToken" in self.told:
            raise ProtocolError("badResumptionToken", "the list of sets has one page")
        for centre in ResourceCentre.objects.order_by("key"):
            element = described.add(into, "set")
            described.add(element, "setSpec", f"centre:{centre.key}")
            described.add(element, "setName", centre.name)
        element = described.add(into, "set")
        described.add(element, "setSpec", "centre")
        described.add(element, "setName", "Tous les centres de ressources")

    def _record(self, into: ET.Element) -> None:
        row = self._found(self.told["identifier"])
        _add_record(into, row, self._prefix(self.told["metadataPrefix"]))

    def _found(self, identifier: str) -> Resource:
        start = f"oai:{_domain()}:"
        reference = identifier.removeprefix(start).replace("\x00", "")
        rows = _rows().filter(reference=reference)
        row: Resource | None = rows.first() if identifier.startswith(start) else None
        if row is None:
            raise ProtocolError("idDoesNotExist", "no record has this identifier")
        return row

    def _prefix(self, prefix: str) -> str:
        if prefix not in FORMATS:
            raise ProtocolError("cannotDisseminateFormat", f"{prefix!r} is not among the formats")
        return prefix

    def _list(self, into: ET.Element) -> None:
        place = self._place()
        rows = _asked(place["asked"])
        if place["size"] is None:
            place["size"] = rows.count()
            if not place["size"]:
                raise ProtocolError("noRecordsMatch", "no record matches")
        if place["after"]:
            at, key = parse_datetime(place["after"][0]), place["after"][1]
            rows = rows.filter(Q(public_at__gt=at) | Q(public_at=at, pk__gt=key))
        found = list(rows.order_by("public_at", "pk")[: PAGE + 1])
        for row in found[:PAGE]:
            if self.verb == "ListRecords":
                _add_record(into, row, place["asked"]["metadataPrefix"])
            else:
                _add_header(into, row)
        if len(found) > PAGE or place["done"]:
            self._resume(into, place, found)

    def _resume(self, into: ET.Element, place: dict[str, Any], found: list[Resource]) -> None:
        """The token of the next page; an empty one ends a list that had several."""
        token = described.add(into, "resumptionToken")
        token.set("completeListSize", str(place["size"]))
        token.set("cursor", str(place["done"]))
        if len(found) > PAGE:
            last = found[PAGE - 1]
            assert last.public_at is not None
            following = place | {
                "after": [last.public_at.isoformat(), last.pk],
                "done": place["done"] + PAGE,
                "verb": self.verb,
            }
            token.text = signing.dumps(following, salt=SALT, compress=True)

    def _place(self) -> dict[str, Any]:
        """Where the list goes on, from its token; else its beginning."""
        if "resumptionToken" in self.told:
            try:
                place = signing.loads(self.told["resumptionToken"], salt=SALT)
            except signing.BadSignature as error:
                raise ProtocolError("badResumptionToken", "no token of this repository") from error
            if place["verb"] != self.verb:
                raise ProtocolError("badResumptionToken", f"a token of {place['verb']}")
            return dict(place)
        self._prefix(self.told["metadataPrefix"])
        read_span(self.told)
        asked = {key: value for key, value in self.told.items() if key != "verb"}
        return {"asked": asked, "after": None, "done": 0, "size": None}


def _rows() -> Any:
    return (
        Resource.objects.harvested()
        .select_related("live__centre", "site__school")
        .prefetch_related("live__files")
    )


def _asked(told: dict[str, str]) -> Any:
    """The records of a selective harvest."""
    rows, span = _rows(), read_span(told)
    if span.begin:
        rows = rows.filter(public_at__gte=span.begin)
    if span.end:
        rows = rows.filter(public_at__lt=span.end)
    named = told.get("set", "")
    if named.startswith("centre:"):
        rows = rows.filter(live__centre__key=named.removeprefix("centre:").replace("\x00", ""))
    elif named not in {"", "centre"}:
        rows = rows.none()
    return rows


def _add_header(into: ET.Element, row: Resource) -> None:
    header = described.add(into, "header")
    if row.public == "deleted":
        header.set("status", "deleted")
    described.add(header, "identifier", f"oai:{_domain()}:{row.reference}")
    described.add(header, "datestamp", stamp(row.public_at or dt.datetime.now(dt.UTC)))
    if row.live and row.live.centre:
        described.add(header, "setSpec", f"centre:{row.live.centre.key}")


def _add_record(into: ET.Element, row: Resource, prefix: str) -> None:
    """A record: of a deleted one, its header alone."""
    record = described.add(into, "record")
    _add_header(record, row)
    if row.public != "deleted":
        _schema, _namespace, build = METADATA[prefix]
        described.add(record, "metadata").append(build(described_of(row)))


urlpatterns: list[URLPattern] = [path("oai", oai, name="oai")]
