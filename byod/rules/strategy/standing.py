"""Where a school stands with its strategy, in one word: what lists filter by and pages colour."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class Standing(StrEnum):
    """From nothing to deployed; the last two are deployed strategies that want attention."""

    NONE = "none"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    DEPLOYED = "deployed"
    REVIEW = "review"
    WITHOUT_POLICY = "suspended"


WORDS: dict[Standing, Promise] = {
    Standing.NONE: pgettext_lazy("strategy", "pas commencée"),
    Standing.DRAFT: pgettext_lazy("strategy", "brouillon"),
    Standing.SUBMITTED: pgettext_lazy("strategy", "à approuver"),
    Standing.RETURNED: pgettext_lazy("strategy", "à compléter"),
    Standing.APPROVED: pgettext_lazy("strategy", "approuvée, à déployer"),
    Standing.DEPLOYED: pgettext_lazy("strategy", "déployée"),
    Standing.REVIEW: pgettext_lazy("strategy", "déployée, en révision"),
    Standing.WITHOUT_POLICY: pgettext_lazy("strategy", "déployée, sans politique en vigueur"),
}
LOOKS: dict[Standing, tuple[str, str]] = {
    Standing.NONE: ("unknown", "file-off"),
    Standing.DRAFT: ("unknown", "pencil"),
    Standing.SUBMITTED: ("suspect", "hourglass"),
    Standing.RETURNED: ("degraded", "arrow-back-up"),
    Standing.APPROVED: ("planned", "circle-check"),
    Standing.DEPLOYED: ("ok", "circle-check"),
    Standing.REVIEW: ("suspect", "refresh"),
    Standing.WITHOUT_POLICY: ("down", "alert-octagon"),
}
"""Standing → colour and icon of the house."""


def look_of(standing: str) -> tuple[str, str, str]:
    """Colour, icon and words."""
    one = Standing(standing)
    return *LOOKS[one], str(WORDS[one])


def standing_of(state: str | None, *, effective: bool, in_review: bool) -> Standing:
    """``effective``: the network has a live policy and a charter is published."""
    if state is None:
        return Standing.NONE
    if state != "deployed":
        return Standing(state)
    if not effective:
        return Standing.WITHOUT_POLICY
    return Standing.REVIEW if in_review else Standing.DEPLOYED


def year_after(day: dt.date) -> dt.date:
    """The same day next year: when a strategy is due for review. 29 February becomes 28."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
