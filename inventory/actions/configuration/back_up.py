"""Read the configurations of claimed devices, several at once, and keep what they say.

Threads wait for the network and know no database; this thread writes, as answers come in. No
transaction is open while a device is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.actions.configuration.claim import Claimed
from inventory.actions.configuration.record import Reading, keep_failure, keep_reading
from inventory.cli.contract import (
    CliError,
    Dropped,
    Endpoint,
    HostKeyChanged,
    Hung,
    Login,
    Refused,
    Rejected,
    Unreachable,
)
from inventory.cli.platforms import PlatformError
from inventory.cli.session import Opener, open_session
from inventory.models import FailureReason

REASONS: tuple[tuple[type[CliError], FailureReason], ...] = (
    (Unreachable, FailureReason.UNREACHABLE),
    (Refused, FailureReason.REFUSED),
    (HostKeyChanged, FailureReason.HOST_KEY),
    (Hung, FailureReason.HUNG),
    (Dropped, FailureReason.DROPPED),
    (Rejected, FailureReason.REJECTED),
)


def back_up(claimed: Sequence[Claimed], opener: Opener = open_session) -> int:
    """Read them all, at once; how many could be read. Never raises for a device."""
    ready = []
    for one in claimed:
        if one.login is None:
            _without_login(one)
        else:
            ready.append((one, one.login))
    if not ready:
        return 0
    read = 0
    with ThreadPoolExecutor(len(ready), thread_name_prefix="backup") as pool:
        waiting = {pool.submit(read_one, one.endpoint, login, opener): one for one, login in ready}
        for done in as_completed(waiting):
            read += _keep(waiting[done], done)
    return read


def read_one(endpoint: Endpoint, login: Login, opener: Opener = open_session) -> Reading:
    """One session, one command. Raises CliError."""
    began = time.monotonic()
    with closing(opener(endpoint, login, settings.CONFIG_TIMEOUT_S)) as session:
        text = session.running()
        return Reading(text, int((time.monotonic() - began) * 1000), session.host_key)


def _keep(one: Claimed, done: Future[Reading]) -> bool:
    now = timezone.now()
    try:
        reading = done.result()
    except CliError as error:
        reason = next(reason for kind, reason in REASONS if isinstance(error, kind))
        key = error.key if isinstance(error, HostKeyChanged) else ""
        keep_failure(
            one.access_id,
            reason,
            str(error),
            now,
            token=one.token,
            set_id=one.set_id,
            offered_key=key,
        )
        return False
    except PlatformError:
        said = _("La plateforme « %s » n’est plus décrite.") % one.endpoint.platform
        keep_failure(one.access_id, FailureReason.REJECTED, said, now, token=one.token)
        return False
    kept = keep_reading(
        one.access_id,
        reading,
        now,
        token=one.token,
        cause=one.cause,
        actor_id=one.actor_id,
        set_id=one.set_id,
    )
    return kept is not None


def _without_login(one: Claimed) -> None:
    reason, said = FailureReason.NO_LOGIN, _("Aucun jeu d’identifiants ne vaut pour ce site.")
    if one.suspended:
        reason = FailureReason.SUSPENDED
        said = _("Trop d’équipements refusent ces identifiants : corrigez-les d’abord.")
    keep_failure(one.access_id, reason, said, timezone.now(), token=one.token)
