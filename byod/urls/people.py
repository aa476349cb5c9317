"""Addresses of people, their devices and credentials."""

from __future__ import annotations

from django.urls import URLPattern, path

from byod.views.people import (
    charters,
    decisions,
    guests,
    letters,
    lists,
    mine,
    mine_charter,
    mine_devices,
    mine_enter,
    mine_family,
    panel,
    person,
    pki,
    provider,
    school,
    teacher,
)
from schools.sheets import sheet_paths

MINE: list[URLPattern] = [
    path("moi/", mine.mine, name="mine"),
    path("moi/entrer/", mine_enter.door, name="mine_door"),
    path("moi/entrer/<str:token>/", mine_enter.enter, name="mine_enter"),
    path("moi/quitter/", mine_enter.leave, name="mine_leave"),
    path("moi/ecole/retour/", provider.come_back, name="provider_back"),
    path("moi/ecole/<int:school>/", provider.leave_for, name="provider"),
    path("moi/charte/", mine_charter.charter, name="mine_charter"),
    path("moi/charte/retirer/", mine_charter.withdraw, name="mine_charter_withdraw"),
    path("moi/enfants/", mine_family.family, name="mine_family"),
    path("moi/enfants/langue/", mine_family.language, name="mine_family_language"),
    path("moi/langue/", mine_charter.language, name="mine_language"),
    path("moi/appareils/ajouter/", mine_devices.add, name="mine_add"),
    path("moi/appareils/<int:pk>/", mine_devices.device, name="mine_device"),
    path("moi/appareils/<int:pk>/profil/", mine_devices.profile, name="mine_profile"),
    path("moi/appareils/<int:pk>/mot-de-passe/", mine_devices.secret, name="mine_secret"),
    path("moi/appareils/<int:pk>/demande/", mine_devices.certify, name="mine_certify"),
    path("moi/appareils/<int:pk>/nom/", mine_devices.rename, name="mine_rename"),
    path("moi/appareils/<int:pk>/perdu/", mine_devices.lost, name="mine_lost"),
    path("moi/appareils/<int:pk>/retirer/", mine_devices.remove, name="mine_remove"),
    path("mes-appareils/", teacher.my_devices, name="my_devices"),
]
SCHOOL: list[URLPattern] = [
    path("inscrits/", school.home, name="people_home"),
    path("inscrits/exemple.csv", lists.example, name="class_list_example"),
    path("inscrits/charte/", charters.my_charter, name="my_charter"),
    path("inscrits/charte/region/", charters.floor, name="floor"),
    path("inscrits/charte/<int:school>/", charters.charter, name="charter"),
    path("inscrits/fournisseur/<int:school>/", provider.provider, name="provider_settings"),
    path("inscrits/panneau/<int:site>/", panel.site_people, name="site_people"),
    path("inscrits/<int:site>/", school.people, name="people"),
    path("inscrits/<int:site>/liste/", school.members, name="members"),
    *sheet_paths("inscrits/<int:site>/liste", school.export, "members_export"),
    path("inscrits/<int:site>/agir/", school.act, name="people_act"),
    path("inscrits/<int:site>/lettres/", letters.rounds, name="letter_rounds"),
    path("inscrits/lettres/<int:pk>/", letters.letter_round, name="letter_round"),
    path("inscrits/lettres/<int:pk>/avancement/", letters.progress, name="letter_progress"),
    path("inscrits/lettres/<int:pk>/arreter/", letters.stop, name="letters_stop"),
    path("inscrits/lettres/<int:pk>/renvoyer/", letters.again, name="letters_again"),
    path("inscrits/decisions/<int:pk>/annuler/", decisions.undo, name="decision_undo"),
    path("inscrits/<int:site>/inscrire/", person.register, name="register_person"),
    path("inscrits/<int:site>/importer/", lists.send, name="class_list_send"),
    path("inscrits/listes/<int:pk>/", lists.preview, name="class_list"),
    path("inscrits/listes/<int:pk>/appliquer/", lists.apply, name="class_list_apply"),
    path("inscrits/listes/<int:pk>/abandonner/", lists.abandon, name="class_list_abandon"),
    path("inscrits/personne/<int:pk>/", person.person, name="person"),
    path("inscrits/personne/<int:pk>/modifier/", person.change, name="person_change"),
    path("inscrits/personne/<int:pk>/lien/", person.link, name="person_link"),
    path("inscrits/personne/<int:pk>/ecrire/", person.write, name="person_write"),
    path("inscrits/personne/<int:pk>/agir/", person.act, name="person_act"),
    path("inscrits/appareils/<int:pk>/perdu/", person.lost, name="person_lost"),
    path("invites/", guests.guests, name="guests"),
    path("invites/<int:pk>/", guests.guest, name="guest"),
    path("invites/<int:pk>/terminer/", guests.end, name="guest_end"),
]
PKI: list[URLPattern] = [
    path("byod/pki/racine.pem", pki.root, name="pki_root"),
    path("byod/pki/<int:pk>.crl", pki.crl, name="crl"),
    path("byod/pki/ocsp", pki.ocsp, name="ocsp"),
    path("byod/pki/ocsp/<path:asked>", pki.ocsp, name="ocsp_get"),
]
urlpatterns: list[URLPattern] = [*MINE, *SCHOOL, *PKI]
