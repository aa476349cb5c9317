"""After the retention no query joins a pupil to a device that came back; figures are as before.

Every foreign key of the project is walked, and the text of every row of every table is searched:
keys are chosen so long that a number met by chance is not theirs.
"""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image

from byod.actions.equity.ask_request import Wants, ask_request
from byod.actions.loans.damages import Told, report_damage, settle_damage
from byod.actions.loans.hand_out import hand_out
from byod.actions.people.links import make_link
from byod.actions.people.read_names import names_of
from byod.actions.privacy.person import export_member
from byod.actions.privacy.retention import run_retention
from byod.indicators import figures, k9
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import LoanPool, PoolItem
from byod.models.people.devices import PersonalDevice
from byod.models.people.identities import Identity, Named
from byod.models.people.members import Member, MemberKind, SchoolClass
from byod.models.privacy.figures import MonthlyFigure
from helpdesk.actions.attach_photo import attach_photo
from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.open_for_damage import open_for_damages
from helpdesk.actions.reopen_ticket import reopen_ticket
from helpdesk.actions.resolve_ticket import resolve_ticket
from helpdesk.actions.set_priority import set_priority
from helpdesk.models import Ticket
from inventory.models import Category, Device
from schools.actions.audit import record_action
from tests.byod.privacy.joined import reachable, saying
from tests.cast import make_device

pytestmark = pytest.mark.django_db
PUPIL, LOAN, DEVICE = 918273645, 827364591, 736459182
TOLD = {Device, PoolItem, Loan}


@pytest.fixture
def pupil(cast) -> Member:
    """Of a class of Tilleuls, with a name, a link, and a tablet of their own."""
    member = Member.objects.create(
        pk=PUPIL,
        site=cast.tilleuls,
        kind=MemberKind.PUPIL,
        school_class=SchoolClass.objects.create(site=cast.tilleuls, name="3B", year=2026),
    )
    identity = Identity(member=member)
    identity.store(Named("Zéphyrine", "Quatremains", guardian_name="Philomène Quatremains"))
    identity.save()
    now = timezone.now()
    PersonalDevice.objects.create(member=member, name="Ardoise", platform="ios", seen_at=now)
    return member


@pytest.fixture
def loan(cast, pupil) -> Loan:
    """Asked for, served, out for a month, and back."""
    now = timezone.now()
    request = ask_request(pupil, Wants(), by=cast.claire)
    LoanRequest.objects.filter(pk=request.pk).update(
        state=RequestState.SERVED, decided_at=now, served_at=now
    )
    device = make_device(cast.tilleuls, "Portable-736459182", Category.LAPTOP, pk=DEVICE)
    pool = LoanPool.objects.create(name="Réserve", school=cast.tilleuls.school)
    out, back = now - dt.timedelta(days=31), now - dt.timedelta(hours=1)
    made = Loan.objects.create(
        pk=LOAN,
        site=cast.tilleuls,
        item=PoolItem.objects.create(pool=pool, device=device),
        borrower=pupil,
        request=request,
        state=LoanState.RETURNED,
        during=(out, back),
        due_on=timezone.localdate(),
        out_at=out,
        returned_at=back,
    )
    record_action(cast.claire, "hand_out", made, site=cast.tilleuls)
    return made


def test_after_the_retention_nothing_joins_a_pupil_to_a_returned_device(cast, pupil, loan):
    assert {model for model, _key in reachable(pupil)} >= TOLD  # the walk sees what there is
    assert "byod_loan" in saying(f"\\m{PUPIL}\\M", f"\\m{LOAN}\\M")
    now = timezone.now()
    names_of(cast.claire, [pupil], "loan_desk")
    make_link(pupil, as_guardian=True, by=cast.claire)

    run_retention(now + dt.timedelta(days=89))
    loan.refresh_from_db()
    assert loan.borrower_id == PUPIL  # its time is not up

    run_retention(now + dt.timedelta(days=91))
    assert Member.objects.filter(pk=PUPIL).exists()
    assert Identity.objects.filter(member=PUPIL).exists()  # still at the school
    assert not TOLD & {model for model, _key in reachable(pupil)}
    for person in (f"\\m{PUPIL}\\M", pupil.pseudonym, "Quatremains"):
        for thing in (f"\\m{LOAN}\\M", f"\\m{DEVICE}\\M", "Portable-736459182"):
            assert saying(person, thing) == []
    moments = list(Loan.objects.values_list("out_at", "returned_at", "unlinked_at"))
    assert not LoanRequest.objects.filter(served_at__in=moments[0]).exists()


@pytest.fixture
def damaged(cast, pupil, loan):
    """The device came back broken, its ticket was written on by everybody, naming the pupil; and
    another device, which is still out, replaced it."""
    LoanRequest.objects.filter(pk=loan.request_id).update(state=RequestState.SERVED)
    row = report_damage(cast.claire, loan.pk, Told("damage", ("screen",)))
    assert open_for_damages() == 1
    ticket = Ticket.objects.get()
    told = f"L’écran de ZEPHYRINE quatremains ({pupil.pseudonym}) est cassé, dit Philomène."
    comment_ticket(ticket.pk, told, by=cast.claire)
    comment_ticket(ticket.pk, "Quatremains, encore.", by=cast.sofia, internal=True)
    picture = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(picture, "JPEG")
    attach_photo(cast.claire, ticket.pk, io.BytesIO(picture.getvalue()), picture.tell(),
                 "La tablette de Quatremains Zéphyrine")  # fmt: skip
    set_priority(ticket.pk, 2, by=cast.sofia, why="Examen de Zéphyrine")
    resolve_ticket(ticket.pk, "remote", "Rendu à Mme Quatremains.", by=cast.sofia)
    reopen_ticket(ticket.pk, by=cast.claire, why="Zéphyrine dit que non")
    resolve_ticket(ticket.pk, "remote", by=cast.sofia)
    settle_damage(cast.claire, row.pk, back=True)
    other = make_device(cast.tilleuls, "Portable-2", Category.LAPTOP)
    spare = PoolItem.objects.create(pool=loan.item.pool, device=other)
    out = hand_out(cast.claire, pupil, spare.pk, timezone.localdate() + dt.timedelta(days=200))
    assert out.replaces_id == LOAN
    return ticket


def test_nor_does_the_ticket_of_a_damage(cast, pupil, loan, damaged, mailoutbox):
    names = ("quatremains", "z.phyrine", "philom.ne")
    assert all("helpdesk_comment" in saying(name) for name in names)
    assert {model for model, _key in reachable(pupil)} >= TOLD
    now = timezone.now()
    run_retention(now + dt.timedelta(days=91))
    loan.refresh_from_db()
    assert loan.borrower is None
    met = reachable(pupil)
    assert (Loan, LOAN) not in met
    assert (Device, DEVICE) not in met
    assert (Ticket, damaged.pk) not in met
    for name in names:
        assert saying(name) == []
    for person in (f"\\m{PUPIL}\\M", pupil.pseudonym):
        for thing in (f"\\m{LOAN}\\M", f"\\m{DEVICE}\\M", "Portable-736459182"):
            assert saying(person, thing) == []
    assert saying(pupil.pseudonym) == ["byod_member"]
    first = damaged.comments.order_by("pk").first()
    assert first.body == "L’écran de […] ([…]) est cassé, dit […]."
    assert not any("Quatremains" in letter.body for letter in mailoutbox)


def test_the_indicators_of_the_helpdesk_are_unchanged_by_forgetting(cast, loan, damaged):
    def told() -> list[object]:
        kept = ("opened_at", "detected_at", "resolved_at", "resolution", "priority", "due_at")
        events = damaged.events.order_by("pk").values_list("kind", "at")
        return [list(Ticket.objects.values_list(*kept)), list(events), list(figures()), k9()]

    run_retention(timezone.now())
    before = told()
    run_retention(timezone.now() + dt.timedelta(days=91))
    loan.refresh_from_db()
    assert loan.borrower is None
    assert told() == before


def test_the_figures_are_the_same_before_and_after(cast, pupil, loan):
    now = timezone.now()
    run_retention(now)
    before = (list(figures()), k9(), Loan.objects.count(), LoanRequest.objects.count())
    told = list(MonthlyFigure.objects.values_list("site", "month", "key", "value").order_by("pk"))
    assert ("served", 1) in {(row[2], row[3]) for row in told}
    run_retention(now + dt.timedelta(days=91))
    assert (list(figures()), k9(), Loan.objects.count(), LoanRequest.objects.count()) == before
    after = MonthlyFigure.objects.filter(month__lte=now.date()).order_by("pk")
    assert list(after.values_list("site", "month", "key", "value")) == told


def test_no_table_holds_a_name_in_clear(cast, pupil, loan):
    names_of(cast.bernard, [pupil], "class_list")
    export_member(cast.bernard, pupil.pk)
    make_link(pupil, as_guardian=True, by=cast.claire)
    run_retention(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM byod_identity")
        assert "Quatremains" not in cursor.fetchone()[0]
    for name in ("Quatremains", "Zéphyrine", "Philomène"):
        assert saying(name) == []
    assert saying("Claire Exemple") != []  # the search finds what is there
