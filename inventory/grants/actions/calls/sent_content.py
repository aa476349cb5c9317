"""What is sent, as it stands at that moment: the words of questions and answers, kits and prices,
files by their hash, facts of the register, signatures. The proof is the hash of this."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from inventory.grants.access.calls.facts import facts_of_site, word_of
from inventory.grants.access.calls.lacks import answers_of
from inventory.grants.models.calls.applications import Application
from inventory.grants.rules.calls.questions import is_shown, read_form
from schools.models import User


def content_of(application: Application, by: User, at: dt.datetime) -> dict[str, Any]:
    version, site = application.version, application.site
    return {
        "reference": application.reference,
        "title": application.title,
        "project_head": str(application.project_head or ""),
        "at": at.isoformat(),
        "by": str(by),
        "call": {
            "reference": application.call.reference,
            "version": version.number,
            "title": {"fr": version.title_fr, "de": version.title_de},
            "closes_at": version.closes_at.isoformat(),
        },
        "site": {
            "id": site.pk,
            "name": str(site),
            "number": site.number,
            "authority": str(site.school.authority),
        },
        "facts": _facts(application, timezone.localdate(at)),
        "form": application.form.number,
        "sections": _sections(application),
        "kits": _kits(application),
        "files": _files(application),
        "amount": f"{application.amount:.2f}",
        "signatures": _signatures(application),
    }


def _facts(application: Application, on: dt.date) -> dict[str, Any]:
    facts = facts_of_site(application.site, on)
    return {
        "levels": [word_of("levels", one) for one in sorted(facts.levels)],
        "network": word_of("network", facts.network),
        "province": word_of("province", facts.province),
        "pupils": facts.pupils,
        "pupils_year": facts.pupils_year,
        "ise_class": facts.ise_class,
        "approved_plan": facts.approved_plan,
        "declaration": facts.declaration,
    }


def _sections(application: Application) -> list[dict[str, Any]]:
    """Questions as they were asked, in both languages, with the answers as they were given."""
    answers = answers_of(application)
    return [
        {
            "title": dict(section.title),
            "questions": [
                {
                    "key": one.key,
                    "kind": one.kind,
                    "label": dict(one.label),
                    "value": answers.get(one.key),
                }
                for one in section.questions
                if is_shown(one, answers)
            ],
        }
        for section in read_form(application.form.content)
    ]


def _kits(application: Application) -> list[dict[str, Any]]:
    rows = application.asked_kits.select_related("kit_version__kit")
    return [
        {
            "kit_version": row.kit_version_id,
            "name": row.kit_version.kit.name,
            "version": row.kit_version.number,
            "quantity": row.quantity,
            "unit_price": f"{row.unit_price:.2f}",
            "total": f"{row.unit_price * row.quantity:.2f}",
        }
        for row in rows
    ]


def _files(application: Application) -> list[dict[str, Any]]:
    rows = application.files.filter(removed_at=None)
    return [
        {"question": row.question, "name": row.name, "size": row.size, "sha256": row.sha256}
        for row in rows
    ]


def _signatures(application: Application) -> list[dict[str, str]]:
    signed = (
        ("head", application.validated_by, application.validated_at),
        ("authority", application.countersigned_by, application.countersigned_at),
    )
    return [
        {"as": quality, "by": str(person or ""), "at": at.isoformat()}
        for quality, person, at in signed
        if at is not None
    ]
