"""The requests of a school as a list: waiting ones in fair order, settled ones by date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from byod.actions.equity.make_round import Standing
from byod.actions.people.read_names import names_of
from byod.equity_words import AFTER, Look, need_words, reasons, request_look, wants_words
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.people.identities import Named
from byod.models.people.members import Equipment, SchoolClass
from byod.rules.equity.order import Asked, Placed
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import School, User

TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "attente": (_("En attente"), (RequestState.ASKED, RequestState.GRANTED)),
    "servies": (_("Servies"), (RequestState.SERVED,)),
    "refusees": (_("Refusées"), (RequestState.REFUSED,)),
    "retirees": (_("Retirées"), (RequestState.WITHDRAWN,)),
}
LATEST = (Column("asked_at", down=True, moment=True), Column(KEY.path, down=True, kind=int))
SORTS: dict[str, Any] = {
    "ordre": _("Ordre équitable"),
    "date": _("Demandées d’abord"),
    "classe": _("Classe"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the list. ``asked`` and ``placed`` are None once it is settled."""

    request: LoanRequest
    named: Named | None
    look: Look
    wants: str
    need: str
    asked: Asked | None = None
    placed: Placed | None = None
    reasons: tuple[str, ...] = ()

    @property
    def position(self) -> int | None:
        return self.placed.position if self.placed else None

    @property
    def after(self) -> Any:
        return AFTER[self.placed.after_by] if self.placed else ""

    @property
    def provided(self) -> bool:
        """All that is wanted is there for it."""
        row, placed = self.request, self.placed
        return placed is not None and (
            (placed.device or not row.wants_device) and (placed.line or not row.wants_line)
        )


def filters_of(school: School, year: int) -> tuple[Filter, ...]:
    """The classes of the school, what is missing, what is wanted, and what is decided."""

    def classes() -> list[tuple[Any, Any]]:
        rows = SchoolClass.objects.filter(site__school=school, year=year).order_by("name")
        return [(one.pk, one.name) for one in rows]

    return (
        Filter("classe", _("Classe"), classes, by("school_class")),
        Filter(
            "maison",
            _("À la maison"),
            lambda: [(key, word) for key, word in Equipment.choices if key != "unknown"],
            by("member__equipment"),
        ),
        Filter(
            "veut",
            _("Demande"),
            lambda: [("appareil", _("un appareil")), ("connexion", _("une connexion"))],
            lambda rows, value: rows.filter(
                **{"wants_device" if value == "appareil" else "wants_line": True}
            ),
        ),
        Filter(
            "etat",
            _("Décision"),
            lambda: [
                (RequestState.ASKED.value, RequestState.ASKED.label),
                (RequestState.GRANTED.value, RequestState.GRANTED.label),
            ],
            by("state"),
        ),
    )


def requests_of(user: User, school: School, year: int, tab: str) -> QuerySet[LoanRequest]:
    """Those of a tab, with what the list tells of each."""
    rows = LoanRequest.objects.visible_to(user).filter(site__school=school, year=year)
    return rows.filter(state__in=TABS[tab][1]).select_related("member", "school_class", "site")


def in_fair_order(rows: Sequence[LoanRequest], order: Standing) -> list[Shown]:
    """The waiting ones where they stand; a pupil who left stands nowhere and comes last."""
    placed = {one.n: one for one in order.placed}
    found = {told.request.pk: told.asked for told in order.waiting.values()}
    shown = [
        _shown(row, found.get(row.pk), placed.get(found[row.pk].n) if row.pk in found else None,
               order.year)
        for row in rows
    ]  # fmt: skip
    return sorted(shown, key=lambda one: (one.position or 10**6, one.request.pk))


def settled(rows: Sequence[LoanRequest]) -> list[Shown]:
    """Rows that stand in no order any more."""
    return [_shown(row, None, None, row.year) for row in rows]


def _shown(row: LoanRequest, asked: Asked | None, placed: Placed | None, year: int) -> Shown:
    return Shown(
        request=row,
        named=None,
        look=request_look(row),
        wants=wants_words(row),
        need=need_words(row.member.equipment) if row.member else "",
        asked=asked,
        placed=placed,
        reasons=tuple(reasons(asked, year)) if asked else (),
    )


def with_names(user: User, rows: Sequence[Shown], why: str = "loan_requests") -> list[Shown]:
    """The same with names, which is written down. The caller shows every one of them."""
    members = [one.request.member for one in rows if one.request.member is not None]
    named = names_of(user, members, why) if members else {}
    return [
        Shown(
            **{name: getattr(one, name) for name in Shown.__dataclass_fields__ if name != "named"},
            named=named.get(one.request.member_id or 0),
        )
        for one in rows
    ]


def found_by(rows: Sequence[Shown], words: str) -> list[Shown]:
    """Those whose name, class or pseudonym holds every word. Names are sealed: sought in memory."""
    wanted = words.casefold().split()[:6]

    def told(one: Shown) -> str:
        row = one.request
        return f"{one.named or ''} {row.school_class or ''} {row.member or ''}".casefold()

    return [one for one in rows if all(word in told(one) for word in wanted)]


def listed(user: User, school: School, tab: str, query: QueryDict, order: Standing) -> list[Shown]:
    """All that the address bar asks for of a tab: filtered, sought, waiting ones in fair order."""
    asked = narrowed(
        requests_of(user, school, order.year, tab), filters_of(school, order.year), query
    )
    rows = in_fair_order(list(asked), order) if tab == "attente" else settled(list(asked))
    words = str(query.get("q", "")).strip()
    return found_by(with_names(user, rows, "loan_search"), words) if words else rows
