"""The entry script: one clear line for what a person can mend, from any folder."""

import os
import shutil
import subprocess

import pytest

from deploy.settings import env

PREAU = env.ROOT / "preau"


def run(script, *words, **environment):
    return subprocess.run(
        ["/bin/sh", str(script), *words],
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environment},
        capture_output=True, text=True, check=False, cwd="/", timeout=60,
    )  # fmt: skip


@pytest.fixture
def bare(tmp_path):
    """A clone with a blank in its path and no environment yet; no network is touched."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("preau", *(file.name for file in env.ROOT.glob("requirements*.txt"))):
        shutil.copy(env.ROOT / name, folder / name)
    return folder


def stub(folder, name, text):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)
    return folder / name


def test_it_is_executable_posix_shell():
    assert os.access(PREAU, os.X_OK)
    assert PREAU.read_text().startswith("#!/bin/sh\n")
    subprocess.run(["/bin/sh", "-n", str(PREAU)], check=True)


def test_help_names_every_command():
    said = run(PREAU, "help")
    assert said.returncode == 0
    for command in ("up", "test", "check", "bench", "manage", "chaos", "lab", "lock"):
        assert f"\n  {command} " in said.stdout, command


def test_an_unknown_command_is_refused():
    said = run(PREAU, "fly")
    assert said.returncode == 1
    assert said.stderr.endswith("preau: unknown command “fly”.\n")


def test_a_machine_without_python_is_told_what_to_install(bare, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "cat", "cksum", "tr", "mkdir", "rm"):
        (tools / name).symlink_to(shutil.which(name))
    said = run(bare / "preau", "up", PATH=str(tools))
    assert said.returncode == 1
    assert said.stderr.startswith("preau: Python 3.11, 3.12 or 3.13 is needed")
    assert len(said.stderr.splitlines()) == 1


def test_a_python_without_venv_gets_the_remedy(bare, tmp_path):
    script = 'case "$2" in\n*ensurepip*) exit 1 ;;\n*print*) echo 3.11 ;;\nesac'
    python = stub(tmp_path / "bin", "python", script)
    said = run(bare / "preau", "up", PREAU_PYTHON=str(python))
    assert said.returncode == 1
    assert "apt install python3.11-venv" in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_a_named_python_of_another_age_is_refused(bare, tmp_path):
    python = stub(tmp_path / "bin", "python", "exit 1")
    said = run(bare / "preau", "up", PREAU_PYTHON=str(python))
    assert said.returncode == 1
    assert said.stderr == f"preau: PREAU_PYTHON={python} is not a Python 3.11 to 3.13.\n"


def test_an_interrupted_installation_is_not_taken_for_a_good_one(bare, tmp_path):
    """A Python whose pip fails stands for the interruption: no stamp may be there after it."""
    script = (
        'case "$*" in\n'
        f'"-m venv "*) mkdir -p "$3/bin" && cp {tmp_path}/bin/python "$3/bin/python" ;;\n'
        '"-m pip"*) exit 1 ;;\n'
        "esac"
    )
    python = stub(tmp_path / "bin", "python", script)
    for _again in range(2):
        said = run(bare / "preau", "manage", "check", PREAU_PYTHON=str(python))
        assert said.returncode == 1
        assert "could not be installed" in said.stderr
        assert not (bare / ".venv" / "preau-stamp").exists()
        assert not (bare / ".preau" / "install.lock").exists()


def test_a_bench_needs_a_name():
    assert "./preau bench supervision" in run(PREAU, "bench").stderr
