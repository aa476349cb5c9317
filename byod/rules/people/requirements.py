"""What is missing before a registered person is authorised. Registered alone opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Missing(StrEnum):
    """What somebody still has to do, in the order in which it is asked."""

    CHARTER_TEXT = "charter_text"
    """The school asks for a charter and has published none: its head writes it."""
    CHARTER = "charter"
    """The person has not accepted the version in force."""
    GUARDIAN = "guardian"
    """A minor whose guardian has not agreed."""
    SCHOOL = "school"
    """The school took the authorisation away: it alone gives it back."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts for one person, at one moment."""

    needs_guardian: bool
    """A pupil who is not of age."""
    charter_required: bool
    charter_published: bool
    accepted: bool
    """By the person, for the version in force."""
    guardian_agreed: bool
    """For the version in force where a charter is required, else for any."""
    barred: bool = False
    guest: bool = False


def missing(standing: Standing) -> tuple[Missing, ...]:
    """What is missing; empty when the person may be let in. A guest's sponsor answers for them."""
    if standing.guest:
        return ()
    found: list[Missing] = []
    if standing.barred:
        found.append(Missing.SCHOOL)
    if standing.charter_required and not standing.charter_published:
        found.append(Missing.CHARTER_TEXT)
    elif standing.charter_required and not standing.accepted:
        found.append(Missing.CHARTER)
    if standing.needs_guardian and not standing.guardian_agreed:
        found.append(Missing.GUARDIAN)
    return tuple(found)
