"""Terms of loans: written, published, signed. A signature never holds a hand-out up: it is asked
for until it is there, and shown where it is not."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_lend, can_write_terms
from byod.actions.loans.writing import lock_loan, record
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.terms import LoanTerms, SignedWay, TermsSignature
from byod.models.people.members import Member
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.models import School, User
from schools.sealed import seal, unseal

SHORTEST = 40
"""Signs of a text that says something."""


@transaction.atomic
def publish_terms(user: User, school_pk: int, text_fr: str, text_de: str = "") -> LoanTerms:
    """A new version, in force at once for what is signed from now on. It never changes.

    Raises School.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    seen = School.objects.visible_to(user).select_for_update(of=("self",), no_key=True)
    school = seen.get(pk=school_pk)
    require(can_write_terms(user, school))
    text_fr, text_de = text_fr.strip(), text_de.strip()
    if len(text_fr) < SHORTEST:
        raise DecisionImpossible(_("Écrivez les conditions\u00a0: au moins une phrase entière."))
    last = LoanTerms.objects.filter(school=school).aggregate(n=Max("number"))["n"] or 0
    made = LoanTerms.objects.create(
        school=school, number=last + 1, text_fr=text_fr, text_de=text_de,
        published_at=timezone.now(),
    )  # fmt: skip
    record_action(user, "publish_loan_terms", made, after={"number": made.number})
    return made


def terms_for(loan: Loan) -> LoanTerms | None:
    """The version in force for it; None where nobody has written any."""
    return LoanTerms.objects.in_force(loan.site.school).first()


@transaction.atomic
def sign_at_desk(user: User, loan_pk: int, name: str, way: str) -> TermsSignature:
    """On paper, or on the desk's screen. Raises Loan.DoesNotExist, DecisionRefused,
    DecisionImpossible."""
    loan = lock_loan(user, loan_pk)
    require(can_lend(user, loan.site))
    if way not in (SignedWay.PAPER, SignedWay.TABLET):
        way = SignedWay.PAPER
    return _sign(loan, name, SignedWay(way), by=user)


@transaction.atomic
def sign_by_link(member: Member, loan_pk: int, name: str, *, as_guardian: bool) -> TermsSignature:
    """By the guardian, or the pupil of age, at the door of self-service.

    Raises Loan.DoesNotExist where it is not this pupil's, DecisionImpossible.
    """
    rows = Loan.objects.filter(borrower=member).select_for_update(of=("self",))
    loan = rows.select_related("site__school", "item__device", "charger__device", "borrower").get(
        pk=loan_pk
    )
    if member.needs_guardian and not as_guardian:
        raise DecisionImpossible(_("Un parent signe, par le lien qu’il a reçu."))
    return _sign(loan, name, SignedWay.LINK, by=None)


def _sign(loan: Loan, name: str, way: SignedWay, *, by: User | None) -> TermsSignature:
    known = TermsSignature.objects.filter(loan=loan).first()
    if known is not None:
        return known
    name = " ".join(name.split())[:120]
    if len(name) < 3:
        raise DecisionImpossible(_("Écrivez le prénom et le nom de la personne qui signe."))
    terms, member = terms_for(loan), loan.borrower
    if terms is None or loan.state != LoanState.OUT or member is None:
        raise DecisionImpossible(_("Il n’y a rien à signer pour ce prêt."))
    told = _content(loan, terms, member.language, name)
    row = TermsSignature(
        site=loan.site, loan=loan, terms=terms, way=way, by_guardian=member.needs_guardian,
        language=member.language, sealed=seal(told), sha256=hash_of(told, terms),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # the other door was faster
        return TermsSignature.objects.get(loan=loan)
    record(by, "sign_loan_terms", loan, why=str(way.label))
    return row


def _content(loan: Loan, terms: LoanTerms, language: str, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "device": loan.item.device.name,
        "charger": loan.charger.device.name if loan.charger else "",
        "out_at": loan.out_at.isoformat() if loan.out_at else "",
        "due_on": loan.due_on.isoformat(),
        "terms": terms.number,
        "language": language,
    }


def hash_of(told: dict[str, Any], terms: LoanTerms) -> str:
    """SHA-256 of what was signed and of the text that was read."""
    whole = json.dumps(told, sort_keys=True, ensure_ascii=False) + terms.text(told["language"])
    return hashlib.sha256(whole.encode()).hexdigest()


def is_intact(row: TermsSignature) -> bool:
    """Whether what is sealed and the text are still those that were signed."""
    return hash_of(unseal(row.sealed), row.terms) == row.sha256
