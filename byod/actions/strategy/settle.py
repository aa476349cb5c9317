"""Who approves in the schools of a PO; which schools are pilots; what accompanies a draft."""

from __future__ import annotations

import uuid
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.strategy.strategies import (
    StrategyImpossible,
    can_choose_pilots,
    can_delegate,
    is_secondary,
    require,
)
from byod.actions.strategy.locking import lock_draft, lock_school, write_down
from byod.models.strategy.settled import StrategyDelegation, StrategyPilot
from byod.models.strategy.strategies import StrategyPaper
from schools.actions.audit import record_action
from schools.agreements.papers import read_paper
from schools.models import Authority, School, Site, User

MOST_PAPERS = 10


@transaction.atomic
def set_delegation(user: User, authority_pk: int, on: bool) -> StrategyDelegation | None:
    """The PO lets its heads approve their strategy, or takes it back. Twice is once.

    Raises Authority.DoesNotExist, StrategyRefused with the reason.
    """
    authority = Authority.objects.select_for_update(no_key=True).get(pk=authority_pk)
    require(can_delegate(user, authority))
    live = StrategyDelegation.objects.live().filter(authority=authority).first()
    if on and live is None:
        live = StrategyDelegation.objects.create(authority=authority, given_by=user)
        record_action(user, "delegate_strategies", authority)
    elif not on and live is not None:
        live.ended_at = timezone.now()
        live.save(update_fields=["ended_at"])
        record_action(user, "take_back_delegation", authority)
        return None
    return live


@transaction.atomic
def set_pilot(user: User, school_pk: int, on: bool) -> StrategyPilot | None:
    """An officer makes a secondary school a pilot, or no longer. Twice is once.

    Raises School.DoesNotExist, StrategyRefused with the reason, StrategyImpossible.
    """
    School.objects.visible_to(user).get(pk=school_pk)
    school = lock_school(school_pk)
    require(can_choose_pilots(user))
    live = StrategyPilot.objects.live().filter(school=school).first()
    if on and live is None:
        if not is_secondary(school):
            raise StrategyImpossible(_("Seule une école secondaire peut être pilote."))
        live = StrategyPilot.objects.create(school=school, set_by=user)
        _tell_pilot(user, "set_pilot", school)
    elif not on and live is not None:
        live.ended_on = timezone.localdate()
        live.save(update_fields=["ended_on"])
        _tell_pilot(user, "end_pilot", school)
        return None
    return live


def _tell_pilot(user: User, action: str, school: School) -> None:
    for site in Site.objects.open().filter(school=school):
        record_action(user, action, school, site=site)


def attach_paper(user: User, pk: int, file: IO[bytes], size: int, name: str) -> StrategyPaper:
    """Attach a document to a draft. The same one twice is one.

    Raises PaperRefused with words for the sender, and as ``lock_draft``.
    """
    paper = read_paper(file, size, name)  # before the lock: decoding takes a while
    with transaction.atomic():
        strategy = lock_draft(user, pk)
        known = strategy.papers.filter(sha256=paper.sha256).first()
        if known is not None:
            return known
        if strategy.papers.count() >= MOST_PAPERS:
            raise StrategyImpossible(_("Il y a déjà 10 documents ici : retirez-en un."))
        row = StrategyPaper(
            strategy=strategy,
            name=paper.name,
            content_type=paper.content_type,
            size=len(paper.content),
            sha256=paper.sha256,
            uploaded_by=user,
        )
        row.file.save(uuid.uuid4().hex, ContentFile(paper.content), save=False)
        row.save()
        write_down(user, "attach_strategy_paper", strategy, why=row.name)
        return row


@transaction.atomic
def remove_paper(user: User, pk: int, paper: int) -> None:
    """Take a document off a draft. Twice is once. Raises as ``lock_draft``."""
    strategy = lock_draft(user, pk)
    row = strategy.papers.filter(pk=paper).first()
    if row is None:
        return
    name = row.name
    transaction.on_commit(lambda: row.file.delete(save=False))
    row.delete()
    write_down(user, "remove_strategy_paper", strategy, why=name)
