"""One of everything at a site: what a door may show, and what it must hide from the neighbours."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.utils import timezone

from helpdesk.models import (
    Attachment,
    CauseRole,
    Comment,
    EventKind,
    Ticket,
    TicketCause,
    TicketEvent,
    VisualCheck,
)
from inventory.actions.note_moves import note_moves
from inventory.models import (
    Bookable,
    BookableDevice,
    Booking,
    CalendarFeed,
    Category,
    CliAccess,
    ConfigBackup,
    ConfigBlob,
    ConfigDrift,
    ConfigFailure,
    ConfigTemplate,
    Consumable,
    Declaration,
    Device,
    Difference,
    IpAddress,
    LessonGrid,
    LessonPeriod,
    Link,
    ObservedDevice,
    ObservedNeighbour,
    ObservedPort,
    Port,
    Prefix,
    PushPlan,
    PushStep,
    Rack,
    RackPlace,
    Radio,
    RoomCoverage,
    Ssid,
    StockCount,
    StockEntry,
    StockFinding,
    StockLine,
    StockScan,
    StockTaking,
    Store,
    Vlan,
    Wish,
)
from schools.actions.audit import record_action
from schools.actions.keep_view import save_view
from schools.actions.keep_webhook import make_webhook
from schools.actions.make_token import (
    make_token,
)
from schools.imports.plan import (
    Plan,
)
from schools.models import (
    AgreementText,
    ApiToken,
    AuditEntry,
    Consent,
    Document,
    ExceptionReason,
    Headcount,
    ImportFinding,
    ImportRun,
    ImportState,
    Invitation,
    IseClass,
    Level,
    ManagementChoice,
    OpeningException,
    OpeningHours,
    OpeningSpan,
    PeriodKind,
    PlanAnswer,
    PlanRemark,
    PlanSite,
    RoleKind,
    Room,
    SavedView,
    SchoolCalendar,
    Site,
    Teaching,
    TransitionPlan,
    User,
    Webhook,
    WebhookDelivery,
)
from supervision.models import (
    Check,
    CheckState,
    Incident,
    IncidentState,
    Sample,
    Scan,
    ScanFinding,
    Service,
    Severity,
    Snapshot,
    Target,
    TargetEvent,
)
from tests.cast import (
    GIVEN,
    make_device,
    make_invitation,
    make_link,
    make_person,
    make_room,
    make_target,
)
from tests.inventory.push.planned import make_push
from tests.lines import Connection, make_connection
from tests.world_devices import DevicesWorld, make_devices_world

PHOTO = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00"
    b"\x00IEND\xaeB`\x82"
)
"""The smallest PNG: one transparent pixel."""


@dataclass
class Everything(DevicesWorld):
    """A site whose access point is down, with the ticket that answers for it."""

    site: Site
    room: Room
    teaching: Teaching
    headcount: Headcount
    ise_class: IseClass
    document: Document
    """The signed paper of the school's consent."""
    choice: ManagementChoice
    plan: TransitionPlan
    """Approved: all who see the school read it."""
    switch: Device
    access_point: Device
    port: Port
    link: Link
    target: Target
    check: Check
    incident: Incident
    event: TargetEvent
    ticket: Ticket
    comment: Comment
    note: Comment
    """Internal: for technicians alone."""
    ticket_event: TicketEvent
    visual_check: VisualCheck
    attachment: Attachment
    audit: AuditEntry
    token: ApiToken
    """An access key of the technician."""
    opening: OpeningHours
    exception: OpeningException
    calendar: SchoolCalendar
    """Of the site's Community; the same one for every site of it."""
    import_run: ImportRun
    """A file that waits for a yes."""
    person: User
    """Contact person of the site alone."""
    invitation: Invitation
    prefix: Prefix
    vlan: Vlan
    ssid: Ssid
    ip_address: IpAddress
    rack: Rack
    radio: Radio
    panel: Device
    coverage: RoomCoverage
    observed_device: ObservedDevice
    observed_port: ObservedPort
    observed_neighbour: ObservedNeighbour
    difference: Difference
    config_backup: ConfigBackup
    drift: ConfigDrift
    """An unplanned change of the access point's configuration."""
    scan: Scan
    stock_taking: StockTaking
    """Running, with one scan, counted; a finding stands in for those of the closing."""
    stock_scan: StockScan
    stock_count: StockCount
    finding: StockFinding
    declaration: Declaration
    webhook: Webhook
    """The technician's; it leads nowhere."""
    delivery: WebhookDelivery
    saved_view: SavedView
    config_template: ConfigTemplate
    push_plan: PushPlan
    push_step: PushStep
    lesson_grid: LessonGrid
    bookable: Bookable
    booking: Booking
    """Of the site's contact person, next month."""
    wish: Wish
    store: Store
    stock_line: StockLine
    stock_entry: StockEntry
    connection: Connection


def make_everything(site: Site, technician: User, name: str = "SW") -> Everything:
    """Furnish ``site``; ``technician`` writes what people write."""
    now = timezone.now()
    room = make_room(site, f"{name}.01")
    switch = make_device(site, f"{name}-B1", room=room)
    access_point = make_device(site, f"AP-{name}", Category.ACCESS_POINT, room=room)
    coverage = RoomCoverage.objects.create(access_point=access_point, room=room)
    note_moves([access_point.pk], None)
    link = make_link(switch, access_point)
    target = make_target(access_point, next_poll_at=now - dt.timedelta(seconds=5))
    check, incident, event = _make_fault(target, now)
    Snapshot.objects.create(target=target, at=now, values={"clients": 12})
    Sample.objects.create(target=target, at=now, outcome="timeout", rtt_ms=None, metrics={})
    ticket = Ticket.objects.create(site=site, device=access_point, title=f"WiFi {name}")
    TicketCause.objects.create(ticket=ticket, incident=incident, role=CauseRole.ROOT)
    comment = Comment.objects.create(ticket=ticket, author=technician, body="Nous regardons.")
    note = Comment.objects.create(
        ticket=ticket, author=technician, body="note-interne", internal=True
    )
    asked = VisualCheck.objects.create(ticket=ticket, device=access_point, asked_by=technician)
    photo = Attachment(
        ticket=ticket, content_type="image/png", size=len(PHOTO), uploaded_by=technician
    )
    photo.file.save("photo.png", ContentFile(PHOTO))
    observed = ObservedDevice.objects.create(
        site=site, via="snmp", name=f"inconnu-{name}", address=target.address
    )
    second, third = divmod(site.pk % 65536, 256)
    prefix = Prefix.objects.create(site=site, cidr=f"10.{second}.{third}.0/24")
    vlan = Vlan.objects.create(site=site, vid=20, name="pedagogie")
    rack = Rack.objects.create(site=site, name="Baie", room=room)
    RackPlace.objects.create(rack=rack, device=switch, bottom=3)
    scan = Scan.objects.create(site=site, state="done", asked=[str(prefix)], total=254, cursor=254)
    ScanFinding.objects.create(
        scan=scan, address=target.address, outcome="answered", observed=observed
    )
    panel = make_device(site, f"PP-{name}", Category.PANEL, room=room)
    taking = StockTaking.objects.create(site=site, opened_by=technician)
    seen = StockScan.objects.create(stock_taking=taking, text=panel.name, device=panel)
    audit = record_action(technician, "take_ticket", ticket, site=site)
    webhook, _secret = make_webhook(technician, name, "http://127.0.0.1:9/", ["helpdesk"])
    versions = _make_configurations(access_point, now)
    person = make_person(f"{name} Exemple", RoleKind.CONTACT, site=site)
    grid, booking, wish = _make_booking(site, access_point, person, name)
    stock = _make_stock(site, technician, name)
    return Everything(
        **vars(make_devices_world(room, name)),
        site=site,
        connection=make_connection(site, name),
        webhook=webhook,
        delivery=webhook.deliveries.create(entry=audit, sequence=1),
        saved_view=save_view(technician, "schools:sites", name, "q=a", shared=False),
        config_backup=versions[1],
        drift=ConfigDrift.objects.create(
            device=access_point, before=versions[0], after=versions[1], added=1
        ),
        lesson_grid=grid,
        bookable=booking.bookable,
        booking=booking,
        wish=wish,
        store=stock.store,
        stock_line=StockLine.objects.get(store=stock.store),
        stock_entry=stock,
        prefix=prefix,
        vlan=vlan,
        ssid=Ssid.objects.create(site=site, name="Ecole", vlan=vlan),
        ip_address=IpAddress.objects.create(
            site=site, address=f"10.{second}.{third}.9", device=switch, is_management=True
        ),
        rack=rack,
        radio=Radio.objects.create(access_point=access_point, band="5", channel=36),
        panel=panel,
        stock_taking=taking,
        stock_scan=seen,
        stock_count=StockCount.objects.create(stock_taking=taking, device=panel, scan=seen, at=now),
        finding=StockFinding.objects.create(stock_taking=taking, kind="moved", device=panel),
        declaration=Declaration.objects.create(
            site=site,
            number=1,
            kind="signed",
            on=GIVEN,
            valid_until=GIVEN,
            signed_by_text="B. Exemple",
            role_text="direction",
            sha256=hashlib.sha256(b"{}").hexdigest(),
        ),
        coverage=coverage,
        observed_device=observed,
        observed_port=ObservedPort.objects.create(observed=observed, name="1"),
        observed_neighbour=ObservedNeighbour.objects.create(
            observed=observed, local_port="1", protocol="lldp", name=switch.name, device=switch
        ),
        difference=Difference.objects.create(
            site=site,
            kind="new",
            subject=f"new:{observed.pk}",
            observed_device=observed,
            observed=observed.name,
            fingerprint="0" * 32,
        ),
        scan=scan,
        config_template=(step := make_push(site, switch, technician)).plan.template,
        push_plan=step.plan,
        push_step=step,
        room=room,
        teaching=Teaching.objects.create(site=site, level=Level.PRIMARY),
        headcount=Headcount.objects.create(site=site, level=Level.PRIMARY, year=2026, pupils=120),
        ise_class=IseClass.objects.create(site=site, year=2026, value="3b"),
        document=make_document(site, technician),
        choice=make_choice(site),
        plan=make_plan(site, technician),
        switch=switch,
        access_point=access_point,
        port=switch.ports.get(),
        link=link,
        target=target,
        check=check,
        incident=incident,
        event=event,
        ticket=ticket,
        comment=comment,
        note=note,
        ticket_event=TicketEvent.objects.create(ticket=ticket, kind=EventKind.OPENED),
        visual_check=asked,
        attachment=photo,
        audit=audit,
        token=make_token(technician, f"clé {name}")[0],
        opening=(opening := make_opening(site)),
        exception=opening.exceptions.get(),
        calendar=make_calendar(site.school.community),
        import_run=_make_import(site),
        person=person,
        invitation=make_invitation(site, f"{name.lower()}-invite@example.org", technician),
    )


def _make_configurations(device: Device, now: dt.datetime) -> list[ConfigBackup]:
    """Two versions, the second one unplanned; the first reading failed."""
    texts = ["hostname AP\n", "hostname AP\nvlan 66\n"]
    blobs = [ConfigBlob.keep(text) for text in texts]
    CliAccess.objects.create(
        device=device, address=f"127.97.{device.pk // 250 % 250}.{1 + device.pk % 250}",
        platform="aruba_os", state="ok", last_read_at=now, expected_id=blobs[0],
    )  # fmt: skip
    ConfigFailure.objects.create(device=device, reason="hung", ended_at=now)
    return [
        ConfigBackup.objects.create(
            device=device, blob_id=blob, platform="aruba_os", cause="schedule", current=n == 1,
            at=now - dt.timedelta(hours=2 - n), last_seen_at=now - dt.timedelta(hours=1 - n),
        )
        for n, blob in enumerate(blobs)
    ]  # fmt: skip


def _make_booking(
    site: Site, piece: Device, person: User, name: str
) -> tuple[LessonGrid, Booking, Wish]:
    """A shared set with one device, booked for an hour next month; somebody waits for it."""
    grid = LessonGrid.objects.create(school=site.school, from_on=GIVEN)
    LessonPeriod.objects.create(grid=grid, weekday=0, rank=1, starts_min=500, ends_min=550)
    bookable = Bookable.objects.create(site=site, name=f"Chariot {name}", kind="trolley")
    BookableDevice.objects.create(bookable=bookable, device=piece)
    begin = timezone.now().replace(microsecond=0) + dt.timedelta(days=30)
    span = (begin, begin + dt.timedelta(hours=1))
    booking = Booking.objects.create(
        bookable=bookable, span=span, blocked=span, person=person, approved_at=begin, periods=[1]
    )
    booking.refresh_from_db()
    CalendarFeed.objects.create(person=person, digest=hashlib.sha256(name.encode()).hexdigest())
    wish = Wish.objects.create(bookable=bookable, span=span, person=person, periods=[1])
    return grid, booking, wish


def _make_stock(site: Site, technician: User, name: str) -> StockEntry:
    """Three toners received at the site's own store."""
    consumable = Consumable.objects.create(name=f"Toner {name}", kind="toner")
    return StockEntry.objects.create(
        store=Store.objects.create(site=site, name=f"Stock {name}"),
        consumable=consumable,
        movement="received",
        quantity=3,
        key=uuid.uuid4(),
        actor=technician,
        actor_text=str(technician),
    )


def make_opening(site: Site) -> OpeningHours:
    """Open every day around the clock, but for one day long ago: no test depends on the hour."""
    opening = OpeningHours.objects.create(
        site=site, number=site.openings.count() + 1, made_by_text="Claire Exemple"
    )
    OpeningSpan.objects.bulk_create(
        OpeningSpan(opening=opening, weekday=day, opens_min=0, closes_min=1440) for day in range(7)
    )
    OpeningException.objects.create(
        opening=opening,
        first_on=dt.date(2020, 1, 6),
        last_on=dt.date(2020, 1, 6),
        reason=ExceptionReason.TRAINING,
    )
    opening.sealed = True
    opening.save()
    return opening


def make_calendar(community: str) -> SchoolCalendar:
    """A calendar of a year long gone, made once per Community."""
    calendar, made = SchoolCalendar.objects.get_or_create(
        community=community, year=2019, number=1, defaults={"source": "Exemple"}
    )
    if made:
        day = dt.date(2019, 10, 28)
        calendar.periods.create(kind=PeriodKind.AUTUMN, first_on=day, last_on=day)
        calendar.sealed = True
        calendar.save()
    return calendar


def make_document(site: Site, by: User) -> Document:
    """The signed paper of the school's agreement, given if it was not."""
    consent = site.school.consents.first() or Consent.objects.create(
        kind="supervision", school=site.school, given_on=GIVEN, signed_by="B. Exemple"
    )
    text, _new = AgreementText.objects.get_or_create(
        kind=consent.kind, version=1, defaults={"body_fr": "Texte.", "body_de": "Text."}
    )
    Consent.objects.filter(pk=consent.pk).update(text=text)
    known = consent.documents.first()
    if known is not None:
        return known
    paper = Document(
        consent=consent,
        name="accord.pdf",
        content_type="application/pdf",
        size=len(PHOTO),
        sha256=hashlib.sha256(PHOTO).hexdigest(),
        uploaded_by=by,
    )
    paper.file.save("accord.pdf", ContentFile(PHOTO))
    return paper


def make_choice(site: Site) -> ManagementChoice:
    """That the network is managed as it is."""
    return ManagementChoice.objects.create(
        site=site, mode=site.management, from_on=GIVEN, chosen_by_text="B. Exemple"
    )


def make_plan(site: Site, by: User) -> TransitionPlan:
    """A version that was approved, with one answer and one site that asks."""
    known = site.school.plans.first()
    if known is not None:
        return known
    now = timezone.now()
    plan = TransitionPlan.objects.create(school=site.school, version=1)
    PlanAnswer.objects.create(plan=plan, question="aims", body="Apprendre mieux.")
    PlanSite.objects.create(plan=plan, site=site, asks=True)
    PlanRemark.objects.create(plan=plan, author=by, body="Merci.")
    plans = TransitionPlan.objects.filter(pk=plan.pk)
    plans.update(state="submitted", submitted_at=now, submitted_by=by)
    plans.update(state="approved", decided_at=now, decided_by=by, approved_on=now.date())
    plan.refresh_from_db()
    return plan


def _make_import(site: Site) -> ImportRun:
    run = ImportRun.objects.create(
        kind="register",
        state=ImportState.PREVIEWED,
        file_name=f"registre {site.name}.csv",
        sha256="0" * 64,
        size=1,
        counts=Plan().counts(),
    )
    ImportFinding.objects.create(run=run, outcome="refused", line=2, object_text=str(site))
    return run


def _make_fault(target: Target, now: dt.datetime) -> tuple[Check, Incident, TargetEvent]:
    began = now - dt.timedelta(minutes=20)
    check = Check.objects.create(
        target=target,
        key="reachability",
        service=Service.WIFI,
        state=CheckState.CONFIRMED,
        severity=Severity.DOWN,
        failing_since=began,
        state_at=began,
    )
    incident = Incident.objects.create(
        check_row=check,
        device=target.device,
        site=target.site,
        service=Service.WIFI,
        severity=Severity.DOWN,
        state=IncidentState.OPEN,
        began_at=began,
        confirmed_at=began + dt.timedelta(minutes=5),
        raised_at=began + dt.timedelta(minutes=5),
    )
    event = TargetEvent.objects.create(
        target=target, at=began, kind="state", check_row=check, old="ok", new="suspect"
    )
    return check, incident, event
