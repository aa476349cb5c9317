from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from schools.access import can_sign, require
from schools.actions.give_consent import sites_of, write_down
from schools.models import Consent, User


@transaction.atomic
def revoke_consent(user: User, pk: int, why: str = "") -> Consent:
    """Withdraw an agreement: it no longer counts from today on. Twice: the first day stands.

    Nothing is deleted or closed: polling stops because the agreement is no longer in force, open
    tickets stay open, past readings stay readable. Raises Consent.DoesNotExist where unseen,
    SignatureRefused with the reason.
    """
    seen = Consent.objects.visible_to(user).select_for_update(of=("self",))
    consent = seen.select_related("authority", "school").get(pk=pk)
    owner = consent.authority or consent.school
    assert owner is not None  # a constraint of the table
    require(can_sign(user, consent.kind, owner))
    if consent.revoked_on is None:
        consent.revoked_on = timezone.localdate()
        consent.save(update_fields=["revoked_on"])
        write_down(user, "revoke_consent", consent, sites_of(owner), why)
    return consent
