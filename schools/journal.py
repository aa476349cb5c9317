"""The journal of a site as people read it: each verb in words, repetitions told once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.models import AuditEntry, School, Site, User

SHOWN = 15
READ = 8 * SHOWN
"""Entries read for one panel: the platform repeats itself, people do not."""
TOGETHER = dt.timedelta(minutes=15)
"""What the platform does again to the same thing within this is one line."""

VERBS: dict[str, str | Promise] = {
    "open_stock_taking": gettext_lazy("récolement ouvert"),
    "close_stock_taking": gettext_lazy("récolement clôturé"),
    "abandon_stock_taking": gettext_lazy("récolement abandonné"),
    "remark_scan": gettext_lazy("remarque au récolement"),
    "accept_finding": gettext_lazy("constat de récolement accepté"),
    "leave_finding": gettext_lazy("constat de récolement laissé tel quel"),
    "undo_finding": gettext_lazy("décision sur un constat annulée"),
    "note_delivery": gettext_lazy("livraison notée"),
    "name_delivery": gettext_lazy("livraison renommée"),
    "declare_inventory": gettext_lazy("inventaire déclaré"),
    "withdraw_declaration": gettext_lazy("déclaration d’inventaire retirée"),
    "give_consent": gettext_lazy("accord donné"),
    "revoke_consent": gettext_lazy("accord retiré"),
    "keep_consent": gettext_lazy("retrait d’accord annulé"),
    "attach_document": gettext_lazy("document déposé"),
    "choose_management": gettext_lazy("gestion du réseau choisie"),
    "start_plan": gettext_lazy("plan de transition commencé"),
    "submit_plan": gettext_lazy("plan de transition soumis"),
    "withdraw_plan": gettext_lazy("plan de transition repris"),
    "approve_plan": gettext_lazy("plan de transition approuvé"),
    "return_plan": gettext_lazy("plan de transition renvoyé"),
    "remark_plan": gettext_lazy("remarque sur le plan"),
    "report_problem": gettext_lazy("problème signalé"),
    "open_ticket": gettext_lazy("ticket ouvert"),
    "open_by_hand": gettext_lazy("ticket ouvert"),
    "take_ticket": gettext_lazy("ticket pris"),
    "release_ticket": gettext_lazy("ticket rendu à la file"),
    "comment_ticket": gettext_lazy("message"),
    "ask_contact": gettext_lazy("contrôle visuel demandé"),
    "answer_visual_check": gettext_lazy("contrôle visuel répondu"),
    "attach_photo": gettext_lazy("photo ajoutée"),
    "resolve_ticket": gettext_lazy("ticket résolu"),
    "confirm_recovery": gettext_lazy("ticket résolu"),
    "reopen_ticket": gettext_lazy("ticket rouvert"),
    "resume_ticket": gettext_lazy("délai reparti"),
    "close_ticket": gettext_lazy("ticket clos"),
    "close_quiet_ticket": gettext_lazy("ticket clos sans contestation"),
    "set_priority": gettext_lazy("priorité changée"),
    "attach_consequences": gettext_lazy("conséquences rattachées"),
    "change_cause": gettext_lazy("cause changée"),
    "part_fault": gettext_lazy("panne suivie par un autre ticket"),
    "write_recovery": gettext_lazy("rétablissement noté"),
    "join_incident:relapsed": gettext_lazy("de nouveau en panne"),
    "join_incident:deeper": gettext_lazy("cause changée"),
    "join_incident:joined": gettext_lazy("panne mesurée rattachée"),
    "add_operator": gettext_lazy("opérateur ajouté"),
    "change_operator": gettext_lazy("opérateur modifié"),
    "add_frameworkcontract": gettext_lazy("contrat cadre ajouté"),
    "change_frameworkcontract": gettext_lazy("contrat cadre modifié"),
    "renegotiate_contract": gettext_lazy("contrat cadre renégocié"),
    "add_offer": gettext_lazy("offre ajoutée"),
    "change_offer": gettext_lazy("offre modifiée"),
    "add_infrastructure": gettext_lazy("infrastructure notée"),
    "change_infrastructure": gettext_lazy("infrastructure modifiée"),
    "except_fibre": gettext_lazy("exception à la fibre décidée"),
    "lift_exception": gettext_lazy("exception à la fibre levée"),
    "measure_speed": gettext_lazy("débit mesuré"),
    "ask_line": gettext_lazy("connexion demandée"),
    "order_line": gettext_lazy("connexion commandée"),
    "activate_line": gettext_lazy("connexion mise en service"),
    "end_line": gettext_lazy("connexion arrêtée"),
    "cancel_line": gettext_lazy("demande de connexion annulée"),
    "start_scan": gettext_lazy("découverte lancée"),
    "cancel_scan": gettext_lazy("découverte arrêtée"),
    "add_panel": gettext_lazy("panneau ajouté"),
    "add_prefix": gettext_lazy("préfixe ajouté"),
    "accept_difference": gettext_lazy("écart accepté"),
    "merge_difference": gettext_lazy("équipement rattaché"),
    "ignore_difference": gettext_lazy("écart ignoré"),
    "undo_decision": gettext_lazy("décision annulée"),
    "add_device": gettext_lazy("équipement ajouté"),
    "change_device": gettext_lazy("équipement modifié"),
    "move_device": gettext_lazy("équipement déplacé"),
    "undo_move_device": gettext_lazy("mouvement annulé"),
    "attach_device_file": gettext_lazy("photo ou document ajouté"),
    "withdraw_device_file": gettext_lazy("photo ou document retiré"),
    "restore_device_file": gettext_lazy("photo ou document remis"),
    "add_product": gettext_lazy("produit ajouté au catalogue"),
    "change_product": gettext_lazy("produit modifié"),
    "merge_products": gettext_lazy("produits fusionnés"),
    "add_kit": gettext_lazy("kit ajouté"),
    "change_kit_draft": gettext_lazy("brouillon de kit modifié"),
    "copy_kit_version": gettext_lazy("nouvelle version d’un kit commencée"),
    "publish_kit_version": gettext_lazy("version d’un kit publiée"),
    "drop_kit_draft": gettext_lazy("brouillon de kit supprimé"),
    "end_kit_version": gettext_lazy("fin d’offre d’un kit"),
    "add_custom_field": gettext_lazy("champ propre ajouté"),
    "change_custom_field": gettext_lazy("champ propre modifié"),
    "archive_custom_field": gettext_lazy("champ propre archivé"),
    "restore_custom_field": gettext_lazy("champ propre remis"),
    "make_push_plan": gettext_lazy("changement préparé"),
    "submit_push_plan": gettext_lazy("changement soumis"),
    "withdraw_push_plan": gettext_lazy("changement repris"),
    "approve_push_plan": gettext_lazy("changement approuvé"),
    "refuse_push_plan": gettext_lazy("changement refusé"),
    "drop_push_plan": gettext_lazy("changement abandonné"),
    "start_push": gettext_lazy("changement commencé"),
    "hold_push": gettext_lazy("première implantation en observation"),
    "continue_push": gettext_lazy("observation terminée"),
    "next_wave": gettext_lazy("vague suivante"),
    "stop_push": gettext_lazy("changement arrêté"),
    "resume_push": gettext_lazy("changement repris après un arrêt"),
    "finish_push": gettext_lazy("changement terminé"),
    "expire_push": gettext_lazy("échéance du changement passée"),
    "return_push": gettext_lazy("retour en arrière demandé"),
    "finish_return": gettext_lazy("retour en arrière terminé"),
    "retry_push_step": gettext_lazy("équipement à réessayer"),
    "write_configuration": gettext_lazy("configuration en cours d’écriture"),
    "return_configuration": gettext_lazy("configuration en cours de retour"),
    "push_verified": gettext_lazy("configuration écrite et relue"),
    "push_rolled_back": gettext_lazy("configuration remise comme avant"),
    "push_failed": gettext_lazy("écriture de la configuration en échec"),
    "push_moved": gettext_lazy("configuration changée entre-temps, non écrite"),
    "push_blocked": gettext_lazy("écriture bloquée : géré par l’école"),
    "save_template": gettext_lazy("modèle de configuration écrit"),
    "set_network_settings": gettext_lazy("réglages de réseau changés"),
    "poll_now": gettext_lazy("relevé demandé"),
    "ask_backup": gettext_lazy("sauvegarde de la configuration demandée"),
    "configuration_first_read": gettext_lazy("configuration lue pour la première fois"),
    "configuration_changed": gettext_lazy("configuration changée"),
    "pause_backup": gettext_lazy("sauvegarde bloquée"),
    "resume_backup": gettext_lazy("sauvegarde débloquée"),
    "trust_new_key": gettext_lazy("nouvelle clé SSH acceptée"),
    "set_cli_access": gettext_lazy("accès à la ligne de commande réglé"),
    "download_configuration": gettext_lazy("configuration téléchargée"),
    "open_drift": gettext_lazy("changement imprévu constaté"),
    "close_drift": gettext_lazy("changement imprévu terminé"),
    "accept_drift": gettext_lazy("changement imprévu accepté"),
    "restart_port": gettext_lazy("port redémarré"),
    "begin_fault": gettext_lazy("panne d’essai commencée"),
    "repair_fault": gettext_lazy("panne d’essai terminée"),
    "make_webhook": gettext_lazy("webhook créé"),
    "change_webhook": gettext_lazy("webhook modifié"),
    "renew_webhook_secret": gettext_lazy("secret de webhook renouvelé"),
    "pause_webhook": gettext_lazy("webhook mis en pause"),
    "resume_webhook": gettext_lazy("webhook repris"),
    "remove_webhook": gettext_lazy("webhook supprimé"),
    "replay_webhook": gettext_lazy("envois de webhook refaits"),
    "start_import": gettext_lazy("import lancé"),
    "confirm_import": gettext_lazy("import confirmé"),
    "apply_import": gettext_lazy("import écrit"),
    "abandon_import": gettext_lazy("import abandonné"),
    "import_created": gettext_lazy("créé par un import"),
    "import_changed": gettext_lazy("modifié par un import"),
    "import_moved": gettext_lazy("déplacé par un import"),
    "import_closed": gettext_lazy("fermé par un import"),
    "import_reopened": gettext_lazy("rouvert par un import"),
    "import_ise": gettext_lazy("classes ISE importées"),
    "import_headcounts": gettext_lazy("comptages d’élèves importés"),
    "import_rooms": gettext_lazy("locaux importés"),
    "bulk_changed": gettext_lazy("modifié par un programme"),
    "import_devices": gettext_lazy("équipements importés"),
    "undo_import": gettext_lazy("import annulé"),
    "load_region": gettext_lazy("fonction d’une Région fictive"),
    "grant_role": gettext_lazy("rôle donné"),
    "end_role": gettext_lazy("rôle terminé"),
    "undo_end_role": gettext_lazy("fin de rôle annulée"),
    "change_role_dates": gettext_lazy("dates d’un rôle changées"),
    "invite_person": gettext_lazy("invitation"),
    "resend_invitation": gettext_lazy("invitation renvoyée"),
    "revoke_invitation": gettext_lazy("invitation retirée"),
    "accept_invitation": gettext_lazy("invitation acceptée"),
    "make_account": gettext_lazy("compte créé"),
    "open_account": gettext_lazy("compte ouvert par son titulaire"),
    "correct_phone": gettext_lazy("téléphone corrigé"),
    "close_person": gettext_lazy("compte fermé"),
    "reopen_person": gettext_lazy("compte rouvert"),
    "erase_person": gettext_lazy("personne effacée à sa demande"),
    "export_people": gettext_lazy("liste de personnes exportée"),
    "export_own_data": gettext_lazy("données personnelles exportées par leur titulaire"),
    "make_api_token": gettext_lazy("clé d’accès créée"),
    "revoke_api_token": gettext_lazy("clé d’accès révoquée"),
    "add_room": gettext_lazy("local ajouté"),
    "change_room": gettext_lazy("local modifié"),
    "close_room": gettext_lazy("local fermé"),
    "reopen_room": gettext_lazy("local rouvert"),
    "withdraw_room": gettext_lazy("local retiré"),
    "change_password": gettext_lazy("mot de passe changé"),
    "reset_password": gettext_lazy("mot de passe oublié, remplacé"),
    "set_password": gettext_lazy("mot de passe choisi"),
    "change_email": gettext_lazy("adresse électronique changée"),
    "sign_in": gettext_lazy("connexion"),
    "sign_out": gettext_lazy("déconnexion"),
    "lock_sign_in": gettext_lazy("connexion bloquée après trop d’essais"),
    "unlock_sign_in": gettext_lazy("connexion débloquée"),
    "close_sessions": gettext_lazy("autres sessions fermées"),
    "add_totp": gettext_lazy("application de codes ajoutée"),
    "remove_totp": gettext_lazy("application de codes retirée"),
    "add_key": gettext_lazy("clé d’accès ajoutée"),
    "remove_key": gettext_lazy("clé d’accès retirée"),
    "renew_recovery_codes": gettext_lazy("codes de secours remplacés"),
    "use_recovery_code": gettext_lazy("code de secours utilisé"),
    "reset_factors": gettext_lazy("seconds facteurs retirés par l’administration"),
    "link_provider": gettext_lazy("identité numérique liée"),
    "unlink_provider": gettext_lazy("identité numérique déliée"),
    "publish_calendar": gettext_lazy("calendrier scolaire publié"),
    "add_bookable": gettext_lazy("matériel partagé"),
    "change_bookable": gettext_lazy("matériel partagé modifié"),
    "withdraw_bookable": gettext_lazy("matériel retiré du partage"),
    "restore_bookable": gettext_lazy("matériel partagé de nouveau"),
    "set_lesson_grid": gettext_lazy("périodes de cours changées"),
    "book": gettext_lazy("réservation"),
    "change_booking": gettext_lazy("réservation changée"),
    "cancel_booking": gettext_lazy("réservation annulée"),
    "restore_booking": gettext_lazy("réservation rétablie"),
    "approve_booking": gettext_lazy("réservation approuvée"),
    "refuse_booking": gettext_lazy("réservation refusée"),
    "hand_out": gettext_lazy("matériel remis"),
    "undo_hand_out": gettext_lazy("remise annulée"),
    "take_back": gettext_lazy("matériel rendu"),
    "undo_take_back": gettext_lazy("retour annulé"),
    "wait_for": gettext_lazy("attente d’une période"),
    "stop_waiting": gettext_lazy("attente retirée"),
    "make_feed": gettext_lazy("adresse d’agenda créée"),
    "revoke_feed": gettext_lazy("adresse d’agenda révoquée"),
    "open_store": gettext_lazy("stock ouvert"),
    "add_consumable": gettext_lazy("consommable ajouté"),
    "set_reorder_level": gettext_lazy("seuil de commande changé"),
    "receive_stock": gettext_lazy("consommables reçus"),
    "use_consumable": gettext_lazy("consommables utilisés"),
    "return_stock": gettext_lazy("consommables rendus au stock"),
    "move_stock": gettext_lazy("consommables déplacés"),
    "count_stock": gettext_lazy("consommables comptés"),
    "undo_stock": gettext_lazy("écriture de stock annulée"),
    "set_opening": gettext_lazy("heures d’ouverture changées"),
    "restore_opening": gettext_lazy("heures d’ouverture remises"),
}
"""Every verb that an action writes, with those that apps further left bring; a test walks them."""
for _brought in settings.JOURNAL_VERBS:
    VERBS |= import_string(_brought)

FORMS: dict[str, str | Promise] = {
    "add": gettext_lazy("ajout (%(what)s)"),
    "change": gettext_lazy("modification (%(what)s)"),
    "delete": gettext_lazy("suppression (%(what)s)"),
}
"""What the admin writes: ``change_site``."""


@dataclass(slots=True)
class Entry:
    """A line of the journal, the latest of the ``times`` that it happened."""

    entry: AuditEntry
    times: int
    first_at: dt.datetime

    @property
    def verb(self) -> str:
        words = verb_of(self.entry.action, self.entry.object_type)
        if self.times > 1:
            return _("%(what)s, %(n)d fois") % {"what": words, "n": self.times}
        return words

    @property
    def actor_text(self) -> str:
        return self.entry.actor_text

    @property
    def object_text(self) -> str:
        return self.entry.object_text

    @property
    def why(self) -> str:
        return "" if self.entry.why == "admin" else self.entry.why

    @property
    def at(self) -> dt.datetime:
        return self.entry.at


def verb_of(action: str, object_type: str = "") -> str:
    """An action in words; one that nobody translated stands as it is."""
    if action in VERBS:
        return str(VERBS[action])
    form, _bar, _model = action.partition("_")
    if form in FORMS and object_type:
        try:
            what = apps.get_model(object_type)._meta.verbose_name
        except (LookupError, ValueError):
            return action
        return str(FORMS[form]) % {"what": what}
    return action


def journal_of(site: Site, user: User) -> list[Entry]:
    """What happened at a site, the latest first."""
    return fold(AuditEntry.objects.visible_to(user).filter(site=site)[:READ])[:SHOWN]


def journal_of_school(school: School, user: User) -> list[Entry]:
    """What happened at a school and at its sites that the reader sees, the latest first."""
    own = Q(object_type=School._meta.label_lower, object_id=str(school.pk))
    seen = AuditEntry.objects.visible_to(user).filter(Q(site__school=school) | own)
    return fold(seen[:READ])[:SHOWN]


def fold(entries: Iterable[AuditEntry]) -> list[Entry]:
    """Tell once what the platform did several times to one thing. ``entries``: latest first."""
    found: list[Entry] = []
    last: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        key = (entry.action, entry.object_type, entry.object_id)
        known = last.get(key)
        if entry.actor_id is None and known and known.first_at - entry.at <= TOGETHER:
            known.times, known.first_at = known.times + 1, entry.at
            continue
        told = Entry(entry, 1, entry.at)
        found.append(told)
        if entry.actor_id is None:
            last[key] = told
    return found
