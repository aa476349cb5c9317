"""Where the agreements of schools and POs stand today, as lists and pages tell it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from schools.models import Authority, Consent, Document, School
from schools.rules import Period, standing_of

LOOKS = {
    "given": ("ok", "circle-check"),
    "ending": ("degraded", "calendar-x"),
    "planned": ("planned", "calendar-event"),
    "revoked": ("unknown", "circle-x"),
    "missing": ("suspect", "writing-sign"),
}
"""State of an agreement → colour and icon of the house."""


@dataclass(frozen=True)
class Standing:
    """One agreement of one owner. ``consent``: the row that speaks; ``rows``: the whole history."""

    state: str
    consent: Consent | None = None
    rows: list[Consent] = field(default_factory=list)

    @property
    def look(self) -> str:
        return LOOKS[self.state][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.state][1]

    @property
    def word(self) -> str:
        return {
            "given": _("donné"),
            "ending": _("retrait prévu"),
            "planned": _("prévu"),
            "revoked": _("retiré"),
            "missing": _("à donner"),
        }[self.state]

    @property
    def fact(self) -> str:
        """Since when, or until when, in a few words."""
        if self.consent is None:
            return ""
        day = {
            "given": (_("depuis le %(day)s"), self.consent.given_on),
            "ending": (_("jusqu’au %(day)s"), self.consent.revoked_on),
            "planned": (_("dès le %(day)s"), self.consent.given_on),
            "revoked": (_("depuis le %(day)s"), self.consent.revoked_on),
        }[self.state]
        return day[0] % {"day": date_format(day[1], "d/m/Y") if day[1] else ""}

    @property
    def in_force(self) -> bool:
        return self.state in ("given", "ending")

    @property
    def counts(self) -> bool:
        """In force or to come: a paper belongs to it."""
        return self.state in ("given", "ending", "planned")

    @property
    def paper(self) -> Document | None:
        """The signed paper that counts, if it is there."""
        return paper_of(self.consent) if self.consent else None

    @property
    def paper_expected(self) -> bool:
        return self.counts and self.paper is None


def paper_of(consent: Consent) -> Document | None:
    """The current paper of an agreement read by ``with_papers``."""
    papers: list[Document] = consent.papers  # type: ignore[attr-defined]
    return papers[0] if papers else None


def with_papers() -> Prefetch[str]:
    """The current paper of each agreement, in one query."""
    return Prefetch("documents", Document.objects.current(), to_attr="papers")


def standings(
    schools: Iterable[School], authorities: Iterable[Authority], today: dt.date
) -> tuple[dict[int, Standing], dict[int, Standing]]:
    """Supervision by school and assistance by PO. Two queries for each kind, whatever the rows."""
    of_schools = Consent.objects.filter(school__in=[s.pk for s in schools])
    of_authorities = Consent.objects.filter(authority__in=[a.pk for a in authorities])
    read = [rows.select_related("text", "under") for rows in (of_schools, of_authorities)]
    by_school: dict[int, list[Consent]] = defaultdict(list)
    by_authority: dict[int, list[Consent]] = defaultdict(list)
    for consent in read[0].prefetch_related(with_papers()):
        by_school[consent.school_id or 0].append(consent)
    for consent in read[1].prefetch_related(with_papers()):
        by_authority[consent.authority_id or 0].append(consent)
    return (
        {pk: standing(rows, today) for pk, rows in by_school.items()},
        {pk: standing(rows, today) for pk, rows in by_authority.items()},
    )


MISSING = Standing("missing")


def standing(rows: list[Consent], today: dt.date) -> Standing:
    """Where these agreements of one owner stand; the newest row first in the history."""
    state, pk = standing_of([Period(r.pk, r.given_on, r.revoked_on) for r in rows], today)
    by_pk = {row.pk: row for row in rows}
    history = sorted(rows, key=lambda row: (row.given_on, row.pk), reverse=True)
    return Standing(state, by_pk.get(pk or 0), history)
