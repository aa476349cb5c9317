"""``./preau bench orders``: delivery notes replayed and deliveries signed, four times at once.

Makes up a small Region in a PostgreSQL of its own and orders laptops for one school. Every
delivery note is then sent four times, every delivery signed by four clicks of three people, over
real connections. Exit code 1 when a promise is not kept: a note heard twice, a signature too many,
a device missing or made twice, more accepted than was ordered.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from deploy.bench.register import _database as own_database

TIMES = 4
"""How often each note is sent and each delivery signed."""


def main(words: list[str] | None = None) -> int:
    """Run it. ``--notes`` × 4 messages, then as many signatures."""
    parser = argparse.ArgumentParser(prog="preau bench orders", description=__doc__)
    parser.add_argument("--notes", type=int, default=250)
    parser.add_argument("--threads", type=int, default=16)
    options = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with own_database(folder):
            bench = _Bench(options.notes, options.threads)
            bench.replay()
            bench.sign()
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print("every promise kept" if bench.kept else "a promise was NOT kept")
        return 0 if bench.kept else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Bench:
    def __init__(self, notes: int, threads: int) -> None:
        from deploy.lab.fiction.load import load_region  # noqa: PLC0415  Django is set up now
        from deploy.lab.fiction.region import make_region  # noqa: PLC0415
        from schools.models import Role, RoleKind, Site, User  # noqa: PLC0415

        load_region(make_region(10, 1), seed=1)
        self.notes, self.threads, self.kept = notes, threads, True
        self.site = Site.objects.select_related("school").order_by("pk")[0]
        self.people = [
            User.objects.create_user(f"clerk{n}@bench.example", full_name=f"Clerk {n}")
            for n in range(3)
        ]
        since = dt.date(2026, 1, 1)
        for person in self.people:
            Role.objects.create(
                user=person, kind=RoleKind.HEAD, school=self.site.school, from_on=since
            )
        self.officer = User.objects.create_user("officer@bench.example", full_name="Officer")
        Role.objects.create(user=self.officer, kind=RoleKind.OFFICER, region=True, from_on=since)
        self.supplied, self.order = self._ordered()
        print(f"one school ordered {notes} laptops of one supplier")

    def _ordered(self) -> tuple[Any, Any]:
        """One kit of one laptop, as often as there will be notes."""
        from inventory.grants.actions.orders import fill_basket  # noqa: PLC0415
        from inventory.grants.actions.orders.join_centre import ask_membership  # noqa: PLC0415
        from inventory.grants.actions.orders.keep_market import (  # noqa: PLC0415
            keep_lot,
            keep_supplier,
        )
        from inventory.grants.actions.orders.send_orders import send_to_supplier  # noqa: PLC0415
        from inventory.grants.models.orders.market import MarketLot, Supplier  # noqa: PLC0415
        from inventory.models import Kit, KitItem, KitVersion, Product  # noqa: PLC0415

        day = dt.timedelta(days=1)
        today, head = dt.date.today(), self.people[0]  # noqa: DTZ011  a bench of one moment
        laptop = Product.objects.create(maker="Exemple", model="Bench 14", category="laptop")
        version = KitVersion.objects.create(
            kit=Kit.objects.create(name="Bench"), number=1, price=Decimal(600),
            valid_from=today - day,
        )  # fmt: skip
        KitItem.objects.create(version=version, product=laptop, quantity=1)
        KitVersion.objects.update(frozen_at=dt.datetime.now(dt.UTC))
        supplier = keep_supplier(self.officer, Supplier(), {"name": "Bench"}, ())
        values = {
            "contract": "B", "number": 1, "title": "B", "supplier": supplier,
            "starts_on": today - day, "ends_on": today + day, "delivery_days": 30,
        }  # fmt: skip
        lot = keep_lot(self.officer, MarketLot(), values, [version.kit])
        member = ask_membership(head, self.site.pk, own=False)
        order = fill_basket.put_in_basket(head, member.pk, version.pk, self.notes)
        order = fill_basket.validate_order(head, order.pk, order.version)
        return send_to_supplier(self.officer, lot.pk), order

    def replay(self) -> None:
        """Every note four times, in any order."""
        from inventory.grants.actions.orders.hear_supplier import (  # noqa: PLC0415
            Said,
            hear_supplier,
        )
        from inventory.grants.models.orders.deliveries import ShippedPiece  # noqa: PLC0415

        at = dt.datetime.now(dt.UTC)

        def hear(n: int) -> bool:
            lines = [{"part_number": "Bench 14", "serials": [f"SN{n:05d}"]}]
            body = {"delivery": f"BL-{n}", "for": self.order.reference, "lines": lines}
            said = Said(f"M-{n}", self.supplied.reference, "ship", at, body)
            return not hear_supplier(self.officer, said).again

        answers = self._rush(hear, "messages")
        self._say("each note was heard once", answers.count(True) == self.notes)
        self._say("each piece is there once", ShippedPiece.objects.count() == self.notes)

    def sign(self) -> None:
        """Every delivery by four clicks of three people."""
        from inventory.access import DecisionImpossible  # noqa: PLC0415
        from inventory.grants.actions.orders.sign_delivery import (  # noqa: PLC0415
            Signed,
            sign_delivery,
        )
        from inventory.grants.models.orders.deliveries import Reception, Shipment  # noqa: PLC0415
        from inventory.grants.models.orders.purchases import Order  # noqa: PLC0415
        from inventory.models import Device  # noqa: PLC0415

        keys = list(Shipment.objects.order_by("pk").values_list("pk", flat=True))
        random = Random(1)  # noqa: S311  no secret

        def sign(n: int) -> bool:
            try:
                person = random.choice(self.people)
                sign_delivery(person, keys[n], Signed(rest_is_here=True))
            except DecisionImpossible:
                return False
            return True

        self._rush(sign, "signatures")
        self._say("one signature each", Reception.objects.count() == self.notes)
        made = Device.objects.filter(serial__startswith="SN").count()
        self._say("one device each", made == self.notes)
        state = Order.objects.get(pk=self.order.pk).state
        self._say("the order is delivered", state == "delivered")

    def _rush(self, step: Callable[[int], bool], what: str) -> list[bool]:
        """Every number four times, over so many connections."""
        numbers = [n for n in range(self.notes) for _again in range(TIMES)]
        Random(2).shuffle(numbers)  # noqa: S311  no secret
        began = time.perf_counter()
        with ThreadPoolExecutor(self.threads) as pool:
            shares = pool.map(
                lambda turn: _one_by_one(step, numbers[turn :: self.threads]),
                range(self.threads),
            )
            answers = [answer for share in shares for answer in share]
        seconds = time.perf_counter() - began
        print(f"{len(numbers)} {what} by {self.threads} threads in {seconds:.1f} s")
        return answers

    def _say(self, promise: str, kept: bool) -> None:
        self.kept &= kept
        print(f"    {'ok ' if kept else 'NOT'} {promise}")


def _one_by_one(step: Callable[[int], bool], numbers: list[int]) -> list[bool]:
    """Over one connection of the thread's own."""
    from django.db import connection  # noqa: PLC0415

    try:
        return [step(n) for n in numbers]
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
