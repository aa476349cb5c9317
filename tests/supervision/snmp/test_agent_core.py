"""Our agent core, judged by net-snmp's own tools."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from supervision.snmp.contract import UsmUser

from .served import AUTH, NUMBER, PRIV, STATUS, STATUSES, TABLE, USERS, Served, our_agent


def run(program: str, served: Served, *arguments: str) -> tuple[int, str]:
    command = shutil.which(program)
    if command is None:
        pytest.skip(f"net-snmp's {program} is not installed")
    target = f"127.0.0.1:{served.port}"
    options, oids = arguments[:-1], arguments[-1:]
    done = subprocess.run(
        [command, "-On", "-t", "1", "-r", "0", *options, target, *oids],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def usm_options(user: UsmUser, password: str = AUTH) -> list[str]:
    level = "authPriv" if user.priv_protocol else "authNoPriv"
    options = ["-v3", "-u", user.user, "-l", level, "-a", user.auth_protocol, "-A", password]
    return options + (["-x", "AES", "-X", PRIV] if user.priv_protocol else [])


@pytest.mark.parametrize("user", USERS, ids=lambda user: user.user)
def test_a_v3_get(device: Served, user: UsmUser) -> None:
    code, text = run("snmpget", device, *usm_options(user), NUMBER)
    assert (code, text) == (0, f".{NUMBER} = INTEGER: 2147483647\n")


@pytest.mark.parametrize("program", ["snmpwalk", "snmpbulkwalk"])
def test_a_walk_of_everything(device: Served, program: str) -> None:
    code, text = run(program, device, "-v2c", "-c", "public", "1.3.6.1.4.1.32473")
    assert code == 0
    shown = [line for line in text.splitlines() if line.startswith(".")]
    assert shown.pop().endswith("No more variables left in this MIB View (It is past the end of "
                                "the MIB tree)")  # fmt: skip
    assert [line.split(" ")[0] for line in shown] == [
        f".{oid}" for oid in sorted(TABLE, key=lambda oid: tuple(map(int, oid.split("."))))
    ]


def test_a_column_by_getbulk_with_a_small_message() -> None:
    with Served(our_agent(max_message=484).handle) as served:
        code, text = run("snmpbulkwalk", served, "-v2c", "-c", "public", STATUS)
    assert code == 0
    assert text.splitlines() == [f".{STATUS}.{r} = INTEGER: {v}" for r, v in STATUSES.items()]


def test_a_missing_object(device: Served) -> None:
    _, text = run("snmpget", device, "-v2c", "-c", "public", f"{STATUS}.5")
    assert "No Such Instance" in text


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (usm_options(USERS[0], "not the password"), "Authentication failure"),
        (["-v3", "-u", "nobody", "-l", "noAuthNoPriv"], "Unknown user name"),
        (["-v3", "-u", USERS[0].user, "-l", "noAuthNoPriv"], "Unsupported security level"),
        (["-v2c", "-c", "wrong"], "Timeout"),
    ],
    ids=["wrong password", "unknown user", "lower level", "wrong community"],
)
def test_a_refusal(device: Served, options: list[str], complaint: str) -> None:
    code, text = run("snmpget", device, *options, NUMBER)
    assert code == 1
    assert complaint in text


def test_a_write_needs_a_writer(device: Served) -> None:
    command = shutil.which("snmpset")
    if command is None:
        pytest.skip("net-snmp's snmpset is not installed")
    target = f"127.0.0.1:{device.port}"
    done = subprocess.run(
        [command, "-v2c", "-c", "public", target, NUMBER, "i", "1"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert "noAccess" in done.stderr
