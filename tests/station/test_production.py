"""Production settings guess nothing and let no published password in."""

import os
import subprocess
import sys

import pytest
from django.core.checks import run_checks

from deploy.lab.accounts import DEMO_ACCOUNTS
from deploy.settings import env
from schools.models import User

COMPLETE = {
    "SECRET_KEY": "only a test, long enough: abcdefghijklmnopqrstuvwxyz",
    "FIELD_KEY": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "DATABASE_URL": "postgresql://nobody@/none?host=/nonexistent",
    "BROKER_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "preau.example",
    "RADIUS_TOKEN": "only a test",
}


def check(tmp_path, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "deploy.settings.prod",
            "PREAU_HOME": str(tmp_path),
            **environment,
        },
        cwd=env.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_complete_settings_pass_the_deployment_check(tmp_path):
    said = check(tmp_path, **COMPLETE)
    assert said.returncode == 0, said.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", COMPLETE)
def test_a_missing_setting_is_refused_by_name(tmp_path, name):
    said = check(tmp_path, **{key: value for key, value in COMPLETE.items() if key != name})
    assert said.returncode != 0
    assert f"{name} must be set in production." in said.stderr


def test_the_required_settings_are_those_declared():
    declared = {name for name, known in env.VARIABLES.items() if known.required_in_production}
    assert declared == set(COMPLETE)


@pytest.mark.parametrize(
    ("roles", "left_out"),
    [
        ("none", "central_technician, local_technician, officer, staff"),
        ("central_technician,local_technician,staff", "officer"),
    ],
)
def test_a_second_factor_that_staff_need_not_have_is_refused(tmp_path, roles, left_out):
    said = check(tmp_path, **COMPLETE, SECOND_FACTOR_ROLES=roles)
    assert said.returncode != 0
    assert f"SECOND_FACTOR_ROLES leaves out {left_out}:" in said.stderr


def test_it_passes_where_somebody_accepts_it(tmp_path):
    said = check(tmp_path, **COMPLETE, SECOND_FACTOR_ROLES="none", SECOND_FACTOR_WAIVED="1")
    assert said.returncode == 0, said.stderr


def test_more_roles_need_no_acceptance_and_an_unknown_one_is_named(tmp_path):
    wide = "central_technician,local_technician,officer,staff,head"
    assert check(tmp_path, **COMPLETE, SECOND_FACTOR_ROLES=wide).returncode == 0
    said = check(tmp_path, **COMPLETE, SECOND_FACTOR_ROLES=f"{wide},chef")
    assert "what is no role: chef" in said.stderr


def test_half_a_provider_is_refused(tmp_path):
    said = check(tmp_path, **COMPLETE, OIDC_ISSUER="https://id.example.org")
    assert "OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set" in said.stderr


@pytest.fixture
def demo_person(db):
    return User.objects.create_user(email=DEMO_ACCOUNTS[0].email, password="demo")


def complaints():
    found = run_checks(databases=["default"])
    return [message.id for message in found if message.id == "preau.E001"]


def test_a_demo_password_is_refused_in_production(demo_person, settings):
    settings.DEMO_PASSWORDS = False
    assert complaints() == ["preau.E001"]


def test_a_demo_account_with_its_own_password_is_accepted(demo_person, settings):
    settings.DEMO_PASSWORDS = False
    demo_person.set_password("a sentence that nobody published")
    demo_person.save()
    assert complaints() == []


def test_a_station_may_keep_its_demo_passwords(demo_person):
    assert complaints() == []
