"""One of everything at a site: what a door may show, and what it must hide from the neighbours."""

from __future__ import annotations

import datetime as dt
import hashlib
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
    Category,
    CliAccess,
    ConfigBackup,
    ConfigBlob,
    ConfigDrift,
    ConfigFailure,
    ConfigTemplate,
    Declaration,
    DeclarationNotice,
    Device,
    Difference,
    IpAddress,
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
    StockFinding,
    StockScan,
    StockTaking,
    Vlan,
)
from schools.actions.audit import record_action
from schools.actions.keep_view import save_view
from schools.actions.keep_webhook import make_webhook
from schools.actions.make_token import (
    make_token,
)
from schools.models import (
    ApiToken,
    AuditEntry,
    Document,
    Headcount,
    ImportRun,
    Invitation,
    IseClass,
    Level,
    ManagementChoice,
    OpeningException,
    OpeningHours,
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
from tests.world_byod import ByodWorld, make_byod_world
from tests.world_devices import DevicesWorld, make_devices_world
from tests.world_grants import GrantsWorld, make_grants_world
from tests.world_papers import (
    PHOTO,
    make_calendar,
    make_choice,
    make_document,
    make_import,
    make_opening,
    make_plan,
)
from tests.world_sharing import SharingWorld, make_sharing_world


@dataclass
class Everything(DevicesWorld, SharingWorld, GrantsWorld, ByodWorld):
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
    notice: DeclarationNotice
    """Told to the site's contact person."""
    webhook: Webhook
    """The technician's; it leads nowhere."""
    delivery: WebhookDelivery
    saved_view: SavedView
    config_template: ConfigTemplate
    push_plan: PushPlan
    push_step: PushStep
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
    return Everything(
        **vars(make_devices_world(room, name)),
        **vars(make_sharing_world(access_point, person, technician, name)),
        **vars(make_grants_world(site, technician, name)),
        **vars(make_byod_world(site, technician, name)),
        site=site,
        connection=make_connection(site, name),
        webhook=webhook,
        delivery=webhook.deliveries.create(entry=audit, sequence=1),
        saved_view=save_view(technician, "schools:sites", name, "q=a", shared=False),
        config_backup=versions[1],
        drift=ConfigDrift.objects.create(
            device=access_point, before=versions[0], after=versions[1], added=1
        ),
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
        declaration=(notice := _declare(site, person)).declaration,
        notice=notice,
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
        import_run=make_import(site),
        person=person,
        invitation=make_invitation(site, f"{name.lower()}-invite@example.org", technician),
    )


def _declare(site: Site, contact: User) -> DeclarationNotice:
    """What was declared ran out, and the contact person was told."""
    declaration = Declaration.objects.create(
        site=site,
        number=1,
        kind="signed",
        on=GIVEN,
        valid_until=GIVEN,
        signed_by_text="B. Exemple",
        role_text="direction",
        sha256=hashlib.sha256(b"{}").hexdigest(),
    )
    return DeclarationNotice.objects.create(declaration=declaration, kind="expired", person=contact)


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
