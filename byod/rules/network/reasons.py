"""Why a device was let in, set aside or refused: one word each, told so that one can act on it."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Told(NamedTuple):
    """What happened, and what to do; ``todo`` is empty where there is nothing to do."""

    what: str | Promise
    todo: str | Promise = ""


REASONS: dict[str, Told] = {
    "rule": Told(_("Admis par la politique de l’école.")),
    "unknown": Told(
        _("Identifiant inconnu."),
        _("Le profil vient d’un autre réseau ou a été supprimé : réinstallez celui de l’école."),
    ),
    "revoked": Told(
        _("Moyen d’accès révoqué."),
        _("L’appareil a été remplacé ou retiré : la personne télécharge un nouveau profil."),
    ),
    "expired": Told(
        _("Moyen d’accès expiré."), _("La personne le renouvelle dans « Mes appareils ».")
    ),
    "guest_over": Told(
        _("L’invitation est terminée."), _("La personne qui a invité peut la prolonger.")
    ),
    "lost": Told(
        _("Appareil déclaré perdu."), _("S’il est retrouvé, sa ou son propriétaire le rétablit.")
    ),
    "left": Told(_("La personne a quitté l’école.")),
    "replaced": Told(
        _("Le certificat n’est plus celui de l’appareil."),
        _("Réinstallez le profil : un certificat plus récent a été délivré."),
    ),
    "wrong_secret": Told(
        _("Mot de passe de l’appareil refusé."),
        _("Supprimez le réseau WiFi de l’appareil et réinstallez le profil."),
    ),
    "wrong_method": Told(
        _("L’appareil se présente autrement que prévu."),
        _("Réinstallez le profil : la méthode (certificat ou mot de passe) n’est pas la bonne."),
    ),
    "certificate": Told(
        _("Certificat refusé : il n’est pas de Préau, ou plus valable."),
        _("Réinstallez le profil ; vérifiez la date de l’appareil."),
    ),
    "no_trust": Told(
        _("L’appareil n’a pas reconnu notre serveur, ou a abandonné."),
        _("Réinstallez le profil : il contient notre autorité de certification."),
    ),
    "unauthorised": Told(
        _("Inscrit, mais pas autorisé."),
        _("Il manque la charte, l’accord d’un parent ou l’accord de l’école."),
    ),
    "visitors_closed": Told(
        _("L’école n’accueille pas les visiteurs d’autres écoles."),
        _("La direction peut l’accepter dans la politique d’accès."),
    ),
    "outside_hours": Told(
        _("En dehors des heures de la politique."), _("L’accès reprend aux heures indiquées.")
    ),
    "not_a_day": Told(_("Pas un jour de la politique."), _("L’accès reprend le jour prévu.")),
    "not_school": Told(_("Pas un jour d’école."), _("L’accès reprend le prochain jour d’école.")),
    "no_policy": Told(
        _("L’école n’a pas de politique d’accès en vigueur."),
        _("La direction met une politique en vigueur."),
    ),
    "no_rule": Told(
        _("La politique ne dit rien de ces personnes."), _("Ajoutez une règle à la politique.")
    ),
    "no_vlan": Told(
        _("Le segment prévu n’existe pas dans cette implantation."),
        _("Indiquez son VLAN dans « Segments »."),
    ),
    "no_eap": Told(
        _("L’équipement n’a pas demandé de 802.1X."),
        _("Réglez le réseau WiFi sur WPA2 ou WPA3 Entreprise."),
    ),
    "odd_name": Told(
        _("Identifiant mal formé."), _("Réinstallez le profil plutôt que de taper l’identifiant.")
    ),
    "no_platform": Told(
        _("Préau ne répondait pas, et l’appareil n’était pas venu récemment."),
        _("Réessayez : rien n’est à changer sur l’appareil."),
    ),
    "partner": Told(_("Refusé par le réseau partenaire."), _("Adressez-vous à son école.")),
    "partner_away": Told(
        _("Le réseau partenaire ne répond pas."),
        _("Réessayez plus tard : rien n’est à changer sur l’appareil."),
    ),
    "other": Told(_("Refusé par le serveur RADIUS."), _("Voyez le journal du serveur RADIUS.")),
}
