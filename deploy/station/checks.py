"""``./preau check``: everything a reviewer should not have to look for.

Each check is a program of its own and prints one line; two run at a time. Options: names of
checks to run only those. The exit code is the number of failed checks, at most 1.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.settings import env

OURS = ("schools", "inventory", "supervision", "byod", "helpdesk", "deploy")
PYTHON = sys.executable
CONCISE = ("--quiet", "--output-format", "concise", ".")


@dataclass(frozen=True)
class Check:
    """A name and the program that answers with its exit code."""

    name: str
    argv: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a check ended."""

    check: Check
    passed: bool
    seconds: float
    said: str


def tool(name: str) -> str:
    """Return the path of a program of the environment."""
    return str(Path(PYTHON).parent / name)


def checks() -> list[Check]:
    """Return the checks, the longest first so that two at a time end soonest."""
    return [
        Check("types", (PYTHON, "-m", "mypy", *OURS, "manage.py")),
        Check("style", (tool("ruff"), "check", *CONCISE)),
        Check("format", (tool("ruff"), "format", "--check", *CONCISE)),
        Check("arrows", (tool("lint-imports"), "--no-cache")),
        Check("django", (PYTHON, "manage.py", "check", "--fail-level", "WARNING")),
        # Without a database the command only warns that it cannot ask for the history.
        Check(
            "migrations",
            (PYTHON, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"),
        ),
        Check("templates", (PYTHON, "-m", "deploy.station.templates_compile")),
        Check("translations", (PYTHON, "-m", "deploy.station.translations")),
    ]


def run(check: Check) -> Outcome:
    """Run one check to its end."""
    began = time.monotonic()
    done = subprocess.run(
        check.argv,
        cwd=env.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "deploy.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stdout + done.stderr).strip()
    return Outcome(check, done.returncode == 0, time.monotonic() - began, said)


def tell(outcome: Outcome) -> None:
    """Print the check's line, and what it said when it failed."""
    verdict = "ok" if outcome.passed else "FAILED"
    note = outcome.said.splitlines()[-1] if outcome.passed and outcome.said else ""
    print(f"{outcome.check.name:<13}{verdict:<7}{outcome.seconds:6.1f} s  {note}", flush=True)
    if not outcome.passed:
        print("\n".join("    " + line for line in outcome.said.splitlines()), flush=True)


def main(names: Sequence[str]) -> int:
    """Run the checks named, or all; return 1 if any failed."""
    unknown = set(names) - {check.name for check in checks()}
    if unknown:
        print(f"preau: there is no check “{', '.join(sorted(unknown))}”", file=sys.stderr)
        return 2
    chosen = [check for check in checks() if not names or check.name in names]
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for outcome in pool.map(run, chosen):
            tell(outcome)
            failed += not outcome.passed
    print(f"{len(chosen) - failed} of {len(chosen)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
