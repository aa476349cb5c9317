"""Print a run of labels. May run twice and be killed anywhere: the file is written first, the state
after it, under a claim that a silent worker loses."""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from inventory.models import Device, LabelRun, LabelRunState
from inventory.printing.formats import formats
from inventory.printing.labels import labels_of, sheet

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=90)
"""A worker that has said nothing for so long is dead; setting 2,000 labels is silent for some
seconds."""
TICK_S = 0.5
MOST_ATTEMPTS = 3


class RunLost(RuntimeError):
    """The run is no longer ours: cancelled by a person, or taken over after a long silence."""


@dataclass
class _Claim:
    run: LabelRun
    token: uuid.UUID
    told_at: float = field(default_factory=time.monotonic)

    def tick(self, done: int) -> None:
        """Say how far we are, twice a second at most. Raises RunLost."""
        if time.monotonic() < self.told_at + TICK_S:
            return
        self.told_at = time.monotonic()
        self.write(done=min(done, self.run.total), claimed_at=timezone.now())

    def end(self, state: LabelRunState, **values: object) -> None:
        """Write how it ended. Raises RunLost."""
        self.write(state=state, ended_at=timezone.now(), claim=None, claimed_at=None, **values)

    def write(self, **values: object) -> None:
        mine = LabelRun.objects.waiting().filter(pk=self.run.pk, claim=self.token)
        if not mine.update(**values):
            raise RunLost


def print_labels(pk: int) -> LabelRun | None:
    """Print it and keep the file; None where somebody else holds it, or it was cancelled."""
    claim = _take(pk)
    if claim is None:
        return None
    with translation.override(claim.run.asked_by.language), suppress(RunLost):
        _print(claim)
        claim.run.refresh_from_db()
        return claim.run
    if LabelRun.objects.filter(pk=pk, state=LabelRunState.CANCELLED).exists():
        default_storage.delete(claim.run.path)
    return None


def _print(claim: _Claim) -> None:
    if claim.run.attempts > MOST_ATTEMPTS:
        claim.end(LabelRunState.FAILED, failure=_("L’impression s’est interrompue trois fois."))
        return
    try:
        count = _make_file(claim)
    except RunLost:
        raise
    except Exception:  # told to the person; the log has the rest
        log.exception("label run %s failed", claim.run.pk)
        claim.end(LabelRunState.FAILED, failure=_("Erreur imprévue, notée dans le journal."))
        return
    if count:
        claim.end(LabelRunState.READY, done=count, total=count)
    else:
        claim.end(LabelRunState.FAILED, failure=_("Vous ne voyez plus ces équipements."))


def _make_file(claim: _Claim) -> int:
    """Write the PDF of what the person sees now; how many labels it has."""
    run = claim.run
    seen = Device.objects.visible_to(run.asked_by).select_related("site__school")
    known = seen.in_bulk(run.devices)
    labels = labels_of(known[key] for key in run.devices if key in known)
    if not labels:
        return 0
    form = formats().get(run.form) or next(iter(formats().values()))
    content = sheet(labels, form, run.base, run.first, claim.tick)
    default_storage.delete(run.path)
    default_storage.save(run.path, ContentFile(content))
    return len(labels)


def _take(pk: int) -> _Claim | None:
    now, token = timezone.now(), uuid.uuid4()
    free = Q(claim=None) | Q(claimed_at__lt=now - LEASE)
    taken = (
        LabelRun.objects.waiting()
        .filter(free, pk=pk)
        .update(claim=token, claimed_at=now, attempts=F("attempts") + 1)
    )
    if not taken:
        return None
    return _Claim(LabelRun.objects.select_related("asked_by").get(pk=pk), token)


def runs_to_resume(now: dt.datetime) -> list[int]:
    """Those that no worker holds any more: killed, or never sent."""
    silent = Q(claim=None, asked_at__lt=now - LEASE) | Q(claimed_at__lt=now - LEASE)
    return list(LabelRun.objects.waiting().filter(silent).values_list("pk", flat=True))


def forget_label_runs(now: dt.datetime) -> int:
    """Runs older than ``LABEL_DAYS`` go, with their files. How many."""
    old = LabelRun.objects.exclude(state=LabelRunState.WAITING)
    count = 0
    for run in old.filter(asked_at__lt=now - dt.timedelta(days=settings.LABEL_DAYS))[:500]:
        default_storage.delete(run.path)
        run.delete()
        count += 1
    return count
