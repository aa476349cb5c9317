"""The lab page's data: what is made to fail, beside what the platform sees of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from deploy.lab.choices import Choice, device_choices, site_choices
from deploy.lab.models import Fault, Kind
from deploy.lab.plan import DevicePlan, RegionPlan, SitePlan
from deploy.lab.rules import Condition, conditions
from deploy.lab.store import FaultStore
from helpdesk.models import TicketCause
from inventory.models import Device
from schools.models import Consent, Site, supervised_sites
from supervision import rules as judging
from supervision.models import AgreedTime, Check, CheckState
from supervision.shown import Shown, device_states


@dataclass(slots=True)
class Row:
    """One device. ``reality``: what the simulation makes of it now, blank when it works.

    ``left_s``: seconds until a suspected fault has lasted the agreed time.
    """

    plan: DevicePlan
    device: Device
    faults: list[Fault]
    reality: str
    shown: Shown | None
    left_s: int | None
    ticket: int | None
    choices: list[Choice]


@dataclass(slots=True)
class SiteBoard:
    """One site with its devices."""

    plan: SitePlan
    site: Site
    rows: list[Row]
    faults: list[Fault]
    choices: list[Choice]
    remark: str = ""

    @property
    def broken(self) -> int:
        """Faults in force here, of the site and of its devices."""
        return len(self.faults) + sum(len(row.faults) for row in self.rows)


@dataclass(slots=True)
class _Seen:
    """What supervision and helpdesk know of the lab's devices, by device."""

    shown: dict[int, Shown] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)
    tickets: dict[int, int] = field(default_factory=dict)


def boards(region: RegionPlan, now: dt.datetime, slugs: Iterable[str] = ()) -> list[SiteBoard]:
    """Boards of the named sites, all when none is named. A constant number of queries.

    Raises LabError when the demo Region is not loaded.
    """
    wanted = set(slugs)
    plans = [plan for plan in region.sites if not wanted or plan.slug in wanted]
    look = _Look(region, plans, now)
    return [look.site_board(plan) for plan in plans]


class _Look:
    """Everything the boards of some sites need, read once."""

    def __init__(self, region: RegionPlan, plans: Iterable[SitePlan], now: dt.datetime) -> None:
        self.region, self.store = region, FaultStore(region)
        live = Fault.objects.live().select_related("device", "site").order_by("began_at")
        facts = [(fault, self.store.fact(fault)) for fault in live]
        known = [(fault, fact) for fault, fact in facts if fact.device or fact.site]
        self.faults = [fault for fault, _fact in known]
        self.truth = conditions(region, [fact for _fault, fact in known], now.timestamp())
        self.seen = _look([self.store.devices[d.ref] for plan in plans for d in plan.devices], now)
        sites = [site.pk for site in self.store.sites.values()]
        self.supervised = set(supervised_sites(now.date()).filter(pk__in=sites))

    def site_board(self, plan: SitePlan) -> SiteBoard:
        """The board of one site."""
        site = self.store.sites[plan.slug]
        remark = ""
        if site not in self.supervised:
            remark = _("sans accord : jamais interrogée")
        elif site.is_decentralised:
            remark = _("gérée par l’école")
        return SiteBoard(
            plan=plan,
            site=site,
            rows=[self._row(plan, device) for device in plan.devices],
            faults=[fault for fault in self.faults if fault.site_id == site.pk],
            choices=site_choices(plan),
            remark=remark,
        )

    def _row(self, site: SitePlan, plan: DevicePlan) -> Row:
        device = self.store.devices[plan.ref]
        return Row(
            plan=plan,
            device=device,
            faults=[fault for fault in self.faults if fault.device_id == device.pk],
            reality=reality(site, plan, self.truth),
            shown=self.seen.shown.get(device.pk),
            left_s=self.seen.left.get(device.pk),
            ticket=self.seen.tickets.get(device.pk),
            choices=device_choices(self.region, plan),
        )


def reality(site: SitePlan, device: DevicePlan, truth: Mapping[str, Condition]) -> str:
    """Why a device is silent or strange, in a few words; blank when it works."""
    state = truth[device.ref]
    if not state.powered:
        return _without_power(site, device, truth)
    if not state.up:
        return _("redémarre")
    if not state.reachable:
        return _cut_where(site, device, truth)
    said = {
        _("sur batterie"): state.battery_since is not None,
        _("refuse nos identifiants"): state.refusing,
        _("répond en %(delay)d ms") % {"delay": state.delay_ms}: state.delay_ms > 0,
        _("valeur hors seuil"): state.crossed,
        _("configuration changée à la main"): state.by_hand,
    }
    return ", ".join(words for words, holds in said.items() if holds)


def _without_power(site: SitePlan, device: DevicePlan, truth: Mapping[str, Condition]) -> str:
    """Off by itself, or because the switch that feeds it is."""
    above = site.by_name[device.uplink.device] if device.uplink else None
    if above and device.model.category == "access_point" and not truth[above.ref].powered:
        return _("éteint avec %(device)s") % {"device": above.name}
    return _("éteint")


def _cut_where(site: SitePlan, device: DevicePlan, truth: Mapping[str, Condition]) -> str:
    """Where the way to the centre breaks: at its own cable, at a device above, at the operator."""
    here = device
    while here.uplink:
        above = site.by_name[here.uplink.device]
        if not truth[above.ref].up:
            return _("derrière %(device)s") % {"device": above.name}
        if here.uplink.port in truth[above.ref].ports_down:
            return _("lien coupé") if here is device else _("derrière %(device)s") % {
                "device": here.name
            }  # fmt: skip
        here = above
    return _("site coupé du centre")


def fault_text(fault: Fault) -> str:
    """A fault in two words."""
    if fault.kind == Kind.PORT_DOWN:
        return _("port %(port)s fermé") % {"port": fault.port}
    return str(fault.get_kind_display())


def _look(devices: Iterable[Device], now: dt.datetime) -> _Seen:
    ids = [device.pk for device in devices]
    seen = _Seen(shown=device_states(ids))
    known = {pk for one in seen.shown.values() for pk in (one.root_id, one.incident_id) if pk}
    tickets = dict(TicketCause.objects.filter(incident__in=known).values_list("incident", "ticket"))
    for device, shown in seen.shown.items():
        found = tickets.get(shown.root_id or 0) or tickets.get(shown.incident_id or 0)
        if found:
            seen.tickets[device] = found
    seen.left = _countdowns(ids, now)
    return seen


def _countdowns(device_ids: Iterable[int], now: dt.datetime) -> dict[int, int]:
    """Seconds until a suspected fault has lasted the agreed time, the soonest per device."""
    suspects = Check.objects.filter(
        target__device__in=list(device_ids), state=CheckState.SUSPECT, failing_since__isnull=False
    ).select_related("target__site__school")
    agreed = list(AgreedTime.objects.all())
    consents = list(Consent.objects.live(now.date()))
    found: dict[int, int] = {}
    for check in suspects:
        assert check.failing_since is not None
        school = check.target.site.school
        binding = [c.pk for c in consents if c.school_id == school.pk]
        binding += [c.pk for c in consents if c.authority_id == school.authority_id]
        policy = judging.resolve_policy(agreed, binding, check.service, check.key)
        left = max(0, int(policy.confirm_s - (now - check.failing_since).total_seconds()))
        device = check.target.device_id
        found[device] = min(left, found.get(device, left))
    return found
