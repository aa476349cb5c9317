"""From answers to identity: who a device is, by its family, each fact with its source. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from supervision.snmp.contract import Oid, Value
from supervision.snmp.family import Family, Source
from supervision.snmp.plausible import (
    address_of,
    mac_of,
    plausible_serial,
    plausible_text,
    text_of,
)
from supervision.snmp.sighting import (
    NOTHING,
    AccessPointCounts,
    Fact,
    SeenAccessPoint,
    SeenMember,
)

# ENTITY-MIB (RFC 6933) entPhysicalTable
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
ENTITY_COLUMNS: dict[str, Oid] = {
    "descr": f"{ENTITY}.2",
    "within": f"{ENTITY}.4",
    "class": f"{ENTITY}.5",
    "position": f"{ENTITY}.6",
    "name": f"{ENTITY}.7",
    "hardware": f"{ENTITY}.8",
    "firmware": f"{ENTITY}.9",
    "software": f"{ENTITY}.10",
    "serial": f"{ENTITY}.11",
    "maker": f"{ENTITY}.12",
    "model": f"{ENTITY}.13",
}
CHASSIS, STACK = 3, 11
DOT1D_ADDRESS = "1.3.6.1.2.1.17.1.1.0"
"""dot1dBaseBridgeAddress (RFC 4188): the bridge's own MAC address."""
LLDP_CHASSIS_TYPE, LLDP_CHASSIS = "1.0.8802.1.1.2.1.3.1.0", "1.0.8802.1.1.2.1.3.2.0"
"""lldpLocChassisIdSubtype, lldpLocChassisId."""
COMMON_SCALARS = (DOT1D_ADDRESS, LLDP_CHASSIS_TYPE, LLDP_CHASSIS)


@dataclass(slots=True)
class Answers:
    """All that a device answered: scalars by OID, columns by OID and instance."""

    object_id: Oid = ""
    descr: str = ""
    name: str = ""
    values: dict[Oid, Value] = field(default_factory=dict)
    columns: dict[Oid, Mapping[str, Value]] = field(default_factory=dict)

    def column(self, oid: Oid) -> Mapping[str, Value]:
        return self.columns.get(oid, {})


@dataclass(frozen=True, slots=True)
class Chassis:
    """A row of entPhysicalTable that stands for a whole device."""

    index: str
    position: int
    texts: Mapping[str, str]


PLAUSIBLE: dict[str, Callable[[str], bool]] = {"serial": plausible_serial}
_FROM_ENTITY = {
    "model": ("model",),
    "hardware": ("descr", "name"),
    "version": ("software", "firmware"),
    "serial": ("serial",),
}
"""Which fields of the chassis stand for a fact, in order."""


def facts_of(family: Family, answers: Answers) -> dict[str, Fact]:
    """Every fact of ``family.FACTS``, the first plausible source of each."""
    chassis = chassis_of(answers)
    head = chassis[0] if chassis else None
    found: dict[str, Fact] = {}
    for fact in ("model", "hardware", "version", "serial", "mac", "maker_from"):
        plausible = PLAUSIBLE.get(fact, plausible_text)
        candidates = _candidates(fact, family, answers, head)
        found[fact] = next((one for one in candidates if plausible(one.text)), NOTHING)
    return found


def _candidates(
    fact: str, family: Family, answers: Answers, head: Chassis | None
) -> Iterator[Fact]:
    """What each source says of a fact: the family's own, its patterns, ENTITY-MIB."""
    for source in family.sources.get(fact, ()):
        for text, origin in _texts(source, answers, head):
            shaped = _shaped(source, text, fact)
            if shaped:
                yield Fact(shaped, origin)
    for pattern in family.descr:
        match = pattern.search(answers.descr)
        if match and (text := _group(match, fact)):
            yield Fact(text, "sysDescr")
    if fact == "hardware" and family.entity and (stack := _stack_name(answers)):
        yield stack
    if family.entity and head is not None:
        for name in _FROM_ENTITY.get(fact, ()):
            if text := head.texts.get(name, ""):
                yield Fact(text, f"ENTITY-MIB {name}")
    if fact == "mac":
        yield from _own_macs(answers)


def _texts(source: Source, answers: Answers, head: Chassis | None) -> Iterator[tuple[str, str]]:
    """Raw texts of a source, and where each was read."""
    if source.oid:
        yield text_of(answers.values.get(source.oid)), source.oid
    elif source.column:
        for index, value in _rows(source, answers):
            yield text_of(value), f"{source.column}.{index}"
    elif source.entity:
        yield head.texts.get(source.entity, "") if head else "", f"ENTITY-MIB {source.entity}"
    elif source.descr is not None:
        match = source.descr.search(answers.descr)
        yield (
            _group(match, "value") or (match.group(0) if match else "") if match else "",
            "sysDescr",
        )
    elif source.object_id:
        yield answers.object_id, "sysObjectID"
    elif source.text:
        yield source.text, "family"
    elif source.parts:
        yield _joined(source, answers), " ".join(source.parts.values())


def _rows(source: Source, answers: Answers) -> Iterator[tuple[str, Value]]:
    """Rows of a column; with ``row = "own"`` only the one that has our address."""
    rows = answers.column(source.column)
    if source.row != "own":
        yield from rows.items()
        return
    mine = address_of(answers.values.get(source.mine))
    addresses = answers.column(source.addresses)
    own = [index for index, value in addresses.items() if mine and address_of(value) == mine]
    if not own and len(rows) == 1:
        own = list(rows)
    yield from ((index, rows[index]) for index in own if index in rows)


def _joined(source: Source, answers: Answers) -> str:
    """The template with its parts; a bracketed piece whose part is missing is left out."""
    parts = {name: text_of(answers.values.get(oid)) for name, oid in source.parts.items()}
    parts = {name: text if plausible_text(text) else "" for name, text in parts.items()}

    def piece(match: re.Match[str]) -> str:
        inner = match.group(1)
        names = re.findall(r"\{(\w+)\}", inner)
        return inner if all(parts.get(name) for name in names) else ""

    kept = re.sub(r"\[([^\]]*)\]", piece, source.template)
    if any(not parts.get(name) for name in re.findall(r"\{(\w+)\}", kept)):
        return ""
    return re.sub(r"\{(\w+)\}", lambda m: parts[m.group(1)], kept)


def _shaped(source: Source, text: str, fact: str) -> str:
    """A raw text through the pattern, the lookup table and the case of its source."""
    if source.pattern is not None:
        match = source.pattern.search(text)
        if match is None:
            return ""
        text = _group(match, fact) or _group(match, "value") or match.group(0)
    if source.remove is not None:
        text = source.remove.sub("", text)
    if source.map:
        text = _looked_up(source.map, text)
    if text and source.template and not source.parts:
        text = source.template.replace("{value}", text)
    if source.case:
        text = text.upper() if source.case == "upper" else text.lower()
    return " ".join(text.split())


def _looked_up(table: Mapping[str, str], text: str) -> str:
    """The entry of a table: exact, else (for OIDs) the longest prefix of whole arcs."""
    if text in table:
        return table[text]
    prefixes = [key for key in table if f"{text}.".startswith(f"{key}.")]
    return table[max(prefixes, key=len)] if prefixes else ""


def _group(match: re.Match[str], name: str) -> str:
    """A named group; empty where the pattern has none of that name or it took no part."""
    found = match.groupdict().get(name)
    return " ".join(found.split()) if found else ""


def _own_macs(answers: Answers) -> Iterator[Fact]:
    if mac := mac_of(answers.values.get(DOT1D_ADDRESS)):
        yield Fact(mac, DOT1D_ADDRESS)
    if answers.values.get(LLDP_CHASSIS_TYPE) == 4:
        yield Fact(mac_of(answers.values.get(LLDP_CHASSIS)), LLDP_CHASSIS)


# --- ENTITY-MIB ---


def chassis_of(answers: Answers) -> list[Chassis]:
    """Whole devices of entPhysicalTable in order: one, or the members of a stack.

    Some agents leave columns out: without classes the rows contained in nothing count.
    """
    classes = answers.column(ENTITY_COLUMNS["class"])
    within = answers.column(ENTITY_COLUMNS["within"])
    indexes = [i for i, kind in classes.items() if kind == CHASSIS]
    if indexes:
        tops = {i for i, kind in classes.items() if kind == STACK}
        whole = [i for i in indexes if str(within.get(i, 0)) in {"0", *tops}]
        indexes = whole or indexes[:1]
    elif within:
        indexes = [i for i, parent in within.items() if parent == 0]
    else:
        named = [c for key, c in ENTITY_COLUMNS.items() if key in ("serial", "model", "name")]
        indexes = list(dict.fromkeys(i for column in named for i in answers.column(column)))[:1]
    found = [_chassis(index, answers) for index in indexes if index.isdecimal()]
    return sorted((c for c in found if c.texts), key=lambda c: int(c.index))


def _stack_name(answers: Answers) -> Fact | None:
    """What a stack of several members calls itself; None for a device that stands alone."""
    classes = answers.column(ENTITY_COLUMNS["class"])
    if sum(kind == CHASSIS for kind in classes.values()) < 2:
        return None
    for index in (i for i, kind in classes.items() if kind == STACK):
        for name in ("name", "descr"):
            text = text_of(answers.column(ENTITY_COLUMNS[name]).get(index))
            if plausible_text(text) and text.casefold() != "stack":
                return Fact(text, f"ENTITY-MIB {name}")
    return None


def _chassis(index: str, answers: Answers) -> Chassis:
    texts = {
        name: text
        for name, oid in ENTITY_COLUMNS.items()
        if name not in ("within", "class", "position")
        if (text := text_of(answers.column(oid).get(index)))
    }
    position = answers.column(ENTITY_COLUMNS["position"]).get(index)
    return Chassis(index, position if isinstance(position, int) else -1, texts)


def members_of(family: Family, answers: Answers) -> tuple[SeenMember, ...]:
    """Members of a stack, by the family's table or ENTITY-MIB; none of a device alone."""
    if family.ap_columns or family.ap_counts:
        return ()  # a controller lists its access points as chassis
    if family.member_columns:
        found = _members_by_table(family.member_columns, answers)
    else:
        found = [_member(one) for one in chassis_of(answers)] if family.entity else []
    return tuple(found) if len(found) > 1 else ()


def _members_by_table(columns: Mapping[str, Oid], answers: Answers) -> list[SeenMember]:
    indexes = list(dict.fromkeys(i for oid in columns.values() for i in answers.column(oid)))

    def of(name: str, index: str) -> str:
        return text_of(answers.column(columns.get(name, "")).get(index))

    found = []
    for index in indexes:
        serial = of("serial", index)
        found.append(
            SeenMember(
                number=index,
                model=of("model", index),
                serial=serial if plausible_serial(serial) else "",
                version=of("version", index),
                name=of("name", index),
            )
        )
    return [one for one in found if one.serial or one.model]


def _member(chassis: Chassis) -> SeenMember:
    texts = chassis.texts
    serial = texts.get("serial", "")
    model = texts.get("model", "")
    if not plausible_text(model):
        model = texts.get("descr", "")
    return SeenMember(
        number=str(chassis.position) if chassis.position >= 0 else chassis.index,
        model=model,
        serial=serial if plausible_serial(serial) else "",
        version=texts.get("software", ""),
        name=texts.get("name", ""),
    )


# --- controllers ---


def access_points_of(family: Family, answers: Answers) -> tuple[SeenAccessPoint, ...]:
    """The controller's table of access points, a row each."""
    columns = family.ap_columns
    indexes = list(dict.fromkeys(i for oid in columns.values() for i in answers.column(oid)))
    found = []
    for index in indexes:

        def of(name: str, at: str = index) -> Value:
            return answers.column(columns[name]).get(at) if name in columns else None

        serial, state, clients = text_of(of("serial")), of("state"), of("clients")
        known_state = state if isinstance(state, int) else text_of(state).casefold()
        point = SeenAccessPoint(
            name=text_of(of("name"))[:60],
            mac=mac_of(of("mac")) or _mac_of_index(index),
            serial=serial if plausible_serial(serial) else "",
            model=text_of(of("model"))[:100],
            address=address_of(of("address")),
            version=text_of(of("version"))[:60],
            up=known_state in family.ap_up if state is not None and family.ap_up else None,
            clients=clients if isinstance(clients, int) else None,
        )
        if point.name or point.mac or point.serial:
            found.append(point)
    return tuple(found)


def _mac_of_index(index: str) -> str:
    """The MAC address that a row is indexed by, alone or after its length."""
    arcs = index.split(".")
    if len(arcs) == 7 and arcs[0] == "6":
        arcs = arcs[1:]
    if len(arcs) != 6 or any(not arc.isdecimal() or int(arc) > 255 for arc in arcs):
        return ""
    return mac_of(bytes(map(int, arcs)))


def counts_of(family: Family, answers: Answers, rows: int) -> AccessPointCounts:
    """The totals that the controller tells beside its table."""

    def total(name: str) -> int | None:
        if oid := family.ap_counts.get(name):
            value = answers.values.get(oid)
            return value if isinstance(value, int) else None
        if column := family.ap_counts.get(f"{name}_rows"):
            values = [v for v in answers.column(column).values() if isinstance(v, int)]
            return sum(values) if values else None
        return None

    return AccessPointCounts(rows, total("connected"), total("total"))
