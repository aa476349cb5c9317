"""The harvest: OAI-PMH 2.0 as its specification wants it, read by a small harvester."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.grants.actions.returns.judge import withdraw
from inventory.grants.models.returns.resources import Resource, ResourceVersion
from tests.grants.returns.made import make_centre, make_obligation, make_resource

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
LOM = "{http://ltsc.ieee.org/xsd/LOM}"


def asked(method="get", **question):
    question = {"from" if key == "from_" else key: value for key, value in question.items()}
    answer = getattr(Client(), method)("/oai", question)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return ET.fromstring(answer.content)


def error(**question):
    found = asked(**question).find(f"{OAI}error")
    return None if found is None else found.get("code")


def harvest(verb="ListRecords", **question):
    """Every page, one after the other, as a harvester asks for them."""
    records, pages = [], 0
    told = {"verb": verb, **question}
    while told:
        root = asked(**told)
        assert root.find(f"{OAI}error") is None, ET.tostring(root)[:300]
        part = root.find(f"{OAI}{verb}")
        records += part.findall(f"{OAI}{'record' if verb == 'ListRecords' else 'header'}")
        token = part.find(f"{OAI}resumptionToken")
        told = (
            {"verb": verb, "resumptionToken": token.text}
            if token is not None and token.text
            else {}
        )
        pages += 1
    return records, pages


@pytest.fixture
def owed(cast):
    return make_obligation(cast.tilleuls, cast.bernard)


@pytest.fixture
def resource(cast, owed):
    return make_resource(
        owed, cast.claire, "published", cast.odile, title="Air & eau <H₂O>\x0b", keywords=["eau"]
    )


def identifier(row):
    return f"oai:127.0.0.1:{row.reference}"


def test_it_says_who_it_is(resource):
    told = asked(verb="Identify").find(f"{OAI}Identify")
    assert told.findtext(f"{OAI}protocolVersion") == "2.0"
    assert told.findtext(f"{OAI}deletedRecord") == "persistent"
    assert told.findtext(f"{OAI}granularity") == "YYYY-MM-DDThh:mm:ssZ"
    stamp = f"{resource.public_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    assert told.findtext(f"{OAI}earliestDatestamp") == stamp


def test_formats_and_sets(resource):
    formats = asked(verb="ListMetadataFormats").iter(f"{OAI}metadataPrefix")
    assert [one.text for one in formats] == ["oai_dc", "lom"]
    sets = [one.text for one in asked(verb="ListSets").iter(f"{OAI}setSpec")]
    assert sets == ["centre:e-classe", "centre"]


def test_a_record_in_dublin_core(resource):
    root = asked(verb="GetRecord", identifier=identifier(resource), metadataPrefix="oai_dc")
    assert root.find(f"{OAI}request").get("verb") == "GetRecord"
    told = {one.tag.removeprefix(DC): one.text for one in root.iter() if one.tag.startswith(DC)}
    assert told["title"] == "Air & eau <H₂O>"
    assert told["creator"] == "Claire Exemple"
    assert told["rights"] == ("CC BY-NC-SA 4.0 https://creativecommons.org/licenses/by-nc-sa/4.0/")
    assert told["language"] == "fr"


def test_a_record_in_lom_with_the_terms_of_scolomfr(resource):
    root = asked(verb="GetRecord", identifier=identifier(resource), metadataPrefix="lom")
    lom = root.find(f".//{LOM}lom")
    assert [part.tag.removeprefix(LOM) for part in lom][:6] == [
        "general",
        "lifeCycle",
        "metaMetadata",
        "technical",
        "educational",
        "rights",
    ]
    title = lom.find(f"{LOM}general/{LOM}title/{LOM}string")
    assert (title.text, title.get("language")) == ("Air & eau <H₂O>", "fre")
    kind = lom.find(f"{LOM}educational/{LOM}learningResourceType")
    assert kind.findtext(f"{LOM}source") == "LOMFRv1.0"
    assert kind.findtext(f"{LOM}value") == "scénario pédagogique"
    duration = lom.find(f"{LOM}educational/{LOM}typicalLearningTime/{LOM}duration")
    assert duration.text == "PT300M"
    assert lom.findtext(f"{LOM}educational/{LOM}typicalAgeRange/{LOM}string") == "10-11"
    purposes = [one.text for one in lom.findall(f"{LOM}classification/{LOM}purpose/{LOM}value")]
    domain = "http://data.education.fr/voc/scolomfr/concept/scolomfr-voc-028-num-003"
    assert domain in purposes
    assert "discipline" in purposes
    card = lom.findtext(f"{LOM}lifeCycle/{LOM}contribute/{LOM}entity")
    assert card.startswith("BEGIN:VCARD")
    assert "claire@example.org" not in ET.tostring(root, encoding="unicode")
    place = lom.findtext(f"{LOM}technical/{LOM}location")
    assert (
        Client().get(place.partition("8000")[2] or place[place.index("/res") :]).status_code == 200
    )


def test_a_withdrawn_record_is_told_as_deleted_without_its_metadata(cast, resource):
    withdraw(cast.odile, resource, "Droits", timezone.now() + dt.timedelta(seconds=2))
    records, _pages = harvest(metadataPrefix="lom")
    assert [one.find(f"{OAI}header").get("status") for one in records] == ["deleted"]
    assert records[0].find(f"{OAI}metadata") is None


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Steal"}, "badVerb"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "Identify", "set": "x"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "lom"}, "badArgument"),
        (
            {"verb": "GetRecord", "metadataPrefix": "lom", "identifier": "oai:127.0.0.1:R-1"},
            "idDoesNotExist",
        ),
        ({"verb": "ListMetadataFormats", "identifier": "x"}, "idDoesNotExist"),
        ({"verb": "ListRecords", "resumptionToken": "forged"}, "badResumptionToken"),
        (
            {"verb": "ListRecords", "resumptionToken": "x", "metadataPrefix": "lom"},
            "badArgument",
        ),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "metadataPrefix": "lom", "from_": "2026"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "lom", "from_": "2026-02-30"}, "badArgument"),
        (
            {
                "verb": "ListRecords",
                "metadataPrefix": "lom",
                "from_": "2026-01-01",
                "until": "2026-01-01T00:00:00Z",
            },
            "badArgument",
        ),
        (
            {
                "verb": "ListRecords",
                "metadataPrefix": "lom",
                "from_": "2026-02-01",
                "until": "2026-01-01",
            },
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "lom", "until": "2001-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "lom", "set": "centre:x"}, "noRecordsMatch"),
        ({"verb": "ListIdentifiers", "metadataPrefix": "lom", "set": "\x00"}, "noRecordsMatch"),
        ({"verb": "Identify\x00"}, "badVerb"),
    ],
)
def test_errors_are_the_protocols(question, code, resource):
    assert error(**question) == code


def test_a_repeated_argument_is_refused(resource):
    root = ET.fromstring(Client().get("/oai?verb=Identify&verb=Identify").content)
    assert root.find(f"{OAI}error").get("code") == "badVerb"
    asked_twice = "/oai?verb=ListRecords&metadataPrefix=lom&metadataPrefix=lom"
    root = ET.fromstring(Client().get(asked_twice).content)
    assert root.find(f"{OAI}error").get("code") == "badArgument"
    assert root.find(f"{OAI}request").attrib == {}


def test_a_post_is_answered_like_a_get(resource):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/oai", {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"})
    assert identifier(resource) in answer.content.decode()


def make_many(owed, cast, number):
    """Published resources, one a second, every seventh withdrawn, in two centres."""
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    centres = [make_centre(), make_centre("autre")]
    rows = Resource.objects.bulk_create(
        Resource(
            reference=f"R-2026-{n:05d}",
            obligation=owed,
            site=owed.site,
            depositor=cast.claire,
            depositor_text="Claire Exemple",
            state="draft",
        )
        for n in range(number)
    )
    versions = ResourceVersion.objects.bulk_create(
        ResourceVersion(
            resource=row,
            number=1,
            frozen_at=begin,
            title=f"Ressource {n}",
            description="Une séance.",
            audiences=["s1"],
            subjects=["math"],
            kind="exercise",
            licence="cc-by",
            material="own",
            no_pupils=True,
            link="https://example.org/a",
            centre=centres[n % 2],
        )
        for n, row in enumerate(rows)
    )
    for n, (row, version) in enumerate(zip(rows, versions, strict=True)):
        row.newest = row.live = version
        row.public = "deleted" if n % 7 == 0 else "live"
        row.state, row.withdrawn_why = ("withdrawn", "x") if n % 7 == 0 else ("published", "")
        row.public_at = begin + dt.timedelta(seconds=n // 3)  # three in the same second
    Resource.objects.bulk_update(
        rows, ["newest", "live", "public", "state", "withdrawn_why", "public_at"], batch_size=1000
    )


def test_a_harvester_takes_a_thousand_records_once_each_at_a_flat_cost(cast, owed):
    make_many(owed, cast, 1000)
    costs, told, seen, pages = [], {"verb": "ListRecords", "metadataPrefix": "lom"}, [], 0
    while told:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            root = asked(**told)
        part = root.find(f"{OAI}ListRecords")
        seen += [one.text for one in part.iter(f"{OAI}identifier")]
        token = part.find(f"{OAI}resumptionToken")
        assert token.get("completeListSize") == "1000"
        assert token.get("cursor") == str(100 * pages)
        costs.append(len(queries))
        pages += 1
        told = {"verb": "ListRecords", "resumptionToken": token.text} if token.text else {}
    assert (pages, len(seen), len(set(seen))) == (10, 1000, 1000)
    assert set(costs[1:]) == {2}  # the page and its files, wherever it stands
    assert costs[0] == 3  # and the whole list counted once
    part, _pages = harvest("ListIdentifiers", metadataPrefix="lom", set="centre:autre")
    assert len(part) == 500
    one_minute, _pages = harvest(
        "ListIdentifiers",
        metadataPrefix="oai_dc",
        **{"from": "2026-01-01T00:01:00Z", "until": "2026-01-01T00:01:59Z"},
    )
    assert len(one_minute) == 180
    deleted = [
        one for one in harvest("ListIdentifiers", metadataPrefix="lom")[0] if one.get("status")
    ]
    assert len(deleted) == 143


def test_a_token_is_of_one_verb(cast, owed):
    make_many(owed, cast, 120)
    token = (
        asked(verb="ListIdentifiers", metadataPrefix="lom").find(f".//{OAI}resumptionToken").text
    )
    assert error(verb="ListRecords", resumptionToken=token) == "badResumptionToken"
    assert error(verb="ListIdentifiers", resumptionToken=token) is None
    assert error(verb="ListIdentifiers", resumptionToken=token[:-2]) == "badResumptionToken"
