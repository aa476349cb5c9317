"""Ask for many labels at once: a worker prints them, and whoever asked gets the file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible
from inventory.models import LabelRun, LabelRunState
from inventory.printing.formats import LabelFormat
from schools.models import User

AT_MOST = 2000
"""Labels of one run: typst holds some 150 kB of memory for each."""
AT_ONCE = 3
"""Runs of one person that wait: others print as well."""


@transaction.atomic
def ask_labels(
    user: User,
    devices: Sequence[int],
    *,
    title: str,
    form: LabelFormat,
    first: int,
    base: str,
    key: uuid.UUID,
) -> LabelRun:
    """A run that waits for a worker. The same key twice is one run.

    Raises DecisionImpossible with the reason.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # second clicks queue here
    known = LabelRun.objects.visible_to(user).filter(key=key).first()
    if known is not None:
        return known
    if not devices:
        raise DecisionImpossible(_("Aucun équipement choisi\u00a0: retirez un filtre."))
    if LabelRun.objects.visible_to(user).waiting().count() >= AT_ONCE:
        raise DecisionImpossible(
            _("Trois tirages sont déjà en cours\u00a0: attendez-en la fin, ou annulez-en un.")
        )
    keys = list(devices[:AT_MOST])
    return LabelRun.objects.create(
        key=key,
        asked_by=user,
        title=title[:200],
        form=form.key,
        first=first,
        base=base[:200],
        devices=keys,
        total=len(keys),
    )


def cancel_labels(run: LabelRun) -> bool:
    """Stop a run that waits; whether it still did. Its worker notices at its next word."""
    waiting = LabelRun.objects.waiting().filter(pk=run.pk)
    values = {"state": LabelRunState.CANCELLED, "ended_at": timezone.now(), "claim": None}
    return bool(waiting.update(**values))
