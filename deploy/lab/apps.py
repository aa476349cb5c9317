from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabConfig(AppConfig):
    """The simulated school network: never part of a production without being asked for."""

    name = "deploy.lab"
    label = "lab"
    verbose_name = _("Labo")
