"""What was there before the chain and before the scopes is taken along."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from schools.chain import verify
from schools.models import ApiToken, AuditEntry, AuditSeal
from schools.models.tokens import digest
from tests.cast import Cast, make_cast
from tests.schools.test_journal_chain import write
from tests.schools.test_journal_verify import tamper

sealing = import_module("schools.migrations.0022_seal_what_was_written_before")
moving = import_module("schools.migrations.0024_keys_of_the_former_table")
EDITOR = SimpleNamespace(connection=connection)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_old_entries_are_named_and_sealed_in_order_however_often_it_runs(cast: Cast, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    entries = write(cast, 7)
    tamper("DELETE FROM schools_auditseal")
    tamper("UPDATE schools_auditentry SET site_text = ''")
    for _run in range(2):
        sealing.name_sites(None, EDITOR)
        sealing.seal(None, EDITOR)
        seals = AuditSeal.objects.order_by("sequence").values_list("sequence", "entry_id")
        assert list(seals) == [(n, entry.pk) for n, entry in enumerate(entries, 1)]
        assert set(AuditEntry.objects.values_list("site_text", flat=True)) == {"École Tilleuls"}
        assert verify().broken is None
    with pytest.raises(Exception, match="append-only"):
        AuditEntry.objects.update(why="x")


OLD_TABLE = """
CREATE TABLE authtoken_token (
    key varchar(40) PRIMARY KEY, created timestamptz NOT NULL,
    user_id bigint NOT NULL UNIQUE REFERENCES schools_user (id) DEFERRABLE INITIALLY DEFERRED
)
"""


def test_keys_of_the_former_table_go_on_with_full_rights_for_a_year(cast: Cast):
    with connection.cursor() as cursor:
        cursor.execute(OLD_TABLE)
        cursor.execute(
            "INSERT INTO authtoken_token VALUES (%s, %s, %s)",
            [digest("from-before")[:40], timezone.now() - dt.timedelta(days=900), cast.claire.pk],
        )
    for _run in range(2):
        with transaction.atomic():
            moving.move(None, EDITOR)
    key = ApiToken.objects.get()
    assert key.user == cast.claire
    assert dt.timedelta(days=364) < key.expires_at - timezone.now() < dt.timedelta(days=367)
    client = APIClient(headers={"Authorization": "Token from-before"})
    assert client.get("/api/v1/tickets/").status_code == 200
    assert client.get("/api/v1/sites/").status_code == 200
    cast.claire.delete()  # no orphan table holds the person back
    assert not ApiToken.objects.exists()
