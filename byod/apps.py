from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ByodConfig(AppConfig):
    name = "byod"
    verbose_name = _("Appareils personnels et prêts")
