"""The deployment as a Django app: it holds templates, statics, catalogues and no tables."""

from django.apps import AppConfig


class DeployConfig(AppConfig):
    """Ties the running site together once every app is loaded."""

    name = "deploy"
    verbose_name = "Préau"

    def ready(self) -> None:
        """Load the Celery application, so that a task sent from any process finds the broker."""
        from deploy import celery, checks  # noqa: F401, PLC0415
