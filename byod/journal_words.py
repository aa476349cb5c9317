"""What the journal calls the acts of every pupil connected (JOURNAL_VERBS)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

VERBS: dict[str, str | Promise] = {
    # equity
    "ask_loan": gettext_lazy("demande de prêt notée"),
    "complete_loan_request": gettext_lazy("demande de prêt complétée"),
}
