"""Changes of a form while it is written, and what changed between two of its versions.

Each function takes the content of a form and returns a new one. Raises FormRefused with words.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from inventory.grants.rules.calls.questions import (
    KEY,
    KINDS,
    SIMPLE,
    all_questions,
    in_words,
    read_form,
)

Content = dict[str, Any]
CHOICES = ("choice", "choices")


class FormRefused(ValueError):
    """A form that cannot be so; the text says why and what to do."""


def key_for(label: str, taken: set[str]) -> str:
    """A key from the French words, that no other question has."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30] or "question"
    if not stem[0].isalpha():
        stem = f"q_{stem}"
    key, n = stem, 2
    while key in taken:
        key, n = f"{stem}_{n}", n + 1
    return key


def keys_of(content: Mapping[str, Any]) -> set[str]:
    sections = content.get("sections") or []
    return {one["key"] for one in sections} | {
        row["key"] for one in sections for row in one.get("questions") or []
    }


def put_section(
    content: Content, key: str, title: Mapping[str, str], intro: Mapping[str, str]
) -> Content:
    """Add a section (empty key), or change its words."""
    if not title.get("fr"):
        raise FormRefused(_("Une section a un titre en français."))
    new = copy.deepcopy(content)
    sections = new.setdefault("sections", [])
    if not key:
        name = key_for(str(title["fr"]), keys_of(content))
        sections.append({"key": name, "title": dict(title), "intro": dict(intro), "questions": []})
        return new
    _section(new, key).update({"title": dict(title), "intro": dict(intro)})
    return new


def put_question(content: Content, section: str, question: Content) -> Content:
    """Add a question at the end of a section (no key), or change it where it stands."""
    check_question(question, content)
    new = copy.deepcopy(content)
    if not question.get("key"):
        key = key_for(str(question["label"]["fr"]), keys_of(content))
        _section(new, section).setdefault("questions", []).append({**question, "key": key})
        return new
    for one in new["sections"]:
        for n, row in enumerate(one["questions"]):
            if row["key"] == question["key"]:
                one["questions"][n] = question
                if one["key"] != section:
                    _section(new, section)["questions"].append(one["questions"].pop(n))
                return new
    raise FormRefused(_("Cette question n’existe plus dans ce formulaire."))


def remove(content: Content, key: str) -> Content:
    """Take a question or a section away; answers that were given stay readable."""
    users = [
        row["label"].get("fr", "")
        for one in content.get("sections") or []
        for row in one["questions"]
        if (row.get("when") or {}).get("question") == key
    ]
    if users:
        raise FormRefused(
            _("«\u00a0%(other)s\u00a0» dépend de cette question. Retirez d’abord sa condition.")
            % {"other": users[0]}
        )
    new = copy.deepcopy(content)
    new["sections"] = [one for one in new["sections"] if one["key"] != key]
    for one in new["sections"]:
        one["questions"] = [row for row in one["questions"] if row["key"] != key]
    return new


def move(content: Content, key: str, step: int) -> Content:
    """Up (-1) or down (1): a section among sections, a question through sections."""
    new = copy.deepcopy(content)
    sections = new["sections"]
    for n, one in enumerate(sections):
        if one["key"] == key:
            _swap(sections, n, n + step)
            return new
        for m, row in enumerate(one["questions"]):
            if row["key"] != key:
                continue
            if 0 <= m + step < len(one["questions"]):
                _swap(one["questions"], m, m + step)
            elif 0 <= n + step < len(sections):
                one["questions"].pop(m)
                there = sections[n + step]["questions"]
                there.insert(len(there) if step < 0 else 0, row)
            check_order(new)
            return new
    raise FormRefused(_("Cette question n’existe plus dans ce formulaire."))


def _swap(rows: list[Any], a: int, b: int) -> None:
    if 0 <= b < len(rows):
        rows[a], rows[b] = rows[b], rows[a]


def _section(content: Content, key: str) -> Content:
    for one in content.get("sections") or []:
        if one["key"] == key:
            found: Content = one
            return found
    raise FormRefused(_("Cette section n’existe plus dans ce formulaire."))


def check_question(question: Content, content: Content) -> None:
    """Raises FormRefused where a school could not answer it."""
    if not (question.get("label") or {}).get("fr"):
        raise FormRefused(_("Une question a un intitulé en français."))
    kind = question.get("kind")
    if kind not in KINDS:
        raise FormRefused(_("Choisissez le genre de réponse."))
    if question.get("key") and not KEY.match(str(question["key"])):
        raise FormRefused(_("Cette question n’existe plus dans ce formulaire."))
    if kind in CHOICES and len(question.get("options") or []) < 2:
        raise FormRefused(_("Une question à choix a au moins deux réponses, une par ligne."))
    if kind == "group":
        rows = question.get("questions") or []
        if not rows or any(row["kind"] not in SIMPLE for row in rows):
            raise FormRefused(_("Un groupe répété a au moins une colonne, sans pièce ni kit."))
    least, most = question.get("min"), question.get("max")
    if kind == "number" and least is not None and most is not None and least > most:
        raise FormRefused(_("Le minimum dépasse le maximum."))
    if kind == "kits" and any(
        row["kind"] == "kits" and row["key"] != question.get("key")
        for one in content.get("sections") or []
        for row in one["questions"]
    ):
        raise FormRefused(_("Un formulaire ne demande les kits qu’une fois."))
    _check_when(question, content)


def _check_when(question: Content, content: Content) -> None:
    when = question.get("when") or {}
    if not when.get("question"):
        return
    asked = {one.key: one for one in all_questions(read_form(content))}.get(str(when["question"]))
    if asked is None or asked.key == question.get("key"):
        raise FormRefused(_("La condition porte sur une question qui n’existe pas."))
    known = {"yes", "no"} if asked.kind == "yes_no" else set(dict(asked.options))
    if when.get("equals") not in known:
        raise FormRefused(_("La condition attend une réponse que cette question n’a pas."))


def check_order(content: Content) -> None:
    """A condition looks back: what it depends on is asked before."""
    seen: set[str] = set()
    for question in all_questions(read_form(content)):
        if question.when_question and question.when_question not in seen:
            raise FormRefused(
                _("«\u00a0%(label)s\u00a0» dépend d’une question posée plus loin.")
                % {"label": question.words}
            )
        seen.add(question.key)


@dataclass(frozen=True, slots=True)
class FormChange:
    """``kind``: added, removed or changed. ``label`` in the reader's language."""

    kind: str
    key: str
    label: str
    what: str = ""


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FormChange]:
    """What a school that answered the old form finds in the new one."""
    before, after = _by_key(old), _by_key(new)
    found = [
        FormChange("added", key, in_words(row["label"]))
        for key, row in after.items()
        if key not in before
    ]
    found += [
        FormChange("removed", key, in_words(row["label"]))
        for key, row in before.items()
        if key not in after
    ]
    for key, row in after.items():
        if key in before and row != before[key]:
            found.append(
                FormChange("changed", key, in_words(row["label"]), _what(before[key], row))
            )
    return found


def _by_key(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        row["key"]: row
        for one in content.get("sections") or []
        for row in one.get("questions") or []
    }


def _what(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    parts = []
    if old.get("label") != new.get("label"):
        parts.append(_("intitulé"))
    if old.get("help") != new.get("help"):
        parts.append(_("aide"))
    if old.get("kind") != new.get("kind"):
        parts.append(_("genre de réponse"))
    if bool(old.get("required", True)) != bool(new.get("required", True)):
        parts.append(_("obligatoire") if new.get("required", True) else _("facultatif"))
    if old.get("options") != new.get("options"):
        parts.append(_("choix"))
    if old.get("when") != new.get("when"):
        parts.append(_("condition"))
    return ", ".join(parts) or _("détails")
