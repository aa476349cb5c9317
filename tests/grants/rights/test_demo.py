"""The demo of rights: Moulin as on the picture; a second run changes nothing."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from deploy.lab.accounts import DEMO_ACCOUNTS
from deploy.lab.load.grants.rights import load_rights
from deploy.lab.load.people import load_people
from deploy.lab.load.places import load_places
from deploy.lab.region import REGION
from inventory.grants.actions.rights.recount import recount_rights
from inventory.grants.models.rights.ledger import DrawingRight, Entry


def test_moulin_stands_as_on_the_picture(db):
    sites = load_places(REGION)
    load_people(DEMO_ACCOUNTS, sites)
    load_rights(sites)
    right = DrawingRight.objects.get(site=sites["moulin"])
    assert right.released == Decimal("30256.05")
    assert right.granted == Decimal("40458.09")
    assert right.consumed == 14180
    before = Entry.objects.count()
    load_rights(sites)
    assert Entry.objects.count() == before
    assert recount_rights(timezone.now()).differences == []
