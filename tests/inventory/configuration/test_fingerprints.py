"""Fingerprints are those that OpenSSH prints, of every kind of key."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from inventory.cli.fingerprints import told

KEYGEN = shutil.which("ssh-keygen")


@pytest.mark.skipif(KEYGEN is None, reason="OpenSSH is not installed")
@pytest.mark.parametrize(
    ("kind", "bits"), [("ed25519", 256), ("rsa", 1024), ("ecdsa", 256), ("ecdsa", 521)]
)
def test_a_key_is_told_as_openssh_tells_it(tmp_path, kind, bits):
    made = [KEYGEN, "-q", "-t", kind, "-b", str(bits), "-N", "", "-C", "", "-f", tmp_path / "key"]
    subprocess.run(made, check=True)
    asked = [KEYGEN, "-lf", tmp_path / "key.pub"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    key = told((tmp_path / "key.pub").read_text().split()[1])
    assert str(key) == said.strip().replace("no comment ", "")


@pytest.mark.parametrize("text", ["", "a2V5", "!", "AAAAC3NzaC1lZDI1NTE5", "AAAAB3h4eAAAAAA="])
def test_what_is_no_key_has_no_fingerprint(text):
    assert told(text) is None
