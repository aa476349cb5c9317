from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from schools.access import can_sign, require
from schools.actions.audit import record_action
from schools.live import announce_many
from schools.models import Authority, Consent, ConsentKind, School, Site, User


def owner_filter(owner: Authority | School) -> dict[str, Authority | School]:
    """The field of Consent that names its owner."""
    return {"authority" if isinstance(owner, Authority) else "school": owner}


def sites_of(owner: Authority | School) -> list[Site]:
    """The open sites that an agreement of this owner concerns."""
    path = "school__authority" if isinstance(owner, Authority) else "school"
    return list(Site.objects.open().filter(**{path: owner}))


def write_down(user: User, action: str, consent: Consent, sites: list[Site], why: str = "") -> None:
    """One line in the journal of each site concerned, and the news to the open pages."""
    day = {"given_on": str(consent.given_on), "revoked_on": str(consent.revoked_on or "")}
    for site in sites:
        record_action(user, action, consent, site=site, after=day, why=why)
    announce_many([{"topic": "consent", "id": consent.pk, "site": site.pk} for site in sites])


def give_consent(user: User, kind: str, owner: Authority | School) -> Consent:
    """Sign an agreement from today on. Already given, the one in force is returned.

    Raises SignatureRefused with the reason, ValueError for an unknown kind.
    """
    require(can_sign(user, ConsentKind(kind), owner))
    today = timezone.localdate()
    live = Consent.objects.filter(kind=kind, revoked_on=None, **owner_filter(owner))
    try:
        with transaction.atomic():
            if found := live.first():
                return found
            consent = Consent.objects.create(
                kind=kind, given_on=today, signed_by=user.full_name, **owner_filter(owner)
            )
            write_down(user, "give_consent", consent, sites_of(owner))
            return consent
    except IntegrityError:
        return live.get()  # a second tap, or a colleague, was first
