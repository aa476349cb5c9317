"""Write and publish charters: a school's own, and the Region's floor beneath all of them."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.people.members import can_write_charter, can_write_floor
from byod.models.people.charters import CharterVersion
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.models import School, User

LONGEST = 20_000
LOCK = 0x63686172
"""Of pg_advisory_xact_lock, with the school's key: two editors make one draft."""


@transaction.atomic
def write_charter(user: User, school: School | None, text_fr: str, text_de: str) -> CharterVersion:
    """Keep the draft of the next version, of a school or (None) of the Region's floor.

    Raises DecisionRefused, DecisionImpossible without a French text.
    """
    _require(user, school)
    if not text_fr.strip():
        raise DecisionImpossible(_("Écrivez le texte en français\u00a0: c’est lui qui fait foi."))
    _hold(school)
    draft = CharterVersion.objects.filter(school=school, published_at=None).first()
    if draft is None:
        last = CharterVersion.objects.filter(school=school).aggregate(n=Max("number"))["n"] or 0
        draft = CharterVersion(school=school, number=last + 1)
    draft.text_fr, draft.text_de = text_fr.strip()[:LONGEST], text_de.strip()[:LONGEST]
    draft.save()
    return draft


@transaction.atomic
def publish_charter(user: User, school: School | None) -> CharterVersion:
    """From now on this version is asked of everybody; it never changes again.

    Raises DecisionRefused, DecisionImpossible without a draft.
    """
    _require(user, school)
    _hold(school)
    draft = CharterVersion.objects.filter(school=school, published_at=None).first()
    if draft is None:
        raise DecisionImpossible(_("Il n’y a pas de brouillon à publier."))
    draft.published_at = timezone.now()
    draft.save(update_fields=["published_at"])
    record_action(user, "publish_charter", draft, after={"number": draft.number})
    return draft


def _require(user: User, school: School | None) -> None:
    require(can_write_floor(user) if school is None else can_write_charter(user, school))


def _hold(school: School | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, school.pk if school else 0])
