"""The session engine: Django's own in the database, with the person, the device and the limits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from schools.client_address import client_address
from schools.models import Session, User
from schools.second_factor import is_staff_member

ANONYMOUS = dt.timedelta(hours=2)
"""A visitor's session holds half a sign-in: it need not outlive it."""


@dataclass(frozen=True, slots=True)
class Client:
    """The browser at the other end."""

    address: str | None = None
    device: str = ""


def client_of(request: HttpRequest) -> Client:
    """The address, behind the proxies that are trusted, and what the browser calls itself."""
    address = client_address(request.META, settings.TRUSTED_PROXIES)
    limit = Session._meta.get_field("device").max_length
    return Client(address, request.headers.get("User-Agent", "")[:limit])


class SessionStore(DatabaseStore):
    """Rows of :class:`schools.models.Session`."""

    client = Client()
    row: Session | None = None
    """The row as it was read or written last in this request."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Where sessions stand."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc,unused-ignore]
        return self.row

    async def _aget_session_from_db(self) -> Session | None:
        self.row = await super()._aget_session_from_db()  # type: ignore[misc,unused-ignore]
        return self.row

    def create(self) -> None:
        """Begin a new row: signing in changes the key, and with it everything else."""
        self.row = None
        super().create()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The whole row to be saved: Django's three columns and ours."""
        old, now = self.row, timezone.now()
        user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row = Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined,unused-ignore]
            session_data=self.encode(data),
            user_id=user_id,
            began_at=old.began_at if old else now,
            seen_at=old.seen_at if old else now,
            address=old.address if old else self.client.address,
            device=old.device if old else self.client.device,
        )
        if old and old.user_id == user_id:
            row.ends_at, row.idle_s = old.ends_at, old.idle_s
        else:
            idle, longest = limits_of(user_id)
            row.ends_at, row.idle_s = row.began_at + longest, int(idle.total_seconds())
        row.expire_date = row.end_after(row.seen_at)
        self.row = row
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        """As above: the limits may need a query."""
        return await sync_to_async(self.create_model_instance)(data)


def limits_of(user_id: int | None) -> tuple[dt.timedelta, dt.timedelta]:
    """(idle, longest) of a session of that person; shorter for staff."""
    person = User.objects.filter(pk=user_id).first() if user_id else None
    if person is None:
        return ANONYMOUS, ANONYMOUS
    hours = settings.SESSION_STAFF_HOURS if is_staff_member(person) else settings.SESSION_HOURS
    return dt.timedelta(hours=hours[0]), dt.timedelta(hours=hours[1])
