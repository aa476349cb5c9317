"""Addresses of people, their devices and credentials."""

from __future__ import annotations

from django.urls import URLPattern, path

from byod.views.people import mine, mine_enter, pki

urlpatterns: list[URLPattern] = [
    path("moi/", mine.mine, name="mine"),
    path("moi/entrer/", mine_enter.door, name="mine_door"),
    path("moi/entrer/<str:token>/", mine_enter.enter, name="mine_enter"),
    path("moi/quitter/", mine_enter.leave, name="mine_leave"),
    path("byod/pki/racine.pem", pki.root, name="pki_root"),
    path("byod/pki/<int:pk>.crl", pki.crl, name="crl"),
    path("byod/pki/ocsp", pki.ocsp, name="ocsp"),
    path("byod/pki/ocsp/<path:asked>", pki.ocsp, name="ocsp_get"),
]
