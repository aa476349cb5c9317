"""The platform that ``./preau bench radius`` measures: schools, devices, server and door."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from deploy.station import postgres, radius

SCHOOLS, PUPILS = 40, 500
SECRET = b"un-secret-de-mesure-assez-long"
REALM = "bench.preau.example"
VLAN = 120


@contextmanager
def prepared(devices: int) -> Iterator[radius.Radius]:
    """PostgreSQL with people, the door, FreeRADIUS; all of it thrown away at the end."""
    home = Path(tempfile.mkdtemp(prefix="preau-radius-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "deploy.settings.dev",
        "PREAU_HOME": str(home),
        "PREAU_LAB": "0",
    }
    os.environ.pop("DATABASE_URL", None)
    with ExitStack() as held:
        held.callback(shutil.rmtree, home, ignore_errors=True)
        cluster = postgres.Cluster(home)
        held.enter_context(postgres.running(cluster))
        postgres.ensure_database(cluster)
        import django  # noqa: PLC0415  settings read the environment above

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        load(devices)
        port = radius.free_port(socket.SOCK_STREAM)
        held.enter_context(door(port))
        folder = home / "radius"
        environment = radius.environment_of(folder, f"http://127.0.0.1:{port}", RADIUS_PLAIN="yes")
        write_files(folder)
        yield held.enter_context(radius.running(folder, environment))


def load(devices: int) -> None:
    """Schools with a policy, and pupils with a device each, by sets."""
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from byod.models.network.nas import Nas  # noqa: PLC0415
    from byod.models.network.policies import NetworkPolicy  # noqa: PLC0415
    from byod.models.network.rules import PolicyRule  # noqa: PLC0415
    from byod.models.network.segments import SiteSegment  # noqa: PLC0415
    from deploy.lab.load.towns import fictitious_town  # noqa: PLC0415
    from inventory.models import Vlan  # noqa: PLC0415
    from schools.models import Authority, School, Site  # noqa: PLC0415
    from schools.sealed import seal  # noqa: PLC0415

    now = timezone.now()
    town = fictitious_town("Marvelle", "namur")
    authority = Authority.objects.create(name="PO de mesure", fase_number="99999")
    for number in range(SCHOOLS):
        school = School.objects.create(
            authority=authority, name=f"École {number}", number=f"9{number:04d}"
        )
        site = Site.objects.create(
            school=school, name=f"Site {number}", number=f"{number}", municipality=town
        )
        policy = NetworkPolicy.objects.create(school=school, number=1)
        PolicyRule.objects.create(policy=policy, who="pupil", segment="pupils",
                                  days=[0, 1, 2, 3, 4, 5, 6], sessions=3)  # fmt: skip
        NetworkPolicy.objects.filter(pk=policy.pk).update(state="live", live_at=now)
        vlan = Vlan.objects.create(site=site, vid=VLAN, name="eleves")
        SiteSegment.objects.create(site=site, segment="pupils", vlan=vlan)
        nas = Nas(site=site, name="Contrôleur", address="127.0.0.1", identifier=f"site-{number}")
        nas.set_secret(SECRET.decode())
        nas.save()
    sealed = seal({"secret": "le-secret-de-l-appareil"})
    people(devices, list(Site.objects.order_by("pk")), sealed)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def people(devices: int, sites: list[Any], sealed: str) -> None:
    """Authorised pupils, a device and a secret each, by sets."""
    import datetime as dt  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from byod.models.people.devices import Credential, PersonalDevice  # noqa: PLC0415
    from byod.models.people.members import Authorisation, Member  # noqa: PLC0415

    end = timezone.now() + dt.timedelta(days=300)
    members = Member.objects.bulk_create(
        (
            Member(site=sites[n % SCHOOLS], kind="pupil", pseudonym=f"E-{n}", school_key=f"k{n}")
            for n in range(devices)
        ),
        batch_size=5000,
    )
    Authorisation.objects.bulk_create((Authorisation(member=one) for one in members), 5000)
    owned = PersonalDevice.objects.bulk_create(
        (PersonalDevice(member=one, name="Appareil", platform="android") for one in members), 5000
    )
    Credential.objects.bulk_create(
        (
            Credential(device=one, kind="secret", username=f"{n}@{REALM}", sealed=sealed,
                       expires_at=end)
            for n, one in enumerate(owned)
        ),
        5000,
    )  # fmt: skip


@contextmanager
def door(port: int) -> Iterator[None]:
    """``deploy.radius`` under granian, as preau-radius-door.service starts it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
         "--port", str(port), "--workers", "1", "--blocking-threads", "8", "--no-ws",
         "deploy.radius:application"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


def write_files(folder: Path) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from byod.actions.network import server_files  # noqa: PLC0415
    from byod.actions.network.equipment import make_equipment_certificate  # noqa: PLC0415
    from byod.actions.people.authority import roots  # noqa: PLC0415

    now = timezone.now()
    server_files.write_devices(folder / "certs" / "devices", now)
    server_files.write_server(folder / "certs", now)
    server_files.write_upstream(folder / "generated")
    make_equipment_certificate("centre.bench", folder / "certs", now)
    (folder / "certs" / "root.pem").write_text(roots())
