"""Papers of loans: slips to cut for a class, receipts to sign. Names are on them, and not kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from byod.actions.loans.sign_terms import terms_for
from byod.models.loans.loans import Loan
from byod.models.people.identities import Named
from byod.models.people.members import Member
from inventory.printing.labels import compile_pdf, qr_svg

HERE = Path(__file__).parent / "papers"


def slips(school_class: str, rows: Iterable[tuple[Member, Named | None, Loan | None]]) -> bytes:
    """One slip a pupil: name, the QR of the pseudonym, what is set aside."""
    told = {
        "title": _("Prêts, classe %s") % school_class,
        "device": _("Appareil"),
        "charger": _("Chargeur"),
        "slips": [
            {
                "name": str(named) if named else member.pseudonym,
                "pseudonym": member.pseudonym,
                "class": school_class,
                "device": str(loan.item) if loan else "",
                "qr": qr_svg(member.pseudonym),
            }
            for member, named, loan in rows
        ],
    }
    return compile_pdf(HERE / "slips.typ", told)


def receipts(rows: Iterable[tuple[Loan, Named | None]]) -> bytes:
    """One page a loan, in the pupil's language: what, until when, the terms, where to sign."""
    return compile_pdf(HERE / "receipts.typ", {"papers": [_receipt(*row) for row in rows]})


def _receipt(loan: Loan, named: Named | None) -> dict[str, Any]:
    language = loan.borrower.language if loan.borrower else "fr"
    terms, signature = terms_for(loan), getattr(loan, "signature", None)
    member = loan.borrower
    with override(language):
        who = _("Parent ou responsable") if member and member.needs_guardian else _("Élève")
        signed = ""
        if signature is not None:
            signed = _("Signé le %(day)s, référence %(ref)s") % {
                "day": f"{signature.signed_at:%d/%m/%Y}",
                "ref": signature.reference,
            }
        return {
            "lang": language,
            "title": _("Reçu de prêt"),
            "school": str(loan.site),
            "facts": [
                [_("Élève"), str(named) if named else (member.pseudonym if member else "")],
                [_("Classe"), str(member.school_class or "") if member else ""],
                [_("Appareil"), f"{loan.item} – {loan.item.device.product}"],
                [_("Chargeur"), str(loan.charger or _("sans"))],
                [_("Remis le"), f"{loan.out_at:%d/%m/%Y}" if loan.out_at else ""],
                [_("À rendre le"), f"{loan.due_on:%d/%m/%Y}"],
            ],
            "terms_title": _("Conditions de prêt"),
            "terms": terms.text(language).splitlines() if terms else [],
            "sign": _("%s\u00a0: nom, date et signature") % who,
            "signed": signed,
        }
