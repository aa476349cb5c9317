"""The RADIUS servers of the Region and the certificates that they stand on, as questions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from byod.actions.network.server_files import wanted_digest
from byod.models.network.servers import RadiusServer
from byod.models.people.authorities import CertificateAuthority

FORGOTTEN = dt.timedelta(days=7)
"""A machine that has told nothing for so long was taken away."""
LATE = dt.timedelta(minutes=30)
"""The timer runs every two minutes."""


@dataclass(frozen=True, slots=True)
class ServerTold:
    """What a machine last told of its files, and whether that still holds."""

    host: str
    checked_at: dt.datetime
    written_at: dt.datetime | None
    fault: str
    current: bool
    late: bool
    server_ends_at: dt.datetime | None
    equipment_ends_at: dt.datetime | None

    @property
    def refused(self) -> bool:
        return bool(self.fault)


@dataclass(frozen=True, slots=True)
class CertificateEnd:
    """A certificate and its end; ``kind``: root, issuer, server, equipment."""

    kind: str
    name: str
    ends_at: dt.datetime


def servers_told(now: dt.datetime) -> list[ServerTold]:
    """Some queries, none where no machine ever told anything."""
    rows = list(RadiusServer.objects.filter(checked_at__gt=now - FORGOTTEN))
    wanted = wanted_digest() if rows else ""
    return [
        ServerTold(
            row.host,
            row.checked_at,
            row.written_at,
            row.fault,
            row.digest == wanted and not row.fault,
            now - row.checked_at > LATE,
            row.server_ends_at,
            row.equipment_ends_at,
        )
        for row in rows
    ]


def certificates(servers: list[ServerTold]) -> list[CertificateEnd]:
    """Authorities that sign, then what each machine shows; the first that ends comes first."""
    rows = CertificateAuthority.objects.filter(retired_at=None)
    found = [CertificateEnd(row.rank, row.subject, row.expires_at) for row in rows]
    for one in servers:
        told = (("server", one.server_ends_at), ("equipment", one.equipment_ends_at))
        found += [CertificateEnd(kind, one.host, ends) for kind, ends in told if ends is not None]
    return sorted(found, key=lambda one: one.ends_at)
