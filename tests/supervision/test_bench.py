"""The bench of the pipeline runs, small, as written in its documentation; so does its peer."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bench import peer, supervision
from deploy.bench.readers import COLUMNS, SCALARS, free_port, start_agent
from deploy.settings import env
from supervision.snmp.contract import Community, Question
from supervision.snmp.engine import FastReader

linux = pytest.mark.skipif(sys.platform != "linux", reason="the replay agent and /proc are Linux's")
installed = pytest.mark.skipif(peer.program() is None, reason=peer.ABSENT)

PORTS = 24
WALKED = peer.Module("walked", SCALARS[:2], COLUMNS, PORTS)
GOT = peer.Module("got", (*SCALARS[:2], "1.3.6.1.2.1.2.2.1.8.3"))
IN_DISCARDS = "1.3.6.1.2.1.2.2.1.13"


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PREAU_HOME")}
    return subprocess.run(
        [sys.executable, "-m", "deploy.bench.supervision", *words],
        cwd=env.ROOT,
        env=inherited,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def figures(printed: str) -> dict[str, float]:
    found = re.findall(r"^ {2}(\S.*?) {2,}([0-9.]+)  \(", printed, re.MULTILINE)
    return {title: float(figure) for title, figure in found}


OURS = {"read", "judge", "write", "postgres", "total"}
COMPARED = {"peer, collection", "÷ our reading", "÷ our whole"}


@linux
@pytest.mark.long
def test_the_bench_of_supervision_runs_alone() -> None:
    done = bench("--smoke", "--no-peer")
    assert done.returncode == 0, done.stderr[-2000:]
    parts = figures(done.stdout)
    assert set(parts) == OURS
    assert parts["total"] > 0
    assert peer.PROGRAM not in done.stdout


@linux
@installed
@pytest.mark.long
def test_the_bench_compares_with_the_peer() -> None:
    done = bench("--smoke", "--peer")
    assert done.returncode == 0, done.stderr[-2000:]
    parts = figures(done.stdout)
    assert set(parts) == OURS | COMPARED
    # 160 devices of 10 values, 40 of 2 values and 8 columns of 24 ports
    assert "200 of these devices, 9360 values, all checked" in done.stdout
    ratio = parts["peer, collection"] / parts["total"]
    assert parts["÷ our whole"] == pytest.approx(ratio, rel=0.05)


def test_a_missing_peer_is_told_with_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit) as left:
        supervision.main(["--peer", "--smoke"])
    assert left.value.code == 2
    assert "apt install prometheus-snmp-exporter" in capsys.readouterr().err


# --- the peer itself ---


@pytest.fixture
def agent_port() -> Iterator[int]:
    port = free_port()
    try:
        process = start_agent(port)
    except RuntimeError:
        pytest.skip("this kernel does not let us bind to the loopback device")
    yield port
    process.terminate()
    process.wait(10)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The readers' bench asks one column that the pipeline does not."""
    named = {**peer.OBJECTS, IN_DISCARDS: ("ifInDiscards", "counter")}
    monkeypatch.setattr(peer, "OBJECTS", named)


@linux
@installed
@pytest.mark.usefixtures("known")
def test_the_peer_reads_the_same_values_as_ours(agent_port: int, tmp_path: Path) -> None:
    question = Question(
        "127.24.0.7", Community("public"), agent_port, WALKED.get, WALKED.walk, 2.0, 1
    )
    (ours,) = FastReader().read([question])
    speeds, states = (ours.columns[oid] for oid in (COLUMNS[5], COLUMNS[1]))
    with peer.running(tmp_path, [WALKED], "public") as exporter:
        text = fetched(exporter, f"127.24.0.7:{agent_port}", "walked")
    theirs = {line.split(b" ")[0].decode(): float(line.split(b" ")[1]) for line in text}
    assert len(theirs) == WALKED.samples == 2 + 8 * 24
    for name, column in (("ifHighSpeed", speeds), ("ifOperStatus", states)):
        for port, value in column.items():
            assert theirs[f'{name}{{ifIndex="{port}"}}'] == value
    assert set(states.values()) == {1, 2}


def fetched(exporter: peer.Exporter, target: str, module: str) -> list[bytes]:
    web = http.client.HTTPConnection("127.0.0.1", exporter.port, timeout=10)
    web.request("GET", f"/snmp?target={target}&module={module}")
    content = web.getresponse().read()
    web.close()
    return peer.values(content)


@linux
@installed
@pytest.mark.usefixtures("known")
def test_a_pass_counts_devices_values_and_cpu(agent_port: int, tmp_path: Path) -> None:
    devices = [(f"127.24.1.{n}:{agent_port}", "walked") for n in range(1, 101)]
    devices += [(f"127.10.1.{n}:{agent_port}", "got") for n in range(1, 101)]
    with peer.running(tmp_path, [WALKED, GOT], "public") as exporter:
        done = peer.ask(exporter, devices)
        pid = exporter.pid
    assert (done.devices, done.samples) == (200, 100 * 194 + 100 * 3)
    assert 0 < done.cpu_s <= done.wall_s * (os.cpu_count() or 1) + 0.05
    assert done.per_thousand == pytest.approx(done.cpu_s * 5)
    assert not Path(f"/proc/{pid}").exists()


@linux
@installed
@pytest.mark.usefixtures("known")
def test_an_answer_without_all_values_stops_the_bench(agent_port: int, tmp_path: Path) -> None:
    absent = peer.Module("absent", ("1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.2.2.1.8.99"))
    with (
        peer.running(tmp_path, [absent], "public") as exporter,
        pytest.raises(peer.PeerError, match="1 values instead of 2"),
    ):
        peer.ask(exporter, [(f"127.10.1.1:{agent_port}", "absent")])


def test_the_configuration_names_each_object_by_its_column() -> None:
    module = peer.Module("m", ("1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.2.2.1.8.3"))
    written = json.loads(peer.config([module], "secret"))["m"]
    assert written["auth"] == {"community": "secret"}
    uptime, state = written["metrics"]
    assert (uptime["name"], uptime["oid"]) == ("sysUpTime", "1.3.6.1.2.1.1.3")
    assert (state["name"], state["oid"]) == ("ifOperStatus", "1.3.6.1.2.1.2.2.1.8")
    assert "indexes" not in uptime
    assert state["indexes"] == [{"labelname": "ifIndex", "type": "gauge"}]


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", None),
        (b"HTTP/1.1 200 OK\r\nContent-Len", None),
        (CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", b"abcde"),
        (CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n", None),
        (CHUNKED + b"9\r\nab\n0\r\n\r\n", None),  # values that look like the last chunk
    ],
)
def test_an_answer_is_complete_at_its_end(answer: bytes, content: bytes | None) -> None:
    assert peer.body(answer) == content
