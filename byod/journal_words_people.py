"""What the journal calls the acts on people, their devices and credentials."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PEOPLE: dict[str, str | Promise] = {
    "make_personal_links": _("liens personnels remis"),
    "revoke_personal_links": _("liens personnels révoqués"),
    "issue_credential": _("moyen d’accès délivré"),
    "add_personal_device": _("appareil personnel ajouté"),
    "lost_personal_device": _("appareil personnel déclaré perdu"),
    "removed_personal_device": _("appareil personnel retiré"),
    "replaced_personal_device": _("appareil personnel remplacé"),
    "settle_authorisations": _("autorisations mises à jour"),
    "withdraw_authorisations": _("autorisations retirées"),
    "withdraw_agreement": _("accord retiré"),
    "note_paper_agreements": _("accords sur papier notés"),
    "write_to_families": _("lettres aux familles demandées"),
    "stop_letters": _("lettres aux familles arrêtées"),
    "refuse_agreement": _("accord refusé par le parent"),
    "register_member": _("personne inscrite"),
    "change_member": _("personne modifiée"),
    "note_member_left": _("départ noté"),
    "note_members_left": _("départs notés"),
    "lose_personal_devices": _("appareils personnels déclarés perdus"),
    "undo_mass_decision": _("décision groupée annulée"),
    "take_member_back": _("retour noté"),
    "import_class_list": _("liste de classe importée"),
    "sponsor_guest": _("accès invité ouvert"),
    "end_guest": _("accès invité terminé"),
    "set_school_provider": _("fournisseur d’identité réglé"),
    "publish_charter": _("charte publiée"),
    "make_certificate_authority": _("autorité de certification créée"),
}
