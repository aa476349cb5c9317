"""Why a row of devices is refused, or looked at twice; what our fields are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models import Category, CloudMove, DeviceState, Origin, Owner

REASONS: dict[str, str | Promise] = {
    # the cells
    "unknown_place": _("aucune implantation que vous voyez ne porte ce numéro : vérifiez-le"),
    "unknown_state": _("situation inconnue : %(known)s attendu"),
    "unknown_owner": _("propriétaire inconnu : %(known)s attendu"),
    "unknown_origin": _("provenance inconnue : %(known)s attendu"),
    "unknown_category": _("type inconnu : choisissez-le dans le modèle de tableau"),
    "unknown_move": _("passage au cloud inconnu : %(known)s attendu"),
    "unknown_holder": _("aucune personne que vous voyez n’a cette adresse électronique"),
    "unknown_product": _(
        "produit absent du catalogue : corrigez marque et modèle, ou cochez « créer les produits »"
    ),
    "near_product": _("produit absent du catalogue, qui ressemble à « %(other)s » : est-ce lui ?"),
    "no_category": _("produit à créer : indiquez son type"),
    "half_product": _("marque et modèle vont ensemble : l’un des deux manque"),
    "not_mac": _("adresse MAC attendue : 12 chiffres ou lettres de a à f"),
    "not_code": _("code d’étiquette attendu : 8 chiffres ou lettres"),
    "not_version": _("nombre attendu : laissez la colonne telle que l’export l’a écrite"),
    "bad_own": _("valeur refusée pour ce champ : %(why)s"),
    # which device
    "unknown_code": _("aucun équipement n’a ce code : laissez-le vide pour en ajouter un"),
    "serial_elsewhere": _(
        "numéro de série déjà connu à une autre implantation : vérifiez-le, ou prévenez le helpdesk"
    ),
    "asset_elsewhere": _(
        "étiquette déjà connue à une autre implantation : vérifiez-la, ou prévenez le helpdesk"
    ),
    "contrary": _("est celui de « %(other)s », mais le reste de la ligne désigne « %(here)s »"),
    "name_taken": _("ce nom est déjà celui d’un autre équipement à cette implantation (%(other)s)"),
    "other_serial": _(
        "« %(here)s » porte le numéro de série %(other)s : ajoutez son code pour le corriger"
    ),
    "other_asset": _(
        "« %(here)s » porte l’étiquette %(other)s : ajoutez son code pour la corriger"
    ),
    "other_mac": _("« %(here)s » a l’adresse %(other)s : ajoutez son code pour la corriger"),
    "several_macs": _("plusieurs équipements ont cette adresse : ajoutez le code ou la série"),
    "twice": _("dit aussi à la ligne %(other)s : rien n’est repris des deux"),
    # what may be done
    "not_kept": _("le matériel de cette implantation est tenu par son école et les techniciens"),
    "network_kept": _("le matériel du réseau n’est modifié que par les techniciens"),
    "closed_place": _("implantation fermée : rien ne s’y installe plus"),
    "unknown_room": _(
        "aucun local de ce nom à cette implantation : corrigez, ou cochez « créer les locaux »"
    ),
    "stale": _("modifié depuis l’export (version %(now)s, ici %(then)s) : exportez-le à nouveau"),
    "gone": _("équipement introuvable"),
    "gone_product": _("aucun produit n’a cet identifiant"),
    "gone_room": _("aucun local que vous voyez n’a cet identifiant"),
}

FIELDS: dict[str, str | Promise] = {
    "serial": _("numéro de série"),
    "asset_number": _("étiquette"),
    "mac": _("adresse MAC"),
    "site": _("implantation"),
    "room": _("local"),
    "product": _("produit"),
    "state": pgettext_lazy("device", "situation"),
    "owner": _("propriétaire"),
    "origin": _("provenance"),
    "holder": _("confié à"),
    "cloud_move": _("passage au cloud"),
    "installed_on": _("installé le"),
    "warranty_until": _("garantie jusqu’au"),
    "notes": _("remarque"),
    "custom": _("champs propres"),
    "category": _("type"),
}

WORDS: dict[str, str | Promise] = {
    str(value): label
    for choices in (DeviceState, Owner, Origin, CloudMove, Category)
    for value, label in choices.choices
    if value
}
"""Value → label, for the before and after of a preview."""
