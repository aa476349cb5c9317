"""Lines as a kind of import (``settings.IMPORT_SOURCES``)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from byod.access.equity.lines import can_keep_lines, can_keep_operators
from byod.actions.equity.import_lines import prepare_lines
from byod.imports.lines import LINES
from byod.models.equity.lines import LineKind
from byod.models.loans.pools import LoanPool
from schools.imports.foreign import ForeignSource
from schools.models import User
from schools.rules import Allowed, Answer, Refused


def can_import_lines(user: User) -> Answer:
    """Whoever keeps the lines of some pool."""
    if any(can_keep_lines(user, pool) for pool in LoanPool.objects.visible_to(user)):
        return Allowed()
    return Refused(_("Aucune réserve de prêt n’est la vôtre\u00a0: créez-en une d’abord."))


LOAN_LINES = ForeignSource(
    layout=LINES,
    app_label="byod",
    can_import=can_import_lines,
    sees_all=lambda user: bool(can_keep_operators(user)),
    prepare=prepare_lines,
    new_url="byod:lines_import",
    reasons={
        "iccid_length": gettext_lazy("19 ou 20 chiffres attendus"),
        "iccid_issuer": gettext_lazy("un ICCID commence par 89"),
        "iccid_check": gettext_lazy("chiffre de contrôle faux\u00a0: un chiffre est mal recopié"),
        "iccid_twice": gettext_lazy("dit aussi à la ligne %(other)s"),
        "line_kind": gettext_lazy("genre inconnu\u00a0: borne 4G, borne 5G ou carte SIM attendu"),
        "line_plan": gettext_lazy(
            "formule inconnue de cet opérateur\u00a0: recopiez les deux noms de la liste"
        ),
        "line_pool": gettext_lazy("aucune réserve que vous tenez n’a ce nom"),
        "line_label": gettext_lazy("ce repère est déjà celui d’une autre connexion de la réserve"),
    },
    fields={
        "label": gettext_lazy("repère"),
        "kind": gettext_lazy("genre"),
        "number": gettext_lazy("numéro d’appel"),
        "plan": gettext_lazy("formule"),
        "pool": gettext_lazy("réserve"),
        "expires_on": gettext_lazy("expire le"),
    },
    words={str(value): label for value, label in LineKind.choices},
)
