"""A cause that ends before its consequences: the ticket follows what is still broken."""

from __future__ import annotations

from django.utils import timezone

from helpdesk.actions.open_tickets import Pulled, open_tickets
from helpdesk.actions.resolve_ticket import resolve_ticket
from helpdesk.actions.take_ticket import take_ticket
from helpdesk.evidence import known_about
from helpdesk.models import CauseRole, EventKind, Ticket, TicketCause
from helpdesk.rows import rows_of
from helpdesk.story import story_of
from inventory.models import Category, Device, RoomCoverage
from schools.models import AuditEntry
from supervision.models import Incident, IncidentState
from tests.cast import Cast, make_device, make_room
from tests.helpdesk.faults import fail, fail_new, mend


def _cut(cast: Cast, *names: str) -> tuple[Incident, list[Incident]]:
    """The router is down, and switches behind it: one ticket."""
    root = fail_new(cast.tilleuls, "RT-1", Category.ROUTER)
    effects = [fail(make_device(cast.tilleuls, name), root=root) for name in names]
    open_tickets()
    return root, effects


def _raise(incident: Incident) -> None:
    """As supervision does once the device above has answered and the agreed time has passed."""
    Incident.objects.filter(pk=incident.pk).update(
        state=IncidentState.OPEN, root=None, raised_at=timezone.now()
    )


def _release(incident: Incident) -> None:
    """As supervision does when the root is over: held again, behind nobody."""
    Incident.objects.filter(pk=incident.pk).update(state=IncidentState.HELD, root=None)


def _point(device: Device, root: Incident, room: str) -> Incident:
    point = make_device(device.site, f"AP-{room}", Category.ACCESS_POINT)
    RoomCoverage.objects.create(access_point=point, room=make_room(device.site, room))
    return fail(point, root=root)


def test_the_consequence_that_stays_becomes_the_cause(cast: Cast) -> None:
    root, (switch,) = _cut(cast, "SW-B1")
    mend(root)
    open_tickets()
    _raise(switch)
    assert open_tickets() == Pulled(followed=1)
    ticket = Ticket.objects.get()
    assert ticket.causes.get(incident=switch).role == CauseRole.ROOT
    assert ticket.title == "Commutateur SW-B1 injoignable"
    assert ticket.device == switch.device
    assert ticket.priority == 3
    (line,) = [x for x in story_of(ticket, cast.sofia) if x.kind == EventKind.CAUSE]
    assert line.text == "La cause est maintenant SW-B1, toujours en panne"
    assert AuditEntry.objects.filter(action="change_cause").count() == 1
    assert open_tickets() == Pulled()


def test_the_pages_lead_with_what_is_still_broken(cast: Cast) -> None:
    root, (switch,) = _cut(cast, "SW-B1")
    take_ticket(Ticket.objects.get().pk, by=cast.sofia)
    mend(root)
    _release(switch)
    open_tickets()
    ticket = Ticket.objects.select_related("site__school").get()
    told = [r.incident.device.name for r in known_about(ticket).roots]
    assert told == ["SW-B1", "RT-1"]
    assert known_about(ticket).roots[0].tone == "down"
    assert rows_of([ticket], timezone.now())[0].cause.text == "SW-B1 injoignable"


def test_a_ticket_that_somebody_took_keeps_its_words(cast: Cast) -> None:
    root, (switch,) = _cut(cast, "SW-B1")
    before = take_ticket(Ticket.objects.get().pk, by=cast.sofia)
    mend(root)
    _raise(switch)
    open_tickets()
    ticket = Ticket.objects.select_related("site__school").get()
    assert (ticket.title, ticket.priority) == (before.title, before.priority)
    assert ticket.events.filter(kind=EventKind.CAUSE).count() == 1
    assert known_about(ticket).roots[0].incident == switch


def test_two_that_stay_are_two_faults(cast: Cast) -> None:
    root, (first, second) = _cut(cast, "SW-A1", "SW-B1")
    behind = fail(make_device(cast.tilleuls, "AP-B1", Category.ACCESS_POINT), root=root)
    open_tickets()
    mend(root)
    open_tickets()
    _raise(first)
    _raise(second)
    Incident.objects.filter(pk=behind.pk).update(root=second)
    open_tickets()
    old, new = Ticket.objects.order_by("pk")
    assert {c.incident_id for c in old.causes.filter(incident__closed_at=None)} == {first.pk}
    assert new.causes.get(role=CauseRole.ROOT).incident == second
    assert new.causes.get(role=CauseRole.EFFECT).incident == behind
    assert "SW-B1" in new.title
    assert TicketCause.objects.count() == 4
    assert open_tickets() == Pulled()


def test_what_stays_behind_a_resolved_ticket_gets_its_own(cast: Cast) -> None:
    root, (switch,) = _cut(cast, "SW-B1")
    ticket = take_ticket(Ticket.objects.get().pk, by=cast.sofia)
    mend(root)
    open_tickets()
    resolve_ticket(ticket.pk, "remote", "", by=cast.sofia)
    _raise(switch)
    open_tickets()
    new = Ticket.objects.exclude(pk=ticket.pk).get()
    assert new.state == "new"
    assert new.causes.get().incident == switch


def test_the_title_counts_the_rooms_of_consequences_that_come_late(cast: Cast) -> None:
    root = fail_new(cast.tilleuls)
    open_tickets()
    assert Ticket.objects.get().title == "Commutateur SW-B1 injoignable"
    points = [_point(root.device, root, f"B.{n:02}") for n in range(5)]
    open_tickets()
    ticket = Ticket.objects.get()
    assert ticket.title == "Commutateur SW-B1 injoignable, 5 locaux touchés"
    mend(points[0])
    open_tickets()
    ticket.refresh_from_db()
    assert ticket.title == "Commutateur SW-B1 injoignable, 4 locaux touchés"


def test_the_deadline_follows_the_priority_of_an_untouched_ticket(cast: Cast) -> None:
    root, (switch,) = _cut(cast, "SW-B1")
    urgent = Ticket.objects.get()
    mend(root)
    _raise(switch)
    open_tickets()
    ticket = Ticket.objects.get()
    assert (urgent.priority, ticket.priority) == (2, 3)
    assert (ticket.promise_s or 0) > (urgent.promise_s or 0) > 0
    assert ticket.events.filter(kind=EventKind.PRIORITY).count() == 1


def test_batches_of_consequences_are_one_line_of_the_story(cast: Cast) -> None:
    root = fail_new(cast.tilleuls)
    open_tickets()
    effects = []
    for n in range(9):
        effects.append(fail(make_device(cast.tilleuls, f"AP-{n}"), root=root))
        open_tickets()
    ticket = Ticket.objects.get()
    assert ticket.events.filter(kind=EventKind.ATTACHED).count() == 9
    (line,) = [x for x in story_of(ticket, cast.sofia) if x.kind == EventKind.ATTACHED]
    assert line.text.startswith("9 conséquences rattachées")
    assert line.names == [f"AP-{n}" for n in range(9)]
    for incident in [root, *effects]:
        mend(incident)
        open_tickets()
    (line,) = [x for x in story_of(ticket, cast.sofia) if x.kind == EventKind.RECOVERED]
    assert line.text.startswith("10 équipements rétablis, le dernier après 10\u00a0min")
    assert line.names[0] == "SW-B1"
