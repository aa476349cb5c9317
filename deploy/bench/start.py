"""``./preau bench start``: from a clean clone with empty caches to the first page and first poll.

Clones the committed state of this repository into a temporary folder, empties every cache (pip,
npm, uv) and runs ``./preau up`` there, twice: the second start shows what a morning feels like.
``--tests`` runs ``./preau test`` in the clone too.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deploy.bench import stack
from deploy.settings import env


def main(words: list[str]) -> int:
    """Print the seconds; the exit code of the tests, when asked for."""
    parser = argparse.ArgumentParser(prog="./preau bench start", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="run the test suite of the clone too")
    options = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="preau-clone-"))
    try:
        subprocess.run(
            ["git", "clone", "--quiet", str(env.ROOT), str(folder / "préau")], check=True
        )
        clone = folder / "préau"
        _empty_caches(folder / "home")
        who = "root" if os.geteuid() == 0 else "an ordinary user"
        print(f"clean clone, empty caches, as {who}")
        _start(clone, "first start")
        _start(clone, "second start")
        return _test(clone) if options.tests else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _empty_caches(home: Path) -> None:
    home.mkdir()
    os.environ.update(
        HOME=str(home),
        XDG_CACHE_HOME=str(home / ".cache"),
        npm_config_cache=str(home / ".npm"),
        UV_CACHE_DIR=str(home / ".uv"),
        PIP_CACHE_DIR=str(home / ".pip"),
    )
    for name in ("VIRTUAL_ENV", "PREAU_HOME", "PYTHONPATH"):
        os.environ.pop(name, None)


def _start(clone: Path, what: str) -> None:
    began, moment = time.monotonic(), dt.datetime.now(dt.UTC)
    with stack.running(root=clone, home=clone / ".preau") as station:
        page = time.monotonic() - began
        polls = "SELECT count(*) FROM supervision_pollrun WHERE asked > 0 AND at > %s"
        station.wait("a first poll", lambda: station.value(polls, moment), 60)
        polled = "SELECT count(*) FROM supervision_target WHERE last_poll_at > %s"
        print(
            f"  {what}: first page after {page:.1f} s, first poll after "
            f"{time.monotonic() - began:.1f} s ({station.value(polled, moment)} devices)",
            flush=True,
        )


def _test(clone: Path) -> int:
    began = time.monotonic()
    done = subprocess.run(
        ["sh", ".ci/run"],
        cwd=clone,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in done.stdout.splitlines() if re.search(r"\d+ passed", line)]
    print(f"  ./preau test: {time.monotonic() - began:.1f} s: {(told or ['no closing line'])[-1]}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
