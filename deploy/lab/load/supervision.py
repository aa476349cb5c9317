"""Credentials, targets and agreed times: what the platform is asked to watch, and how fast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone

from deploy.lab.credentials import CREDENTIALS, NAMES
from deploy.lab.plan import RegionPlan, Security
from inventory.models import Device, Prefix
from supervision.models import AgreedTime, CredentialScope, CredentialSet, Service, Target

INTERVAL_S = 15
CONFIRM_S = 30
INTERNET_S = 20
RECOVER_S = 20
"""A demo cannot wait the five minutes that real agreements give."""


def load_supervision(region: RegionPlan, devices: Mapping[str, Device]) -> None:
    """Make what is missing; what an administrator changed since stays."""
    sets = {security: _credential_set(security) for security in Security}
    now = timezone.now()
    Target.objects.bulk_create(
        [
            Target(
                device=devices[plan.ref],
                site_id=devices[plan.ref].site_id,
                address=plan.address,
                port=settings.LAB_PORT,
                credential_set=sets[plan.security],
                interval_s=INTERVAL_S,
                # spread over one interval, or every device would be asked in the same second
                next_poll_at=now + dt.timedelta(seconds=place * INTERVAL_S / len(devices)),
            )
            for place, plan in enumerate(region.devices)
        ],
        ignore_conflicts=True,
    )
    _discovery(region, devices, sets)
    for service, confirm_s in (("", CONFIRM_S), (Service.INTERNET, INTERNET_S)):
        AgreedTime.objects.get_or_create(
            agreement=None,
            service=service,
            check_key="",
            defaults={"confirm_s": confirm_s, "recover_s": RECOVER_S},
        )


def _discovery(
    region: RegionPlan, devices: Mapping[str, Device], sets: Mapping[Security, CredentialSet]
) -> None:
    """Where discovery looks: the loopback network of every site, by every credential set."""
    for rank, one in enumerate(sets.values()):
        CredentialScope.objects.get_or_create(
            credential_set=one, region=True, defaults={"rank": rank}
        )
    networks = {devices[plan.ref].site_id: plan.site_number for plan in region.devices}
    Prefix.objects.bulk_create(
        [Prefix(site_id=site, cidr=f"127.0.{n}.0/24") for site, n in networks.items()],
        ignore_conflicts=True,
    )


def _credential_set(security: Security) -> CredentialSet:
    found = CredentialSet.objects.filter(name=NAMES[security]).first()
    if found is None:
        found = CredentialSet(name=NAMES[security])
        found.store(CREDENTIALS[security])
        found.save()
    return found
