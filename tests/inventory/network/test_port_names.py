"""A port is one port however its name is spelt, in Python and in PostgreSQL alike."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import Port
from inventory.rules.identity import plain_port
from tests.cast import make_device

NAMES = st.one_of(
    st.tuples(
        st.sampled_from(
            [
                "Gi",
                "GigabitEthernet",
                "gigaethernet",
                "TenGigE",
                "Port",
                "port#",
                "if-",
                "xe-",
                "Ethernet",
                "Port-Channel",
                "Fast Ethernet",
                "HundredGigE",
                "",
                "eth",
            ]
        ),
        st.from_regex(r"[ ]?[0-9]{1,2}(/[0-9]{1,2}){0,2}(:[0-9]|: lien vers B)?", fullmatch=True),
    ).map("".join),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=40),
)


@given(NAMES)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_both_rules_agree(db, name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT inventory_plain_port(%s)", [name])
        assert cursor.fetchone() == (plain_port(name),)


def test_two_spellings_of_one_port_are_refused(cast):
    switch = make_device(cast.tilleuls, "SW-A1")
    Port.objects.create(device=switch, name="Gi1/0/1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Port.objects.create(device=switch, name="GigabitEthernet1/0/1")
    assert Port.objects.create(device=switch, name="Te1/0/1").plain == "te1/0/1"


def test_the_parts_of_a_split_port_are_ports(cast):
    switch = make_device(cast.tilleuls, "SW-A1")
    for part in range(4):
        Port.objects.create(device=switch, name=f"xe-0/0/0:{part}")
    assert switch.ports.count() == 4


def test_a_port_counts_its_changes_and_no_others(cast):
    port = Port.objects.create(device=make_device(cast.tilleuls, "SW-A1"), name="Gi1/0/1")
    for description in ("vers B", "vers B"):
        Port.objects.filter(pk=port.pk).update(description=description)
    port.refresh_from_db()
    assert port.version == 2
