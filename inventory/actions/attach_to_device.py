"""Keep a photo or a document with a device, and take it off again."""

from __future__ import annotations

import io
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible
from inventory.actions.device_writing import lock_device
from inventory.models import DeviceFile, FileKind
from schools.actions.audit import record_action
from schools.agreements.papers import PDF, Paper, read_paper
from schools.live import announce
from schools.models import User
from schools.photos import reencode

AT_MOST = 20
"""Files of one device: enough for its four sides and its papers, too few for a disk."""
SMALL = 320


def attach_to_device(user: User, pk: int, file: IO[bytes], size: int, name: str = "") -> DeviceFile:
    """Attach a photo (encoded anew, without place or camera) or a PDF. The same twice is one.

    Raises PaperRefused with words for the sender, Device.DoesNotExist, DecisionRefused,
    DecisionImpossible past the limit.
    """
    paper = read_paper(file, size, name)  # before the lock: decoding takes a while
    small = b""
    if paper.content_type != PDF:
        small = reencode(io.BytesIO(paper.content), len(paper.content), SMALL)
    with transaction.atomic():
        device = lock_device(user, pk)
        files = DeviceFile.objects.filter(device=device).current()
        if known := files.filter(sha256=paper.sha256).first():
            return known
        if files.count() >= AT_MOST:
            raise DecisionImpossible(_("Il y a déjà 20 fichiers ici. Retirez-en un d’abord."))
        kept = _keep(user, paper, small, device.pk)
        record_action(
            user, "attach_device_file", device, site=device.site, after={"file": kept.name}
        )
        announce("device", device.pk, site=device.site_id)
    return kept


def _keep(user: User, paper: Paper, small: bytes, device: int) -> DeviceFile:
    """Store it inside the caller's transaction. If that fails the file stays behind without a row:
    harmless, nothing leads to it."""
    row = DeviceFile(
        device_id=device,
        kind=FileKind.PHOTO if small else FileKind.PAPER,
        name=paper.name,
        content_type=paper.content_type,
        size=len(paper.content),
        sha256=paper.sha256,
        uploaded_by=user,
    )
    row.file.save(paper.name, ContentFile(paper.content), save=False)
    if small:
        row.small.save(paper.name, ContentFile(small), save=False)
    row.save()
    return row


@transaction.atomic
def withdraw_device_file(user: User, pk: int, file: int, *, back: bool = False) -> DeviceFile:
    """Take a file off the page; ``back``: put it there again.

    Raises Device.DoesNotExist, DeviceFile.DoesNotExist, DecisionRefused.
    """
    device = lock_device(user, pk)
    row = DeviceFile.objects.select_for_update().get(pk=file, device=device)
    if back == (row.removed_at is None):
        return row
    if back and DeviceFile.objects.filter(device=device, sha256=row.sha256).current().exists():
        return row
    row.removed_at = None if back else timezone.now()
    row.save(update_fields=["removed_at"])
    verb = "restore_device_file" if back else "withdraw_device_file"
    record_action(user, verb, device, site=device.site, before={"file": row.name})
    announce("device", device.pk, site=device.site_id)
    return row
