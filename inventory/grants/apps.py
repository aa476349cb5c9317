from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantsConfig(AppConfig):
    name = "inventory.grants"
    label = "grants"
    verbose_name = _("Appels à projets et droits de tirage")
