"""Papers that people hand in, and a plan that lacks nothing."""

from __future__ import annotations

import io

from PIL import Image

from schools.actions.start_plan import start_plan
from schools.actions.write_plan import SiteWords, write_answer, write_site
from schools.agreements.plan_form import FORMS
from schools.models import AgreementText, Site, TransitionPlan, User

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
"""The least that is recognised as a whole PDF."""


def photo(colour: str = "white", **options: object) -> bytes:
    """A photo of a page, as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(out, "JPEG", **options)
    return out.getvalue()


def publish_texts() -> dict[str, AgreementText]:
    """The texts to sign, where a flushed database has lost those of the migration."""
    return {
        kind: AgreementText.objects.get_or_create(
            kind=kind,
            version=1,
            defaults={"body_fr": f"Texte de {kind}.", "body_de": f"Text von {kind}."},
        )[0]
        for kind in ("assistance", "supervision")
    }


def fill_plan(user: User, plan: TransitionPlan, *, asks: bool = True, words: str = "Oui.") -> None:
    """Answer every question, for every open site of the school."""
    for section in FORMS[plan.form]:
        for question in section.questions:
            known = plan.answers.filter(question=question.key).first()
            write_answer(user, plan.pk, question.key, words, known.revision if known else 0)
    for site in Site.objects.open().filter(school=plan.school):
        told = plan.plan_sites.filter(site=site).first()
        filled = SiteWords(asks, "Un switch", "Toutes les classes", plan.started_at.date())
        write_site(user, plan.pk, site.pk, filled, told.revision if told else 0)


def make_draft(head: User, school_pk: int, **options: object) -> TransitionPlan:
    """A draft that lacks nothing."""
    plan = start_plan(head, school_pk)
    fill_plan(head, plan, **options)
    return plan
