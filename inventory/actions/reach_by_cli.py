"""The way to devices through their command lines: what backups know of them, and sessions."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.actions.configuration.logins import login_for
from inventory.actions.configuration.record import Reading, keep_failure, keep_reading
from inventory.cli.contract import Endpoint, HostKeyChanged, Refused, Session, Unreachable
from inventory.cli.platforms import platform_of
from inventory.cli.session import open_session
from inventory.cli.volatile import stable
from inventory.masked import masked
from inventory.models import Cause, CliAccess, ConfigBackup, Device, FailureReason
from inventory.reach import LastRead, digest_of


class CliReach:
    """Sessions by netmiko; readings from, and for, the backups of configurations."""

    def last_reads(self, devices: Iterable[Device]) -> dict[int, LastRead]:
        rows = ConfigBackup.objects.current().filter(device__in=list(devices))
        return {
            row.device_id: LastRead(
                row.platform, row.blob_id, row.blob.text().splitlines(), row.last_seen_at
            )
            for row in rows.select_related("blob")
        }

    def platforms(self, devices: Iterable[Device]) -> dict[int, str]:
        rows = CliAccess.objects.filter(device__in=list(devices), enabled=True)
        return dict(rows.values_list("device", "platform"))

    def open(self, device: Device) -> Session:
        """Raises CliError. A refused set is tried no further: that would lock its account."""
        access = self._access(device)
        if access is None:
            raise Unreachable(_("Aucun accès à sa ligne de commande n’est enregistré."))
        chosen = login_for(access)
        if chosen is None:
            raise Refused(_("Aucun jeu d’identifiants ne vaut pour ce site."))
        if chosen.is_suspended:
            raise Refused(_("Trop d’équipements refusent ces identifiants : corrigez-les."))
        where = Endpoint(access.platform, access.address, access.port, access.host_key)
        try:
            return open_session(where, chosen.login(), settings.CONFIG_TIMEOUT_S)
        except Refused as refused:
            reason, now = FailureReason.REFUSED, timezone.now()
            keep_failure(access.pk, reason, str(refused), now, set_id=chosen.pk)
            raise
        except HostKeyChanged as other:
            reason, now = FailureReason.HOST_KEY, timezone.now()
            keep_failure(access.pk, reason, str(other), now, offered_key=other.key)
            raise

    def plain(self, device: Device, running: str) -> tuple[list[str], str]:
        access = self._access(device)
        if access is None:
            return running.splitlines(), ""
        text = stable(running, platform_of(access.platform))
        return text.splitlines(), digest_of(text)

    def masked(self, platform: str, line: str) -> str:
        return masked(line, platform)

    def keep(self, device: Device, running: str, *, planned: bool) -> None:
        access = self._access(device)
        if access is not None:
            cause = Cause.AFTER_PUSH if planned else Cause.BEFORE_PUSH
            keep_reading(access.pk, Reading(running, 0), timezone.now(), cause=cause)

    def _access(self, device: Device) -> CliAccess | None:
        rows = CliAccess.objects.select_related("device__site__school", "credential_set")
        return rows.filter(device=device).first()
