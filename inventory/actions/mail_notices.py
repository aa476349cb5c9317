"""Letters that tell people once: claimed before they leave, one a person, whatever their number.

Any number of workers share them; whoever dies while sending writes one letter less, never a second
one. A server that does not answer, or stops to, leaves the rest for the next call.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from schools.models import User

log = logging.getLogger(__name__)
LETTERS = 2000
"""Of one morning; the rest leaves with the next call."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person reads."""

    subject: str
    text: str


class Notices(Protocol):
    """Rows that say whom to tell: ``person``, and ``mailed_at`` once the letter has left."""

    def unsent(self) -> QuerySet[Any]: ...


Write = Callable[[User, list[int]], Letter | None]
"""The letter for these notices, in the person's language; None where nothing holds any more."""


def mail_notices(notices: Notices, write: Write, limit: int = LETTERS) -> int:
    """How many letters left."""
    server, sent = get_connection(), 0
    try:
        server.open()
        for _n in range(limit):
            claimed = _claim(notices)
            if claimed is None:
                break
            sent += _mail(server, write, *claimed)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server takes no notices (%s)", type(error).__name__)
    finally:
        server.close()
    return sent


@transaction.atomic
def _claim(notices: Notices) -> tuple[User, list[int]] | None:
    """A person and what they are to be told, written down as told; None: nobody is left."""
    row = notices.unsent().select_for_update(skip_locked=True).first()
    if row is None:
        return None
    mine = notices.unsent().filter(person=row.person_id)
    keys = list(mine.select_for_update(skip_locked=True).values_list("pk", flat=True))
    type(row)._default_manager.filter(pk__in=keys).update(mailed_at=timezone.now())
    return User.objects.get(pk=row.person_id), keys


def _mail(server: BaseEmailBackend, write: Write, person: User, keys: list[int]) -> bool:
    """Whether it left. Raises OSError, SMTPException where the server takes nothing more."""
    with translation.override(person.language):
        letter = write(person, keys)
    if letter is None or not person.email:
        return False
    try:
        send_mail(letter.subject, letter.text, None, [person.email], connection=server)
    except smtplib.SMTPRecipientsRefused:
        log.warning("notices %s: the address is refused", keys)
        return False
    return True
