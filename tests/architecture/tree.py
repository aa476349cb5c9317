"""The repository as the architecture tests read it: our files, our models, our URLs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
APPS = ("schools", "inventory", "supervision", "byod", "helpdesk", "deploy")
RANK = {"schools": 0, "inventory": 1, "supervision": 2, "byod": 2, "helpdesk": 3, "deploy": 4}
"""How far left an app stands: it may look at smaller ranks only."""


@cache
def sources() -> tuple[Path, ...]:
    """Every Python file of the apps."""
    return tuple(sorted(path for app in APPS for path in (ROOT / app).rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a file imports; ``from a import b`` gives ``a`` and ``a.b``."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def our_models() -> list[type[Model]]:
    """Models of the apps, the lab's included."""
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in RANK]


def app_of(model: type[Model]) -> str:
    """The app whose code a model is."""
    return model.__module__.split(".")[0]
