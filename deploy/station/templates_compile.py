"""Check that every template compiles: each tag exists, each block is closed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates
from django.template.exceptions import TemplateDoesNotExist

from deploy.settings import env

FOLDERS = ("deploy/templates", "*/templates", "deploy/*/templates")


def templates() -> list[Path]:
    """Return the files of all template folders of ours."""
    folders = {folder for pattern in FOLDERS for folder in env.ROOT.glob(pattern)}
    files = {file for folder in folders for file in folder.rglob("*") if file.is_file()}
    return sorted(file for file in files if file.suffix in {".html", ".txt", ".svg", ".xml"})


def main() -> int:
    """Print what does not compile; return 1 if anything does not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.test")
    django.setup()
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    bad = 0
    for file in templates():
        try:
            engine.engine.from_string(file.read_text())
        except (TemplateSyntaxError, TemplateDoesNotExist) as problem:
            bad += 1
            print(f"{file.relative_to(env.ROOT)}: {problem}")
    print(f"{len(templates())} templates")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
