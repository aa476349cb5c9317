"""The Region's terms of loans: one draft, which officers share; published, it never changes.

They hold wherever a school has none of its own. What was signed keeps its version.
"""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_write_region_terms
from byod.actions.loans.sign_terms import SHORTEST
from byod.models.loans.terms import LoanTerms
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.models import User

LONGEST = 20_000


def draft_of_region() -> LoanTerms | None:
    """What is being written; None: nobody has begun."""
    return LoanTerms.objects.of_region().filter(published_at=None).first()


def stamp_of(row: LoanTerms | None) -> str:
    """Of the texts, so that two officers do not write over one another. Empty without a draft."""
    if row is None:
        return ""
    return hashlib.sha256(f"{row.text_fr}\x00{row.text_de}".encode()).hexdigest()[:16]


@transaction.atomic
def save_region_draft(user: User, text_fr: str, text_de: str, *, seen: str) -> LoanTerms:
    """Keep the draft as it is, begun or gone on with. ``seen``: stamp of what the person has read.

    Raises DecisionRefused, DecisionImpossible where another officer wrote meanwhile.
    """
    require(can_write_region_terms(user))
    text_fr, text_de = _plain(text_fr), _plain(text_de)
    if not text_fr:
        raise DecisionImpossible(_("Écrivez au moins le texte français du projet."))
    for text in (text_fr, text_de):
        if len(text) > LONGEST:
            raise DecisionImpossible(
                _("Le texte est trop long\u00a0: %(n)d signes au plus.") % {"n": LONGEST}
            )
    row = _locked()
    if row is not None and (row.text_fr, row.text_de) == (text_fr, text_de):
        return row
    _still(row, seen)
    begun = row is None
    if row is None:
        last = LoanTerms.objects.of_region().aggregate(n=Max("number"))["n"] or 0
        row = LoanTerms(number=last + 1)
    row.text_fr, row.text_de = text_fr, text_de
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # two began at the same moment
        raise _written_meanwhile() from None
    if begun:
        record_action(user, "draft_loan_terms", row, after={"number": row.number})
    return row


@transaction.atomic
def publish_region_terms(user: User, *, seen: str) -> LoanTerms:
    """The draft is in force at once, for what is signed from now on, and never changes.

    Raises DecisionRefused, DecisionImpossible. Sent twice it publishes once: nothing is left.
    """
    require(can_write_region_terms(user))
    row = _locked()
    if row is None:
        raise DecisionImpossible(_("Il n’y a pas de projet à publier."))
    _still(row, seen)
    for text in (row.text_fr, row.text_de):
        if len(text) < SHORTEST:
            raise DecisionImpossible(
                _("Complétez les deux langues avant de publier\u00a0: les familles de la "
                  "Communauté germanophone lisent l’allemand.")
            )  # fmt: skip
    row.published_at = timezone.now()
    row.save(update_fields=["published_at"])
    record_action(user, "publish_loan_terms", row, after={"number": row.number})
    return row


@transaction.atomic
def drop_region_draft(user: User, *, seen: str) -> None:
    """Give the draft up; what is published stays. Raises as :func:`publish_region_terms`."""
    require(can_write_region_terms(user))
    row = _locked()
    if row is None:
        return
    _still(row, seen)
    record_action(user, "drop_loan_terms", row, before={"number": row.number})
    row.delete()


def _locked() -> LoanTerms | None:
    rows = LoanTerms.objects.of_region().filter(published_at=None)
    return rows.select_for_update(of=("self",)).first()


def _still(row: LoanTerms | None, seen: str) -> None:
    if stamp_of(row) != seen:
        raise _written_meanwhile()


def _written_meanwhile() -> DecisionImpossible:
    return DecisionImpossible(
        _("Quelqu’un a changé ce projet entre-temps. Copiez votre texte, rouvrez la page, "
          "et reprenez.")
    )  # fmt: skip


def _plain(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()
