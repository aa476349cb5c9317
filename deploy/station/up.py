"""``./preau up``: the whole platform on one machine, from nothing to a page, until Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType

from deploy.settings import env
from deploy.station import broker, catalogues, postgres, privileges, programs
from deploy.station.problem import StationError
from deploy.station.processes import Program, Supervisor

WEB_SECONDS = 60.0


class Stopped(BaseException):
    """Ctrl-C or SIGTERM came: leave by the nearest ``finally``."""


def main(words: list[str]) -> int:
    """Run the station; return the exit code: 0 after a wished stop, 1 after a refusal."""
    options = _options(words)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_stopped)
    try:
        with only_one(env.home()):
            Station(options).run()
    except StationError as problem:
        print(f"preau: {problem}", file=sys.stderr)
        return 1
    except Stopped:
        pass
    return 0


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)  # one is enough: let the stop end in order
    raise Stopped


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./preau up", description=__doc__)
    parser.add_argument("--port", type=int, default=env.number("PREAU_PORT"), help="web port")
    parser.add_argument("--no-lab", action="store_true", help="without the simulated network")
    parser.add_argument("--no-demo", action="store_true", help="without the demo Region")
    parser.add_argument("--recorded", action="store_true", help="recorded devices join the lab")
    parser.add_argument("--fresh", action="store_true", help="erase the data of the station first")
    parser.add_argument("--yes", action="store_true", help="do not ask before erasing")
    return parser.parse_args(words)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the station's lock. Raises StationError when another station runs in ``home``."""
    privileges.require_own(home)
    (home / "run").mkdir(exist_ok=True)
    with (home / "run" / "station.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid = lock.read().strip() or "?"
            raise StationError(
                f"Préau runs already (process {pid}). Stop it with Ctrl-C where it runs, or: "
                f"kill {pid}"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class Station:
    """One run of ``./preau up``."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.began = time.monotonic()
        self.home = env.home()
        self.cluster = None if env.text("DATABASE_URL") else postgres.Cluster(self.home)
        self.broker = None if env.text("BROKER_URL") else broker.Broker(self.home)
        self.supervisor = Supervisor(self.home, self._environment(), env.ROOT, say)

    def run(self) -> None:
        """Start everything, then tend it until a signal raises Stopped."""
        require_free_port(self.options.port)
        ended = self.supervisor.end_survivors()
        if ended:
            say(f"ended {len(ended)} processes of a station that was killed")
        if self.options.fresh:
            self._erase()
        with postgres.held(self.cluster) if self.cluster else nullcontext():
            try:
                self._start()
                while True:
                    self.supervisor.tend()
                    time.sleep(0.1)
            finally:
                say("stopping…")
                self.supervisor.stop()
                say(f"stopped; the data stay in {self.home}")

    def _start(self) -> None:
        say("Préau starts")
        self._start_servers()
        catalogues.compile_stale()
        self._prepare()
        for program in self._programs():
            self.supervisor.start(program)
        self._wait_for_web()
        self._announce()
        self._follow()

    def _environment(self) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "deploy.settings.dev",
            "PREAU_HOME": str(self.home),
            "PREAU_PORT": str(self.options.port),
            "PYTHONUNBUFFERED": "1",
        }
        if self.cluster:
            own["DATABASE_URL"] = self.cluster.url()
        if self.broker:
            own["BROKER_URL"] = self.broker.url
        return {**os.environ, **own}

    def _start_servers(self) -> None:
        began = time.monotonic()
        if self.cluster:
            postgres.stop(self.cluster)  # one that outlived a killed station
            self.supervisor.start(programs.database(self.cluster))
        if self.broker:
            self.supervisor.start(programs.queue(self.broker))
        if self.cluster:
            self._wait_for_database(self.cluster)
        if self.broker:
            broker.wait_ready(self.broker)
        tell("database and broker", began)

    def _wait_for_database(self, cluster: postgres.Cluster) -> None:
        deadline = time.monotonic() + postgres.START_SECONDS
        while not postgres.accepts(cluster):
            self.supervisor.tend()
            if time.monotonic() > deadline:
                log = self.supervisor.log_path("postgres")
                raise StationError(f"PostgreSQL does not start. Its log: {log}")
            time.sleep(0.02)
        postgres.ensure_database(cluster)

    def _prepare(self) -> None:
        words = ["--no-demo"] if self.options.no_demo else []
        done = subprocess.run(
            [sys.executable, "-m", "deploy.station.prepare", *words],
            env=self.supervisor.environment,
            cwd=env.ROOT,
            check=False,
        )
        if done.returncode:
            raise StationError("the database could not be prepared: see above")

    def _programs(self) -> Iterator[Program]:
        yield programs.web(self.options.port)
        if not self.options.no_lab and has_command("run_lab"):
            recorded = ("--recorded",) if self.options.recorded else ()
            yield programs.managed("lab", "run_lab", *recorded)
        # four, although a laptop has fewer cores: a batch with a silent device mostly waits
        yield programs.worker("poll", ["poll"], concurrency=4)
        # apart from the house: a scan of silent addresses must not keep a ticket waiting
        yield programs.worker("desk", ["desk"], concurrency=1)
        yield programs.worker("house", ["house"], concurrency=1)
        yield programs.beat(self.home)
        if has_command("receive_traps"):
            yield programs.managed("traps", "receive_traps")

    def _wait_for_web(self) -> None:
        began = time.monotonic()
        while not answers(self.options.port):
            self.supervisor.tend()
            if time.monotonic() - began > WEB_SECONDS:
                raise StationError(f"No page yet. The log: {self.supervisor.log_path('web')}")
            time.sleep(0.05)
        tell("first page", began)

    def _announce(self) -> None:
        took = time.monotonic() - self.began
        say(f"ready after {took:.1f} s: http://localhost:{self.options.port}/")
        if has_command("demo_accounts") and not self.options.no_demo:
            self._manage("demo_accounts")
        say(f"logs in {self.home / 'log'} · Ctrl-C stops everything")

    def _manage(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *words],
            env=self.supervisor.environment,
            cwd=env.ROOT,
            check=False,
        )

    def _follow(self) -> None:
        """Show what happens, in this terminal, as long as the station runs."""
        self.supervisor.start(programs.feed())

    def _erase(self) -> None:
        if not self.cluster:
            raise StationError("--fresh erases the embedded database only; DATABASE_URL is set.")
        if not self.options.yes and not _agreed(f"Erase all data in {self.home}? [y/N] "):
            raise StationError("Nothing was erased.")
        postgres.stop(self.cluster)
        for part in ("postgres", "broker", "media"):
            with suppress(FileNotFoundError):
                shutil.rmtree(self.home / part)


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise StationError("--fresh needs --yes where nobody can answer.")
    return input(question).strip().lower() in {"y", "yes", "o", "oui", "j", "ja"}


def has_command(name: str) -> bool:
    """Return whether one of our apps brings the management command ``name``."""
    return any(env.ROOT.glob(f"*/management/commands/{name}.py")) or any(
        env.ROOT.glob(f"deploy/*/management/commands/{name}.py")
    )


def require_free_port(port: int) -> None:
    """Raise StationError when something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise StationError(f"Port {port} is taken. Choose another: --port {port + 1}") from None


def answers(port: int) -> bool:
    """Return whether the web server gives a page, whatever its status."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def say(line: str) -> None:
    """Write one line for the person at the terminal."""
    with suppress(BrokenPipeError, OSError):
        print(line, flush=True)


def tell(what: str, began: float) -> None:
    """Write what was done and the seconds it took."""
    say(f"  {what:<28}{time.monotonic() - began:6.1f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
