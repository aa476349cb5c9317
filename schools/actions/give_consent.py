from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from schools.access import DecisionRefused, can_sign, require
from schools.actions.audit import record_action
from schools.live import announce_many
from schools.models import AgreementText, Authority, Consent, ConsentKind, School, Site, User


def owner_filter(owner: Authority | School) -> dict[str, Authority | School]:
    """The field of Consent that names its owner."""
    return {"authority" if isinstance(owner, Authority) else "school": owner}


def sites_of(owner: Authority | School) -> list[Site]:
    """The open sites that an agreement of this owner concerns."""
    path = "school__authority" if isinstance(owner, Authority) else "school"
    return list(Site.objects.open().filter(**{path: owner}))


def write_down(
    user: User,
    action: str,
    consent: Consent,
    sites: list[Site],
    why: str = "",
    *,
    before: dict[str, str] | None = None,
) -> None:
    """One line in the journal of each site concerned, and the news to the open pages."""
    day = {"given_on": str(consent.given_on), "revoked_on": str(consent.revoked_on or "")}
    # an owner without an open site leaves a trace too
    places: list[Site | None] = [*sites] or [None]
    for site in places:
        record_action(user, action, consent, site=site, before=before, after=day, why=why)
    announce_many([{"topic": "consent", "id": consent.pk, "site": site.pk} for site in sites])


def day_asked(from_on: dt.date | None, today: dt.date) -> dt.date:
    """From which day a decision counts: today unless told. Raises DecisionRefused in the past."""
    if from_on is not None and from_on < today:
        raise DecisionRefused(_("Cette date est passée. Choisissez aujourd’hui ou plus tard."))
    return from_on or today


def give_consent(
    user: User, kind: str, owner: Authority | School, from_on: dt.date | None = None
) -> Consent:
    """Sign an agreement from a day on, today unless told. Already given, it is returned.

    The text in force is pinned: what was signed stays readable. Raises SignatureRefused with the
    reason, DecisionRefused when another agreement stands in the way, ValueError for an unknown
    kind.
    """
    require(can_sign(user, ConsentKind(kind), owner))
    if owner.closed_on is not None:
        raise DecisionRefused(_("%(owner)s est fermé dans le registre.") % {"owner": owner})
    begin = day_asked(from_on, timezone.localdate())
    mine = Consent.objects.filter(kind=kind, **owner_filter(owner))
    try:
        with transaction.atomic():
            if found := _standing(mine, begin):
                return found
            consent = Consent.objects.create(
                kind=kind,
                given_on=begin,
                signed_by=user.full_name,
                text=AgreementText.objects.current(kind),
                under=owner.authority if isinstance(owner, School) else None,
                **owner_filter(owner),
            )
            write_down(user, "give_consent", consent, sites_of(owner))
            return consent
    except IntegrityError:
        if found := _standing(mine, begin):  # a second tap, or a colleague, was first
            return found
        raise


def _standing(mine: QuerySet[Consent], begin: dt.date) -> Consent | None:
    """The agreement that already covers ``begin`` for good. Raises DecisionRefused for another."""
    other = mine.not_over(begin).order_by("given_on").first()  # type: ignore[attr-defined]
    if not isinstance(other, Consent):
        return None
    if other.given_on > begin:
        raise DecisionRefused(
            _("Un accord est déjà prévu à partir du %(day)s. Retirez-le d’abord.")
            % {"day": date_format(other.given_on, "d/m/Y")}
        )
    if other.revoked_on is None:
        return other
    raise DecisionRefused(
        _("L’accord vaut encore jusqu’au %(day)s. Annulez son retrait, ou redonnez-le dès ce jour.")
        % {"day": date_format(other.revoked_on, "d/m/Y")}
    )
