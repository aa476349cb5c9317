"""The live stream `/live/`: what changed, told to each open page within the reader's own scope.

One PostgreSQL connection per process LISTENs; every stream has a bounded queue. An event carries
ids only: a page reads the fact again through its own scoped view.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.asgi import ASGIRequest
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from psycopg import sql

from helpdesk.models.tickets import TICKET_READERS
from schools.live import CHANNEL
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q

log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0
SCOPE_REFRESH_S = 60.0
RETRY_MS = 3_000
QUEUE_LENGTH = 200
STREAMS_PER_USER = 12
BACK_OFF_S = (0.5, 1, 2, 5, 10)
RESYNC: dict[str, Any] = {"topic": "resync", "id": 0, "site": None}

Event = dict[str, Any]
Sites = frozenset[int] | None


@dataclass(eq=False)
class Stream:
    """One open page. `sites` is what its reader may see, `ticket_sites` where they read tickets

    (an SPW officer sees every site and no ticket); None is the whole Region.
    """

    user_id: int
    sites: Sites
    ticket_sites: Sites
    queue: asyncio.Queue[Event] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))

    def hears(self, event: Event) -> bool:
        """An event without a site concerns only those who see the whole Region."""
        if event is RESYNC:
            return True
        of_ticket = event["topic"] == "ticket" or event.get("ticket") is not None
        sites = self.ticket_sites if of_ticket else self.sites
        return sites is None or event.get("site") in sites

    def offer(self, event: Event) -> None:
        """Queue an event. A reader too slow loses the backlog and is told to read all again."""
        if not self.hears(event):
            return
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            event = RESYNC
        self.queue.put_nowait(event)


class Hub:
    """The streams of this process and the one connection that feeds them."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()

    def open(self, stream: Stream) -> bool:
        """Add a stream; False when its user already has too many."""
        counts = Counter(other.user_id for other in self.streams)
        if counts[stream.user_id] >= STREAMS_PER_USER:
            return False
        self.streams.add(stream)
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._listen())
        return True

    def close(self, stream: Stream) -> None:
        """Remove a stream; the last one lets the connection go."""
        self.streams.discard(stream)
        if not self.streams and self.task:
            self.task.cancel()
            self.task = None
            self.listening.clear()

    def tell(self, event: Event) -> None:
        """Offer an event to every stream."""
        for stream in tuple(self.streams):
            stream.offer(event)

    async def _listen(self) -> None:
        """Follow the channel for as long as anybody reads; a lost server is retried."""
        failures = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **database_address(), autocommit=True
                ) as listener:
                    await listener.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                    if failures:
                        self.tell(RESYNC)  # what was announced meanwhile, nobody heard
                    failures = 0
                    self.listening.set()
                    async for notice in listener.notifies():
                        self._hear(notice.payload)
            except (psycopg.Error, OSError) as error:
                pause = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
                failures += 1
                self.listening.clear()
                log.warning("live stream: database lost (%s), again in %s s", error, pause)
                await asyncio.sleep(pause)

    def _hear(self, payload: str) -> None:
        try:
            event = json.loads(payload)
        except ValueError:
            log.warning("live stream: unreadable announcement")
            return
        if isinstance(event, dict) and isinstance(event.get("topic"), str):
            self.tell(event)


_hubs: dict[int, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop (a server process has one loop)."""
    return _hubs.setdefault(id(asyncio.get_running_loop()), Hub())


def database_address() -> dict[str, Any]:
    """How to reach the database Django uses, in psycopg's words."""
    wanted = connection.get_connection_params()
    return {
        key: value
        for key, value in wanted.items()
        if key not in {"context", "cursor_factory", "prepare_threshold", "server_side_binding"}
    }


def visible_sites(user: User, kinds: frozenset[str] | None = None) -> Sites:
    """Ids of the sites a person may see by roles of `kinds`; None for the whole Region."""
    # A stream asks again after a minute: the roles kept from its first question are stale.
    fresh = User.objects.get(pk=user.pk)
    scope = scope_of(fresh, kinds)
    if scope.region:
        return None
    return frozenset(Site.objects.filter(sites_q(scope)).values_list("pk", flat=True))


@sync_to_async
def ask_scope(user: User) -> tuple[Sites, Sites]:
    """Where a reader sees sites and where tickets, for a stream.

    The database connection is given back at once: Django keeps one per request until it ends,
    and a stream lasts for hours.
    """
    try:
        return visible_sites(user), visible_sites(user, TICKET_READERS)
    except User.DoesNotExist:
        return frozenset(), frozenset()
    finally:
        connections.close_all()


def frame(name: str, data: Event) -> str:
    """One server-sent event. Names are ours and never contain a line break."""
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


def frames(event: Event) -> str:
    """An event under its topic and, for pages about one thing, under `topic-id`."""
    topic = "".join(ch for ch in str(event["topic"]) if ch.isalnum() or ch in "-_")
    if event is RESYNC:
        return frame(topic, {})
    names = [topic, f"{topic}-{event.get('id')}"]
    if topic != "ticket" and isinstance(event.get("ticket"), int):
        names.append(f"ticket-{event['ticket']}")
    if isinstance(event.get("site"), int):
        names.append(f"site-{event['site']}")
    return "".join(frame(name, event) for name in names)


async def follow(user: User, stream: Stream) -> AsyncIterator[str]:
    """The body of a stream: events as they come, a heartbeat when nothing does."""
    here = hub()
    try:
        yield f"retry: {RETRY_MS}\n\n"
        while not here.listening.is_set():
            try:
                await asyncio.wait_for(here.listening.wait(), HEARTBEAT_S)
            except TimeoutError:
                yield ": not yet\n\n"
        yield frame("ready", {})
        refreshed = time.monotonic()
        while True:
            try:
                event = await asyncio.wait_for(stream.queue.get(), HEARTBEAT_S)
            except TimeoutError:
                yield ": still here\n\n"
            else:
                # The scope may have narrowed while the event waited.
                if stream.hears(event):
                    yield frames(event)
            if time.monotonic() - refreshed >= SCOPE_REFRESH_S:
                stream.sites, stream.ticket_sites = await ask_scope(user)
                refreshed = time.monotonic()
    finally:
        here.close(stream)


async def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """GET `/live/`: 401 for a visitor, 429 beyond twelve streams, 204 where nothing can stream."""
    user = await request.auser()
    if isinstance(user, AnonymousUser) or not isinstance(user, User):
        return HttpResponse(_("Connectez-vous pour suivre les changements."), status=401)
    if not isinstance(request, ASGIRequest):
        # A WSGI server would hold an endless answer back for ever; 204 tells EventSource to stop.
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    stream = Stream(user.pk, *await ask_scope(user))
    if not hub().open(stream):
        return HttpResponse(_("Trop de pages ouvertes : fermez-en une."), status=429)
    response = StreamingHttpResponse(follow(user, stream), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"  # a proxy in front must not hold the stream back
    return response
