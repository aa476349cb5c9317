"""The lab as a program of its own: it hears of faults at once, and stops in order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.core.management import call_command
from django.db import connection

from deploy.lab.actions import begin_fault, repair
from deploy.lab.region import REGION
from inventory.models import Device
from tests.lab.conftest import free_port


def _ask(address: str, port: int) -> bool:
    """A GET of sysUpTime over v2c, by hand: whether it is answered within 0.3 s."""
    request = bytes.fromhex(
        "302902010104097072656175 2d6c6162 a019020101020100020100300e300c06082b060102010103000500"
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(0.3)
        asker.sendto(request, (address, port))
        try:
            return bool(asker.recv(2000))
        except TimeoutError:
            return False


def _until(wanted: bool, address: str, port: int, seconds: float) -> None:
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if _ask(address, port) is wanted:
            return
    raise AssertionError(f"{address} answers: {not wanted}, for {seconds} s")


@pytest.mark.django_db(transaction=True)
def test_the_running_lab_hears_of_faults_at_once_and_stops_in_order():
    call_command("load_demo", verbosity=0)
    port = free_port()
    connection.ensure_connection()
    server = connection.connection.info
    url = f"postgresql://{server.user}@/{server.dbname}?host={server.host}&port={server.port}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_lab", "--port", str(port)],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "deploy.settings.test"},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    address = REGION.device("AP-B12").address
    try:
        assert process.stdout is not None
        assert "64 devices answer" in process.stdout.readline()
        assert _ask(address, port)
        fault = begin_fault(None, "unplug", device=Device.objects.get(name="AP-B12"))
        _until(False, address, port, 10)
        repair(None, fault=fault)
        _until(True, address, port, 10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
