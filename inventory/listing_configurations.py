"""The list of configurations as a question: which devices, in which state. By name, then key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.cli.platforms import platforms
from inventory.models import (
    AccessState,
    CliAccess,
    ConfigBackup,
    ConfigDrift,
    ConfigFailure,
)
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import Province, User

ORDER = (Column("device__name"), KEY)
STALE_AFTER = 3
"""Intervals without a reading before we say that we do not know."""


@dataclass(frozen=True, slots=True)
class Word:
    """A state as it is shown: the badge's colour, icon and word."""

    badge: str
    icon: str
    word: str | Promise


DRIFTED, OFF, OLD = "drifted", "off", "old"
WORDS: dict[str, Word] = {
    DRIFTED: Word("degraded", "git-compare", _("changement imprévu")),
    AccessState.PAUSED: Word("down", "lock", _("à débloquer")),
    AccessState.FAILING: Word("suspect", "alert-triangle", _("en échec")),
    OLD: Word("unknown", "history-off", _("plus lue")),
    AccessState.NEVER: Word("unknown", "hourglass", _("jamais lue")),
    OFF: Word("unknown", "player-pause", _("non sauvegardée")),
    AccessState.OK: Word("ok", "circle-check", _("à jour")),
}
"""Worst first."""


def state_of(access: Any, now: dt.datetime, *, drifted: bool) -> str:
    """The one state that a person must know of; a key of WORDS."""
    if drifted:
        return DRIFTED
    if not access.enabled:
        return OFF
    if access.state == AccessState.OK and access.last_read_at < stale_before(now):
        return OLD
    return str(access.state)


def stale_before(now: dt.datetime) -> dt.datetime:
    """A reading from before this says nothing of today."""
    return now - STALE_AFTER * dt.timedelta(hours=settings.CONFIG_BACKUP_HOURS or 24 * 365)


_OPEN = ConfigDrift.objects.open().filter(device=OuterRef("device"))


def _in_state(rows: Any, state: str) -> Any:
    """``state_of`` as a question to the database; a test holds the two together."""
    if state == DRIFTED:
        return rows.filter(Exists(_OPEN))
    rows = rows.filter(~Exists(_OPEN))
    if state == OFF:
        return rows.filter(enabled=False)
    rows = rows.filter(enabled=True)
    old = Q(state=AccessState.OK, last_read_at__lt=stale_before(timezone.now()))
    if state == OLD:
        return rows.filter(old)
    return rows.filter(state=state).exclude(old)


FILTERS = (
    Filter("etat", _("État"), lambda: [(key, w.word) for key, w in WORDS.items()], _in_state),
    Filter(
        "plateforme",
        _("Plateforme"),
        lambda: [(one.key, one.name) for one in platforms().values()],
        by("platform"),
    ),
    Filter("province", _("Province"), lambda: Province.choices, by("device__site__province")),
)


def configurations_asked(user: User, query: QueryDict) -> Any:
    """The devices with a command line that the address bar asks for, with what the list shows."""
    current = ConfigBackup.objects.current().filter(device=OuterRef("device"))
    failing = ConfigFailure.objects.filter(device=OuterRef("device"), ended_at=None)
    rows = (
        CliAccess.objects.visible_to(user)
        .filter(_search(query.get("q", "")))
        .select_related("device__product", "device__site__school")
        .annotate(
            drift=Subquery(_OPEN.values("pk")[:1]),
            since=Subquery(current.values("at")[:1]),
            reason=Subquery(failing.values("reason")[:1]),
        )
    )
    if (site := str(query.get("site", ""))).isdecimal() and len(site) < 18:
        rows = rows.filter(device__site=int(site))
    return narrowed(rows, FILTERS, query)


def _search(text: str) -> Q:
    found = Q()
    for word in text.split()[:6]:
        found &= (
            Q(device__name__icontains=word)
            | Q(device__product__model__icontains=word)
            | Q(device__site__name__unaccent__icontains=word)
            | Q(device__site__school__name__unaccent__icontains=word)
        )
    return found
