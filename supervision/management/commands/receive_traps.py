"""Receive SNMP traps and poll at once what they speak of."""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.db.models import Max
from kombu.exceptions import OperationalError

from schools.commands import HouseCommand
from supervision.actions.handle_trap import handle_trap
from supervision.models import CredentialSet, Target
from supervision.snmp.contract import Community, UsmUser
from supervision.snmp.traps import Trap, TrapReceiver
from supervision.tasks import poll_targets

log = logging.getLogger(__name__)

TRIES = 30
"""Times a trap is tried again while the database is away, a second apart."""
LOOK_UP_S = 5.0
_asker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trap-credential")
CHECK_S = 30.0
"""Seconds between two looks at the credentials: new ones are taken without a restart."""


class Command(HouseCommand):
    help = "Receive SNMP traps (v1, v2c, v3) and informs; each makes its devices polled at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default=settings.TRAP_ADDRESS)
        parser.add_argument("--port", type=int, default=settings.TRAP_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        waiting: queue.Queue[Trap] = queue.Queue(maxsize=20_000)
        threading.Thread(target=_drain, args=(waiting,), daemon=True).start()
        while True:
            stamp = _patiently(_stamp)
            receiver = _patiently(lambda: _receiver(options["address"], options["port"], waiting))
            threading.Thread(target=_stop_on_change, args=(receiver, stamp), daemon=True).start()
            self.stdout.write(f"Traps: {options['address']}:{options['port']}")
            receiver.run()


def _receiver(address: str, port: int, waiting: queue.Queue[Trap]) -> TrapReceiver:
    credentials = [row.credential() for row in CredentialSet.objects.all()]

    def put(trap: Trap) -> None:
        try:
            waiting.put_nowait(trap)
        except queue.Full:
            log.warning("Too many traps: one of %s was dropped", trap.source_address)

    return TrapReceiver(
        address,
        port,
        {one.community for one in credentials if isinstance(one, Community)},
        [one for one in credentials if isinstance(one, UsmUser)],
        put,
        resolve=_resolve,
    )


def _resolve(source: str, engine_id: bytes, user: str) -> UsmUser | None:
    """The credential with which we poll the sender, when it is of that user.

    The receiver asks from inside its event loop, where Django forbids queries: a thread of its
    own asks instead.
    """
    return _asker.submit(_credential_of, source, user).result(LOOK_UP_S)


def _credential_of(source: str, user: str) -> UsmUser | None:
    close_old_connections()
    rows = CredentialSet.objects.filter(
        pk__in=Target.objects.filter(address=source, parked=False).values("credential_set")
    )
    for row in rows:
        credential = row.credential()
        if isinstance(credential, UsmUser) and credential.user == user:
            return credential
    return None


def _stamp() -> tuple[object, ...]:
    """Changes when a credential is added, changed or removed."""
    found = CredentialSet.objects.aggregate(last=Max("changed_at"), top=Max("pk"))
    return found["last"], found["top"], CredentialSet.objects.count()


def _stop_on_change(receiver: TrapReceiver, stamp: tuple[object, ...]) -> None:
    while True:
        time.sleep(CHECK_S)
        if _patiently(_stamp) != stamp:
            receiver.stop()
            return


def _drain(waiting: queue.Queue[Trap]) -> None:
    while True:
        trap = waiting.get()
        try:
            ids = _patiently(
                lambda trap=trap: handle_trap(
                    trap.source_address, trap.trap_oid, trap.varbinds, trap.received_at
                )
            )
            if ids:
                _poll(ids)
        except Exception:
            log.exception("A trap of %s could not be handled", trap.source_address)


def _poll(ids: list[int]) -> None:
    """Ask a worker to poll now. Without broker the clock will: the targets are due already."""
    try:
        poll_targets.apply_async((ids,), retry=False, expires=30)
    except (OperationalError, OSError) as error:
        log.warning("No broker for an immediate poll: %s", error)


def _patiently(work: Any) -> Any:
    """Do some work with the database, waiting for it to come back when it is away."""
    for attempt in range(TRIES):
        try:
            close_old_connections()
            return work()
        except DatabaseError as error:
            if attempt == TRIES - 1:
                raise
            log.warning("The database is away (%s): trying again", error)
            time.sleep(1)
    return None
