"""Addresses that belong to no other app: doors, live stream, language, gallery."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from deploy.interface import gallery
from deploy.interface.doors import SignIn, SignOut, home
from deploy.interface.live import live

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("entrer/", SignIn.as_view(), name="sign-in"),
    path("entrer/", SignIn.as_view(), name="account_login"),  # allauth's name for it
    path("sortir/", SignOut.as_view(), name="sign-out"),
    path("sortir/", SignOut.as_view(), name="account_logout"),
    path("live/", live, name="live"),
    path("langue/", set_language, name="set_language"),
]
# The gallery shows invented data: it exists where the product is built, not where it serves.
if settings.DEBUG or getattr(settings, "PREAU_LAB", False):
    urlpatterns += [
        path("kit/", gallery.kit, name="kit"),
        path("kit/telephone/", gallery.phone, name="kit-phone"),
        path("kit/entree/", gallery.door, name="kit-door"),
        path("kit/rangees/", gallery.rows, name="kit-rows"),
    ]
