"""``./preau test``: the whole suite in parallel, on a PostgreSQL of its own."""

from __future__ import annotations

import os
import sys

from deploy.settings import env

# The tests of a file stay in one process: what it makes for them is made once.
PARALLEL = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]


def arguments(words: list[str]) -> list[str]:
    """Return pytest's arguments: parallel unless the person says how many (``-n``)."""
    said = any(word.startswith("-n") or word == "-p" for word in words)
    return [*([] if said else PARALLEL), *words]


def main(words: list[str]) -> int:
    """Run pytest here and return its exit code."""
    os.chdir(env.ROOT)
    os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings.test"
    # One test process per core: their own threads would only get in each other's way.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments(words)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
