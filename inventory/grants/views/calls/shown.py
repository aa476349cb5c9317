"""Calls and files as pages show them: colours, icons, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.published import Call, CallPhase, CallVersion

PHASES: dict[str, tuple[str, str]] = {
    CallPhase.DRAFT: ("unknown", "pencil"),
    CallPhase.PLANNED: ("planned", "calendar"),
    CallPhase.OPEN: ("ok", "door-enter"),
    CallPhase.CLOSED: ("unknown", "lock"),
    CallPhase.DECIDED: ("recover", "file-check"),
}
"""Phase → colour and icon of the house."""
STATES: dict[str, tuple[str, str]] = {
    ApplicationState.DRAFT: ("unknown", "pencil"),
    ApplicationState.VALIDATED: ("planned", "writing-sign"),
    ApplicationState.COUNTERSIGNED: ("planned", "signature"),
    ApplicationState.SUBMITTED: ("suspect", "send"),
    ApplicationState.INELIGIBLE: ("degraded", "ban"),
    ApplicationState.WITHDRAWN: ("unknown", "arrow-back-up"),
    ApplicationState.AWARDED: ("ok", "circle-check"),
    ApplicationState.CONDITIONAL: ("recover", "circle-dashed-check"),
    ApplicationState.RESERVE: ("planned", "hourglass"),
    ApplicationState.REFUSED: ("degraded", "circle-x"),
}
STEPS: dict[str, int] = {
    ApplicationState.DRAFT: 1,
    ApplicationState.VALIDATED: 2,
    ApplicationState.COUNTERSIGNED: 3,
    ApplicationState.SUBMITTED: 4,
}
"""How far of the five steps a file has come; what is decided has come all the way."""


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """Where a call stands, for a badge, with the date that matters now."""

    key: str
    colour: str
    icon: str
    word: str
    when: str


def phase_shown(call: Call, now: dt.datetime) -> PhaseShown:
    phase = call.phase(now)
    colour, icon = PHASES[phase]
    return PhaseShown(phase.value, colour, icon, str(phase.label), _when(call.current, phase, now))


def _when(version: CallVersion | None, phase: CallPhase, now: dt.datetime) -> str:
    if version is None:
        return ""
    opens, closes = timezone.localtime(version.opens_at), timezone.localtime(version.closes_at)
    if phase == CallPhase.PLANNED:
        return _("ouvre le %(day)s") % {"day": f"{opens:%d/%m/%Y, %H:%M}"}
    if phase == CallPhase.OPEN:
        return _("jusqu’au %(day)s (%(left)s)") % {
            "day": f"{closes:%d/%m/%Y, %H:%M}",
            "left": left(version.closes_at - now),
        }
    return _("clôturé le %(day)s") % {"day": f"{closes:%d/%m/%Y, %H:%M}"}


def left(span: dt.timedelta) -> str:
    """``reste 12 jours``, ``reste 3 h``, ``reste 12 min``."""
    minutes = int(span.total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return _("reste %(n)d jours") % {"n": minutes // (24 * 60)}
    if minutes >= 60:
        return _("reste %(n)d h") % {"n": minutes // 60}
    return _("reste %(n)d min") % {"n": max(minutes, 0)}


@dataclass(frozen=True, slots=True)
class StateShown:
    """Where a file stands: its badge, how far it has come, what comes next."""

    colour: str
    icon: str
    word: str
    step: int
    next: str


def state_shown(application: Application, now: dt.datetime) -> StateShown:
    colour, icon = STATES[application.state]
    word = str(ApplicationState(application.state).label)
    return StateShown(
        colour, icon, word, STEPS.get(application.state, 5), next_of(application, now)
    )


def next_of(application: Application, now: dt.datetime) -> str:
    """What somebody has to do now, in a few words."""
    version, state = application.version, application.state
    if application.in_hand and now >= version.closes_at:
        return _("L’appel est clôturé\u00a0: ce dossier n’a pas été envoyé.")
    closes = f"{timezone.localtime(version.closes_at):%d/%m, %H:%M}"
    if state == ApplicationState.VALIDATED and version.countersigned:
        return _("Le pouvoir organisateur contresigne, avant le %(day)s.") % {"day": closes}
    words: Mapping[str, str] = {
        ApplicationState.DRAFT: _("Complétez, puis la direction valide, avant le %(day)s."),
        ApplicationState.VALIDATED: _("Envoyez le dossier avant le %(day)s."),
        ApplicationState.COUNTERSIGNED: _("Envoyez le dossier avant le %(day)s."),
        ApplicationState.SUBMITTED: _("Vous n’avez rien à faire\u00a0: le SPW l’examine."),
        ApplicationState.INELIGIBLE: _("Lisez le motif."),
        ApplicationState.AWARDED: _("Suivez la commande et la livraison."),
        ApplicationState.CONDITIONAL: _("Remplissez la condition."),
        ApplicationState.RESERVE: _("Il sera accordé si un montant se libère."),
        ApplicationState.REFUSED: _("Lisez la décision et ses voies de recours."),
    }
    text = words.get(state, "")
    return text % {"day": closes} if "%(day)s" in text else text


def crumbs_of(application: Application, *more: tuple[str, str | None]) -> list[Any]:
    return [
        (_("Dossiers"), reverse("grants:my_applications")),
        (
            application.reference,
            reverse("grants:application", args=[application.pk]) if more else None,
        ),
        *more,
    ]
