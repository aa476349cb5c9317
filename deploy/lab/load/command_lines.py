"""How the platform enters the command lines of the lab's switches."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from deploy.lab.cli.of_plan import PASSWORD, PLATFORM, USER, is_spoken_to
from deploy.lab.plan import RegionPlan
from inventory.cli.contract import Login
from inventory.models import CliAccess, CliCredentialScope, CliCredentialSet, Device

NAME = "Laboratoire, commutateurs"


def load_command_lines(region: RegionPlan, devices: Mapping[str, Device]) -> None:
    """Make what is missing; what an administrator changed since stays."""
    chosen = CliCredentialSet.objects.filter(name=NAME).first()
    if chosen is None:
        chosen = CliCredentialSet(name=NAME)
        chosen.store(Login(USER, PASSWORD))
        chosen.save()
    CliCredentialScope.objects.get_or_create(credential_set=chosen, region=True)
    CliAccess.objects.bulk_create(
        [
            CliAccess(
                device=devices[plan.ref],
                address=plan.address,
                port=settings.LAB_CLI_PORT,
                platform=PLATFORM,
            )
            for plan in region.devices
            if is_spoken_to(plan)
        ],
        ignore_conflicts=True,
    )
