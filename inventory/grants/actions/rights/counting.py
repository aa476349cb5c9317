"""A school says that its pupils were counted wrong; an officer answers."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.rights import can_correct, can_tell_counting_error
from inventory.grants.models.rights.corrections import CountingError, CountingErrorState
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Headcount, Site, User


def tell_counting_error(
    user: User, site: Site, count_year: int, claimed: int, text: str
) -> CountingError:
    """Raises DecisionRefused, DecisionImpossible."""
    require(can_tell_counting_error(user, site))
    if not text.strip():
        raise DecisionImpossible(
            _("Expliquez l’écart\u00a0: quels élèves manquent, ou sont de trop\u00a0?")
        )
    counted = sum(
        Headcount.objects.filter(site=site, year=count_year).values_list("pupils", flat=True)
    )
    if claimed == counted:
        raise DecisionImpossible(_("C’est le nombre du comptage officiel\u00a0: rien à signaler."))
    try:
        with transaction.atomic():
            row = CountingError.objects.create(
                site=site,
                count_year=count_year,
                counted=counted,
                claimed=claimed,
                text=text.strip()[:2000],
                told_by=user,
                told_by_text=str(user),
            )
            after = {"counted": counted, "claimed": claimed}
            record_action(user, "tell_counting_error", row, site=site, after=after)
            announce("counting_error", row.pk, site=site.pk)
    except IntegrityError:
        raise DecisionImpossible(
            _("Une erreur est déjà signalée pour ce comptage\u00a0: le SPW l’examine.")
        ) from None
    return row


def answer_counting_error(
    user: User, error: CountingError, accepted: bool, answer: str, now: dt.datetime
) -> CountingError:
    """Say whether the count was wrong. The correction itself is another act."""
    require(can_correct(user, error.site))
    if not answer.strip():
        raise DecisionImpossible(_("Répondez à l’école en quelques mots."))
    with transaction.atomic():
        row = CountingError.objects.select_for_update(of=("self",)).get(pk=error.pk)
        if row.state != CountingErrorState.OPEN:
            raise DecisionImpossible(_("Cette erreur a déjà une réponse."))
        row.state = CountingErrorState.ACCEPTED if accepted else CountingErrorState.REFUSED
        row.answer, row.answered_at = answer.strip()[:2000], now
        row.answered_by, row.answered_by_text = user, str(user)
        row.save()
        record_action(
            user, "answer_counting_error", row, site=error.site, after={"state": row.state}
        )
        announce("counting_error", row.pk, site=error.site_id)
    return row
