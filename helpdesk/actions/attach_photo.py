"""Keep a photo of a ticket: decoded and encoded anew, so that nothing else comes with it."""

from __future__ import annotations

from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.access import ActionRefused, require
from helpdesk.access_school import can_answer
from helpdesk.actions.resume_ticket import end_wait
from helpdesk.actions.writing import lock_ticket, tell
from helpdesk.models import Attachment, Comment, Ticket, TicketState, VisualCheck
from schools.actions.audit import record_action
from schools.models import User
from schools.photos import CONTENT_TYPE, reencode

MAX_PHOTOS = 20
"""Photos a ticket may hold: enough for any fault, too few to fill the disk."""


def keep_photo(
    ticket: Ticket,
    jpeg: bytes,
    *,
    by: User,
    comment: Comment | None = None,
    visual_check: VisualCheck | None = None,
) -> Attachment:
    """Store a clean JPEG inside the caller's transaction. Raises ActionRefused past the limit.

    If the transaction fails the file stays behind without a row: harmless, nothing leads to it.
    """
    if ticket.attachments.count() >= MAX_PHOTOS:
        raise ActionRefused(_("Cette demande a déjà 20 photos. Décrivez la suite avec des mots."))
    photo = Attachment(
        ticket=ticket,
        comment=comment,
        visual_check=visual_check,
        content_type=CONTENT_TYPE,
        size=len(jpeg),
        uploaded_by=by,
        at=timezone.now(),
    )
    photo.file.save("photo.jpg", ContentFile(jpeg), save=False)
    photo.save()
    return photo


def attach_photo(user: User, pk: int, file: IO[bytes], size: int, words: str = "") -> Attachment:
    """Add a photo to the conversation of a ticket, with a few words.

    Raises PhotoRefused (schools.photos) or ActionRefused with the reason, Ticket.DoesNotExist
    where unseen.
    """
    jpeg = reencode(file, size)  # before the lock: decoding takes a while
    with transaction.atomic():
        ticket = lock_ticket(user, pk)
        require(can_answer(user, ticket))
        body = words.strip()[:5000] or _("Voici une photo.")
        comment = Comment.objects.create(ticket=ticket, author=user, body=body)
        photo = keep_photo(ticket, jpeg, by=user, comment=comment)
        ticket.touched = True
        ticket.save(update_fields=["touched"])
        if ticket.state == TicketState.WAITING:
            end_wait(ticket, user)
        record_action(user, "attach_photo", ticket, site=ticket.site, after={"photo": photo.pk})
        tell(ticket)
    return photo
