"""A published resource in plain values, and as XML: Dublin Core and LOM with ScoLOMFR terms.

LOM: IEEE 1484.12.3 (binding), namespace http://ltsc.ieee.org/xsd/LOM. ScoLOMFR: its vocabularies
and purposes of classification.
"""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

LOM = "http://ltsc.ieee.org/xsd/LOM"
LOM_SCHEMA = "http://ltsc.ieee.org/xsd/lomv1.0/lom.xsd"
DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DOMAIN = "http://data.education.fr/voc/scolomfr/concept/scolomfr-voc-028-num-003"
"""ScoLOMFR 9.1: domaine d’enseignement."""
LEVEL = "http://data.education.fr/voc/scolomfr/concept/educational_level"
"""ScoLOMFR 9.1: niveau éducatif."""
LANGUAGES = {"fr": "fre", "de": "ger", "nl": "dut", "en": "eng"}
"""ISO 639-2, as ScoLOMFR writes languages."""
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""

for _prefix, _uri in (("lom", LOM), ("dc", DC), ("oai_dc", OAI_DC), ("xsi", XSI)):
    ET.register_namespace(_prefix, _uri)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a vocabulary: key, words for people."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Described:
    """All that the public reads of a resource."""

    reference: str
    page: str
    number: int
    title: str
    description: str
    language: str
    keywords: Sequence[str]
    authors: Sequence[str]
    school: str
    centre: str
    audiences: Sequence[Term]
    ages: tuple[int, int] | None
    subjects: Sequence[Term]
    kind: str
    kind_term: tuple[str, str]
    """Vocabulary and term of LOM 5.2."""
    minutes: int | None
    prerequisites: str
    needs: str
    aids: Sequence[str]
    licence: str
    licence_url: str
    published_on: dt.date
    link: str
    files: Sequence[tuple[str, str, int]]
    """Address, media type, bytes."""


def clean(text: str) -> str:
    """Without what XML cannot hold."""
    return ILLEGAL.sub("", text)


def add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """A child with its text."""
    child = ET.SubElement(parent, tag, attributes)
    if text:
        child.text = clean(text)
    return child


def dublin_core(of: Described) -> ET.Element:
    """``oai_dc``: the fifteen elements of Dublin Core, where something is known."""
    root = ET.Element(f"{{{OAI_DC}}}dc", {f"{{{XSI}}}schemaLocation": f"{OAI_DC} {OAI_DC_SCHEMA}"})
    told = [
        ("title", of.title),
        *(("creator", name) for name in of.authors),
        *(("subject", term.words) for term in of.subjects),
        *(("subject", word) for word in of.keywords),
        ("description", of.description),
        ("publisher", of.centre),
        ("contributor", of.school),
        ("date", of.published_on.isoformat()),
        ("type", of.kind),
        *(("format", kind) for _url, kind, _size in of.files),
        ("identifier", of.page),
        *([("identifier", of.link)] if of.link else []),
        ("language", of.language),
        ("rights", f"{of.licence} {of.licence_url}"),
    ]
    for name, text in told:
        if text:
            add(root, f"{{{DC}}}{name}", text)
    return root


def _lom(parent: ET.Element, tag: str, text: str = "") -> ET.Element:
    return add(parent, f"{{{LOM}}}{tag}", text)


def _said(parent: ET.Element, tag: str, text: str, language: str) -> None:
    """A LangString."""
    add(_lom(parent, tag), f"{{{LOM}}}string", text, language=language)


def _term(parent: ET.Element, tag: str, source: str, value: str) -> ET.Element:
    """A word of a vocabulary."""
    element = _lom(parent, tag)
    _lom(element, "source", source)
    _lom(element, "value", value)
    return element


def lom(of: Described) -> ET.Element:
    """The nine categories of LOM, where something is known."""
    root = ET.Element(f"{{{LOM}}}lom", {f"{{{XSI}}}schemaLocation": f"{LOM} {LOM_SCHEMA}"})
    _general(root, of)
    _life_cycle(root, of)
    _meta(root, of)
    _technical(root, of)
    _educational(root, of)
    _rights(root, of)
    _classified(root, "discipline", DOMAIN, "Préau matières", of.subjects)
    _classified(root, "educational level", LEVEL, "Préau niveaux (FWB)", of.audiences)
    if of.prerequisites:
        element = _lom(root, "classification")
        _term(element, "purpose", "LOMv1.0", "prerequisite")
        _said(element, "description", of.prerequisites, "fre")
    return root


def _general(root: ET.Element, of: Described) -> None:
    part, language = _lom(root, "general"), LANGUAGES[of.language]
    for catalog, entry in (("URI", of.page), ("Préau", of.reference)):
        identifier = _lom(part, "identifier")
        _lom(identifier, "catalog", catalog)
        _lom(identifier, "entry", entry)
    _said(part, "title", of.title, language)
    _lom(part, "language", language)
    _said(part, "description", of.description, language)
    for word in of.keywords:
        _said(part, "keyword", word, language)
    _term(part, "aggregationLevel", "LOMv1.0", "2")


def _life_cycle(root: ET.Element, of: Described) -> None:
    part = _lom(root, "lifeCycle")
    _said(part, "version", str(of.number), "fre")
    _term(part, "status", "LOMv1.0", "final")
    people = [("author", name, of.school) for name in of.authors]
    for role, name, organisation in [*people, ("publisher", of.centre, of.centre)]:
        _contribution(part, role, vcard(name, organisation), of.published_on)


def _contribution(part: ET.Element, role: str, card: str, on: dt.date) -> None:
    element = _lom(part, "contribute")
    _term(element, "role", "LOMv1.0", role)
    _lom(element, "entity", card)
    _lom(_lom(element, "date"), "dateTime", on.isoformat())


def vcard(name: str, organisation: str) -> str:
    """RFC 2426, whose special signs are escaped. Name and school alone: no address of a person."""
    told = [clean(text) for text in (name, organisation)]
    full, org = (
        text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        for text in told
    )
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{full}\r\nN:{full};;;;\r\nORG:{org}\r\nEND:VCARD"


def _meta(root: ET.Element, of: Described) -> None:
    part = _lom(root, "metaMetadata")
    identifier = _lom(part, "identifier")
    _lom(identifier, "catalog", "Préau")
    _lom(identifier, "entry", f"{of.reference}/{of.number}")
    _contribution(part, "creator", vcard(of.centre, of.centre), of.published_on)
    for schema in ("LOMv1.0", "LOMFRv1.0", "ScoLOMFRv1.0"):
        _lom(part, "metadataSchema", schema)
    _lom(part, "language", "fre")


def _technical(root: ET.Element, of: Described) -> None:
    part = _lom(root, "technical")
    kinds = sorted({kind for _url, kind, _size in of.files})
    for kind in kinds or ["text/html"]:
        _lom(part, "format", kind)
    if of.files:
        _lom(part, "size", str(sum(size for _url, _kind, size in of.files)))
    for url in [url for url, _kind, _size in of.files] or [of.link]:
        _lom(part, "location", url)
    if of.needs:
        _said(part, "otherPlatformRequirements", of.needs, "fre")


def _educational(root: ET.Element, of: Described) -> None:
    part = _lom(root, "educational")
    _term(part, "learningResourceType", *of.kind_term)
    readers = {"teacher"} if {t.key for t in of.audiences} == {"ens"} else {"learner", "teacher"}
    for role in sorted(readers):
        _term(part, "intendedEndUserRole", "LOMv1.0", role)
    _term(part, "context", "LOMv1.0", "school")
    if of.ages:
        _said(part, "typicalAgeRange", f"{of.ages[0]}-{of.ages[1]}", "fre")
    if of.minutes:
        _lom(_lom(part, "typicalLearningTime"), "duration", f"PT{of.minutes}M")
    if of.aids:
        _said(part, "description", f"Accessibilité : {', '.join(of.aids)}", "fre")
    _lom(part, "language", LANGUAGES[of.language])


def _rights(root: ET.Element, of: Described) -> None:
    part = _lom(root, "rights")
    _term(part, "cost", "LOMv1.0", "no")
    _term(part, "copyrightAndOtherRestrictions", "LOMv1.0", "yes")
    _said(part, "description", f"{of.licence} : {of.licence_url}", "fre")


def _classified(
    root: ET.Element, purpose: str, concept: str, source: str, terms: Sequence[Term]
) -> None:
    """The same paths under LOM's purpose and under ScoLOMFR's."""
    if not terms:
        return
    for vocabulary, value in (("LOMv1.0", purpose), ("ScoLOMFRv1.0", concept)):
        element = _lom(root, "classification")
        _term(element, "purpose", vocabulary, value)
        for term in terms:
            path = _lom(element, "taxonPath")
            _said(path, "source", source, "fre")
            taxon = _lom(path, "taxon")
            _lom(taxon, "id", term.key)
            _said(taxon, "entry", term.words, "fre")
