"""``./preau bench calls``: the last hour of a call, compressed in time.

So many schools hold a signed file; their heads send it through the real handler (sessions, forms,
transactions) from several processes on a PostgreSQL of its own, most of them at the very end, one
in five with a double click, some after the deadline. Counts what was told to each head against what
the database holds: none lost, none late accepted, a double click one submission. Exit code 1 when a
promise is not kept.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import multiprocessing
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from deploy.bench.register import _database as own_database

LATE_SHARE = 0.04
"""Of those who send, this many come after the deadline."""
DOUBLE_EVERY = 5


@dataclass(frozen=True)
class Sending:
    """A head, their session, the file, and when they click, in seconds from the start."""

    session: str
    file: int
    at_s: float
    double: bool


@dataclass(frozen=True)
class Told:
    """What a head was told, and when they had clicked."""

    file: int
    status: int
    began: float
    took_s: float


def main(words: list[str]) -> int:
    """Run it; 0 when all promises were kept."""
    parser = argparse.ArgumentParser(prog="./preau bench calls", description=__doc__)
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=180.0, help="the last hour, compressed")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with own_database(folder):
            kept = run(options.submissions, options.seconds, options.processes, options.seed)
        print("every promise kept" if kept else "a promise was NOT kept")
        return 0 if kept else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(count: int, seconds: float, processes: int, seed: int) -> bool:
    """On the database that is set up now. Whether every promise was kept."""
    from django.db import connections  # noqa: PLC0415  Django is set up now

    began = time.monotonic()
    random = Random(seed)  # noqa: S311  a bench draws lots, it keeps no secret
    files, sessions = _prepare(count)
    print(f"{count} signed files of {count} schools in {time.monotonic() - began:.0f} s")
    clicks = sorted(_moment(random, seconds) for _n in range(count))
    sendings = [
        Sending(sessions[n], files[n], at, n % DOUBLE_EVERY == 0) for n, at in enumerate(clicks)
    ]
    start = time.time() + 1.0
    closes = dt.datetime.fromtimestamp(start + seconds, dt.UTC)
    _set_deadline(closes)
    connections.close_all()
    told = _send(sendings, start, processes)
    return _judge(told, sendings, closes)


def _moment(random: Random, seconds: float) -> float:
    """When a head clicks: the nearer the end, the more of them; a few come after it."""
    if random.random() < LATE_SHARE:
        return seconds * (1 + random.random() * 0.05)
    return float(seconds * random.random() ** 0.5)


def _prepare(count: int) -> tuple[list[int], list[str]]:
    """Schools with a head in a session, and a validated file each for one call."""
    from django.test import Client  # noqa: PLC0415

    from deploy.bench.calls_schools import make_schools  # noqa: PLC0415

    files, heads = make_schools(count)
    sessions = []
    _warm(heads[0], files[0])
    for head in heads:
        client = Client(SERVER_NAME="localhost")
        client.force_login(head)
        sessions.append(client.cookies["sessionid"].value)
    return files, sessions


def _warm(head: Any, file: int) -> None:
    """Load addresses and templates once, before the processes part: servers run for days."""
    from django.test import Client  # noqa: PLC0415

    logging.getLogger("django.request").setLevel(logging.ERROR)  # a refusal is no news here
    client = Client(SERVER_NAME="localhost")
    client.force_login(head)
    client.get(f"/dossiers/{file}/")


def _set_deadline(closes: dt.datetime) -> None:
    """A version of its own, as an officer would publish it."""
    from deploy.bench.calls_schools import close_at  # noqa: PLC0415

    close_at(closes)


def _send(sendings: list[Sending], start: float, processes: int) -> list[Told]:
    """From several processes, each with its own connections; each takes every n-th click."""
    context = multiprocessing.get_context("fork")
    answers: Any = context.Queue()
    workers = [
        context.Process(target=_work, args=(sendings[n::processes], start, answers))
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    told = [one for _worker in workers for one in answers.get(timeout=3600)]
    for worker in workers:
        worker.join()
    return told


def _work(mine: list[Sending], start: float, answers: Any) -> None:
    told: list[Told] = []
    for one in mine:
        time.sleep(max(0.0, start + one.at_s - time.time()))
        if not one.double:
            told.append(_click(one))
            continue
        with ThreadPoolExecutor(2) as fingers:
            told += fingers.map(_click, [one, one])
    answers.put(told)


def _click(one: Sending) -> Told:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.cookies["sessionid"] = one.session
    began = time.time()
    answer = client.post(f"/dossiers/{one.file}/envoyer/")
    took = time.time() - began
    if threading.current_thread() is not threading.main_thread():
        connection.close()
    return Told(one.file, answer.status_code, began, took)


def _judge(told: list[Told], sendings: list[Sending], closes: dt.datetime) -> bool:
    """Compare what each head was told with what the database holds."""
    from inventory.grants.models.calls.applications import Application  # noqa: PLC0415
    from inventory.grants.models.calls.files import Submission  # noqa: PLC0415

    sent = Counter(Submission.objects.values_list("application", flat=True))
    states = dict(Application.objects.values_list("pk", "state"))
    accepted = {one.file for one in told if one.status == 302}
    refused = {one.file for one in told if one.status == 409}
    strange = [one.status for one in told if one.status not in (302, 409)]
    deadline = closes.timestamp()
    early = {one.file for one in told if one.began + one.took_s < deadline}
    doubles = {one.file for one in sendings if one.double}
    checks = [
        ("no error of the site", not strange),
        ("none lost: whoever was told yes is on record",
         all(sent[key] == 1 and states[key] == "submitted" for key in accepted)),
        ("nothing on record that nobody was told of", set(sent) <= accepted),
        ("none late accepted", not Submission.objects.filter(at__gte=closes).exists()),
        ("none that began after the deadline accepted",
         not {one.file for one in told if one.status == 302 and one.began > deadline}),
        ("none refused whose answer came before the deadline", early <= accepted),
        ("a double click is one submission", all(sent[key] <= 1 for key in doubles)),
        ("a refused file is still the school's own",
         all(states[key] == "validated" for key in refused - accepted)),
    ]  # fmt: skip
    times = sorted(one.took_s for one in told)
    within = [one for one in told if one.began < deadline]
    span = max(one.began + one.took_s for one in within) - min(one.began for one in within)
    print(
        f"{len(told)} clicks, {len(accepted)} files accepted, {len(refused - accepted)} too late, "
        f"{len(doubles)} double clicks; {len(within) / span:.1f} a second; median "
        f"{statistics.median(times) * 1000:.0f} ms, p95 {times[int(len(times) * 0.95)] * 1000:.0f} "
        f"ms, longest {times[-1]:.1f} s"
    )
    for words, kept in checks:
        print(f"  {'ok ' if kept else 'NOT'} {words}")
    return all(kept for _words, kept in checks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
