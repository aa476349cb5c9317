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
}
