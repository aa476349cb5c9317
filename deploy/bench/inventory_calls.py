"""What 1,000 devices cost through the API and the pages, on the database that is set up now."""

from __future__ import annotations

import io
import statistics
from collections.abc import Callable
from typing import Any

from deploy.bench.inventory import counted

RUNS = 3
Figures = dict[str, tuple[float, int]]
"""What was done → (median seconds, queries)."""


def measure(count: int) -> Figures:
    """Bring in so many devices by a file, list them, change them all; three times each."""
    from django.test import Client  # noqa: PLC0415

    from inventory.models import Device  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    client.force_login(_technician())
    print(f"{count} devices at once, beside {Device.objects.count()} others; medians of {RUNS}")
    found = {"import": _median(_imports(count))}
    keys = list(
        Device.objects.filter(serial__startswith="B0-").order_by("pk").values_list("pk", flat=True)
    )
    found["list"] = _median([lambda: _list(client, count)] * RUNS)
    found["change"] = _median(
        [lambda word=f"run {n}": _change(client, keys, word) for n in range(RUNS)]  # type: ignore[misc]
    )
    words = {
        "import": "bring in (file, preview and writing)",
        "list": "list (API, pages of 500)",
        "change": "change (API, one call)",
    }
    for name, (seconds, queries) in found.items():
        print(
            f"  {words[name]:<38}{seconds:7.3f} s {queries:5d} queries "
            f"{1000 * seconds / count:7.3f} ms/row"
        )
    return found


def _technician() -> Any:
    from schools.models import Role, RoleKind, User  # noqa: PLC0415

    user = User.objects.create_user("bench@example.org", full_name="Banc Exemple")
    Role.objects.create(
        user=user, kind=RoleKind.CENTRAL_TECHNICIAN, region=True, from_on="2020-01-01"
    )
    return user


def _median(works: list[Callable[[], Any]]) -> tuple[float, int]:
    measured = [counted(work, slow_s=60)[1:] for work in works]
    return statistics.median(one[0] for one in measured), max(one[1] for one in measured)


def _imports(count: int) -> list[Callable[[], Any]]:
    from django.utils import timezone  # noqa: PLC0415

    from schools.actions.apply_import import apply_import  # noqa: PLC0415
    from schools.actions.confirm_import import confirm_import  # noqa: PLC0415
    from schools.actions.read_import import read_import  # noqa: PLC0415
    from schools.actions.start_import import start_import  # noqa: PLC0415
    from schools.models import Site  # noqa: PLC0415

    number = Site.objects.exclude(number=None).filter(scheme="fase").first().number  # type: ignore[union-attr]

    def bring(batch: int) -> None:
        lines = "".join(
            f"B{batch}-{n};BANC-{batch}-{n};{number};Exemple;Portable 14 G1;portable\n"
            for n in range(count)
        )
        heads = "serie;nom;fase;marque;modele;type\n"
        file = io.BytesIO((heads + lines).encode())
        made = {"create_products": True}
        run = start_import(None, "devices", file, "banc.csv", timezone.localdate(), options=made)
        found = read_import(run.pk)
        assert found is not None
        assert found.counts["to_write"] == count, found.failure
        confirm_import(None, found.pk, found.fingerprint)
        found = apply_import(run.pk)
        assert found is not None
        assert found.state == "applied", found.failure

    return [lambda batch=batch: bring(batch) for batch in range(RUNS)]  # type: ignore[misc]


def _list(client: Any, count: int) -> None:
    url, seen = f"/api/v1/devices/?page_size={min(count, 500)}", 0
    while url and seen < count:
        answer = client.get(url)
        assert answer.status_code == 200, answer.content
        seen += len(answer.json()["results"])
        url = answer.json()["next"]
    assert seen == count, seen


def _change(client: Any, keys: list[int], word: str) -> None:
    rows = [{"id": key, "notes": word} for key in keys]
    answer = client.patch("/api/v1/devices/bulk/", rows, content_type="application/json")
    assert answer.status_code == 200, answer.content[:300]
    assert {one["status"] for one in answer.json()} == {"changed"}


def pages() -> None:
    """The list of devices at that scale: seconds and queries of what people open."""
    from django.test import Client  # noqa: PLC0415

    from inventory.models import Device  # noqa: PLC0415
    from schools.models import User  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email="bench@example.org"))
    some = Device.objects.exclude(serial=None).order_by("-pk").first()
    assert some is not None
    asked = {
        "first page": "/equipements/",
        "page in the middle": f"/equipements/?apres={some.pk}",
        "type and situation": "/equipements/?type=laptop&situation=installed",
        "a province": "/equipements/?province=namur",
        "one site": f"/equipements/?site={some.site_id}",
        "search: a serial": f"/equipements/?q={some.serial}",
        "search: part of a name": "/equipements/?q=TBI-00",
        "search: nothing found": "/equipements/?q=zzzzqq",
        "search box": f"/chercher/?q={some.serial}",
        "export (CSV, everything)": "/equipements/export.csv",
    }
    print(f"pages with {Device.objects.count()} devices; medians of {RUNS}")
    for words, url in asked.items():
        seconds, queries = _median([lambda url=url: _get(client, url)] * RUNS)  # type: ignore[misc]
        print(f"  {words:<38}{seconds:7.3f} s {queries:5d} queries")


def _get(client: Any, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code in (200, 302), (url, answer.status_code)  # a single hit opens
    if answer.streaming:
        for _part in answer.streaming_content:
            pass
