"""Addresses of people, their devices and credentials."""

from __future__ import annotations

from django.urls import URLPattern, path

from byod.views.people import mine, mine_charter, mine_data, mine_devices, mine_enter, pki

MINE: list[URLPattern] = [
    path("moi/", mine.mine, name="mine"),
    path("moi/entrer/", mine_enter.door, name="mine_door"),
    path("moi/entrer/<str:token>/", mine_enter.enter, name="mine_enter"),
    path("moi/quitter/", mine_enter.leave, name="mine_leave"),
    path("moi/charte/", mine_charter.charter, name="mine_charter"),
    path("moi/charte/retirer/", mine_charter.withdraw, name="mine_charter_withdraw"),
    path("moi/donnees/", mine_data.data, name="mine_data"),
    path("moi/langue/", mine_charter.language, name="mine_language"),
    path("moi/appareils/ajouter/", mine_devices.add, name="mine_add"),
    path("moi/appareils/<int:pk>/", mine_devices.device, name="mine_device"),
    path("moi/appareils/<int:pk>/profil/", mine_devices.profile, name="mine_profile"),
    path("moi/appareils/<int:pk>/mot-de-passe/", mine_devices.secret, name="mine_secret"),
    path("moi/appareils/<int:pk>/demande/", mine_devices.certify, name="mine_certify"),
    path("moi/appareils/<int:pk>/nom/", mine_devices.rename, name="mine_rename"),
    path("moi/appareils/<int:pk>/perdu/", mine_devices.lost, name="mine_lost"),
    path("moi/appareils/<int:pk>/retirer/", mine_devices.remove, name="mine_remove"),
]
PKI: list[URLPattern] = [
    path("byod/pki/racine.pem", pki.root, name="pki_root"),
    path("byod/pki/<int:pk>.crl", pki.crl, name="crl"),
    path("byod/pki/ocsp", pki.ocsp, name="ocsp"),
    path("byod/pki/ocsp/<path:asked>", pki.ocsp, name="ocsp_get"),
]
urlpatterns: list[URLPattern] = [*MINE, *PKI]
