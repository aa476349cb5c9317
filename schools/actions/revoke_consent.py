from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import DecisionRefused, can_sign, require
from schools.actions.give_consent import day_asked, sites_of, write_down
from schools.models import Consent, User


def lock_consent(user: User, pk: int) -> Consent:
    """The agreement, for this transaction alone, if the person may sign it.

    Raises Consent.DoesNotExist where unseen, SignatureRefused with the reason.
    """
    seen = Consent.objects.visible_to(user).select_for_update(of=("self",))
    consent = seen.select_related("authority", "school__authority").get(pk=pk)
    require(can_sign(user, consent.kind, consent.owner))
    return consent


@transaction.atomic
def revoke_consent(user: User, pk: int, why: str = "", from_on: dt.date | None = None) -> Consent:
    """Withdraw an agreement: it no longer counts from a day on, today unless told.

    Withdrawn twice, the first day stands once it has come; one that is still to come can be
    changed. An agreement withdrawn before it began was never in force. Nothing is deleted or
    closed: polling stops because the agreement is no longer in force, open tickets stay open, past
    readings stay readable. Raises Consent.DoesNotExist where unseen, SignatureRefused with the
    reason, DecisionRefused for a day that has passed or is taken.
    """
    consent = lock_consent(user, pk)
    today = timezone.localdate()
    if consent.revoked_on is not None and consent.revoked_on <= today:
        return consent
    end = max(day_asked(from_on, today), consent.given_on)
    if consent.revoked_on != end:
        before = {"revoked_on": str(consent.revoked_on or "")}
        consent.revoked_on, consent.revoked_by, consent.revoked_why = end, user.full_name, why[:500]
        save_dates(consent)
        write_down(user, "revoke_consent", consent, sites_of(consent.owner), why, before=before)
    return consent


@transaction.atomic
def keep_consent(user: User, pk: int) -> Consent:
    """Take back a withdrawal whose day has not come. Nothing to take back: nothing changes.

    Raises as ``revoke_consent``; DecisionRefused once the day has come.
    """
    consent = lock_consent(user, pk)
    if consent.revoked_on is None:
        return consent
    if consent.revoked_on <= timezone.localdate():
        raise DecisionRefused(_("Cet accord est déjà retiré. Vous pouvez le redonner."))
    before = {"revoked_on": str(consent.revoked_on)}
    consent.revoked_on, consent.revoked_by, consent.revoked_why = None, "", ""
    save_dates(consent)
    write_down(user, "keep_consent", consent, sites_of(consent.owner), before=before)
    return consent


def save_dates(consent: Consent) -> None:
    """Write the end. Raises DecisionRefused when the next agreement of this owner begins before."""
    try:
        with transaction.atomic():
            consent.save(update_fields=["revoked_on", "revoked_by", "revoked_why"])
    except IntegrityError as taken:
        raise DecisionRefused(
            _("Un nouvel accord commence avant cette date. Retirez-le d’abord.")
        ) from taken
