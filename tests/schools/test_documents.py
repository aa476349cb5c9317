"""Papers: told by their content, encoded anew or kept whole, replaced by newer ones alone."""

from __future__ import annotations

import hashlib
import io

import pytest
from django.db import DatabaseError, transaction
from PIL import Image

from schools.access import DecisionRefused, SignatureRefused
from schools.actions.attach_document import attach_to_consent, attach_to_plan
from schools.actions.start_plan import start_plan
from schools.actions.submit_plan import submit_plan
from schools.agreements.papers import PaperRefused, read_paper
from schools.models import AuditEntry, Consent, Document
from tests.cast import Cast
from tests.schools.papers import PDF, make_draft, photo


def paper(content: bytes, name: str = "accord.pdf"):
    return read_paper(io.BytesIO(content), len(content), name)


def test_a_pdf_is_kept_byte_by_byte():
    kept = paper(PDF, "Accord signé.pdf")
    assert (kept.content, kept.content_type, kept.name) == (
        PDF,
        "application/pdf",
        "Accord signé.pdf",
    )
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()


def test_a_photo_loses_place_and_camera():
    exif = Image.Exif()
    exif[0x010F] = "Marque"
    exif[0x8825] = {2: (50.0, 27.0, 0.0)}  # GPSInfo
    sent = photo(exif=exif)
    assert b"Marque" in sent
    kept = paper(sent, "IMG_1.JPG")
    assert b"Marque" not in kept.content
    assert not Image.open(io.BytesIO(kept.content)).getexif()
    assert (kept.content_type, kept.name) == ("image/jpeg", "IMG_1.jpg")


def test_the_content_counts_and_not_the_name():
    assert paper(PDF, "photo.jpg").name == "photo.pdf"
    assert paper(photo(), "accord.pdf").content_type == "image/jpeg"
    assert "/" not in paper(PDF, "../../etc/<b>passwd").name
    for content in (b"MZ\x90\x00 programme", b"<html><script>", b"PK\x03\x04", b"%!PS %PDF-"):
        with pytest.raises(PaperRefused, match="ni un PDF ni une photo"):
            paper(content, "accord.pdf")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "vide"),
        (PDF[:-8], "incomplet"),
        (PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root"), "mot de passe"),
    ],
)
def test_what_cannot_be_read_later_is_refused_now(content: bytes, why: str):
    with pytest.raises(PaperRefused, match=why):
        paper(content)


def test_a_heavy_file_is_refused_before_it_is_read():
    with pytest.raises(PaperRefused, match="trop lourd"):
        read_paper(io.BytesIO(b""), 16 * 1024 * 1024, "a.pdf")


def attach(user, consent: Consent, content: bytes = PDF) -> Document:
    return attach_to_consent(user, consent.pk, io.BytesIO(content), len(content), "accord.pdf")


def test_a_newer_paper_replaces_the_former_which_stays(cast: Cast):
    consent = Consent.objects.get(school=cast.tilleuls.school)
    first = attach(cast.bernard, consent)
    assert attach(cast.bernard, consent) == first  # the same paper twice
    second = attach(cast.bernard, consent, PDF + b"%%EOF\n")
    first.refresh_from_db()
    assert first.replaced_at is not None
    assert list(Document.objects.current()) == [second]
    assert first.file.open("rb").read() == PDF
    assert AuditEntry.objects.filter(action="attach_document").count() == 2


def test_a_paper_is_neither_changed_nor_deleted(cast: Cast):
    document = attach(cast.bernard, Consent.objects.get(school=cast.tilleuls.school))
    rows = Document.objects.filter(pk=document.pk)
    for change in ({"sha256": "0" * 64}, {"name": "autre.pdf"}):
        with pytest.raises(DatabaseError, match="kept as it came"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="kept as it came"), transaction.atomic():
        rows.delete()


def test_only_the_signatory_attaches(cast: Cast):
    consent = Consent.objects.get(school=cast.tilleuls.school)
    for who in (cast.claire, cast.veronique, cast.odile, cast.sofia):
        with pytest.raises(SignatureRefused):
            attach(who, consent)
    with pytest.raises(Consent.DoesNotExist):
        attach(cast.karl, consent)
    assert not Document.objects.exists()


def test_a_signature_is_read_by_those_it_concerns(cast: Cast):
    mine = attach(cast.bernard, Consent.objects.get(school=cast.tilleuls.school))
    of_po = attach(cast.veronique, Consent.objects.get(authority=cast.tilleuls.school.authority))
    for who in ("bernard", "veronique", "odile", "sofia"):
        assert set(Document.objects.visible_to(getattr(cast, who))) == {mine, of_po}, who
    for who in ("claire", "karl", "thomas"):
        assert not Document.objects.visible_to(getattr(cast, who)).exists(), who


def test_a_draft_takes_a_document_and_a_submitted_version_none(cast: Cast):
    plan = make_draft(cast.bernard, cast.tilleuls.school.pk)
    document = attach_to_plan(cast.bernard, plan.pk, io.BytesIO(PDF), len(PDF), "plan.pdf")
    assert not Document.objects.visible_to(cast.odile).exists()
    submit_plan(cast.bernard, plan.pk)
    assert list(Document.objects.visible_to(cast.odile)) == [document]
    with pytest.raises(DecisionRefused):
        attach_to_plan(cast.bernard, plan.pk, io.BytesIO(photo()), 900, "autre.jpg")
    with pytest.raises(DecisionRefused):
        start_plan(cast.bernard, plan.school_id)
