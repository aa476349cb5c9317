"""The lock files: everything pinned by hash, no host or address of a registry in them."""

import json
import re
import tomllib

import pytest

from deploy.settings import env

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt")
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]+\])?==([^ \\]+)", re.MULTILINE)


def pins(name):
    return dict(PINNED.findall((env.ROOT / name).read_text()))


def bare(requirement):
    return re.split(r"[\[<>=!~; ]", requirement)[0]


def normal(names):
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_with_a_hash(name):
    entries = re.split(r"\n(?=\S)", (env.ROOT / name).read_text().strip())
    assert entries
    for entry in entries:
        assert PINNED.match(entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_no_address_stands_in_the_requirements(name):
    text = (env.ROOT / name).read_text()
    assert "://" not in text
    assert "index" not in text.replace("importlib", "")
    assert "/home/" not in text
    assert "/work/" not in text


def test_development_pins_what_running_pins():
    running, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert running.items() <= development.items()


def test_what_the_project_asks_for_is_locked():
    project = tomllib.loads((env.ROOT / "pyproject.toml").read_text())
    running = project["project"]["dependencies"]
    development = project["dependency-groups"]["dev"]
    assert normal(map(bare, running)) <= normal(pins("requirements.txt"))
    assert normal(map(bare, development)) <= normal(pins("requirements-dev.txt"))


def test_front_end_packages_are_exact_and_hashed():
    asked = json.loads((env.ROOT / "package.json").read_text())["dependencies"]
    packages = json.loads((env.ROOT / "package-lock.json").read_text())["packages"]
    for name, version in asked.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    for name, package in packages.items():
        assert "resolved" not in package, name
        if name:
            assert package["integrity"].startswith("sha512-"), name


def test_no_second_lock_file_disagrees():
    assert not (env.ROOT / "uv.lock").exists()
