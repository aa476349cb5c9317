"""A ticket's conversation as a school reads it: messages, facts and checks in one story."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from helpdesk.models import Attachment, Comment, EventKind, Ticket, TicketEvent, VisualCheck
from helpdesk.plain_words import clock
from helpdesk.problems import UNSEEN
from schools.models import User


@dataclass(frozen=True)
class Line:
    """One entry. ``kind``: message, check, report (bubbles) or fact (a line between them)."""

    at: dt.datetime
    kind: str
    who: str = ""
    mine: bool = False
    text: str = ""
    icon: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    photos: tuple[Attachment, ...] = field(default_factory=tuple)


def conversation(ticket: Ticket, user: User) -> list[Line]:
    """Everything the person may read of a ticket, oldest first. Internal notes are not read at
    all: the query leaves them where they are."""
    photos: dict[tuple[str, int], list[Attachment]] = defaultdict(list)
    for photo in Attachment.objects.visible_to(user).filter(ticket=ticket):
        key = (
            ("check", photo.visual_check_id)
            if photo.visual_check_id
            else (
                "comment",
                photo.comment_id or 0,
            )
        )
        photos[key].append(photo)
    comments = Comment.objects.visible_to(user).filter(ticket=ticket, internal=False)
    lines = [
        _message(comment, user, tuple(photos[("comment", comment.pk)]))
        for comment in comments.select_related("author")
    ]
    for check in ticket.visual_checks.all():
        if check.answered_at is not None:
            lines.append(_check(check, user, tuple(photos[("check", check.pk)])))
    lines += _facts(ticket, user)
    return sorted(lines, key=lambda line: line.at)


def _message(comment: Comment, user: User, photos: tuple[Attachment, ...]) -> Line:
    return Line(
        comment.at,
        "message",
        who=_name(comment.author),
        mine=comment.author_id == user.pk,
        text=comment.body,
        photos=photos,
    )


def _name(author: User) -> str:
    """A technician by first name and function, a colleague by the whole name."""
    if author.is_technician:
        first = author.full_name.split(maxsplit=1)[0] if author.full_name else author.email
        return _("%(name)s, helpdesk") % {"name": first}
    return author.full_name


def answers_of(check: VisualCheck) -> tuple[tuple[str, str], ...]:
    """Label and words of each answer, as they were asked."""
    return tuple(
        (question.get("label") or question["text"], _words(question, check.answers))
        for question in check.questions
    )


def _words(question: Mapping[str, object], answers: Mapping[str, str]) -> str:
    value = answers.get(str(question["key"]), "")
    choices = question.get("choices")
    for choice in choices if isinstance(choices, list) else []:
        if str(choice[0]) == value:
            return str(choice[1])
    return _("pas vu") if value == UNSEEN else value


def _check(check: VisualCheck, user: User, photos: tuple[Attachment, ...]) -> Line:
    assert check.answered_at is not None
    return Line(
        check.answered_at,
        "check",
        who=check.answered_by.full_name if check.answered_by else "",
        mine=check.answered_by_id == user.pk,
        text=check.note,
        answers=answers_of(check),
        photos=photos,
    )


def _facts(ticket: Ticket, user: User) -> list[Line]:
    """Events a school understands. A report shows what its author answered."""
    lines = []
    for event in ticket.events.all():
        said = event.data.get("said") or []
        if event.kind in (EventKind.OPENED, EventKind.JOINED) and event.actor_id:
            if said:
                lines.append(
                    Line(
                        event.at,
                        "report",
                        who=event.actor_text,
                        mine=event.actor_id == user.pk,
                        answers=tuple((str(label), str(words)) for label, words in said),
                    )
                )
            if event.kind == EventKind.JOINED:
                lines.append(Line(event.at, "fact", text=_already(ticket, event), icon="link"))
        elif line := _fact(event, ticket):
            lines.append(line)
    return lines


def _already(ticket: Ticket, event: TicketEvent) -> str:
    seen = clock(ticket.detected_at or ticket.opened_at, event.at)
    return _("Nous avions déjà vu cette panne (%(time)s)") % {"time": seen}


def _fact(event: TicketEvent, ticket: Ticket) -> Line | None:
    who = event.actor_text
    words = {
        EventKind.OPENED: ("alert-octagon", _("Nous avons vu la panne")),
        EventKind.JOINED: ("link", _("Nos relevés montrent la même panne")),
        EventKind.TAKEN: ("user-check", _("%(name)s s’en occupe") % {"name": who}),
        EventKind.REMOTE: ("device-desktop-cog", _("Le helpdesk est intervenu à distance")),
        EventKind.RECOVERED: ("trending-up", _("Le service est revenu")),
        EventKind.RELAPSED: ("alert-octagon", _("La panne est revenue")),
        EventKind.RESOLVED: ("circle-check", _("Réglé, d’après %(name)s") % {"name": who}),
        EventKind.REOPENED: ("rotate-clockwise", _("La demande est rouverte")),
        EventKind.CLOSED: ("lock", _("La demande est close")),
    }.get(EventKind(event.kind))
    if words is None or (event.kind == EventKind.OPENED and ticket.opened_by_id):
        return None
    icon, text = words
    if event.kind == EventKind.RESOLVED and not who:
        text = _("Réglé : le service est revenu de lui-même")
    return Line(event.at, "fact", text=text, icon=icon)
