"""Lines of the journal for one reader: what they may read, and nothing of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from schools.chain import FIRST_LINK, Verdict, link_digest, said_by, verify
from schools.journal import verb_of
from schools.journal_listing import reads_all
from schools.journal_words import changes_of, kind_of
from schools.models import AuditCheck, AuditEntry, AuditSeal, Door, User

READ_NOW = 5_000
"""Entries behind the last nightly look that a page reads itself; more waits for the night."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as one reader sees it. ``told`` False: an act of theirs at a school that is no
    longer theirs; that they did it is theirs to know, what it was about no more."""

    entry: AuditEntry
    told: bool
    sees_address: bool

    @property
    def verb(self) -> str:
        """What was done, in words."""
        return verb_of(self.entry.action, self.entry.object_type)

    @property
    def what(self) -> str:
        """The object."""
        return self.entry.object_text if self.told else _("hors de votre périmètre")

    @property
    def kind(self) -> str:
        """The kind of the object."""
        return kind_of(self.entry.object_type) if self.told else ""

    @property
    def where(self) -> str:
        """The site, by the name it had."""
        return self.entry.site_text if self.told else ""

    @property
    def why(self) -> str:
        """The reason given; the settings give none."""
        return self.entry.why if self.told and self.entry.why != "admin" else ""

    @property
    def door(self) -> str:
        """The door and, where it has one, its name."""
        words = str(Door(self.entry.door).label) if self.entry.door in Door.values else ""
        return f"{words} « {self.door_name} »" if self.door_name else words

    @property
    def door_name(self) -> str:
        """The door's name; that of a key for its owner and for those who read everything."""
        secret = self.entry.door == Door.TOKEN.value and not self.sees_address
        return "" if secret else self.entry.door_name

    @property
    def address(self) -> str:
        """The IP address, for its owner and for those who read everything."""
        return self.entry.address or "" if self.sees_address else ""

    @property
    def page(self) -> str:
        """The address of the object's page; empty where it has none."""
        name = settings.JOURNAL_PAGES.get(self.entry.object_type, "")
        if not name or not self.told:
            return ""
        try:
            return reverse(name, args=[self.entry.object_id])
        except NoReverseMatch:
            return ""

    @property
    def thing(self) -> str:
        """The object as the filter ``?objet=`` names it."""
        return f"{self.entry.object_type}:{self.entry.object_id}" if self.told else ""


def line_for(entry: AuditEntry, user: User) -> Line:
    """The entry as this person may read it; it comes from ``entries_for``."""
    own = entry.actor_id == user.pk
    told = bool(entry.told)  # type: ignore[attr-defined]  # annotated by entries_for
    return Line(entry, told, own or reads_all(user))


def lines_for(entries: Iterable[AuditEntry], user: User) -> list[Line]:
    """Each entry as this person may read it."""
    return [line_for(entry, user) for entry in entries]


def heads() -> list[str]:
    """The first line of the export."""
    return [
        _("Quand"),
        _("Qui"),
        _("Action"),
        _("Sorte"),
        _("Objet"),
        _("Identifiant"),
        _("Implantation"),
        _("Avant et après"),
        _("Motif"),
        _("Porte"),
        _("Adresse IP"),
    ]


def cells(lines: Iterable[Line]) -> Iterator[list[object]]:
    """The rows of the export."""
    for line in lines:
        entry = line.entry
        changes = changes_of(entry) if line.told else []
        yield [
            date_format(timezone.localtime(entry.at), "Y-m-d H:i:s"),
            entry.actor_text,
            line.verb,
            line.kind,
            line.what,
            entry.object_id if line.told else "",
            line.where,
            " ; ".join(f"{c.label} : {c.before} → {c.after}" for c in changes),
            line.why,
            line.door,
            line.address,
        ]


@dataclass(frozen=True, slots=True)
class Held:
    """What can be said of an entry's seal: ``state`` is a state of the kit (ok, down, unknown)."""

    state: str
    seal: AuditSeal | None
    words: str


def held(entry: AuditEntry) -> Held:
    """Whether the seal of this entry is right, and whether the chain holds up to it."""
    seal = AuditSeal.objects.filter(entry=entry).first()
    if seal is None:
        return Held("down", None, _("Cette entrée n’a pas de sceau : prévenez l’administration."))
    if not _right(seal):
        words = _("Le sceau ne correspond plus à l’entrée : prévenez l’administration.")
        return Held("down", seal, words)
    check = AuditCheck.objects.order_by("-at", "-pk").first()
    if check and check.broken:
        return Held("down", seal, _("Le dernier contrôle a trouvé la chaîne rompue."))
    done = check.last if check else 0
    if check and done >= seal.sequence:
        day = date_format(timezone.localtime(check.at), "d/m/Y H:i")
        return Held(
            "ok", seal, _("La chaîne tient jusqu’ici (contrôle du %(day)s).") % {"day": day}
        )
    if seal.sequence - done > READ_NOW:
        return Held("unknown", seal, _("Le sceau est juste ; la chaîne sera relue cette nuit."))
    return _read(done, seal)


def _right(seal: AuditSeal) -> bool:
    former = AuditSeal.objects.filter(sequence=seal.sequence - 1).first()
    before = former.digest if former else FIRST_LINK
    said = said_by([seal.entry_id]).get(seal.entry_id)
    known = former is not None or seal.sequence == 1
    return known and said is not None and link_digest(before, said) == seal.digest


def _read(done: int, seal: AuditSeal) -> Held:
    verdict: Verdict = verify(done + 1, until=seal.sequence)
    if verdict.broken:
        return Held("down", seal, _("La chaîne est rompue avant cette entrée."))
    return Held("ok", seal, _("La chaîne tient jusqu’ici (relue à l’instant)."))
