"""Prepare a change: which devices, what would be written on each, in which waves."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.push import can_prepare, not_written
from inventory.cli.volatile import VARIES
from inventory.models import NETWORK, Device, PushPlan, PushStep, StepState, TemplateVersion
from inventory.reach import LastRead, Reach
from inventory.rules.config_lines import changes, check_owned, is_in_line, secret_lines, section
from inventory.rules.push import CANARY, waves_of
from inventory.rules.templates import SiteFacts, TemplateRefused, hidden, marks_in, render
from inventory.site_facts import digests_of, facts_of, for_device, secrets_for
from schools.actions.audit import record_action
from schools.live import announce_many
from schools.models import Site, User

FRESH = dt.timedelta(hours=24)
"""A difference is made from a configuration read no longer ago."""
MOST_DEVICES = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for. ``canary``: key of the first site; None: the smallest one."""

    title: str
    version: TemplateVersion
    why: str = ""
    canary: int | None = None
    first_wave: int = 5
    hold_min: int = 15
    days: int = 7
    replaces: PushPlan | None = None


@dataclass(slots=True)
class Drafted:
    """One device as the plan would have it."""

    device: Device
    state: StepState = StepState.WAITING
    reason: str = ""
    read: LastRead | None = None
    commands: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    base: list[str] = field(default_factory=list)
    diff: list[tuple[str, str]] = field(default_factory=list)


def draft_steps(
    version: TemplateVersion,
    devices: Sequence[Device],
    reach: Reach,
    now: dt.datetime,
    but: PushPlan | None = None,
) -> list[Drafted]:
    """Every device, with what would be written or why it is left out. Writes nothing.

    ``devices`` bring ``site__school`` and ``room``. ``but``: a plan whose own open steps count for
    nothing, since this one replaces it. Raises TemplateRefused.
    """
    sites = list({device.site_id: device.site for device in devices}.values())
    blocked, facts = not_written(sites, timezone.localdate(now)), facts_of(sites)
    reads, platforms = reach.last_reads(devices), reach.platforms(devices)
    busy = _busy(devices, but)
    marks = _known_secrets(devices)
    found = []
    for device in devices:
        one = Drafted(device, read=reads.get(device.pk))
        found.append(one)
        if (why := blocked.get(device.site_id)) is not None:
            one.state, one.reason = StepState.BLOCKED, why
        elif (why := _left_out(one, version, platforms, busy, now)) != "":
            one.state, one.reason = StepState.SKIPPED, why
        else:
            _compare(one, version, facts[device.site_id], reach, marks.get(device.pk, {}))
    return found


def _left_out(
    one: Drafted,
    version: TemplateVersion,
    platforms: dict[int, str],
    busy: dict[int, str],
    now: dt.datetime,
) -> str:
    """Why a device that may be written to is not part of it; empty: it is."""
    platform = platforms.get(one.device.pk)
    if platform is None:
        return _("Aucun accès à sa ligne de commande n’est enregistré.")
    if platform != version.template.platform:
        return _("Autre plateforme : %s.") % platform
    if one.device.pk in busy:
        return _("Déjà dans le changement « %s ».") % busy[one.device.pk]
    if one.read is None:
        return _("Aucune configuration lue : sauvegardez-la d’abord.")
    if one.read.at < now - FRESH:
        return _("Configuration lue il y a plus de 24 heures : sauvegardez-la d’abord.")
    return ""


def _compare(
    one: Drafted,
    version: TemplateVersion,
    facts: SiteFacts,
    reach: Reach,
    known: dict[str, str],
) -> None:
    assert one.read is not None  # left out otherwise
    grammar, owned = version.grammar, version.owned
    one.wanted = render(version.text, for_device(facts, one.device))
    check_owned(one.wanted, owned, grammar)
    one.base = section(one.read.lines, owned, grammar)
    secret = secret_lines(one.wanted, grammar)
    held = digests_of(secret, secrets_for(marks_in(secret))) if secret else {}
    same = frozenset(line for line, print_ in held.items() if known.get(line) == print_)
    asked = changes(one.read.lines, one.wanted, owned, grammar, same)
    one.commands = list(asked.commands)
    speaks = one.read.platform
    one.diff = [(sign, reach.masked(speaks, hidden(line))) for sign, line in asked.diff]
    if not asked:
        one.state, one.reason = StepState.SKIPPED, _("Déjà conforme : rien à écrire.")
    elif any(sign == "-" and VARIES in line for sign, line in asked.diff):
        said = _("Montre un secret autrement à chaque lecture : il ne pourrait être remis.")
        one.state, one.reason = StepState.SKIPPED, said
    elif not is_in_line(one.wanted, one.wanted, owned, grammar):
        raise TemplateRefused(_("Le modèle écrit deux fois la même ligne."))


def _busy(devices: Sequence[Device], but: PushPlan | None) -> dict[int, str]:
    """Device → title of the plan that holds it."""
    rows = PushStep.objects.open().filter(device__in=devices)
    if but is not None:
        rows = rows.exclude(plan=but)
    return dict(rows.values_list("device", "plan__title"))


def _known_secrets(devices: Sequence[Device]) -> dict[int, dict[str, str]]:
    """Device → digests of the secrets that a push wrote there and read back last."""
    done = PushStep.objects.filter(device__in=devices, state=StepState.VERIFIED)
    newest = done.order_by("device", "-ended_at").distinct("device")
    return dict(newest.values_list("device", "marks"))


def candidates(user: User) -> QuerySet[Device]:
    """Devices that a plan may hold: those of the network in service, which the person sees."""
    rows = Device.objects.visible_to(user).installed().filter(product__category__in=NETWORK)
    return rows.select_related("site__school", "site__municipality", "room", "product").order_by(
        "site", "name"
    )


@transaction.atomic
def make_push_plan(
    user: User,
    asked: Asked,
    devices: Sequence[Device],
    reach: Reach,
    now: dt.datetime | None = None,
) -> PushPlan:
    """A draft. Raises DecisionRefused, TemplateRefused, DecisionImpossible: nothing is left."""
    require(can_prepare(user))
    now = now or timezone.now()
    if len(devices) > MOST_DEVICES:
        raise DecisionImpossible(_("Plus de %d équipements : choisissez-en moins.") % MOST_DEVICES)
    drafted = draft_steps(asked.version, devices, reach, now, asked.replaces)
    waiting = [one for one in drafted if one.state == StepState.WAITING]
    if not waiting:
        raise DecisionImpossible(_nothing(drafted))
    if asked.replaces is not None:
        _let_go(asked.replaces)
    canary = _canary(asked, waiting)
    plan = PushPlan.objects.create(
        title=asked.title.strip()[:120],
        why=asked.why.strip()[:500],
        template_version=asked.version,
        author=user,
        made_at=now,
        canary_site=canary,
        hold_min=asked.hold_min,
        expires_at=now + dt.timedelta(days=asked.days),
        replaces=asked.replaces,
    )
    sites = list(dict.fromkeys(one.device.site_id for one in waiting))
    waves = waves_of(sites, canary.pk, asked.first_wave)
    try:
        with transaction.atomic():
            PushStep.objects.bulk_create(
                [_step(plan, one, waves.get(one.device.site_id, CANARY)) for one in drafted]
            )
    except IntegrityError as error:
        raise DecisionImpossible(
            _("Un autre changement vient de prendre un de ces équipements. Recommencez.")
        ) from error
    record_action(user, "make_push_plan", plan, after={"devices": len(waiting)}, why=plan.why)
    announce_many([{"topic": "push", "id": plan.pk, "site": site} for site in sites])
    return plan


def _step(plan: PushPlan, one: Drafted, wave: int) -> PushStep:
    step = PushStep(
        plan=plan,
        device=one.device,
        site=one.device.site,
        wave=wave,
        state=one.state,
        result=one.reason,
        diff=one.diff,
        base_hash=one.read.digest if one.read else "",
        base_at=one.read.at if one.read else None,
    )
    if one.state == StepState.WAITING:
        step.store(one.commands, one.wanted, one.base)
    return step


def _canary(asked: Asked, waiting: list[Drafted]) -> Site:
    """The site that goes first: the one asked for, else the one with the fewest devices."""
    sites = {one.device.site_id: one.device.site for one in waiting}
    if asked.canary is None:
        counted = Counter(one.device.site_id for one in waiting)
        return sites[min(counted, key=lambda site: (counted[site], site))]
    if asked.canary not in sites:
        raise DecisionImpossible(
            _("Rien ne change à la première implantation : choisissez-en une autre.")
        )
    return sites[asked.canary]


def _let_go(plan: PushPlan) -> None:
    """The plan that is made again lets go of its devices."""
    plan.steps.filter(state__in=[StepState.WAITING, StepState.OFFLINE]).update(
        state=StepState.DROPPED,
        result=_("Repris dans un nouveau changement."),
        ended_at=timezone.now(),
    )


def _nothing(drafted: list[Drafted]) -> str:
    """Why no device is left, the commonest reason first."""
    if not drafted:
        return _("Aucun équipement ne correspond : élargissez le choix.")
    reasons = Counter(one.reason for one in drafted).most_common(3)
    told = " ".join(f"{reason} ({n})" for reason, n in reasons)
    return _("Rien à écrire sur ces équipements. %s") % told
