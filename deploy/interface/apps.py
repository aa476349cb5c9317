"""The interface kit: shell, components, figures and the live stream shared by every page."""

from django.apps import AppConfig


class InterfaceConfig(AppConfig):
    """Owns no table: templates, tags and the doors that belong to no other app."""

    name = "deploy.interface"
    label = "interface"
    verbose_name = "Interface"
