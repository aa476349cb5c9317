"""Printed sheets: a class's codes, each with its QR; and the slip of a guest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from byod.actions.people.guests import Slip
from byod.actions.people.links import make_links
from byod.actions.people.read_names import names_of
from byod.models.people.identities import Named
from byod.models.people.members import Member
from byod.rules.people.codes import shown_code
from inventory.printing.labels import compile_pdf, qr_svg
from schools.models import User

FOLDER = Path(__file__).parent
CODES, SLIP = FOLDER / "codes.typ", FOLDER / "slip.typ"


def code_sheet(user: User, members: Sequence[Member], *, as_guardian: bool) -> bytes:
    """PDF: one card per person to cut out. Codes of earlier sheets end. Raises DecisionRefused."""
    names = names_of(user, members, "code_sheet")
    made = make_links(members, as_guardian=as_guardian, by=user, with_codes=True)
    cards = [
        _card(one.member, names.get(one.member.pk, Named()), one.address, one.code, as_guardian)
        for one in made
    ]
    last = timezone.localtime() + dt.timedelta(days=settings.BYOD_LINK_DAYS)
    told = {
        "school": members[0].site.school.name if members else "",
        "title": _("Codes des parents") if as_guardian else _("Codes des élèves"),
        "until": _("Valable jusqu’au %(day)s") % {"day": f"{last:%d/%m/%Y}"},
        "where": f"{settings.PREAU_URL}{reverse('byod:mine_door')}",
        "cards": cards,
    }
    return compile_pdf(CODES, told)


def _card(
    member: Member, named: Named, address: str, code: str, as_guardian: bool
) -> dict[str, str]:
    """In the language of the family."""
    with translation.override(member.language):
        if as_guardian:
            text = _("Donnez votre accord pour les appareils de votre enfant.")
        else:
            text = _("Ajoutez vos appareils au réseau de l’école.")
        how = _("Scannez, ou tapez le code à l’adresse ci-dessous.")
    row = member.school_class
    return {
        "name": str(named) or member.pseudonym,
        "class": row.name if row else "",
        "text": text,
        "how": how,
        "code": shown_code(code),
        "qr": qr_svg(address),
    }


def slip_sheet(slip: Slip, wifi: str, name: str) -> bytes:
    """PDF of a guest's slip: network, identifier, secret, until when."""
    until = timezone.localtime(slip.stay.until)
    told = {
        "school": slip.stay.site.school.name,
        "title": _("Accès invité"),
        "name": name,
        "facts": _facts(
            (
                (_("Réseau"), settings.BYOD_SSID),
                (_("Identifiant"), slip.username),
                (_("Mot de passe"), slip.secret),
                (_("Méthode"), "TTLS, PAP"),
                (_("Domaine du serveur"), settings.BYOD_RADIUS_NAME),
                (_("Valable jusqu’au"), f"{until:%d/%m/%Y, %H:%M}"),
            )
        ),
        "note": _("Internet seulement. En vous connectant, vous acceptez la charte de l’école."),
        "qr": qr_svg(wifi),
    }
    return compile_pdf(SLIP, told)


def _facts(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in pairs]
