"""Traps and informs arrive, from net-snmp's snmptrap and from our agent; forgeries do not."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deploy.lab.agent_core import AgentCore, TableMib
from supervision.snmp import ber
from supervision.snmp.contract import UsmUser
from supervision.snmp.traps import Trap, TrapReceiver

from .served import AUTH, PRIV, SHA1_AUTH, SHA1_PRIV, SHA256_AUTH, SHA256_PRIV, USERS

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1.3"
ENGINE = "8000ffff0474726170"


class Post:
    """A running receiver and what it received."""

    def __init__(self, **more: object) -> None:
        self.traps: list[Trap] = []
        settings: dict[str, object] = {"communities": ["public"], "usm_users": USERS} | more
        self.receiver = TrapReceiver(
            "127.0.0.1",
            0,
            on_trap=settings.pop("on_trap", self.traps.append),  # type: ignore[arg-type]
            **settings,  # type: ignore[arg-type]
        )
        self.thread = threading.Thread(target=self.receiver.run, daemon=True)
        self.thread.start()
        assert self.receiver.ready.wait(10)

    def wait(self, count: int = 1, seconds: float = 5) -> list[Trap]:
        until = time.monotonic() + seconds
        while len(self.traps) < count and time.monotonic() < until:
            time.sleep(0.01)
        return self.traps

    def send(self, *datagrams: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for datagram in datagrams:
                sock.sendto(datagram, ("127.0.0.1", self.receiver.port))

    def close(self) -> None:
        self.receiver.stop()
        self.thread.join(5)
        assert not self.thread.is_alive()


OpenPost = Callable[..., Post]


@pytest.fixture
def open_post() -> Iterator[OpenPost]:
    opened: list[Post] = []

    def make(**more: object) -> Post:
        opened.append(Post(**more))
        return opened[-1]

    yield make
    for post in opened:
        post.close()


def known(address: str, engine_id: bytes, name: str) -> UsmUser | None:
    """Every engine at 127.0.0.1 is ours."""
    users = {user.user: user for user in USERS}
    return users.get(name) if address == "127.0.0.1" else None


def snmptrap(port: int, *options: str, program: str = "snmptrap") -> int:
    command = shutil.which(program)
    if command is None:
        pytest.skip(f"net-snmp's {program} is not installed")
    rest = [f"127.0.0.1:{port}", "4711", LINK_DOWN, IF_INDEX, "i", "3"]
    patient = ["-t", "3", "-r", "4"]  # of an inform: a busy machine hashes its keys slowly
    done = subprocess.run(
        [command, *options, *patient, *rest],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    print(done.stdout, done.stderr)  # pytest shows it when the test fails
    return done.returncode


def usm_options(user: UsmUser) -> list[str]:
    level = "authPriv" if user.priv_protocol else "authNoPriv"
    options = ["-v3", "-u", user.user, "-l", level, "-a", user.auth_protocol, "-A", AUTH]
    return options + (["-x", "AES", "-X", PRIV] if user.priv_protocol else [])


def is_link_down(trap: Trap) -> bool:
    return (trap.source_address, trap.trap_oid, trap.uptime, trap.varbinds) == (
        "127.0.0.1",
        LINK_DOWN,
        4711,
        {IF_INDEX: 3},
    )


# --- net-snmp sends ---


def test_a_v2c_trap(open_post: OpenPost) -> None:
    post = open_post()
    before = datetime.now(UTC)
    assert snmptrap(post.receiver.port, "-v2c", "-c", "public") == 0
    (trap,) = post.wait()
    assert is_link_down(trap)
    assert before <= trap.received_at <= datetime.now(UTC)


def test_a_v2c_inform_is_confirmed(open_post: OpenPost) -> None:
    post = open_post()
    assert snmptrap(post.receiver.port, "-v2c", "-c", "public", program="snmpinform") == 0
    assert is_link_down(post.wait()[0])


@pytest.mark.parametrize("user", USERS, ids=lambda user: user.user)
def test_a_v3_trap_of_an_engine_learned_on_the_fly(open_post: OpenPost, user: UsmUser) -> None:
    post = open_post(resolve=known)
    for _ in range(2):
        assert snmptrap(post.receiver.port, "-e", f"0x{ENGINE}", *usm_options(user)) == 0
    assert all(map(is_link_down, post.wait(2)))
    assert len(post.traps) == 2


@pytest.mark.parametrize("user", [SHA1_PRIV, SHA256_AUTH], ids=lambda user: user.user)
def test_a_v3_inform_is_confirmed(open_post: OpenPost, user: UsmUser) -> None:
    post = open_post()
    assert snmptrap(post.receiver.port, *usm_options(user), program="snmpinform") == 0
    assert is_link_down(post.wait()[0])


def test_a_v1_trap_arrives_without_its_community(open_post: OpenPost) -> None:
    command = shutil.which("snmptrap")
    if command is None:
        pytest.skip("net-snmp's snmptrap is not installed")
    post = open_post()
    rest = ["1.3.6.1.4.1.32473", "127.0.0.1", "2", "0", "4711", IF_INDEX, "i", "3"]
    target = f"127.0.0.1:{post.receiver.port}"
    subprocess.run([command, "-v1", "-c", "public", target, *rest], check=True, timeout=20)
    (trap,) = post.wait()
    assert trap.trap_oid == LINK_DOWN  # RFC 3584 §3.1: generic trap 2
    assert trap.varbinds[IF_INDEX] == 3
    assert b"public" not in trap.varbinds.values()


# --- our agent sends ---


def our_trap(user: UsmUser | str, engine_id: bytes = bytes.fromhex(ENGINE), port: int = 3) -> bytes:
    users = () if isinstance(user, str) else (user,)
    agent = AgentCore(TableMib({}), users=users, engine_id=engine_id)
    oid = tuple(map(int, LINK_DOWN.split(".")))
    rows = [((1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 3), ber.integer(port))]
    return agent.encode_trap(oid, rows, credential=user, uptime=4711)


@pytest.mark.parametrize("user", ["public", *USERS], ids=lambda user: getattr(user, "user", "v2c"))
def test_a_trap_of_our_agent(open_post: OpenPost, user: UsmUser | str) -> None:
    post = open_post(resolve=known)
    post.send(our_trap(user))
    assert is_link_down(post.wait()[0])


def test_an_engine_may_be_named_before_or_later(open_post: OpenPost) -> None:
    post = open_post(engines=[(bytes.fromhex(ENGINE), SHA256_PRIV)])
    post.send(our_trap(SHA256_PRIV))
    assert is_link_down(post.wait()[0])
    other = b"\x80\x00\xff\xff\x04other"
    post.send(our_trap(SHA1_AUTH, other))
    time.sleep(0.2)
    assert len(post.traps) == 1
    assert post.receiver.ignored == {"unknown engine or user": 1}
    post.receiver.add_engine(other, SHA1_AUTH)
    post.send(our_trap(SHA1_AUTH, other))
    assert len(post.wait(2)) == 2


def test_a_changed_password_is_followed(open_post: OpenPost) -> None:
    current = [SHA1_PRIV]
    post = open_post(resolve=lambda *_: current[0])
    post.send(our_trap(SHA1_PRIV))
    assert len(post.wait()) == 1
    current[0] = replace(SHA1_PRIV, auth_password="changed-password")
    post.send(our_trap(current[0]))  # refused by the credential we remember, which we forget
    post.send(our_trap(current[0]))
    assert len(post.wait(2)) == 2


def test_a_stranger_is_looked_up_once(open_post: OpenPost) -> None:
    """Whoever floods us with unknown engines does not flood the database."""
    looked_up: list[str] = []

    def nobody(address: str, engine_id: bytes, name: str) -> None:
        looked_up.append(name)

    post = open_post(resolve=nobody)
    post.send(*(our_trap(SHA1_AUTH, b"\x80\x00\xff\xff\x04%d" % n) for n in range(50)))
    post.send(our_trap("public"))
    post.wait()
    assert looked_up == [SHA1_AUTH.user]
    assert post.receiver.ignored == {"unknown engine or user": 50}


@pytest.mark.parametrize(
    ("datagram", "reason"),
    [
        (our_trap(replace(SHA1_PRIV, auth_password="guessed it")), "digest"),
        (our_trap(replace(SHA1_AUTH, user=SHA1_PRIV.user)), "security level"),
        (our_trap(replace(SHA1_AUTH, user="stranger")), "unknown engine or user"),
        (our_trap(SHA1_PRIV)[:-1], "malformed"),
        (b"\x30\x80garbage", "malformed"),
    ],
    ids=["wrong digest", "lower level", "stranger", "cut", "garbage"],
)
def test_a_forged_trap_is_dropped(open_post: OpenPost, datagram: bytes, reason: str) -> None:
    post = open_post(resolve=known)
    post.send(datagram, our_trap(SHA256_AUTH))
    assert len(post.wait()) == 1
    assert post.receiver.ignored == {reason: 1}


def test_a_plain_v3_trap_of_a_known_user_is_dropped(open_post: OpenPost) -> None:
    """pysnmp alone would accept it: notifications have no access control."""
    post = open_post(resolve=known)
    options = ["-e", f"0x{ENGINE}", "-v3", "-u", SHA1_PRIV.user, "-l", "noAuthNoPriv"]
    assert snmptrap(post.receiver.port, *options) == 0
    post.send(our_trap(SHA256_AUTH))
    assert len(post.wait()) == 1
    assert post.receiver.ignored == {"security level": 1}


def test_a_wrong_community_is_dropped(open_post: OpenPost) -> None:
    post = open_post()
    post.send(our_trap("wrong"), our_trap("public"))
    post.wait()
    time.sleep(0.1)
    assert len(post.traps) == 1


def test_a_handler_that_fails_does_not_stop_the_receiver(open_post: OpenPost) -> None:
    seen: list[Trap] = []

    def fragile(trap: Trap) -> None:
        seen.append(trap)
        raise RuntimeError("no database")

    post = open_post(on_trap=fragile)
    post.send(our_trap("public"), our_trap("public"))
    until = time.monotonic() + 5
    while len(seen) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(seen) == 2


def test_a_burst_of_two_thousand_is_not_lost(open_post: OpenPost) -> None:
    post = open_post()
    if post.receiver.receive_buffer < 4 << 20:
        pytest.skip(f"the kernel grants only {post.receiver.receive_buffer} octets of buffer")
    datagram = our_trap("public")
    post.send(*[datagram] * 2000)
    assert len(post.wait(2000, seconds=20)) == 2000


def test_a_taken_port_is_an_error() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        receiver = TrapReceiver("127.0.0.1", sock.getsockname()[1], [], [], lambda _: None)
        with pytest.raises(OSError, match="in use"):
            receiver.run()
