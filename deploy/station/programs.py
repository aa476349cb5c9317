"""What a station runs: the programs of Préau and how each is started."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from deploy.station import broker, postgres
from deploy.station.processes import Program

FOUNDATION, BROKER, WORK = 0, 1, 2  # layers; the highest stops first
CELERY = (sys.executable, "-m", "celery", "-A", "deploy.celery:app")
QUIET = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")


def database(cluster: postgres.Cluster) -> Program:
    """The embedded PostgreSQL; SIGINT is its fast stop."""
    postgres.prepare(cluster)
    return Program(
        name="postgres",
        argv=tuple(postgres.command(cluster)),
        layer=FOUNDATION,
        stop_signal=signal.SIGINT,
        stop_seconds=15,
    )


def queue(server: broker.Broker) -> Program:
    """The embedded broker."""
    return Program(
        name="broker",
        argv=tuple(broker.command(server)),
        layer=BROKER,
        prepare=partial(broker.prepare, server),
    )


def web(port: int) -> Program:
    """The web server, on loopback only. Open streams get two seconds at the stop."""
    return Program(
        name="web",
        argv=(
            *(sys.executable, "-m", "granian", "--interface", "asginl"),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *("--workers-kill-timeout", "2", "--respawn-failed-workers", "--no-ws"),
            "deploy.asgi:application",
        ),
        layer=WORK,
    )


def worker(name: str, queues: Iterable[str], concurrency: int) -> Program:
    """A Celery worker for some queues."""
    return Program(
        name=name,
        argv=(
            *(*CELERY, "worker", "--pool", "prefork", "--concurrency", str(concurrency)),
            *("--queues", ",".join(queues), "--hostname", f"{name}@station", *QUIET),
        ),
        layer=WORK,
    )


def beat(home: Path) -> Program:
    """The clock. Its memory is thrown away: every tick of ours is due at once or worthless."""
    schedule = home / "run" / "beat"

    def forget() -> None:
        for part in schedule.parent.glob("beat*"):  # the suffix depends on Python's dbm
            part.unlink()

    return Program(
        name="beat",
        argv=(*CELERY, "beat", "--schedule", str(schedule), "--pidfile=", "--loglevel", "WARNING"),
        layer=WORK,
        prepare=forget,
    )


def managed(name: str, *words: str) -> Program:
    """A management command that runs until it is stopped."""
    return Program(name=name, argv=(sys.executable, "manage.py", *words), layer=WORK)


def feed() -> Program:
    """The lines that say what happens; they go to the terminal, not to a log."""
    return Program(
        name="feed",
        argv=(sys.executable, "-m", "deploy.station.feed"),
        layer=WORK,
        stop_seconds=1,
        to_terminal=True,
    )
