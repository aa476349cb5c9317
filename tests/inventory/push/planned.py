"""A planned change for the world of every test."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from inventory.models import (
    ConfigTemplate,
    Device,
    PushPlan,
    PushStep,
    SiteSettings,
    TemplateVersion,
)
from schools.models import Site, User


def make_push(site: Site, device: Device, by: User) -> PushStep:
    """A draft that would write one line on the device, from the template that all share."""
    template, made = ConfigTemplate.objects.get_or_create(name="Exemple", platform="cisco_ios")
    if made:
        TemplateVersion.objects.create(
            template=template, number=1, text="ntp server 1", owns="ntp *"
        )
    SiteSettings.objects.get_or_create(site=site, defaults={"ntp": ["192.0.2.1"]})
    plan = PushPlan.objects.create(
        title=f"Heure {device.name}",
        template_version=template.newest(),
        author=by,
        canary_site=site,
        expires_at=timezone.now() + dt.timedelta(days=7),
    )
    return PushStep.objects.create(
        plan=plan, device=device, site=site, diff=[["+", "ntp server 192.0.2.1"]]
    )
