from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Sequence

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from schools.actions.invite_person import tell_invitation
from schools.invitation_links import digest_of, token_of
from schools.invitation_mail import message_of
from schools.models import Invitation, MailFailure
from schools.models.position import PLACES
from schools.rules import TRY_AGAIN_S

log = logging.getLogger(__name__)

BATCH = 20
LEASE = dt.timedelta(minutes=3)
"""A worker that dies while sending holds its batch for so long."""


def send_invitations(limit: int = 500) -> int:
    """Send the messages that wait, ``limit`` at most; return how many left.

    Any number of workers share them: a batch is claimed in one short transaction, then sent
    without one. Whoever dies in between sends the same link again after the lease.
    """
    sent = 0
    for _batch in range(-(-limit // BATCH)):
        claimed = _claim(timezone.now())
        if not claimed:
            return sent
        with get_connection() as server:
            sent += sum(_send(invitation, server) for invitation in claimed)
    return sent


@transaction.atomic
def _claim(now: dt.datetime) -> Sequence[Invitation]:
    """The next batch, leased, with the digest of its link stored before anybody can follow it."""
    waiting = Invitation.objects.due(now).order_by("due_at", "pk")
    keys = list(
        waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[
            :BATCH
        ]
    )
    rows = list(Invitation.objects.filter(pk__in=keys).select_related("invited_by", *PLACES))
    for row in rows:
        row.due_at, row.digest = now + LEASE, digest_of(token_of(row))
    Invitation.objects.bulk_update(rows, ["due_at", "digest"])
    return rows


def _send(invitation: Invitation, server: BaseEmailBackend) -> bool:
    message = message_of(invitation)
    message.connection = server
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _words in error.recipients.values()}
        log.warning("invitation %s: the address was refused (%s)", invitation.pk, codes)
        if all(code >= 500 for code in codes):
            _give_up(invitation, MailFailure.REFUSED)
        else:
            _try_later(invitation)
        return False
    except (OSError, smtplib.SMTPException) as error:
        log.warning("invitation %s did not leave: %s", invitation.pk, type(error).__name__)
        _try_later(invitation)
        return False
    _write(invitation, due_at=None, sent_at=timezone.now(), failure="")
    return True


def _try_later(invitation: Invitation) -> None:
    """Wait longer after each failure; after the last one, give up and say so."""
    if invitation.tries >= len(TRY_AGAIN_S):
        _give_up(invitation, MailFailure.UNREACHABLE)
        return
    wait = dt.timedelta(seconds=TRY_AGAIN_S[invitation.tries])
    _write(
        invitation,
        due_at=timezone.now() + wait,
        tries=invitation.tries + 1,
        failure=MailFailure.UNREACHABLE,
    )


def _give_up(invitation: Invitation, failure: MailFailure) -> None:
    _write(invitation, due_at=None, failure=failure)


@transaction.atomic
def _write(invitation: Invitation, **fields: object) -> None:
    """The outcome of this send, unless somebody asked for another one or took it back meanwhile."""
    same_send = Invitation.objects.open().filter(pk=invitation.pk, sends=invitation.sends)
    if same_send.update(**fields):
        tell_invitation(invitation)
