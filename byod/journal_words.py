"""What the journal calls the acts of every pupil connected (JOURNAL_VERBS)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from byod.journal_words_people import PEOPLE

VERBS: dict[str, str | Promise] = {
    **PEOPLE,
    # equity
    "ask_loan": gettext_lazy("demande de prêt notée"),
    "complete_loan_request": gettext_lazy("demande de prêt complétée"),
    "propose_loan": gettext_lazy("décision de prêt préparée"),
    "grant_loan": gettext_lazy("prêt accordé"),
    "refuse_loan": gettext_lazy("prêt refusé"),
    "undo_loan_decision": gettext_lazy("décision de prêt annulée"),
    "withdraw_loan_request": gettext_lazy("demande de prêt retirée"),
    "put_loan_first": gettext_lazy("demande de prêt mise en premier"),
    "put_loan_back": gettext_lazy("demande de prêt remise à sa place"),
    "note_survey": gettext_lazy("recensement d’une classe"),
}
