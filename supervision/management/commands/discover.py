"""Discover the devices of a site now, in this process, and tell what was found."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db.models import Q

from schools.commands import HouseCommand
from schools.models import Site
from supervision.actions.poll import own_reader
from supervision.actions.run_scan import run_scan
from supervision.actions.start_scan import start_scan
from supervision.models import Scan, ScanFinding


class Command(HouseCommand):
    help = "Scan prefixes or addresses of a site by SNMP; without any, all prefixes of the site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("addresses", nargs="*", help="10.20.4.0/24, 10.20.5.7 …")
        parser.add_argument("--site", required=True, help="key, FASE number, or part of the name")
        parser.add_argument("--port", type=int, help="UDP; that of the site's devices")

    def handle(self, *args: Any, **options: Any) -> None:
        site = site_named(options["site"])
        try:
            scan = start_scan(None, site, options["addresses"], port=options["port"])
        except (PermissionDenied, ValidationError) as error:
            raise CommandError("; ".join(getattr(error, "messages", [str(error)]))) from None
        if not run_scan(scan.pk, own_reader()):
            raise CommandError(f"{site}: another discovery of this site is under way.")
        self._tell(Scan.objects.get(pk=scan.pk))

    def _tell(self, scan: Scan) -> None:
        findings = ScanFinding.objects.filter(scan=scan).select_related("observed__device")
        for finding in findings:
            seen = finding.observed
            if seen is None:
                self.stdout.write(f"{finding.address:<16}{finding.outcome} {finding.detail}")
                continue
            known = f"= {seen.device.name}" if seen.device else "not in the register"
            words = (seen.maker, seen.model or seen.hardware, seen.version, seen.serial or "")
            told = " · ".join(word for word in words if word)
            self.stdout.write(f"{finding.address:<16}{told} · {known} ({seen.matched_by or '–'})")
            for trouble in finding.troubles:
                self.stdout.write(f"{'':<16}! {trouble}")
        took = 0.0
        if scan.ended_at is not None and scan.started_at is not None:
            took = (scan.ended_at - scan.started_at).total_seconds()
        told = f"{scan.total} addresses, {scan.answered} devices, {scan.refused} refused"
        self.stdout.write(f"{scan.site}: {told}, {took:.1f} s")


def site_named(text: str) -> Site:
    """A site by key, number or name. Raises CommandError when none or several fit."""
    sites = Site.objects.select_related("school__authority", "municipality")
    wanted = Q(number=text) | Q(name__iexact=text)
    if text.isdecimal():
        wanted |= Q(pk=int(text))
    found = list(sites.filter(wanted)[:2]) or list(
        sites.filter(Q(name__icontains=text) | Q(school__name__icontains=text))[:2]
    )
    if len(found) != 1:
        raise CommandError(f"{text!r} names {'no site' if not found else 'several sites'}.")
    return found[0]
