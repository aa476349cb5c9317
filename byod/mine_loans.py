"""What a pupil or a guardian sees of their loans, on the page of self-service."""

from __future__ import annotations

from typing import Any

from byod.models.people.members import Member


def my_loans(member: Member, *, as_guardian: bool) -> dict[str, Any] | None:
    """The context of ``byod/loans/_mine.html``; None where there is nothing to say."""
    return None
