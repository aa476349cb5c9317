"""The paper of a letter, set from what was frozen, once."""

from __future__ import annotations

from pathlib import Path

from inventory.grants.actions.review.write_letter import keep_paper
from inventory.grants.models.review.decisions import Letter
from inventory.grants.rules.review.letter_words import say
from inventory.printing.labels import compile_pdf

TEMPLATE = Path(__file__).parent / "letter.typ"


def paper_of(letter: Letter) -> bytes:
    """The PDF as it was first set; set now where nobody asked for it yet."""
    if not letter.paper:
        letter = keep_paper(letter, set_paper(letter))
    with letter.paper.open("rb") as file:
        return bytes(file.read())


def set_paper(letter: Letter) -> bytes:
    """What was frozen, on paper: nothing is read but the content, and its hash."""
    closing = say(letter.language, "hash", hash=letter.sha256)
    return compile_pdf(TEMPLATE, {**letter.content, "closing": closing})


def set_papers(limit: int = 200) -> int:
    """Set the papers that wait; how many. Two workers at once keep the first of each."""
    waiting = Letter.objects.filter(paper="").order_by("pk")[:limit]
    for letter in waiting:
        keep_paper(letter, set_paper(letter))
    return len(waiting)
