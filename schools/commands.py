"""What every command of the house is made of."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from schools.models.audit import Door
from schools.origin import Origin, coming_from


class HouseCommand(BaseCommand):
    """A command whose acts say in the journal which command they came from."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run, as this command."""
        name = type(self).__module__.rpartition(".")[2]
        with coming_from(Origin(Door.COMMAND, name)):
            return super().execute(*args, **options)
