"""Plain words for tickets and measured faults."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from helpdesk.models import Ticket, TicketState
from helpdesk.reach import Touched
from inventory.models import Category
from schools.models import Community
from supervision.models import Incident
from supervision.phrases import check_text


def what_fails(incident: Incident) -> str:
    """What fails, without whose: ``injoignable``. Reads ``check_row__target``."""
    check = incident.check_row
    # A check that has recovered no longer holds the figure that failed: name the check alone.
    value = check.value if incident.closed_at is None else None
    what = check_text(check.target.profile, check.key, incident.severity, value)
    return _("%(what)s, instable") % {"what": what} if incident.flapping else what


def short_fault(incident: Incident) -> str:
    """``SW-B1 injoignable``. Reads the device and ``check_row__target``."""
    return f"{incident.device.name} {what_fails(incident)}"


def device_kind(category: str) -> str:
    """``Commutateur``: a category with a capital."""
    word = str(Category(category).label) if category in Category else _("équipement")
    return word[0].upper() + word[1:]


def fault_title(incident: Incident, touched: Touched) -> str:
    """What a measured fault is called, in the school's language.

    What the school loses when that is sure (a router takes Internet, access points take the WiFi
    of rooms), else the device and what fails.
    """
    german = incident.site.school.community == Community.DG
    with override("de" if german else "fr"):
        return _in_words(incident, touched)[:200]


def _in_words(incident: Incident, touched: Touched) -> str:
    category = incident.device.product.category
    if category == Category.ROUTER and incident.check_row.key == "reachability":
        return _("Routeur %(name)s injoignable : plus d’Internet") % {"name": incident.device.name}
    name = f"{device_kind(category)} {incident.device.name}"
    title = f"{name} {what_fails(incident)}"
    rooms = len(touched.rooms)
    if rooms and incident.severity == "down":
        count = ngettext("%(n)d local touché", "%(n)d locaux touchés", rooms) % {"n": rooms}
        return f"{title}, {count}"
    return title


@dataclass(frozen=True, slots=True)
class Badge:
    """A ticket's state as people see it: colour key, icon, word."""

    key: str
    icon: str
    word: str


def badge_of(ticket: Ticket, *, recovered: bool = False) -> Badge:
    """The badge of a ticket. ``recovered``: every measured cause has ended."""
    if ticket.state == TicketState.CLOSED:
        return Badge("unknown", "lock", _("Clos"))
    if ticket.state == TicketState.RESOLVED:
        return Badge("ok", "circle-check", _("Résolu"))
    if recovered:
        return Badge("recover", "trending-up", _("Rétabli"))
    if ticket.state == TicketState.WAITING:
        return Badge("unknown", "clock-pause", _("Attend l’école"))
    if ticket.assignee_id is None:
        return Badge("suspect", "user-off", _("À prendre"))
    return Badge("planned", "progress-check", _("En cours"))
