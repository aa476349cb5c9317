"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from byod.models.loans.conditions import LoanCheck, LoanPhoto
from byod.models.loans.damages import LoanDamage
from byod.models.loans.desks import DeskScan, LoanDesk
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import LoanPool, PoolItem, PoolSite
from byod.models.loans.reminders import LoanReminder
from byod.models.loans.terms import LoanTerms, TermsSignature
from inventory.models import Category
from schools.models import Site, User
from schools.sealed import seal
from tests.cast import make_device

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("prets/guichet/", {"pk": "loan_desk"}),
    *(
        (f"prets/reserves/<int:pk>/{word}", {"pk": "shared_pool"})
        for word in ("regles", "fermer", "demander")
    ),
    ("prets/reserves/", {"pk": "loan_pool"}),
    ("prets/classes/", {"pk": "school_class"}),
    ("prets/degats/", {"pk": "loan_damage"}),
    ("prets/photos/", {"pk": "loan_photo"}),
    ("moi/prets/", {"pk": "loan"}),
    ("prets/<int:pk>", {"pk": "loan"}),
    ("loan-pools/", {"pk": "loan_pool"}),
    ("loan-items/", {"pk": "pool_item"}),
    ("loans/", {"pk": "loan"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {
    "byod:mine_loan_sign": "whoever has no personal link is led to the door before any loan",
}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "helpdesk.DamageTicket": "read through a loan or a ticket that the person sees",
}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class LoansWorld:
    """A pool of the school with a laptop that is out, and a session at the desk."""

    loan_pool: LoanPool
    shared_pool: LoanPool
    pool_site: PoolSite
    pool_item: PoolItem
    loan: Loan
    loan_desk: LoanDesk
    desk_scan: DeskScan
    loan_check: LoanCheck
    loan_photo: LoanPhoto
    loan_terms: LoanTerms
    terms_signature: TermsSignature
    loan_damage: LoanDamage
    loan_reminder: LoanReminder


def make_loans_world(site: Site, technician: User, name: str, made: dict[str, Any]) -> LoansWorld:
    """``made``: what the parts before this one made, by name."""
    now, today = timezone.now(), timezone.localdate()
    pool = LoanPool.objects.create(name=f"Réserve {name}", school=site.school)
    item = PoolItem.objects.create(
        pool=pool, device=make_device(site, f"PC-PRET-{name}", Category.LAPTOP)
    )
    charger = PoolItem.objects.create(
        pool=pool, device=make_device(site, f"CH-PRET-{name}", Category.OTHER), is_charger=True
    )
    due = today + dt.timedelta(days=200)
    desk = LoanDesk.objects.create(
        site=site, clerk=technician, school_class=made["school_class"], due_on=due
    )
    loan = Loan.objects.create(
        site=site,
        item=item,
        charger=charger,
        borrower=made["pupil"],
        request=made["loan_request"],
        state=LoanState.OUT,
        during=DateTimeTZRange(now, None),
        out_at=now,
        due_on=due,
        desk=desk,
    )
    terms = LoanTerms.objects.create(
        school=site.school, number=1, text_fr=f"Conditions de {name}.", published_at=now
    )
    photo = LoanPhoto(item=item, loan=loan, site=site, moment="out")
    photo.photo.save("photo.jpg", ContentFile(b"\xff\xd8"), save=False)
    photo.save()
    shared = LoanPool.objects.create(name=f"Commune {name}", authority=site.school.authority)
    return LoansWorld(
        loan_pool=pool,
        shared_pool=shared,
        pool_site=PoolSite.objects.create(pool=shared, site=site, at_most=3),
        pool_item=item,
        loan=loan,
        loan_desk=desk,
        desk_scan=DeskScan.objects.create(
            desk=desk, key=uuid.uuid4(), outcome="lent", item=item, loan=loan
        ),
        loan_check=LoanCheck.objects.create(loan=loan, moment="out", by=technician),
        loan_photo=photo,
        loan_terms=terms,
        terms_signature=TermsSignature.objects.create(
            site=site,
            loan=loan,
            terms=terms,
            way="paper",
            by_guardian=True,
            language="fr",
            sealed=seal({"name": f"Parent {name}", "language": "fr"}),
            sha256="0" * 64,
        ),
        loan_damage=LoanDamage.objects.create(
            site=site, item=charger, loan=loan, kind="charger", told_by=technician
        ),
        loan_reminder=LoanReminder.objects.create(loan=loan, rung="soon", due_on=due),
    )
