"""What the journal calls the acts of loans."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

LOANS: dict[str, str | Promise] = {
    "open_loan_desk": gettext_lazy("séance de prêt commencée"),
    "end_loan_desk": gettext_lazy("séance de prêt terminée"),
    "lend_device": gettext_lazy("appareil prêté"),
    "undo_lend_device": gettext_lazy("prêt annulé"),
    "give_charger": gettext_lazy("chargeur noté"),
    "take_back_device": gettext_lazy("appareil rendu"),
    "undo_take_back_device": gettext_lazy("retour annulé"),
    "take_back_charger": gettext_lazy("chargeur rendu"),
    "miss_charger": gettext_lazy("chargeur manquant"),
    "reserve_device": gettext_lazy("appareil réservé"),
    "release_device": gettext_lazy("réservation annulée"),
    "extend_loan": gettext_lazy("prêt prolongé"),
    "note_condition": gettext_lazy("état noté"),
    "add_loan_photo": gettext_lazy("photo ajoutée"),
    "report_damage": gettext_lazy("dégât ou perte signalé"),
    "repair_lent_device": gettext_lazy("appareil de prêt réparé ou retrouvé"),
    "write_off_lent_device": gettext_lazy("appareil de prêt retiré"),
    "sign_loan_terms": gettext_lazy("conditions de prêt signées"),
    "publish_loan_terms": gettext_lazy("conditions de prêt publiées"),
    "draft_loan_terms": gettext_lazy("conditions de prêt commencées"),
    "drop_loan_terms": gettext_lazy("projet de conditions de prêt abandonné"),
    "change_loan_pool": gettext_lazy("règles de la réserve de prêt changées"),
    "close_loan_pool": gettext_lazy("réserve de prêt fermée"),
    "open_loan_pool": gettext_lazy("réserve de prêt ouverte"),
    "add_to_loan_pool": gettext_lazy("appareil mis en réserve de prêt"),
    "take_out_of_loan_pool": gettext_lazy("appareil retiré de la réserve de prêt"),
}
