"""Whether a RADIUS server's files are safe, and whether FreeRADIUS itself reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from byod.rules.network.linting import lint

LAST_LINES = 8
FAULT = re.compile(r"\[\d+\]: |\b(error|failed|duplicate|cannot)\b", re.IGNORECASE)
"""Of a file and its line, or a complaint: all else that it says is the configuration itself."""
PATIENCE_S = 60


class FilesRefused(Exception):
    """The files are unsafe or unreadable; the text says which, and why."""


def faults_of(config: Path, environment: Mapping[str, str]) -> tuple[int, list[str]]:
    """How many files were read, and every fault of them: those of the folder, and the partners'."""
    paths = [path for path in sorted(config.rglob("*")) if path.is_file()]
    paths = [one for one in paths if "site-proxy" not in one.relative_to(config).parts]
    files = {str(one.relative_to(config)): one.read_text() for one in paths}
    generated = Path(environment.get("RADIUS_GENERATED", "")) / "upstream.conf"
    if environment.get("RADIUS_GENERATED") and generated.exists():
        files["upstream.conf"] = generated.read_text()
    files = {name: text for name, text in files.items() if not name.endswith(".sample")}
    return len(files), lint(files, environment)


def ask_freeradius(config: Path, environment: Mapping[str, str]) -> bool:
    """``freeradius -XC``; False where the program is not on this machine.

    Raises FilesRefused with its last words.
    """
    path = f"{environment.get('PATH', '')}:/usr/sbin"
    program = shutil.which("freeradius", path=path) or shutil.which("radiusd", path=path)
    if program is None:
        return False
    done = subprocess.run(  # noqa: S603  its own program, a folder of ours
        [program, "-XC", "-d", str(config), "-D", "/usr/share/freeradius"],
        env=dict(environment),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=PATIENCE_S,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).splitlines()
        faults = [line.strip() for line in said if FAULT.search(line)]
        raise FilesRefused("\n".join((faults or said)[-LAST_LINES:]))
    return True
