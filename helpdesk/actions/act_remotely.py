"""Act on the network from a ticket: read a device again, restart the port that feeds it."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.access import ActionRefused, can_work, require
from helpdesk.actions.writing import lock_ticket, tell, write_event
from helpdesk.evidence import known_about
from helpdesk.models import EventKind, Ticket
from schools.models import User
from supervision.actions.poll_now import poll_now
from supervision.actions.restart_port import PortFailed, Writer, restart_port
from supervision.models import Target
from supervision.tasks import poll_targets


def read_again(pk: int, *, by: User, now: dt.datetime | None = None) -> Target:
    """Poll the ticket's device at once. Raises ActionRefused with the reason."""
    ticket = _seen(by, pk)
    known = known_about(ticket)
    if known.target is None:
        raise ActionRefused(_("Aucun équipement supervisé n’est lié à ce ticket."))
    try:
        targets = poll_now(by, known.target, now or timezone.now())
    except PermissionDenied as refused:
        raise ActionRefused(str(refused)) from refused
    text = _("%(device)s relu à la demande de %(who)s")
    _write(ticket, by, text % {"device": known.target.device.name, "who": by.full_name}, False)
    poll_targets.delay(targets)
    return known.target


def restart_feeding_port(
    pk: int, *, by: User, now: dt.datetime | None = None, writer: Writer | None = None
) -> str:
    """Restart the port of the device above. Returns ``SW-A1 port 24``; takes some seconds.

    Never on a network that the school manages itself. Raises ActionRefused with the reason. The
    line of the history is written first: whatever the network answers, people see what was tried.
    """
    ticket = _seen(by, pk)
    above = known_about(ticket).above
    target = Target.objects.filter(device=above.device).first() if above else None
    if above is None or target is None or not above.port:
        raise ActionRefused(_("Le port qui alimente cet équipement n’est pas connu."))
    name = _("%(device)s port %(port)s") % {"device": above.device.name, "port": above.port}
    try:
        restart_port(
            by, target, above.port, now or timezone.now(), why=f"ticket {pk}", writer=writer
        )
    except PermissionDenied as refused:
        raise ActionRefused(str(refused)) from refused
    except PortFailed as failed:
        text = _("%(port)s : redémarrage demandé par %(who)s, sans succès (%(why)s)")
        _write(ticket, by, text % {"port": name, "who": by.full_name, "why": str(failed)}, True)
        raise ActionRefused(
            _("%(port)s n’a pas redémarré : l’équipement ne répond pas ou refuse.") % {"port": name}
        ) from failed
    text = _("%(port)s redémarré par %(who)s")
    _write(ticket, by, text % {"port": name, "who": by.full_name}, True)
    return name


def _seen(by: User, pk: int) -> Ticket:
    seen = Ticket.objects.visible_to(by).select_related("site__school", "device__product")
    ticket = seen.get(pk=pk)
    require(can_work(by, ticket))
    return ticket


@transaction.atomic
def _write(ticket: Ticket, by: User, text: str, touch: bool) -> None:
    """Keep what was done; a reading alone does not make the ticket a person's."""
    row = lock_ticket(by, ticket.pk)
    write_event(row, EventKind.REMOTE, by=by, text=text)
    if touch and not row.touched:
        row.touched = True
        row.save(update_fields=["touched"])
    tell(row)
