"""A real router's command line: FRR's vtysh behind OpenSSH, where both are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inventory.cli.contract import Endpoint, Login, Rejected
from inventory.cli.session import open_session

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin")
VTYSH = shutil.which("vtysh", path="/usr/bin:/usr/sbin")
ZEBRA = Path("/usr/lib/frr/zebra")
PASSWORD = "frr-geheim-3"
absent = [
    name for name, here in (("sshd", SSHD), ("vtysh", VTYSH), ("zebra", ZEBRA.exists())) if not here
]
pytestmark = [
    pytest.mark.skipif(bool(absent), reason=f"not installed: {', '.join(absent)}"),
    pytest.mark.skipif(os.geteuid() != 0, reason="sshd checks passwords as root alone"),
]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A folder that another account can reach: pytest's own is root's alone."""
    with tempfile.TemporaryDirectory(prefix="preau-frr-") as name:
        yield Path(name)


@pytest.fixture
def router(open_path: Path) -> Iterator[Endpoint]:
    """An account whose shell is vtysh, and what it speaks to; both gone afterwards."""
    tmp_path = open_path
    user = "preau-frr"
    run = tmp_path / "frr"
    run.mkdir(mode=0o777)
    tmp_path.chmod(0o755)
    os.chmod(run, 0o777)
    conf = tmp_path / "conf"
    conf.mkdir(mode=0o777)
    os.chmod(conf, 0o777)
    (conf / "vtysh.conf").write_text("")
    subprocess.run(["useradd", "-M", "-G", "frrvty", "-s", "/bin/sh", user], check=True)
    subprocess.run(["chpasswd"], input=f"{user}:{PASSWORD}", text=True, check=True)
    zebra = subprocess.Popen(
        [ZEBRA, "-u", "frr", "-g", "frr", "--vty_socket", run, "-i", run / "zebra.pid",
         "-z", run / "zserv.api", "-f", "/dev/null", "-P", "0"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    key, port = tmp_path / "key", free_port()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    config = tmp_path / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {key}\nPidFile none\nUsePAM no\n"
        "PasswordAuthentication yes\n"
        f"ForceCommand {VTYSH} --vty_socket {run} --config_dir {conf}\n"
    )
    sshd = subprocess.Popen(
        [SSHD, "-D", "-f", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for path in (run / "zebra.vty",):
            for _n in range(50):
                if path.exists():
                    os.chmod(path, 0o777)
                    break
                time.sleep(0.1)
        time.sleep(0.3)
        yield Endpoint("frr", "127.0.0.1", port)
    finally:
        for one in (sshd, zebra):
            one.terminate()
            one.wait(5)
        subprocess.run(["userdel", user], check=False, stderr=subprocess.DEVNULL)


def test_a_real_router_is_read_and_written(router: Endpoint) -> None:
    with closing(open_session(router, Login("preau-frr", PASSWORD), 15.0)) as session:
        assert "frr version" in session.running()
        session.configure(["interface lo", "description essai", "exit"])
        assert " description essai" in session.running()
        with pytest.raises(Rejected) as caught:
            session.configure(["no such command"])
        assert caught.value.line == "no such command"
        session.configure(["interface lo", "no description", "exit"])
        assert "description essai" not in session.running()
