"""The desk as a small machine: what is expected next, and what a scanned device may do. Pure."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """What the desk waits for."""

    PUPIL = "pupil"
    DEVICE = "device"
    CHARGER = "charger"
    CONDITION = "condition"


def step_of(*, lending: bool, pupil: bool, loan: bool, charger_known: bool) -> Step:
    """What comes next. ``loan``: a loan is in hand; ``charger_known``: its charger was seen to."""
    if lending:
        if loan:
            return Step.CHARGER
        return Step.DEVICE if pupil else Step.PUPIL
    if not loan:
        return Step.DEVICE
    return Step.CONDITION if charger_known else Step.CHARGER


GOOD = frozenset({"at_desk", "lent", "returned", "charger_back", "graded", "stepped", "absent"})
"""Outcomes after which the work goes on; the others are heard as errors, or as a warning."""
WARNING = frozenset({"other_charger"})
"""Done all the same, and told."""
ACTS = frozenset({"lent", "other_charger", "returned"})
"""Outcomes that handed something over: they can be undone."""
BADGES: dict[str, tuple[str, str]] = {
    "at_desk": ("planned", "hand-finger"),
    "absent": ("suspect", "user-off"),
    "lent": ("ok", "circle-check"),
    "other_charger": ("suspect", "alert-triangle"),
    "returned": ("ok", "circle-check"),
    "charger_back": ("ok", "plug"),
    "graded": ("ok", "clipboard-check"),
    "stepped": ("unknown", "arrow-back-up"),
    "unknown": ("down", "help-circle"),
    "several": ("suspect", "users"),
    "no_request": ("down", "ban"),
    "has_one": ("suspect", "device-laptop"),
    "not_in_pool": ("down", "ban"),
    "in_repair": ("down", "ban"),
    "gone": ("down", "ban"),
    "out": ("down", "ban"),
    "reserved": ("down", "lock"),
    "elsewhere": ("effect", "map-pin-question"),
    "quota": ("down", "ban"),
    "not_out": ("suspect", "help-circle"),
    "wants_pupil": ("suspect", "user-question"),
    "wants_device": ("suspect", "device-laptop"),
    "wants_charger": ("suspect", "plug"),
}
"""Outcome → colour and icon."""


def refusal_of(state: str, *, taken: str, reserved_for_other: bool) -> str:
    """Why a device of the pool cannot be handed out now: an outcome, empty when it can.

    ``state``: of the device in the inventory; ``taken``: the state of the loan that holds it.
    """
    if taken == "out":
        return "out"
    if state == "in_repair":
        return "in_repair"
    if state in {"lost", "retired", "ordered"}:
        return "gone"
    if reserved_for_other:
        return "reserved"
    return ""
