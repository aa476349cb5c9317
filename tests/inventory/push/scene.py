"""Two central technicians, a few sites with a switch each, a template: where tests start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inventory.actions.decide_push_plan import approve_push_plan, submit_push_plan
from inventory.actions.drive_push import start_push
from inventory.actions.make_push_plan import Asked, candidates, make_push_plan
from inventory.actions.run_push import push_one
from inventory.models import (
    ConfigTemplate,
    Device,
    PushPlan,
    PushStep,
    SiteSettings,
    TemplateVersion,
    Vlan,
)
from schools.models import Province, RoleKind, Site, User
from tests.cast import Cast, make_device, make_person, make_site
from tests.inventory.push.boxes import BoxReach

TEXT = """{% for vlan in vlans %}
vlan {{ vlan.vid }}
 name {{ vlan.name }}
{% endfor %}
{% for server in ntp %}
ntp server {{ server }}
{% endfor %}
"""
OWNS = "vlan *\nntp server *"


@dataclass
class Scene:
    """``sofia`` prepares, ``mehdi`` approves."""

    sofia: User
    mehdi: User
    version: TemplateVersion
    reach: Any
    devices: list[Device] = field(default_factory=list)

    def box(self, n: int = 0) -> Any:
        return self.reach.boxes[self.devices[n].pk]

    def plan(self, **asked: object) -> PushPlan:
        """A draft for every device of the scene; the first site goes first."""
        values = {"canary": self.devices[0].site_id, "hold_min": 0, "first_wave": 1, **asked}
        want = Asked("Heure et VLAN", values.pop("version", self.version), **values)
        chosen = candidates(self.sofia).filter(pk__in=[d.pk for d in self.devices])
        return make_push_plan(self.sofia, want, list(chosen), self.reach)

    def approved(self, **asked: object) -> PushPlan:
        plan = self.plan(**asked)
        submit_push_plan(self.sofia, plan.pk)
        return approve_push_plan(self.mehdi, plan.pk)

    def started(self, **asked: object) -> PushPlan:
        return start_push(self.sofia, self.approved(**asked).pk)

    def run(self, most: int = 20) -> int:
        """What a worker does until nothing is due; how many devices it turned to."""
        done = 0
        while done < most and push_one(self.reach, pause_s=0):
            done += 1
        return done

    def step(self, plan: PushPlan, n: int = 0) -> PushStep:
        return PushStep.objects.get(plan=plan, device=self.devices[n])


def make_template(
    name: str = "Commutateurs", text: str = TEXT, owns: str = OWNS
) -> TemplateVersion:
    template = ConfigTemplate.objects.create(name=name, platform=BoxReach.platform)
    return TemplateVersion.objects.create(template=template, number=1, text=text, owns=owns)


def furnish(site: Site) -> Device:
    """VLANs of the site, and a switch."""
    Vlan.objects.create(site=site, vid=10, name="gestion")
    Vlan.objects.create(site=site, vid=20, name="pedagogie")
    return make_device(site, f"SW-{site.name}")


def make_scene(cast: Cast, sites: int = 1, reach: Any = None) -> Scene:
    """``sites`` sites of Namur, the first one Tilleuls."""
    SiteSettings.objects.create(region=True, ntp=["192.0.2.1"])
    mehdi = make_person("Mehdi Exemple", RoleKind.CENTRAL_TECHNICIAN, region=True)
    scene = Scene(cast.sofia, mehdi, make_template(), reach or BoxReach())
    places = [cast.tilleuls, *(make_site(f"Hêtres {n}", Province.NAMUR) for n in range(1, sites))]
    for place in places:
        device = furnish(place)
        scene.devices.append(device)
        scene.reach.add(device)
    return scene
