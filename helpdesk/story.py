"""The conversation of a ticket: what was said and what happened, oldest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.models import (
    Attachment,
    Comment,
    EventKind,
    Priority,
    ResolutionMode,
    Ticket,
    TicketEvent,
    VisualCheck,
)
from inventory.models import Category
from schools.models import RoleKind, User

MEASURES = frozenset(
    {
        EventKind.CONFIRMED,
        EventKind.ATTACHED,
        EventKind.CAUSE,
        EventKind.RECOVERED,
        EventKind.RELAPSED,
    }
)
FOLDED = frozenset({EventKind.ATTACHED, EventKind.RECOVERED})
"""Facts that come in batches: those that follow each other are told as one."""
NAMED = 6
"""Names in the sentence itself; the others unfold."""


@dataclass(slots=True)
class Line:
    """One entry: a message (``author``) or a fact (``icon``, ``key``, ``text``; ``names``: all
    the devices of a sentence that names only some)."""

    at: dt.datetime
    ident: str
    text: str
    key: str = "unknown"
    icon: str = ""
    measure: bool = False
    author: User | None = None
    role: str = ""
    internal: bool = False
    answers: list[tuple[str, str]] = field(default_factory=list)
    photos: list[Attachment] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    kind: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def story_of(ticket: Ticket, user: User, only: str = "") -> list[Line]:
    """The lines that the person may read; ``only``: ``messages`` or ``mesures``."""
    photos = list(ticket.attachments.filter(pk__in=Attachment.objects.visible_to(user)))
    lines: list[Line] = []
    if only != "mesures":
        comments = Comment.objects.visible_to(user).filter(ticket=ticket)
        lines += _messages(comments.select_related("author"), photos)
        checks = ticket.visual_checks.exclude(answered_at=None).select_related("answered_by")
        lines += [_answer(check, photos) for check in checks]
    if only != "messages":
        events = TicketEvent.objects.visible_to(user).filter(ticket=ticket).select_related("actor")
        for event in events:
            if only != "mesures" or event.kind in MEASURES:
                lines += _facts(event)
    _name_roles(lines)
    return _fold(sorted(lines, key=lambda line: (line.at, line.author is not None)))


def _fold(lines: list[Line]) -> list[Line]:
    """Tell batches of one kind that follow each other as one fact, at the time of the first."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found else None
        if last is None or line.kind not in FOLDED or line.kind != last.kind:
            found.append(line)
            continue
        last.data = {
            **last.data,
            "devices": _together(last.data, line.data),
            "lasted_s": max(int(x.data.get("lasted_s", 0)) for x in (last, line)),
        }
        last.key, last.icon, last.text = WORDS[line.kind](last.data, "")
    for line in found:
        names = [str(name) for name in line.data.get("devices", [])]
        line.names = names if len(names) > NAMED else []
    return found


def _together(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Any]:
    """The devices of both, each once, the cause itself first."""
    first, second = (other, one) if other.get("root") else (one, other)
    return list(dict.fromkeys([*first.get("devices", []), *second.get("devices", [])]))


def _messages(comments: Iterable[Comment], photos: list[Attachment]) -> list[Line]:
    return [
        Line(
            at=comment.at,
            ident=f"c{comment.pk}",
            text=comment.body,
            author=comment.author,
            internal=comment.internal,
            photos=[photo for photo in photos if photo.comment_id == comment.pk],
        )
        for comment in comments
    ]


def _answer(check: VisualCheck, photos: list[Attachment]) -> Line:
    assert check.answered_at is not None
    answers = []
    for question in check.questions:
        words = {str(value): str(label) for value, label in question["choices"]}
        value = str(check.answers.get(question["key"], ""))
        seen = words.get(value, _("pas pu regarder") if value else "")
        answers.append((str(question.get("label", question["text"])), seen))
    return Line(
        at=check.answered_at,
        ident=f"v{check.pk}",
        text=check.note,
        author=check.answered_by,
        role=_("réponse au contrôle visuel"),
        answers=answers,
        photos=[photo for photo in photos if photo.visual_check_id == check.pk],
    )


def _name_roles(lines: list[Line]) -> None:
    """Say what each author does, from the roles in force today: one query for all."""
    people = {line.author.pk for line in lines if line.author is not None}
    kinds: dict[int, str] = {}
    rows = User.objects.filter(pk__in=people).values_list("pk", "roles__kind")
    for pk, kind in rows:
        if kind:
            kinds.setdefault(pk, str(RoleKind(kind).label))
    for line in lines:
        if line.author is not None and not line.role:
            line.role = kinds.get(line.author.pk, "")


def _facts(event: TicketEvent) -> list[Line]:
    """An event as lines. A confirmed fault also tells when it was first suspected."""
    words = WORDS.get(event.kind)
    if words is None:
        return []
    key, icon, text = words(event.data, event.actor_text)
    line = Line(
        at=event.at,
        ident=f"e{event.pk}",
        text=text,
        key=key,
        icon=icon,
        measure=event.kind in MEASURES,
        internal=event.internal,
        kind=event.kind,
        data=event.data,
    )
    began = parse_datetime(str(event.data.get("began_at", "")))
    if event.kind != EventKind.CONFIRMED or began is None:
        return [line]
    suspected = _("%(device)s sans réponse normale : à confirmer") % {"device": _device(event.data)}
    first = Line(began, f"s{event.pk}", suspected, "suspect", "hourglass", measure=True)
    return [first, line]


def _device(data: Mapping[str, Any]) -> str:
    category = str(data.get("category", ""))
    kind = str(Category(category).label) if category in Category else ""
    name = str(data.get("device", ""))
    return f"{kind[:1].upper()}{kind[1:]} {name}".strip()


def _minutes(data: Mapping[str, Any]) -> str:
    seconds = int(data.get("lasted_s", 0))
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return f"{hours}\u00a0h\u00a0{minutes:02d}" if hours else f"{minutes}\u00a0min"


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")


Told = tuple[str, str, str]
"""State key, icon, sentence."""


def _opened(data: Mapping[str, Any], who: str) -> Told:
    if who:
        return "planned", "pencil-plus", _("Ticket ouvert par %(who)s") % {"who": who}
    return "planned", "inbox", _("Ticket ouvert par la supervision")


def _confirmed(data: Mapping[str, Any], who: str) -> Told:
    reference = str(data.get("reference", ""))
    if data.get("severity") == "degraded":
        text = _("Dégradation confirmée (temps convenu) · %(reference)s")
        return "degraded", "alert-triangle", text % {"reference": reference}
    text = _("Panne confirmée (temps convenu) · %(reference)s")
    return "down", "alert-octagon", text % {"reference": reference}


def _attached(data: Mapping[str, Any], who: str) -> Told:
    names = [str(name) for name in data.get("devices", [])]
    shown = _some(names)
    text = ngettext(
        "%(n)d conséquence rattachée : %(names)s",
        "%(n)d conséquences rattachées : %(names)s",
        len(names),
    )
    return "effect", "corner-down-right", text % {"n": len(names), "names": shown}


def _recovered(data: Mapping[str, Any], who: str) -> Told:
    names = [str(name) for name in data.get("devices", [])]
    if len(names) <= 1:
        text = _("%(names)s rétabli après %(span)s")
    else:
        text = _("%(n)d équipements rétablis, le dernier après %(span)s : %(names)s")
    told = {"n": len(names), "names": _some(names), "span": _minutes(data)}
    return "ok", "circle-check", text % told


def _cause(data: Mapping[str, Any], who: str) -> Told:
    if data.get("parted"):
        text = _("%(device)s reste en panne pour une autre raison : suivi par un autre ticket")
        return "planned", "arrow-back-up", text % {"device": data.get("device", "")}
    text = _("La cause est maintenant %(device)s, toujours en panne")
    return "down", "alert-octagon", text % {"device": data.get("device", "")}


def _relapsed(data: Mapping[str, Any], who: str) -> Told:
    text = _("De nouveau en panne : %(device)s, le même ticket est rouvert")
    return "down", "reload", text % {"device": _device(data)}


def _joined(data: Mapping[str, Any], who: str) -> Told:
    if who:
        text = _("Le signalement de %(who)s rejoint ce ticket (même panne) : pas de doublon")
        return "planned", "link", text % {"who": who}
    text = _("La supervision voit la même panne : %(device)s")
    return "planned", "link", text % {"device": _device(data)}


def _asked(data: Mapping[str, Any], who: str) -> Told:
    place = ", ".join(str(data[k]) for k in ("device", "room") if data.get(k))
    text = _("Contrôle visuel demandé : %(place)s") if place else _("Contrôle visuel demandé")
    return "unknown", "eye-check", text % {"place": place}


def _priority(data: Mapping[str, Any], who: str) -> Told:
    value = int(data.get("new", 3))
    word = str(Priority(value).label) if value in Priority.values else ""
    text = _("Priorité P%(n)d (%(word)s)") % {"n": value, "word": word}
    if data.get("why"):
        text = f"{text} : {data['why']}"
    return "planned", "flag", text


def _remote(data: Mapping[str, Any], who: str) -> Told:
    return "planned", "refresh", str(data.get("text") or _("Action à distance"))


def _resolved(data: Mapping[str, Any], who: str) -> Told:
    mode = str(data.get("mode", ""))
    label = str(ResolutionMode(mode).label) if mode in ResolutionMode else ""
    text = _("Résolu par %(who)s, %(mode)s") % {"who": who or "Préau", "mode": label}
    return "ok", "checks", text


def _closed(data: Mapping[str, Any], who: str) -> Told:
    if data.get("mode") == ResolutionMode.BY_ITSELF and not who:
        return "ok", "lock-check", _("Clos : rétabli sans intervention")
    if data.get("quiet"):
        return "unknown", "lock-check", _("Clos : personne n’a contesté la réparation")
    return "unknown", "lock-check", _("Clos par %(who)s") % {"who": who or "Préau"}


def _by(key: str, icon: str, text: Callable[[], str]) -> Callable[[Mapping[str, Any], str], Told]:
    return lambda data, who: (key, icon, text() % {"who": who or "Préau"})


WORDS: dict[str, Callable[[Mapping[str, Any], str], Told]] = {
    EventKind.OPENED: _opened,
    EventKind.CONFIRMED: _confirmed,
    EventKind.ATTACHED: _attached,
    EventKind.CAUSE: _cause,
    EventKind.RECOVERED: _recovered,
    EventKind.RELAPSED: _relapsed,
    EventKind.JOINED: _joined,
    EventKind.ASKED: _asked,
    EventKind.PRIORITY: _priority,
    EventKind.REMOTE: _remote,
    EventKind.RESOLVED: _resolved,
    EventKind.CLOSED: _closed,
    EventKind.TAKEN: _by("planned", "user-check", lambda: _("Pris en charge par %(who)s")),
    EventKind.RELEASED: _by("unknown", "user-off", lambda: _("Rendu à la file par %(who)s")),
    EventKind.WAITING: _by(
        "unknown", "clock-pause", lambda: _("Réponse de l’école attendue : le délai est en pause")
    ),
    EventKind.RESUMED: _by(
        "planned", "clock-play", lambda: _("Le délai court à nouveau (%(who)s)")
    ),
    EventKind.ANSWERED: _by("planned", "eye-check", lambda: _("%(who)s a répondu au contrôle")),
    EventKind.REPORTED: _by("planned", "flag-2", lambda: _("Signalé par %(who)s")),
    EventKind.REOPENED: _by("degraded", "arrow-back-up", lambda: _("Rouvert par %(who)s")),
}
"""Event kind → how it is told."""
