"""A published resource as plain values, for the harvest and the API."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from inventory.grants.models.returns.resources import Resource
from inventory.grants.models.returns.vocabulary import AGES, KIND_TERMS
from inventory.grants.rules.returns.described import Described, Term
from inventory.grants.rules.returns.licences import LICENCES


def described_of(row: Resource) -> Described:
    """Its live version; ``live__centre``, ``live__files``, ``site__school`` were read with it."""
    live = row.live
    assert live is not None
    assert live.centre is not None
    assert row.public_at is not None
    licence = LICENCES[live.licence]
    ages = [AGES[key] for key in live.audiences if key in AGES]
    return Described(
        reference=row.reference,
        page=settings.PREAU_URL + reverse("grants:open_resource", args=[row.reference]),
        number=live.number,
        title=live.title,
        description=live.description,
        language=live.language,
        keywords=live.keywords,
        authors=live.authors,
        school=row.site.school.name,
        centre=live.centre.name,
        audiences=_terms(live.audiences, live.audience_words),
        ages=(min(a for a, _b in ages), max(b for _a, b in ages)) if ages else None,
        subjects=_terms(live.subjects, live.subject_words),
        kind=live.get_kind_display(),
        kind_term=KIND_TERMS[live.kind],
        minutes=live.minutes,
        prerequisites=live.prerequisites,
        needs=live.needs,
        aids=live.aid_words,
        licence=licence.name,
        licence_url=licence.url,
        published_on=timezone.localdate(row.public_at),
        link=live.link,
        files=[
            (
                settings.PREAU_URL + reverse("grants:open_file", args=[one.pk]),
                one.content_type,
                one.size,
            )
            for one in live.files.all()
        ],
    )


def _terms(keys: list[str], words: list[str]) -> list[Term]:
    return [Term(key, word) for key, word in zip(keys, words, strict=True)]
