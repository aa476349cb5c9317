"""The journal as a question: whose acts, on what, when, through which door, from where on."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import BooleanField, Case, Q, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from schools.models import AuditEntry, Door, Site, User
from schools.models.audit import AuditQuerySet, own_q
from schools.models.scope import scope_of

PAGE = 50
LARGEST_KEY = 2**63 - 1
ME = "moi"
"""``?personne=moi``: one's own acts."""
TOLD = Q(told=True)
"""What the reader may read in full: see :func:`entries_for`."""
PARTS_TOLD = 200
"""Objects told together with the one that is asked for (a device has some 50 ports)."""


def reads_all(user: User) -> bool:
    """Region-wide roles read every entry; administrators too, as they do in the settings."""
    return user.is_superuser or scope_of(user).region


def entries_for(user: User) -> AuditQuerySet:
    """The entries a person may read, each with ``told``: may they read what it was about?

    One's own acts stay one's own after a change of school; what they were about does not.
    """
    if reads_all(user):
        return AuditEntry.objects.annotate(told=Value(True))
    # visible_to, with the keys of the sites spelt out: three indexes answer, where a join would
    # have the whole journal read for somebody who sees little of it.
    within = Q(site__in=list(Site.objects.visible_to(user).values_list("pk", flat=True)))
    told = Case(
        When(within | Q(site=None, site_text=""), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return AuditEntry.objects.filter(within | own_q(user)).annotate(told=told)


def asked_of(query: QueryDict) -> dict[str, str]:
    """The address bar without NUL bytes, which PostgreSQL refuses as text."""
    return {name: str(value).replace("\x00", "") for name, value in query.items()}


def entries_asked(user: User, query: Mapping[str, str]) -> AuditQuerySet:
    """What the address bar asks for; an unknown value of a list filters nothing."""
    entries = entries_for(user)
    if (who := query.get("personne", "")) == ME:
        entries = entries.filter(actor=user)
    elif who:
        entries = entries.filter(actor=_key(who))
    if (door := query.get("porte", "")) in Door.values:
        entries = entries.filter(door=door)
    if verb := query.get("verbe", "")[:60]:
        entries = entries.filter(_verb_q(verb))
    if site := query.get("implantation", ""):
        entries = entries.filter(TOLD, site=_key(site))
    if thing := query.get("objet", ""):
        entries = entries.filter(TOLD, object_q(thing))
    return _between(entries, query).filter(_words_q(query.get("q", "")))


def _verb_q(verb: str) -> Q:
    """``change_`` stands for every form of the settings, ``take_ticket`` for itself."""
    return Q(action__startswith=verb) if verb.endswith("_") else Q(action=verb)


def object_q(thing: str) -> Q:
    """``helpdesk.ticket:12``, with the parts that ``JOURNAL_PARTS`` tells with it."""
    label, _colon, key = thing.partition(":")
    found = Q(object_type=label, object_id=key)
    number = _key(key)
    for part, path in settings.JOURNAL_PARTS.get(label, []) if number else []:
        rows = apps.get_model(part)._default_manager.filter(**{path: number})
        keys = [str(pk) for pk in rows.values_list("pk", flat=True)[:PARTS_TOLD]]
        found |= Q(object_type=part, object_id__in=keys)
    return found


def _between(entries: AuditQuerySet, query: Mapping[str, str]) -> AuditQuerySet:
    """From the beginning of one day to the end of another, in Brussels."""
    begin, end = day_of(query, "du"), day_of(query, "au")
    if begin:
        entries = entries.filter(at__gte=_midnight(begin))
    if end and end < dt.date.max:
        entries = entries.filter(at__lt=_midnight(end + dt.timedelta(days=1)))
    return entries


def day_of(query: Mapping[str, str], name: str) -> dt.date | None:
    """A day of the address bar; None for none, and for what is no day."""
    try:
        return parse_date(query.get(name, ""))
    except ValueError:
        return None


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _words_q(text: str) -> Q:
    """Every word in who, what, where or why. What one may not read cannot be searched either."""
    found = Q()
    for word in text.split()[:6]:
        about = Q(object_text__unaccent__icontains=word) | Q(why__unaccent__icontains=word)
        about |= Q(site_text__unaccent__icontains=word) | Q(object_id=word)
        found &= Q(actor_text__unaccent__icontains=word) | (TOLD & about)
    return found


def page_of(entries: AuditQuerySet, after: str) -> tuple[list[AuditEntry], str]:
    """One page, the latest first, and the cursor of the next one (empty: the last page)."""
    entries = entries.order_by("-at", "-pk")
    if place := _read(after):
        at, key = place
        entries = entries.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=key))
    rows = list(entries[: PAGE + 1])
    if len(rows) <= PAGE:
        return rows, ""
    last = rows[PAGE - 1]
    return rows[:PAGE], _write([last.at.isoformat(), last.pk])


def _write(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def _read(cursor: str) -> tuple[dt.datetime, int] | None:
    """The place of a cursor; None for none, or for one that nobody of ours wrote."""
    try:
        at, key = json.loads(base64.urlsafe_b64decode(cursor.encode())) if cursor else (None, None)
        moment = parse_datetime(at) if isinstance(at, str) else None
    except (ValueError, TypeError, binascii.Error):
        return None
    if moment is None or timezone.is_naive(moment) or not isinstance(key, int):
        return None
    return (moment, key) if 0 < key <= LARGEST_KEY else None


def _key(text: str) -> int | None:
    """A key of the database; None (which no row has) for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= LARGEST_KEY else None
