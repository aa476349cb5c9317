"""What is kept of one person: given to them, or erased (GDPR, articles 15 and 17)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.privacy.people import can_answer_for
from byod.actions.equity import keeping as equity
from byod.actions.loans import keeping as loans
from byod.actions.network import keeping as network
from byod.actions.people import keeping as people
from byod.actions.people.read_names import names_of
from byod.models.loans.loans import TAKEN, Loan
from byod.models.people.members import Member
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.models import User

PARTS = (("loans", loans), ("equity", equity), ("network", network), ("people", people))
"""In the order in which a person is erased: what leads to a device first, the name last."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What went: kind of data → rows."""

    counts: dict[str, int]


def told_of(member: Member) -> dict[str, Any]:
    """All that each part keeps of a person."""
    return {
        "made_at": timezone.now(),
        "school": str(member.site),
        **{name: told for name, part in reversed(PARTS) if (told := part.export_of(member))},
    }


@transaction.atomic
def export_member(user: User, pk: int) -> dict[str, Any]:
    """What is kept of a person, for the head to hand over at their request.

    It tells names: an IdentityReading stays, and a line of the journal that names nobody.
    Raises Member.DoesNotExist where unseen, DecisionRefused with the reason.
    """
    member = Member.objects.visible_to(user).select_related("site__school").get(pk=pk)
    require(can_answer_for(user, member))
    names_of(user, [member], "export")
    record_action(user, "export_member", member.site, site=member.site)
    return told_of(member)


def holds_of(member: Member) -> list[str]:
    """Why a person cannot be erased yet, in words."""
    out = Loan.objects.filter(borrower=member, state__in=TAKEN).count()
    if not out:
        return []
    return [
        _(
            "Un prêt est en cours ou réservé\u00a0: l’école doit pouvoir retrouver l’appareil. "
            "Enregistrez le retour, puis effacez."
        )
    ]


@transaction.atomic
def erase_member(user: User, pk: int, now: dt.datetime) -> Erased:
    """Forget a person now: name, devices, ways in, who borrowed what. Figures stay. Twice is once.

    Raises Member.DoesNotExist where unseen, DecisionRefused with the reason, DecisionImpossible
    while a loan is open.
    """
    seen = Member.objects.visible_to(user).select_for_update(of=("self",))
    member = seen.select_related("site__school").get(pk=pk)
    require(can_answer_for(user, member))
    if holds := holds_of(member):
        raise DecisionImpossible(" ".join(holds))
    counts: dict[str, int] = {}
    for _name, part in PARTS:
        for key, n in part.erase(member, now).items():
            counts[key] = counts.get(key, 0) + n
    record_action(user, "erase_member", member.site, site=member.site)
    return Erased({key: n for key, n in counts.items() if n})
