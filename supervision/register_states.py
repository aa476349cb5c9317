"""What the register's pages ask of supervision: see schools/observed.py, inventory/observed.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.observed import Heard
from supervision.models import Check, CheckState, Incident, Neighbour, Severity, Target
from supervision.phrases import fault_phrase
from supervision.shown import device_states, site_states
from supervision.site_verdicts import site_verdicts

Rows = TypeVar("Rows", bound=QuerySet[Any])
CHOICES: list[tuple[str, str | Promise]] = [
    ("down", _("En panne")),
    ("degraded", _("Dégradé")),
    ("ok", _("En service")),
    ("unknown", _("Non surveillé")),
]


class SiteStates:
    """States of sites for the register's list and pages."""

    def choices(self) -> list[tuple[str, str | Promise]]:
        return CHOICES

    def states(self, sites: Iterable[int]) -> dict[int, tuple[str, str]]:
        """State and, when something is wrong, its first cause in words."""
        found = {}
        for pk, shown in site_states(sites).items():
            roots = shown.root_incidents
            found[pk] = (shown.state, fault_phrase(roots[0]) if roots else "")
        return found

    def tones(self, sites: Rows) -> dict[int, str]:
        """State keys alone: five queries, whatever the number of sites."""
        return site_verdicts(Q(site__in=sites.order_by().values("pk")))

    def only(self, sites: Rows, state: str) -> Rows:
        """Sites whose state, as the pages show it, is this one."""
        verdicts = self.tones(sites)
        if state == "unknown":
            return sites.exclude(pk__in=[pk for pk, one in verdicts.items() if one != state])
        return sites.filter(pk__in=[pk for pk, one in verdicts.items() if one == state])


class Neighbours:
    """Who hears whom, for the register's picture of a network."""

    def heard(self, sites: Iterable[int]) -> list[Heard]:
        rows = Neighbour.objects.filter(
            target__site__in=list(sites), device__site=F("target__site")
        ).exclude(device=F("target__device"))
        ends = ("target__device", "local_port", "device", "remote_port")
        return [Heard(*row) for row in rows.values_list(*ends)]


class DeviceStates:
    """States of devices for the register's list and pages."""

    def choices(self) -> list[tuple[str, str | Promise]]:
        return CHOICES

    def states(self, sites: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Device → state and a few words; those that nobody watches are absent."""
        return {pk: (s.state, s.label) for pk, s in device_states(sites).items()}

    def only(self, sites: Rows, state: str) -> Rows:
        """These devices, those in that state alone."""
        return _only(sites, state)


def _only(rows: Rows, state: str) -> Rows:
    raised = Incident.objects.raised().filter(device=OuterRef("pk"))
    down = Exists(raised.filter(severity=Severity.DOWN))
    if state == "down":
        return rows.filter(down)
    if state == "degraded":
        return rows.filter(~down, Exists(raised.filter(severity=Severity.DEGRADED)))
    watched = Exists(Target.objects.filter(paused=False, parked=False, device=OuterRef("pk")))
    if state == "unknown":
        return rows.filter(~watched)
    bad = Check.objects.failing().filter(target__device=OuterRef("pk"))
    answers = Check.objects.filter(state=CheckState.OK, target__device=OuterRef("pk"))
    return rows.filter(watched, ~Exists(bad), Exists(answers))
