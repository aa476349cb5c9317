from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from schools.access import require
from schools.access_people import can_reset_factors
from schools.actions.audit import record_action
from schools.models import Session, User


def reset_factors(actor: User, person: User, why: str = "") -> int:
    """Take all second factors and recovery codes from somebody who lost them; end their sessions.

    Returns how many factors went. Whoever calls this tells the person by mail
    (``AccountAdapter.send_notification_mail("factors_reset", person)``).
    Raises SignatureRefused with the reason.
    """
    require(can_reset_factors(actor, person))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        factors = Authenticator.objects.filter(user=person)
        kinds = sorted(factors.values_list("type", flat=True))
        factors.delete()
        Session.sessions.of(person).delete()
        record_action(actor, "reset_factors", person, before={"factors": kinds}, why=why)
    return len(kinds)
