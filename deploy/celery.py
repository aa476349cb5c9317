"""The Celery application: workers and beat run it, the web sends tasks through it."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.prod")


class HouseTask(Task):  # type: ignore[type-arg]  # not subscriptable at run time
    """A task whose acts say in the journal which task they came from."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run, as this task."""
        from schools.models.audit import Door  # noqa: PLC0415  apps are not loaded with this file
        from schools.origin import Origin, coming_from  # noqa: PLC0415

        with coming_from(Origin(Door.TASK, str(self.name))):
            return super().__call__(*args, **options)


app = Celery("preau", task_cls=HouseTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
