"""Templates and planned changes of the demo: one is done, one waits for a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from inventory.models import (
    Category,
    ConfigTemplate,
    Device,
    PushPlan,
    PushState,
    PushStep,
    SiteSettings,
    StepState,
    TemplateVersion,
)
from schools.models import Management, User

NTP, LOG = "192.0.2.10", "192.0.2.20"
_NTP = "{% for one in ntp %}\nntp server {{ one }}\n{% endfor %}\n"
_VLANS = "{% for vlan in vlans %}\nvlan {{ vlan.vid }}\n name {{ vlan.name }}\n{% endfor %}\n"
TEMPLATES: Sequence[tuple[str, str, str, str, str]] = (
    (
        "Commutateurs Cisco",
        "cisco_ios",
        "indented",
        "vlan *\nntp server *\nlogging host *",
        f"{_VLANS}{_NTP}{{% for one in syslog %}}\nlogging host {{{{ one }}}}\n{{% endfor %}}\n",
    ),
    (
        "Commutateurs HP ProCurve",
        "hp_procurve",
        "indented",
        "logging *",
        "{% for one in syslog %}\nlogging {{ one }}\n{% endfor %}\n",
    ),
    ("Commutateurs Aruba CX", "aruba_aoscx", "indented", "ntp server *", _NTP),
    (
        "Commutateurs Juniper",
        "juniper_junos",
        "set",
        "set system ntp *\nset vlans *",
        "{% for vlan in vlans %}\nset vlans {{ vlan.name }} vlan-id {{ vlan.vid }}\n{% endfor %}\n"
        "{% for one in ntp %}\nset system ntp server {{ one }}\n{% endfor %}\n",
    ),
)
"""Name, platform, grammar, what it owns, text: one for each grammar and simulated family."""
DIFF = [
    ["-", "ntp server 198.51.100.1"],
    ["+", f"ntp server {NTP}"],
    ["+", f"logging host {LOG}"],
]
SITES = 4


def load_changes(now: dt.datetime) -> None:
    """Twice changes nothing."""
    if ConfigTemplate.objects.exists():
        return
    author = User.objects.filter(email="sofia@preau.example").first()
    second = User.objects.filter(email="mehdi@preau.example").first()
    SiteSettings.objects.get_or_create(
        region=True,
        defaults={"ntp": [NTP], "syslog": [LOG], "snmp_contact": "helpdesk@preau.example"},
    )
    versions = []
    for name, platform, grammar, owns, text in TEMPLATES:
        template = ConfigTemplate.objects.create(name=name, platform=platform, grammar=grammar)
        versions.append(
            TemplateVersion.objects.create(
                template=template, number=1, text=text, owns=owns, made_by=author, made_at=now
            )
        )
    if author is None or second is None:
        return
    devices = _switches()
    if len({device.site_id for device in devices}) < 2:
        return
    _done(versions[0], devices, author, second, now - dt.timedelta(days=6))
    _waiting(versions[0], devices, author, now - dt.timedelta(hours=2))


def _switches() -> list[Device]:
    """The switches of a few sites, those of a school that manages its network among them."""
    rows = Device.objects.installed().filter(product__category=Category.SWITCH)
    rows = rows.select_related("site__school").order_by("site", "name")
    central = list(rows.exclude(site__management=Management.DECENTRALISED))
    sites = list(dict.fromkeys(device.site_id for device in central))[:SITES]
    alone = list(rows.filter(site__management=Management.DECENTRALISED)[:1])
    return [device for device in central if device.site_id in sites] + alone


def _plan(
    title: str, version: TemplateVersion, devices: list[Device], author: User, at: dt.datetime
) -> PushPlan:
    plan = PushPlan.objects.create(
        title=title,
        why="Un seul serveur de temps et de journal pour toute la Région.",
        template_version=version,
        author=author,
        made_at=at,
        canary_site=devices[0].site,
        expires_at=at + dt.timedelta(days=14),
    )
    sites = list(dict.fromkeys(device.site_id for device in devices))
    PushStep.objects.bulk_create(
        _step(plan, device, min(1, sites.index(device.site_id)), at) for device in devices
    )
    return plan


def _step(plan: PushPlan, device: Device, wave: int, at: dt.datetime) -> PushStep:
    if device.site.is_decentralised:
        return PushStep(
            plan=plan,
            device=device,
            site=device.site,
            wave=wave,
            state=StepState.BLOCKED,
            result="Réseau géré par l’école\u00a0: rien n’y est écrit. Appelez le contact.",
        )
    return PushStep(
        plan=plan,
        device=device,
        site=device.site,
        wave=wave,
        diff=DIFF,
        base_hash="0" * 64,
        base_at=at,
    )


def _done(
    version: TemplateVersion, devices: list[Device], author: User, second: User, at: dt.datetime
) -> None:
    plan = _plan("Serveurs de temps et de journal", version, devices, author, at)
    after = {n: at + dt.timedelta(minutes=n) for n in (5, 40, 60, 62, 80)}
    rows = PushPlan.objects.filter(pk=plan.pk)
    rows.update(state=PushState.SUBMITTED, submitted_at=after[5])
    rows.update(
        state=PushState.DONE,
        decided_by=second,
        decided_at=after[40],
        decision="Relu sur trois écoles.",
        started_at=after[60],
        held_since=after[62],
        ended_at=after[80],
        wave=1,
    )
    steps = plan.steps.filter(state=StepState.WAITING)
    steps.filter(wave=0).update(
        state=StepState.VERIFIED, attempts=1, wrote_at=after[60], ended_at=after[62]
    )
    steps.filter(wave=1).update(
        state=StepState.VERIFIED, attempts=1, wrote_at=after[80], ended_at=after[80]
    )


def _waiting(
    version: TemplateVersion, devices: list[Device], author: User, at: dt.datetime
) -> None:
    plan = _plan("Réseau des invités dans les écoles pilotes", version, devices, author, at)
    rows = PushPlan.objects.filter(pk=plan.pk)
    rows.update(state=PushState.SUBMITTED, submitted_at=at + dt.timedelta(minutes=10))
