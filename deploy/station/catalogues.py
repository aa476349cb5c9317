"""Compile the translation catalogues (.po → .mo); GNU gettext is not needed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "locale"


def stale(source: Path) -> bool:
    """Return whether the compiled catalogue is missing or older than its source."""
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def compile_stale(locales: Path = LOCALES) -> list[Path]:
    """Compile what changed; return the catalogues compiled. Fuzzy entries are left out."""
    sources = [source for source in sorted(locales.glob("*/LC_MESSAGES/*.po")) if stale(source)]
    for source in sources:
        _compile(source)
    return sources


def _compile(source: Path) -> None:
    from babel.messages.mofile import write_mo  # noqa: PLC0415  slow, and rarely needed
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3])
    draft = source.with_suffix(f".mo.{os.getpid()}")  # two runs may compile at once
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    for done in compile_stale():
        print(f"compiled {done.parts[-3]}/{done.name}", file=sys.stderr)
