"""The linter of the RADIUS server's files: ours pass, unsafe ones are told one by one."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from byod.rules.network.linting import lint
from deploy.station import radius

SAFE = {"RADIUS_TOKEN": "un-jeton-assez-long", "RADIUS_SITE_SECRET": "un-secret-assez-long"}


def files_of(folder):
    return {one.name: one.read_text() for one in folder.rglob("*") if one.is_file()}


def test_our_files_are_safe():
    assert lint(files_of(radius.FILES / "site-proxy"), SAFE) == []
    assert lint(files_of(radius.FILES), SAFE) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("require_message_authenticator = yes", "", "message_authenticator = yes is missing"),
        ('tls_min_version = "1.2"', 'tls_min_version = "1.0"', "tls_min_version 1.0: 1.2 at least"),
        ("$ENV{RADIUS_SITE_SECRET}", "testing123", "a default or short secret"),
    ],
)  # fmt: skip
def test_what_is_unsafe_is_told(old, new, told):
    text = (radius.FILES / "site-proxy" / "radiusd.conf").read_text()
    assert any(told in fault for fault in lint({"radiusd.conf": text.replace(old, new)}, SAFE))


def test_the_environment_counts():
    far = {"RADIUS_PLATFORM": "http://192.0.2.1", "RADIUS_PLAIN": "yes", "RADIUS_TOKEN": "court"}
    assert len(lint({}, far)) == 3


def test_the_command_refuses_a_short_token(monkeypatch):
    monkeypatch.setenv("RADIUS_TOKEN", "court")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("check_freeradius", "--no-server")
    monkeypatch.setenv("RADIUS_TOKEN", "un-jeton-assez-long")
    call_command("check_freeradius", "--no-server")
