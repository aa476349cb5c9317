"""Keep a signed paper: the newest counts, the former ones stay in the history."""

from __future__ import annotations

from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import DecisionRefused
from schools.actions.give_consent import sites_of, write_down
from schools.actions.plan_writing import lock_plan_to_write, write_down_plan
from schools.actions.revoke_consent import lock_consent
from schools.agreements.papers import Paper, read_paper
from schools.models import Consent, Document, TransitionPlan, User

MAX_DOCUMENTS = 20
"""Papers that one agreement or version may gather: enough for any mistake, too few for a disk."""


def attach_to_consent(user: User, pk: int, file: IO[bytes], size: int, name: str = "") -> Document:
    """Attach the signed paper of an agreement. The same paper twice is one document.

    Raises PaperRefused with words for the sender, Consent.DoesNotExist where unseen,
    SignatureRefused with the reason, DecisionRefused past the limit.
    """
    paper = read_paper(file, size, name)  # before the lock: decoding takes a while
    with transaction.atomic():
        consent = lock_consent(user, pk)
        document, new = _keep(user, paper, consent=consent)
        if new:
            write_down(user, "attach_document", consent, sites_of(consent.owner), why=document.name)
    return document


def attach_to_plan(user: User, pk: int, file: IO[bytes], size: int, name: str = "") -> Document:
    """Attach a document to a draft. Raises as ``attach_to_consent``."""
    paper = read_paper(file, size, name)
    with transaction.atomic():
        plan = lock_plan_to_write(user, pk)
        document, new = _keep(user, paper, plan=plan)
        if new:
            write_down_plan(user, plan, "attach_document", plan.state, why=document.name)
    return document


def _keep(
    user: User, paper: Paper, consent: Consent | None = None, plan: TransitionPlan | None = None
) -> tuple[Document, bool]:
    """Store it inside the caller's transaction: (document, whether it is a new one).

    If the transaction fails the file stays behind without a row: harmless, nothing leads to it.
    """
    earlier = Document.objects.filter(consent=consent, plan=plan)
    known = earlier.current().first()
    if known is not None and known.sha256 == paper.sha256:
        return known, False
    if earlier.count() >= MAX_DOCUMENTS:
        raise DecisionRefused(_("Il y a déjà 20 documents ici. Écrivez au helpdesk."))
    now = timezone.now()
    earlier.current().update(replaced_at=now)
    document = Document(
        consent=consent,
        plan=plan,
        name=paper.name,
        content_type=paper.content_type,
        size=len(paper.content),
        sha256=paper.sha256,
        uploaded_by=user,
        at=now,
    )
    document.file.save(paper.name, ContentFile(paper.content), save=False)
    document.save()
    return document, True
