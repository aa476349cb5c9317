"""A stock-taking as its pages show it: progress per room, findings, the latest scans."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.actions.record_scans import outcome_of
from inventory.models import FindingKind, StockCount, StockFinding, StockScan, StockTaking
from schools.models import Room, Site, User

RECENT = 12
OUTCOMES = {
    "seen": ("ok", "circle-check"),
    "moved": ("suspect", "arrows-exchange"),
    "back": ("suspect", "arrow-back-up"),
    "elsewhere": ("effect", "map-pin-question"),
    "unknown": ("down", "help-circle"),
}
"""What a scan is → the badge's state and icon."""
DEEDS = {
    FindingKind.MISSING: (gettext_lazy("Marquer perdu"), "map-pin-off"),
    FindingKind.MOVED: (gettext_lazy("Changer de local"), "arrows-exchange"),
    FindingKind.BACK: (gettext_lazy("Remettre en service"), "arrow-back-up"),
    FindingKind.ELSEWHERE: (gettext_lazy("Transférer ici"), "map-pin-question"),
    FindingKind.UNKNOWN: (gettext_lazy("Prendre note"), "help-circle"),
    FindingKind.DAMAGED: (gettext_lazy("Envoyer en réparation"), "tool"),
}


def outcome_word(outcome: str, again: bool = False) -> str:
    """A scan in a word or two."""
    if again and outcome in {"seen", "moved"}:
        return _("Déjà compté")
    return {
        "seen": _("Compté"),
        "moved": _("Autre local"),
        "back": _("De retour"),
        "elsewhere": _("Inscrit ailleurs"),
        "unknown": _("Inconnu"),
    }[outcome]


@dataclass(frozen=True)
class RoomProgress:
    """How far a room is."""

    room: int | None
    name: str
    expected: int
    counted: int

    @property
    def left(self) -> int:
        return self.expected - self.counted

    @property
    def percent(self) -> int:
        return 100 * self.counted // self.expected if self.expected else 100


@dataclass(frozen=True)
class Progress:
    """How far a stock-taking is, room by room."""

    expected: int
    counted: int
    others: int
    """Counted, though not expected."""
    rooms: list[RoomProgress]

    @property
    def percent(self) -> int:
        return 100 * self.counted // self.expected if self.expected else 100

    @property
    def left(self) -> int:
        return self.expected - self.counted


def progress_of(taking: StockTaking) -> Progress:
    """Two queries, whatever the number of rooms and devices."""
    counts = set(StockCount.objects.filter(stock_taking=taking).values_list("device", flat=True))
    expected = list(
        taking.expected_devices.order_by("room_text").values_list("device", "room", "room_text")
    )
    wanted = Counter((room, name) for _device, room, name in expected)
    seen = Counter((room, name) for device, room, name in expected if device in counts)
    rooms = [
        RoomProgress(room, name or _("Sans local"), n, seen[(room, name)])
        for (room, name), n in wanted.items()
    ]
    done = sum(seen.values())
    return Progress(len(expected), done, len(counts) - done, rooms)


@dataclass(frozen=True)
class Row:
    """One scan of the log."""

    scan: StockScan
    outcome: str
    word: str
    state: str
    icon: str
    name: str


def log_of(taking: StockTaking, user: User, by: User | None = None) -> list[Row]:
    """The latest standing scans, of everybody or of one person. One query and one for names."""
    scans = StockScan.objects.standing().filter(stock_taking=taking)
    if by is not None:
        scans = scans.filter(by=by)
    rows = list(scans.select_related("device__product", "room", "by")[:RECENT])
    seen = visible_sites(user, {scan.device.site_id for scan in rows if scan.device})
    found = []
    for scan in rows:
        outcome = outcome_of(taking, scan.device, scan.room)
        state, icon = OUTCOMES[outcome]
        shown = scan.device is not None and scan.device.site_id in seen
        name = scan.device.name if shown and scan.device else scan.text
        found.append(Row(scan, outcome, outcome_word(outcome), state, icon, name))
    return found


def visible_sites(user: User, keys: set[int]) -> set[int]:
    """Those of these sites that the person sees: elsewhere, a device has no name for them."""
    return set(Site.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))


@dataclass(frozen=True)
class FindingRow:
    """One finding, what it says, and what accepting it does."""

    row: StockFinding
    name: str
    sentence: str
    deed: str
    icon: str
    url: bool


def findings_of(taking: StockTaking, user: User) -> list[FindingRow]:
    """Every finding, in words. Two queries."""
    rows = list(
        taking.findings.select_related("device__product", "device__room", "room", "decided_by")
    )
    seen = visible_sites(user, {row.device.site_id for row in rows if row.device})
    return [_finding(row, seen) for row in rows]


def _finding(row: StockFinding, seen: set[int]) -> FindingRow:
    known = row.device is not None and row.device.site_id in seen
    name = row.device.name if known and row.device else row.text or _("appareil d’une autre école")
    deed, icon = DEEDS[FindingKind(row.kind)]
    return FindingRow(row, name, sentence_of(row, known), str(deed), icon, known)


def sentence_of(row: StockFinding, known: bool) -> str:
    """What was found, as a fact."""
    device = row.device
    room = row.room.name if row.room else _("local inconnu")
    here = device.room.name if device and device.room else _("sans local")
    if row.kind == FindingKind.MISSING:
        return _("attendu en %(room)s, pas vu") % {"room": here}
    if row.kind == FindingKind.MOVED:
        return _("inscrit en %(here)s, vu en %(room)s") % {"here": here, "room": room}
    if row.kind == FindingKind.BACK and device:
        return _("inscrit comme %(state)s, vu en %(room)s") % {
            "state": device.get_state_display(),
            "room": room,
        }
    if row.kind == FindingKind.ELSEWHERE:
        where = str(device.site) if known and device else _("une autre école")
        return _("inscrit à %(where)s, vu en %(room)s") % {"where": where, "room": room}
    if row.kind == FindingKind.DAMAGED:
        return _("signalé abîmé pendant le récolement")
    return _unknown(row, room)


def _unknown(row: StockFinding, room: str) -> str:
    told = {"text": row.text, "room": room}
    if row.device is not None:
        return _("lu «\u00a0%(text)s\u00a0» en %(room)s, ajouté à l’inventaire") % told
    return _("l’inventaire ne connaît pas «\u00a0%(text)s\u00a0», vu en %(room)s") % told


def rooms_to_choose(taking: StockTaking) -> list[Room]:
    """Rooms of the site, those of the stock-taking alone where it names some."""
    chosen = list(taking.rooms.all())
    return chosen or list(Room.objects.filter(site=taking.site_id).open())
