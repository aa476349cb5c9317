"""Addresses that belong to no other app: the live stream, the language, the gallery."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from deploy.interface import gallery
from deploy.interface.live import live

urlpatterns: list[URLPattern | URLResolver] = [
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
