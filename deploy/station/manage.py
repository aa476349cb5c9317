"""``./preau manage``: Django's command line, with the embedded database up while it runs."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext

from django.core.management import execute_from_command_line

from deploy.settings import env
from deploy.station import catalogues, postgres
from deploy.station.problem import StationError

WITHOUT_DATABASE = {"help", "--help", "--version", "makemessages", "diffsettings"}


def main(words: list[str]) -> int:
    """Run one command; an embedded server is started for it unless one runs already."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.dev")
    embedded = not env.text("DATABASE_URL") and bool(words) and words[0] not in WITHOUT_DATABASE
    try:
        cluster = postgres.Cluster(env.home())
        with postgres.running(cluster) if embedded else nullcontext():
            if embedded:
                postgres.ensure_database(cluster)
            catalogues.compile_stale()
            execute_from_command_line(["./preau manage", *words])
    except StationError as problem:
        print(f"preau: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
