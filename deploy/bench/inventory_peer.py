"""The same 1,000 devices through an installed NetBox, in the same run on the same machine.

NetBox runs from its own folder with its own interpreter (``FOLDER/venv/bin/python``), on an empty
PostgreSQL and a Valkey of ours; both sides are called in the process by Django's test client, so
that no web server is measured. Nothing of NetBox is in this repository.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.bench.inventory_calls import RUNS, Figures

MIGRATE_S = 900
CONFIGURATION = """
ALLOWED_HOSTS = ["*"]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": "netbox",
    "USER": {user!r}, "HOST": {host!r}, "PORT": "", "CONN_MAX_AGE": 300}}}}
_redis = {{"HOST": "127.0.0.1", "PORT": {port}, "USERNAME": "", "PASSWORD": "", "SSL": False}}
REDIS = {{"tasks": _redis | {{"DATABASE": 0}}, "caching": _redis | {{"DATABASE": 1}}}}
SECRET_KEY = "bench" * 12
API_TOKEN_PEPPERS = {{1: "bench" * 12}}
"""
# A PostgreSQL without ICU (the embedded one) sorts names by bytes instead of by natural order.
MIGRATE = """
import sys
from django.contrib.postgres import operations
from django.core.management import execute_from_command_line
import django
django.setup()
from django.db import NotSupportedError, connection
try:
    with connection.cursor() as cursor:
        cursor.execute("CREATE COLLATION bench_probe (provider = icu, locale = 'und')")
        cursor.execute("DROP COLLATION bench_probe")
except NotSupportedError:
    real = operations.CreateCollation.__init__
    def plain(self, name, locale, *, provider="libc", deterministic=True):
        real(self, name, "C", provider="libc", deterministic=True)
    operations.CreateCollation.__init__ = plain
    print("without ICU")
execute_from_command_line(["manage.py", "migrate", "--no-input"])
"""
CALLS = """
import json, statistics, sys, time
import django
django.setup()
from django.db import connection
from django.test import Client
from dcim.models import DeviceRole, DeviceType, Manufacturer, Site
from users.models import User
COUNT, RUNS = int(sys.argv[1]), int(sys.argv[2])
user = User.objects.create_superuser("bench", "bench@example.org", "bench")
client = Client()
client.force_login(user)
maker = Manufacturer.objects.create(name="Exemple", slug="exemple")
kind = DeviceType.objects.create(manufacturer=maker, model="Portable 14", slug="p14")
role = DeviceRole.objects.create(name="laptop", slug="laptop")
site = Site.objects.create(name="Site", slug="site")

def counted(work):
    count = 0
    def tally(execute, sql, params, many, context):
        nonlocal count
        count += 1
        return execute(sql, params, many, context)
    began = time.perf_counter()
    with connection.execute_wrapper(tally):
        work()
    return time.perf_counter() - began, count

def median(works):
    found = [counted(work) for work in works]
    return statistics.median(one[0] for one in found), max(one[1] for one in found)

def call(method, url, data=None):
    answer = getattr(client, method)(url, data, content_type="application/json")
    assert answer.status_code in (200, 201), (answer.status_code, answer.content[:300])
    return answer

def create(batch):
    call("post", "/api/dcim/devices/", [
        {"name": f"B{batch}-{n}", "serial": f"S{batch}-{n}", "device_type": kind.pk,
         "role": role.pk, "site": site.pk, "status": "active"} for n in range(COUNT)])

def listed():
    seen = 0
    for offset in range(0, COUNT, 500):
        seen += len(client.get(f"/api/dcim/devices/?limit=500&offset={offset}").json()["results"])
    assert seen == COUNT, seen

def change(word):
    call("patch", "/api/dcim/devices/", [{"id": key, "comments": word} for key in keys])

found = {"import": median([lambda b=b: create(b) for b in range(RUNS)])}
from dcim.models import Device
keys = list(Device.objects.filter(name__startswith="B0-").values_list("pk", flat=True))
found["list"] = median([listed] * RUNS)
found["change"] = median([lambda n=n: change(f"run {n}") for n in range(RUNS)])
from django.conf import settings
found["version"] = settings.RELEASE.version
print("FIGURES " + json.dumps(found))
"""


def compare(ours: Figures, folder: Path, count: int) -> None:
    """Print both and the ratios."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        raise SystemExit(
            f"{python}: a NetBox installed with its requirements in venv/ is expected."
        )
    with tempfile.TemporaryDirectory(prefix="preau-peer-") as home, _served(Path(home)) as values:
        config = Path(home) / "preau_bench_netbox.py"
        config.write_text(CONFIGURATION.format(**values))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "PYTHONPATH": f"{home}:{folder / 'netbox'}",
            "NETBOX_CONFIGURATION": config.stem,
            "DJANGO_SETTINGS_MODULE": "netbox.settings",
        }
        began = time.perf_counter()
        said = _run([str(python), "-c", MIGRATE], folder, environment)
        less = " (names sorted by bytes: no ICU here)" if "without ICU" in said else ""
        took = time.perf_counter() - began
        print(f"NetBox is migrated after {took:.0f} s{less}", flush=True)
        said = _run([str(python), "-c", CALLS, str(count), str(RUNS)], folder, environment)
    line = next(line for line in said.splitlines() if line.startswith("FIGURES "))
    theirs = json.loads(line.removeprefix("FIGURES "))
    print(f"beside NetBox {theirs.pop('version')}, {count} devices, medians of {RUNS}")
    for name, words in (("import", "create"), ("list", "list"), ("change", "change")):
        mine, other = ours[name], theirs[name]
        print(
            f"  {words:<8} ours {mine[0]:7.3f} s {mine[1]:5d} queries · NetBox {other[0]:7.3f} s "
            f"{other[1]:6d} queries · {other[0] / mine[0]:6.1f} times"
        )


def _run(words: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        words, cwd=folder / "netbox", env=environment, capture_output=True, text=True,
        timeout=MIGRATE_S, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"NetBox: {' '.join(words[1:3])[:60]}: {done.stderr[-800:]}")
    return done.stdout


@contextmanager
def _served(home: Path) -> Iterator[dict[str, object]]:
    """A PostgreSQL with an empty database and a Valkey on a free port of the loopback."""
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    from deploy.station import broker, postgres  # noqa: PLC0415

    cluster = postgres.Cluster(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with postgres.running(cluster):
        postgres.ensure_database(cluster, "netbox")
        valkey = subprocess.Popen(
            [str(broker.find_binary()), "--port", str(port), "--bind", "127.0.0.1", "--save", "",
             "--dir", str(home)],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            told = conninfo_to_dict(cluster.url("netbox"))
            yield {"user": told.get("user", "postgres"), "host": str(cluster.sockets), "port": port}
        finally:
            valkey.terminate()
            valkey.wait(10)
