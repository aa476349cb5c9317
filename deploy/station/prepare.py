"""Bring the database to the code's shape and fill an empty one with the demo Region."""

from __future__ import annotations

import os
import sys
import time

import django
from django.apps import apps
from django.core.management import call_command, get_commands


def migrate() -> None:
    """Apply the migrations that are missing."""
    began = time.monotonic()
    call_command("migrate", interactive=False, verbosity=0)
    _tell("tables ready", began)


def load_demo() -> None:
    """Load the demo Region unless schools are there already."""
    if "load_demo" not in get_commands():
        print("  no demo Region: the command load_demo is not there", flush=True)
        return
    if apps.get_model("schools", "School")._default_manager.exists():
        return
    began = time.monotonic()
    call_command("load_demo", history=True, verbosity=0)
    _tell("demo Region loaded", began)


def _tell(what: str, began: float) -> None:
    print(f"  {what:<28}{time.monotonic() - began:6.1f} s", flush=True)


def main(words: list[str]) -> None:
    """Prepare the database; ``--no-demo`` leaves it without the demo Region."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.dev")
    django.setup()
    migrate()
    if "--no-demo" not in words:
        load_demo()


if __name__ == "__main__":
    main(sys.argv[1:])
