"""What the journal calls the acts of every pupil connected (JOURNAL_VERBS)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from byod.journal_words_loans import LOANS
from byod.journal_words_people import PEOPLE

VERBS: dict[str, str | Promise] = {
    **PEOPLE,
    **LOANS,
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
    "add_line": gettext_lazy("connexion ajoutée"),
    "lend_line": gettext_lazy("connexion prêtée"),
    "return_line": gettext_lazy("connexion rendue"),
    "order_operator": gettext_lazy("ordre à l’opérateur"),
    "note_order_done": gettext_lazy("ordre à l’opérateur noté fait"),
    "note_order_refused": gettext_lazy("ordre à l’opérateur noté refusé"),
    "cancel_operator_order": gettext_lazy("ordre à l’opérateur annulé"),
    "take_operator_file": gettext_lazy("fichier d’ordres pris"),
    "read_line_usage": gettext_lazy("relevé de consommation lu"),
    "add_lineoperator": gettext_lazy("opérateur de connexions ajouté"),
    "change_lineoperator": gettext_lazy("opérateur de connexions modifié"),
    "add_lineplan": gettext_lazy("formule ajoutée"),
    "change_lineplan": gettext_lazy("formule modifiée"),
    "set_equity_target": gettext_lazy("cible d’équité fixée"),
    "split_pool": gettext_lazy("réserve partagée répartie"),
    # strategy
    "start_strategy": gettext_lazy("version d’une stratégie commencée"),
    "submit_strategy": gettext_lazy("stratégie soumise"),
    "take_back_strategy": gettext_lazy("stratégie reprise par l’école"),
    "approve_strategy": gettext_lazy("stratégie approuvée"),
    "return_strategy": gettext_lazy("stratégie renvoyée à l’école"),
    "deploy_strategy": gettext_lazy("stratégie déployée"),
    "open_strategy_review": gettext_lazy("révision d’une stratégie ouverte"),
    "confirm_strategy": gettext_lazy("stratégie confirmée"),
    "rewrite_strategy": gettext_lazy("nouvelle version après révision"),
    "delegate_strategies": gettext_lazy("approbation des stratégies déléguée aux directions"),
    "take_back_delegation": gettext_lazy("délégation aux directions retirée"),
    "set_pilot": gettext_lazy("école pilote désignée"),
    "end_pilot": gettext_lazy("école pilote retirée"),
    "attach_strategy_paper": gettext_lazy("document joint à une stratégie"),
    "remove_strategy_paper": gettext_lazy("document retiré d’une stratégie"),
    # network
    "start_policy": gettext_lazy("version d’une politique d’accès commencée"),
    "change_policy": gettext_lazy("politique d’accès modifiée"),
    "put_policy_in_force": gettext_lazy("politique d’accès mise en vigueur"),
    "drop_policy": gettext_lazy("brouillon d’une politique d’accès supprimé"),
    "add_radius_client": gettext_lazy("client RADIUS ajouté"),
    "change_radius_client": gettext_lazy("client RADIUS modifié"),
    "retire_radius_client": gettext_lazy("client RADIUS retiré"),
    "add_radius_partner": gettext_lazy("réseau partenaire ajouté"),
    "change_radius_partner": gettext_lazy("réseau partenaire modifié"),
    "map_segments": gettext_lazy("segments du réseau indiqués"),
    "end_session": gettext_lazy("déconnexion d’un appareil demandée"),
    # privacy
    "export_member": gettext_lazy("données d’une personne exportées"),
    "erase_member": gettext_lazy("données d’une personne effacées"),
}
