"""Begin, cancel and schedule scans. The work itself is ``run_scan``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Prefix, prefixes_to_search
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User, supervised_sites
from schools.rules import Refused
from supervision.access import can_discover, site_consented
from supervision.models import Scan, ScanState, Target
from supervision.scan_addresses import ScanRefused, outside, unfold, unreachable

SNMP_PORT = 161
AT_ONCE = 20
"""Scheduled scans begun at one tick: the Region is spread over the week."""


def start_scan(
    user: User | None, site: Site, asked: Sequence[str] = (), *, port: int | None = None
) -> Scan:
    """Queue a scan of these prefixes and addresses (none: all prefixes of the site).

    ``user`` None: the command line of the platform. Addresses outside the site's prefixes are for a
    technician to give. ``port``: unless told, the one that the site's devices answer at.
    Raises PermissionDenied and ScanRefused with the reason.
    """
    today = timezone.localdate()
    answer = can_discover(user, site, today) if user else site_consented(site, today)
    if isinstance(answer, Refused):
        raise PermissionDenied(answer.why)
    prefixes = list(Prefix.objects.filter(site=site))
    wanted = [text.strip() for text in asked if text.strip()] or prefixes_to_search(site)
    if not wanted:
        raise ScanRefused(
            _("Aucun préfixe n’est enregistré pour cette implantation : indiquez-en un.")
        )
    addresses = unfold(wanted)
    _refuse_foreign(site, wanted)
    try:
        with transaction.atomic():
            scan = Scan.objects.create(
                site=site,
                requested_by=user,
                asked=wanted,
                port=port or usual_port(site),
                total=len(addresses),
            )
            after = {"asked": wanted, "outside": outside(wanted, [p.cidr for p in prefixes])}
            record_action(user, "start_scan", scan, site=site, after=after)
            announce("scan", scan.pk, site=site.pk)
            return scan
    except IntegrityError:
        # a second tap, or a colleague, was first: theirs is the one
        return Scan.objects.live().get(site=site)


def usual_port(site: Site) -> int:
    """The UDP port that most supervised devices of the site answer at; 161 where none is."""
    ports = Target.objects.filter(site=site).values_list("port")
    most = ports.annotate(n=Count("pk")).order_by("-n", "port").first()
    return int(most[0]) if most else SNMP_PORT


def _refuse_foreign(site: Site, wanted: Sequence[str]) -> None:
    if lost := unreachable(wanted):
        raise ScanRefused(
            _("%(what)s n’est pas une adresse de réseau local.") % {"what": ", ".join(lost)}
        )
    for text in wanted:
        others = Prefix.objects.exclude(site=site).extra(where=["cidr && %s::inet"], params=[text])
        if (other := others.select_related("site__school").first()) is not None:
            raise ScanRefused(
                _("%(what)s appartient à une autre implantation (%(prefix)s).")
                % {"what": text, "prefix": other.cidr}
            )
        polled = Target.objects.exclude(site=site).extra(
            where=["supervision_target.address <<= %s::inet"], params=[text]
        )
        if polled.exists():
            raise ScanRefused(
                _("%(what)s contient des équipements d’une autre implantation.") % {"what": text}
            )


@transaction.atomic
def cancel_scan(user: User, scan: Scan) -> Scan:
    """Stop a scan: what it has found stays. Over already: nothing happens."""
    answer = can_discover(user, scan.site, timezone.localdate())
    if isinstance(answer, Refused):
        raise PermissionDenied(answer.why)
    now = timezone.now()
    stopped = Scan.objects.live().filter(pk=scan.pk)
    if stopped.update(state=ScanState.CANCELLED, ended_at=now, lease_until=None):
        record_action(user, "cancel_scan", scan, site=scan.site)
        announce("scan", scan.pk, site=scan.site_id)
    scan.refresh_from_db()
    return scan


def schedule_scans(now: dt.datetime) -> list[int]:
    """Queue the weekly scans that are due: consenting open sites with prefixes, the longest waited
    for first, a few at a tick."""
    every = settings.DISCOVERY_DAYS
    if every <= 0:
        return []
    of_site = Scan.objects.filter(site=OuterRef("pk"))
    recent = of_site.filter(created_at__gt=now - dt.timedelta(days=every))
    due = (
        supervised_sites(timezone.localdate(now))
        .open()
        .filter(Exists(Prefix.objects.filter(site=OuterRef("pk"))), ~Exists(recent))
        .annotate(last=Subquery(of_site.order_by("-created_at").values("created_at")[:1]))
        .order_by(F("last").asc(nulls_first=True), "pk")
    )
    begun: list[int] = []
    for site in due.iterator(chunk_size=AT_ONCE):
        if len(begun) == AT_ONCE:
            break
        asked = prefixes_to_search(site)
        if not asked:
            continue
        try:
            total = len(unfold(asked))
            with transaction.atomic():
                scan = Scan.objects.create(
                    site=site, asked=asked, total=total, scheduled=True, port=usual_port(site)
                )
        except (IntegrityError, ScanRefused):
            continue
        begun.append(scan.pk)
    return begun
