"""Look at devices: who is there, by which credential, and all that discovery wants to know.

Three rounds over any number of addresses at once: the system group (one datagram, one credential
after the other), the extra objects that tell families apart, then identity and tables. Each table
is a question of its own: one that is malformed, unsorted or endless costs its own facts and is
named in ``Sighting.troubles``. Nothing here knows the database; nothing here writes to a device.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from supervision.snmp import tables
from supervision.snmp.contract import (
    Credential,
    Oid,
    Outcome,
    Question,
    Reader,
    Reply,
    Value,
)
from supervision.snmp.family import Family, candidates, choose, families
from supervision.snmp.identify import (
    COMMON_SCALARS,
    ENTITY_COLUMNS,
    Answers,
    access_points_of,
    counts_of,
    facts_of,
    members_of,
)
from supervision.snmp.plausible import mac_of, text_of
from supervision.snmp.profile import SYS_DESCR, SYS_NAME, SYS_OBJECT_ID
from supervision.snmp.sighting import SeenPort, Sighting, Silence, Trouble

SYSTEM = (SYS_DESCR, SYS_OBJECT_ID, SYS_NAME)
PROBE_TIMEOUT_S = 0.8
TIMEOUT_S = 2.0
RETRIES = 1
MAX_ROWS = 4096
"""Rows of one table; a larger one is named as trouble."""
SCALARS_AT_ONCE = 24


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address to look at, and the credentials to try there, in order. ``known``: somebody
    expects a device there, so one lost datagram must not pass for silence."""

    address: str
    credentials: tuple[tuple[str, Credential], ...]
    """(its name, its secret): only the name is ever reported."""
    port: int = 161
    known: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """A device that answered, and with which credential."""

    candidate: Candidate
    credential_name: str
    credential: Credential
    system: Mapping[Oid, Value]
    rtt_ms: float | None = None


@dataclass(slots=True)
class _Case:
    """One device while it is looked at."""

    contact: Contact
    answers: Answers
    family: Family
    troubles: list[Trouble] = field(default_factory=list)

    def ask(self, get: tuple[Oid, ...] = (), walk: tuple[Oid, ...] = ()) -> Question:
        candidate = self.contact.candidate
        return Question(
            candidate.address,
            self.contact.credential,
            candidate.port,
            get,
            walk,
            TIMEOUT_S,
            RETRIES,
            MAX_ROWS,
        )


# --- who is there ---


def find(reader: Reader, asked: Iterable[Candidate]) -> tuple[list[Contact], list[Silence]]:
    """Try credentials in order at every address at once; one datagram each, no retry unless known.

    A device that refuses a v3 user is tried with the next credential, and is no silence.
    """
    contacts: dict[int, Contact] = {}
    last: dict[int, Reply] = {}
    waiting = list(enumerate(asked))
    everyone = dict(waiting)
    attempt = 0
    while waiting:
        waiting = [(n, c) for n, c in waiting if attempt < len(c.credentials)]
        questions = [
            Question(
                c.address,
                c.credentials[attempt][1],
                c.port,
                SYSTEM,
                (),
                PROBE_TIMEOUT_S,
                int(c.known),
            )
            for _n, c in waiting
        ]
        still = []
        for (n, candidate), reply in zip(waiting, reader.read(questions), strict=True):
            if reply.outcome is Outcome.ANSWERED:
                name, credential = candidate.credentials[attempt]
                contacts[n] = Contact(candidate, name, credential, reply.values, reply.rtt_ms)
                continue
            if n not in last or reply.outcome is not Outcome.TIMEOUT:
                last[n] = reply
            still.append((n, candidate))
        waiting = still
        attempt += 1
    silences = []
    for n, candidate in everyone.items():
        if n not in contacts:
            reply = last.get(n, Reply(Outcome.TIMEOUT, detail="noCredential"))
            silences.append(Silence(candidate.address, reply.outcome, reply.detail))
    return [contacts[n] for n in sorted(contacts)], silences


# --- what it is ---


def look(reader: Reader, contacts: Sequence[Contact]) -> list[Sighting]:
    """All that there is to know of devices that answered, in their order."""
    cases = [_case(contact) for contact in contacts]
    _choose_families(reader, cases)
    _read_identity(reader, cases)
    _read_tables(reader, cases)
    return [_sighting(case) for case in cases]


def _case(contact: Contact) -> _Case:
    system = contact.system
    answers = Answers(
        object_id=str(system.get(SYS_OBJECT_ID) or ""),
        descr=text_of(system.get(SYS_DESCR)),
        name=text_of(system.get(SYS_NAME)),
    )
    return _Case(contact, answers, families()["standard"])


def _choose_families(reader: Reader, cases: Sequence[_Case]) -> None:
    wanted = []
    for case in cases:
        ways = candidates(case.answers.object_id, case.answers.descr)
        wanted.append(tuple(dict.fromkeys(match.has for _f, match in ways if match.has)))
    values = _get_all(reader, cases, wanted, "family")
    for case, found in zip(cases, values, strict=True):
        probed = {oid: text_of(value) for oid, value in found.items() if value is not None}
        case.answers.values.update(found)
        case.family = choose(case.answers.object_id, case.answers.descr, probed)


def _read_identity(reader: Reader, cases: Sequence[_Case]) -> None:
    wanted = [(*COMMON_SCALARS, *case.family.scalars) for case in cases]
    for case, found in zip(cases, _get_all(reader, cases, wanted, "identity"), strict=True):
        case.answers.values.update(found)


def _get_all(
    reader: Reader, cases: Sequence[_Case], wanted: Sequence[tuple[Oid, ...]], what: str
) -> list[dict[Oid, Value]]:
    """Scalars of each device; a GET that fails as a whole is asked again object by object."""
    found: list[dict[Oid, Value]] = [{} for _ in cases]
    asked: list[tuple[int, tuple[Oid, ...]]] = []
    for n, oids in enumerate(wanted):
        asked += [
            (n, oids[at : at + SCALARS_AT_ONCE]) for at in range(0, len(oids), SCALARS_AT_ONCE)
        ]
    single: list[tuple[int, tuple[Oid, ...]]] = []
    replies = reader.read([cases[n].ask(get=oids) for n, oids in asked])
    for (n, oids), reply in zip(asked, replies, strict=True):
        if reply.outcome is Outcome.ANSWERED:
            found[n].update(reply.values)
        elif reply.outcome is Outcome.FAULTY and len(oids) > 1:
            single += [(n, (oid,)) for oid in oids]
        else:
            cases[n].troubles.append(Trouble(what, reply.outcome, reply.detail))
    replies = reader.read([cases[n].ask(get=oids) for n, oids in single])
    for (n, oids), reply in zip(single, replies, strict=True):
        if reply.outcome is Outcome.ANSWERED:
            found[n].update(reply.values)
        else:
            cases[n].troubles.append(Trouble(f"{what} {oids[0]}", reply.outcome, reply.detail))
    return found


def _tables_of(family: Family) -> dict[str, tuple[Oid, ...]]:
    """Every table that is walked, by name."""
    known: dict[str, tuple[Oid, ...]] = {
        "ports": (*tables.PORT_COLUMNS, *tables.PORT_EXTRAS),
        "lldp": tables.LLDP_COLUMNS,
        "cdp": tables.CDP_COLUMNS,
        "bridge": tables.FDB_COLUMNS,
        "arp": tables.ARP_COLUMNS,
        "identity": family.columns,
        "members": tuple(family.member_columns.values()),
        "access_points": (
            *family.ap_columns.values(),
            *(
                family.ap_counts[k]
                for k in ("connected_rows", "total_rows")
                if k in family.ap_counts
            ),
        ),
    }
    if family.entity:
        known["entity"] = tuple(ENTITY_COLUMNS.values())
    return {name: columns for name, columns in known.items() if columns}


def _read_tables(reader: Reader, cases: Sequence[_Case]) -> None:
    """Walk the tables; a walk that breaks is repeated column by column: sound columns are kept."""
    asked = [
        (case, name, columns) for case in cases for name, columns in _tables_of(case.family).items()
    ]
    broken: list[tuple[_Case, str, Oid]] = []
    replies = reader.read([case.ask(walk=columns) for case, _name, columns in asked])
    for (case, name, columns), reply in zip(asked, replies, strict=True):
        if reply.outcome is Outcome.ANSWERED:
            case.answers.columns.update(reply.columns)
        elif reply.outcome is Outcome.FAULTY and len(columns) > 1:
            broken += [(case, name, column) for column in columns]
        else:
            case.troubles.append(Trouble(name, reply.outcome, reply.detail))
    again = reader.read([case.ask(walk=(column,)) for case, _name, column in broken])
    for (case, name, column), reply in zip(broken, again, strict=True):
        if reply.outcome is Outcome.ANSWERED:
            case.answers.columns.update(reply.columns)
        else:
            case.troubles.append(Trouble(f"{name} {column}", reply.outcome, reply.detail))


# --- what came of it ---


def _sighting(case: _Case) -> Sighting:
    family, answers = case.family, case.answers
    facts = facts_of(family, answers)
    ports = tables.read_ports(answers.columns, family.ports)
    names = {port.index: port.name for port in ports}
    points = access_points_of(family, answers)
    model = facts["model"].text or facts["hardware"].text
    category, profile = family.category, family.profile
    for rule in family.category_rules:
        if rule.holds(model, answers.descr):
            category, profile = rule.category, rule.profile
            break
    mac = facts["mac"]
    if not (text := mac_of(mac.text)):
        mac = replace(mac, text=_port_mac(ports), source="IF-MIB ifPhysAddress")
    else:
        mac = replace(mac, text=text)
    candidate = case.contact.candidate
    return Sighting(
        address=candidate.address,
        port=candidate.port,
        family=family.key,
        maker=facts["maker_from"].text or family.maker,
        category=category,
        profile=profile,
        model=facts["model"],
        hardware=facts["hardware"],
        version=facts["version"],
        serial=facts["serial"],
        mac=mac,
        name=answers.name,
        descr=answers.descr,
        object_id=answers.object_id,
        ports=ports,
        neighbours=(*tables.read_lldp(answers.columns), *tables.read_cdp(answers.columns, names)),
        addresses=(
            *tables.read_fdb(answers.columns, names),
            *tables.read_arp(answers.columns, names),
        ),
        members=members_of(family, answers),
        access_points=points,
        counts=counts_of(family, answers, len(points)),
        troubles=tuple(case.troubles),
    )


def _port_mac(ports: Sequence[SeenPort]) -> str:
    """The lowest address of its plugs, else of any interface: stable from look to look."""
    plugs = sorted(port.mac for port in ports if port.physical and port.mac)
    return next(iter(plugs or sorted(port.mac for port in ports if port.mac)), "")
