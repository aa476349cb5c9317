"""A pupil, from the class list to the school's network and to a lent laptop; then forgotten.

Each part of the house knows one piece: this walks them in the order of a school year, with a real
FreeRADIUS at the door of the network.
"""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from byod.actions.equity.ask_request import Wants, ask_request
from byod.actions.equity.decide_requests import decide_requests
from byod.actions.loans.desk import open_desk
from byod.actions.loans.scan import Scanned, record_scan
from byod.actions.loans.take_back import take_back
from byod.actions.people.charters import publish_charter, write_charter
from byod.actions.people.import_class_list import apply_class_list, send_class_list
from byod.actions.people.links import make_link
from byod.actions.privacy.retention import run_retention
from byod.indicators import k9
from byod.models.loans.loans import Loan
from byod.models.loans.pools import LoanPool
from byod.models.people.charters import CharterVersion
from byod.models.people.devices import Credential, PersonalDevice
from byod.models.people.members import Member
from schools.sealed import unseal
from tests.byod.loans.made import make_item
from tests.byod.network import made
from tests.byod.network.asking import knock, needs_radius, radius_server
from tests.byod.privacy.joined import reachable
from tests.cast import Cast

pytestmark = [needs_radius, pytest.mark.django_db(transaction=True)]
LIST = "Matricule;Nom;Prénom;Classe;Parent;E-mail parent\n7;Exemple;Léa;3B;Marc;marc@example.org\n"
PUPILS, QUARANTINE = 120, 199


def accept(member: Member, charter: CharterVersion, *, as_guardian: bool) -> Client:
    """Come in by the link and say yes to the charter; the browser that did."""
    browser = Client()
    browser.get(make_link(member, as_guardian=as_guardian, by=None))
    told = {"floor": "", "own": charter.pk}
    assert browser.post(reverse("byod:mine_charter"), told).status_code == 302
    return browser


def add_tablet(browser: Client) -> Credential:
    """The pupil's own tablet, with a secret of its own."""
    asked = {"platform": "android", "name": "Tablette", "once": str(uuid.uuid4())}
    page = browser.post(reverse("byod:mine_add"), asked)
    device = PersonalDevice.objects.get()
    assert str(device.pk) in page["Location"]
    seed = browser.get(page["Location"]).context["seed"]
    shown = browser.post(reverse("byod:mine_secret", args=[device.pk]), {"seed": f"{seed}s"})
    credential = Credential.objects.get()
    assert unseal(credential.sealed)["secret"] in shown.content.decode()
    return credential


def test_a_pupil_is_connected(cast: Cast, live_server: Any, tmp_path: Path) -> None:
    here = cast.tilleuls
    made.make_network(here)
    made.make_nas(here)
    made.make_policy(here)
    sent = send_class_list(cast.claire, here, LIST.encode(), 2026, whole=True)
    apply_class_list(cast.claire, sent.pk, leaving=False)
    lea = Member.objects.get()
    write_charter(cast.bernard, here.school, "Je prends soin du réseau.", "")
    charter = publish_charter(cast.bernard, here.school)

    pupil = accept(lea, charter, as_guardian=False)
    accept(lea, charter, as_guardian=True)
    tablet = add_tablet(pupil)
    secret = unseal(tablet.sealed)["secret"]
    with radius_server(tmp_path, live_server.url) as server:
        let_in = knock(server, "PEAP", tablet.username, secret)
        assert (let_in.accepted, let_in.vlan) == (True, PUPILS)
        family = Client()
        family.get(make_link(lea, as_guardian=True, by=None))
        family.post(reverse("byod:mine_charter_withdraw"))
        withdrawn = knock(server, "PEAP", tablet.username, secret)
        assert (withdrawn.accepted, withdrawn.vlan) == (True, QUARANTINE)

    pool = LoanPool.objects.create(name="Réserve", school=here.school)
    make_item(pool, "PC-0417", here)
    asked = ask_request(lea, Wants(charger=False), by=cast.claire)
    decide_requests(cast.bernard, [asked.pk], grant=True)
    due = timezone.localdate() + dt.timedelta(days=200)
    desk = open_desk(cast.claire, here.pk, due, school_class=lea.school_class_id)
    for text in (lea.pseudonym, "PC-0417"):
        record_scan(cast.claire, desk.pk, Scanned(uuid.uuid4(), text, "scan"))
    loan = Loan.objects.get()
    assert (loan.borrower, loan.state) == (lea, "out")
    assert k9().loans == 1

    take_back(cast.claire, loan.pk)
    assert any(model is Loan for model, _key in reachable(lea))
    run_retention(timezone.now() + dt.timedelta(days=91))
    assert not any(model is Loan for model, _key in reachable(lea))
    loan.refresh_from_db()
    assert (loan.borrower, loan.request, loan.state) == (None, None, "returned")
