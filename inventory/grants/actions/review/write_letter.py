"""Write the letter of a decision in the school's language: legal and factual reasons, remedies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from inventory.grants.access.review import ask_again_until
from inventory.grants.models.review.decisions import Decision, Letter, Outcome
from inventory.grants.rules.calls.grid import read_grid
from inventory.grants.rules.review.inputs import fingerprint, read_rules
from inventory.grants.rules.review.letter_words import euros, number, say
from inventory.grants.rules.review.scores import tenth
from schools.models import Community

Facts = Mapping[str, Any]


def write_letter(decision: Decision) -> Letter:
    """Freeze what the school is told. The paper is set later: a list of hundreds does not wait."""
    content = letter_content(decision)
    return Letter.objects.create(
        decision=decision,
        language=content["lang"],
        content=content,
        sha256=fingerprint(content),
        made_at=decision.decided_at,
    )


def letter_content(decision: Decision) -> dict[str, Any]:
    """Everything that stands on the paper, in the language of the school's community."""
    file = decision.application
    german = file.site.school.community == Community.DG
    lang = "de" if german else "fr"
    version = file.version
    local = timezone.localtime(decision.decided_at)
    return {
        "lang": lang,
        "title": say(lang, "title"),
        "sender": say(lang, "sender"),
        "heads": {
            key: say(lang, key)
            for key in ("decision", "facts", "law", "criteria", "condition", "remedies")
        },
        "identity": [
            [say(lang, "call"), f"{file.call.reference} · {_of_version(version, 'title', lang)}"],
            [say(lang, "file"), f"{file.reference} · {file.title}"],
            [say(lang, "school"), str(file.site.school)],
            [say(lang, "site"), file.site.name],
            [say(lang, "decided_on"), f"{local:%d/%m/%Y}"],
        ],
        "decision": [_decided(decision, lang), *_text_of_call(decision, lang)],
        "facts": factual_reasons(decision, lang),
        "criteria": _criteria(decision, lang),
        "criteria_heads": [say(lang, k) for k in ("criterion", "points", "weight", "comment")],
        "condition": _condition(decision, lang),
        "law": [
            say(
                lang,
                "law_call",
                call=file.call.reference,
                version=version.number,
                day=f"{timezone.localtime(version.published_at):%d/%m/%Y}",
            ),
            say(lang, "law_1991"),
        ],
        "remedies": _remedies(decision, lang),
    }


def _of_version(version: Any, name: str, lang: str) -> str:
    return str((lang == "de" and getattr(version, f"{name}_de")) or getattr(version, f"{name}_fr"))


def _decided(decision: Decision, lang: str) -> str:
    return say(
        lang,
        decision.outcome,
        title=decision.application.title,
        amount=euros(f"{decision.amount:.2f}", lang),
        reserve=decision.reserve or "",
    )


def _text_of_call(decision: Decision, lang: str) -> list[str]:
    """What the call says to everybody with that outcome."""
    told = decision.application.version.decision_texts.get(decision.outcome) or {}
    text = str(told.get(lang) or "").strip()
    return [text] if text else []


def factual_reasons(decision: Decision, lang: str) -> list[str]:
    """Score, rank, what the budget made of it, and what a reviewer or an officer found missing."""
    row: Facts = decision.facts.get("row") or {}
    run: Facts = decision.facts.get("run") or {}
    told: list[str] = [str(one) for one in _special(decision, lang)]
    if row.get("score"):
        told.append(
            say(lang, "score", n=decision.facts.get("reviews", 0), score=number(row["score"]))
        )
        told += _invalid(decision, row, lang)
    if row.get("rank"):
        told.append(say(lang, "rank", rank=row["rank"], of=run.get("valid", 0)))
        if row.get("tie"):
            told.append(say(lang, "tie", tie=say(lang, f"tie_{row['tie']}")))
        told += _of_budget(row, run, lang)
    if decision.why and not _is_code(decision.why):
        told.append(decision.why)
    return told


def _special(decision: Decision, lang: str) -> list[str]:
    """Why there is a decision after another one."""
    kind = decision.facts.get("special") or ""
    if kind not in {"promoted", "lapsed", "reconsidered"}:
        return []
    return [say(lang, kind, day=decision.facts.get("day", ""))]


def _is_code(why: str) -> bool:
    """A reason that the ranking gave; its sentence is written in both languages."""
    return why.startswith("ranking:")


def _invalid(decision: Decision, row: Facts, lang: str) -> list[str]:
    """Each side that does not hold, and why: opinions, the side's threshold, a criterion's."""
    told = []
    means: Facts = row.get("means") or {}
    grid = read_grid(decision.application.version.grid)
    for kind, one in (row.get("validities") or {}).items():
        if one["valid"]:
            continue
        if "opinion" in one["why"]:
            of = one["yes"] + one["no"]
            told.append(say(lang, f"{kind}_opinion", no=one["no"], of=of))
        if "threshold" in one["why"]:
            values = {"percent": number(one["percent"]), "threshold": one["threshold"]}
            told.append(say(lang, f"{kind}_threshold", **values))
        for key in one["below"]:
            criterion = grid.criterion(key)
            told.append(
                say(
                    lang,
                    "below",
                    criterion=criterion.label.get(lang) or criterion.label["fr"],
                    points=number(str(means.get(key, ""))),
                    threshold=criterion.threshold,
                )
            )
    return told


def _of_budget(row: Facts, run: Facts, lang: str) -> list[str]:
    rules = read_rules(run["rules"])
    money = {"available": euros(f"{rules.available:.2f}", lang), "spent": euros(run["spent"], lang)}
    sentence = say(
        lang,
        row["why"],
        ise=rules.quota_ise_max,
        asked=euros(row["amount"], lang),
        most=euros(f"{rules.max_per_school or 0:.2f}", lang),
        size=rules.reserve_size,
    )
    return [say(lang, "budget", **money), sentence]


def _criteria(decision: Decision, lang: str) -> list[list[str]]:
    """Label, points of the most, share of the whole, and each reviewer's comment without a name."""
    row: Facts = decision.facts.get("row") or {}
    comments: Facts = decision.facts.get("comments") or {}
    means: Facts = row.get("means") or {}
    grid = read_grid(decision.application.version.grid)
    if not means:
        return []
    return [
        [
            one.label.get(lang) or one.label["fr"],
            f"{number(str(means.get(one.key, '0')))} / {one.max_points}",
            f"{number(str(tenth(100 * one.weight / grid.total_weight)))}\u00a0%",
            " · ".join(comments.get(one.key, [])) or say(lang, "no_comment"),
        ]
        for one in grid.criteria
    ]


def _condition(decision: Decision, lang: str) -> list[str]:
    if decision.outcome != Outcome.CONDITIONAL or decision.condition_due_on is None:
        return []
    return [decision.condition, say(lang, "due", day=f"{decision.condition_due_on:%d/%m/%Y}")]


def _remedies(decision: Decision, lang: str) -> list[str]:
    told = []
    if decision.outcome != Outcome.AWARDED:
        told.append(say(lang, "again", day=f"{ask_again_until(decision):%d/%m/%Y}"))
    return [*told, say(lang, "council")]


def keep_paper(letter: Letter, pdf: bytes) -> Letter:
    """Put the paper beside the letter, once; whoever comes second finds the first."""
    with transaction.atomic():
        held = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if held.paper:
            return held
        held.paper.save("letter.pdf", ContentFile(pdf), save=False)
        held.paper_sha256 = hashlib.sha256(pdf).hexdigest()
        held.save(update_fields=["paper", "paper_sha256"])
    return held
