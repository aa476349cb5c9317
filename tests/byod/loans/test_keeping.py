"""After its time a loan knows no pupil; figures stay; reminders climb on school days."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from byod.actions.loans import keeping
from byod.actions.loans.damages import Told, report_damage
from byod.actions.loans.extend import extend_loans
from byod.actions.loans.hand_out import give_charger, hand_out
from byod.actions.loans.remind import mail_reminders, note_reminders
from byod.actions.loans.sign_terms import publish_terms, sign_at_desk
from byod.actions.loans.take_back import take_back
from byod.loan_days import due_day, year_end
from byod.models.equity.requests import LoanRequest
from byod.models.loans.loans import Loan
from byod.models.loans.reminders import LoanReminder
from byod.models.loans.terms import TermsSignature
from byod.rules.loans.due import next_open, rung_of
from byod.rules.loans.ladder import next_rung
from tests.byod.loans.made import DUE, Lending

DAY = dt.timedelta(days=1)
TEXT = "L’appareil reste à l’école. Vous en prenez soin et le rendez à la date dite."


@pytest.fixture
def lending(cast):
    return Lending(cast.tilleuls)


def lend(cast, lending, n=0):
    loan = hand_out(cast.claire, lending.pupils[n], lending.laptops[n].pk, DUE)
    return give_charger(cast.claire, loan.pk, lending.chargers[n].pk)[0]


def test_no_query_joins_a_pupil_to_a_device_that_came_back_long_ago(cast, lending, settings):
    settings.KEEP_LOAN_IDENTITY_DAYS = 90
    publish_terms(cast.bernard, cast.tilleuls.school_id, TEXT)
    old, damaged, out = (lend(cast, lending, n) for n in range(3))
    sign_at_desk(cast.claire, old.pk, "Anne Brasseur", "paper")
    take_back(cast.claire, old.pk)
    report_damage(cast.claire, damaged.pk, Told("damage", ("screen",)))
    made, served = Loan.objects.count(), LoanRequest.objects.filter(state="served").count()
    late = timezone.now() + 91 * DAY
    assert keeping.forget(late)["loans"] == 1
    assert keeping.forget(late)["loans"] == 0
    old.refresh_from_db()
    assert (old.borrower, old.request, old.unlinked_at) == (None, None, late)
    for kept in (damaged, out):
        kept.refresh_from_db()
        assert kept.borrower is not None
    # the signed paper is still there, and leads nowhere
    signature = TermsSignature.objects.get()
    assert (signature.loan, signature.keep_until) == (None, timezone.localdate() + 365 * DAY)
    # neither a key nor a common moment leads from the request to the device
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM byod_loan l JOIN byod_loanrequest r ON r.id = l.request_id"
            " OR abs(extract(epoch FROM r.served_at - l.out_at)) BETWEEN 0.000001 AND 3600"
            " WHERE l.id = %s", [old.pk],
        )  # fmt: skip
        assert cursor.fetchone()[0] == 0
    assert timezone.localtime(old.out_at).time() == dt.time(0)
    assert Loan.objects.count() == made
    assert LoanRequest.objects.filter(state="served").count() == served


def test_signed_terms_are_destroyed_a_year_after_the_return(cast, lending):
    publish_terms(cast.bernard, cast.tilleuls.school_id, TEXT)
    loan = lend(cast, lending)
    sign_at_desk(cast.claire, loan.pk, "Anne Brasseur", "paper")
    take_back(cast.claire, loan.pk)
    assert keeping.forget(timezone.now() + 364 * DAY)["terms"] == 0
    assert keeping.forget(timezone.now() + 367 * DAY)["terms"] == 1


def test_a_person_reads_and_erases_what_is_kept(cast, lending):
    loan = lend(cast, lending)
    take_back(cast.claire, loan.pk)
    member = lending.pupils[0]
    assert keeping.export_of(member)["loans"][0]["device"].startswith("PC-0401 (")
    assert keeping.erase(member, timezone.now()) == {"loans": 1, "terms": 0}
    assert keeping.export_of(member) == {}


def test_nothing_is_due_while_the_school_is_closed(cast):
    saturday = dt.date(2026, 11, 28)
    assert due_day(cast.tilleuls, saturday, dt.date(2026, 11, 20)) == dt.date(2026, 11, 30)
    assert year_end(cast.tilleuls, dt.date(2026, 11, 20)) == dt.date(2027, 6, 30)
    assert year_end(cast.tilleuls, dt.date(2028, 1, 10)) == dt.date(2028, 6, 30)
    assert next_open(saturday, lambda day: day.weekday() < 5) == dt.date(2026, 11, 30)


def test_the_ladder_is_climbed_rung_by_rung():
    due = dt.date(2026, 11, 2)
    assert [rung_of(due, due + n * DAY) for n in (-8, -7, 0, 1, 7, 14)] == [
        "", "soon", "soon", "pupil", "guardian", "school",
    ]  # fmt: skip
    assert next_rung(due, due + 60 * DAY, {}) == "pupil"
    told = {"pupil": due + 60 * DAY}
    assert next_rung(due, due + 61 * DAY, told) == ""
    assert next_rung(due, due + 65 * DAY, told) == "guardian"
    assert next_rung(due, due + 70 * DAY, told | {"guardian": due + 65 * DAY}) == "school"
    every = dict.fromkeys(("pupil", "guardian", "school"), due)
    assert next_rung(due, due + 99 * DAY, every) == ""


def test_reminders_leave_once_on_school_days_and_name_nobody_to_the_school(cast, lending):
    loan = lend(cast, lending)
    Loan.objects.update(due_on=dt.date(2026, 11, 2))
    sunday, monday = dt.date(2026, 11, 8), dt.date(2026, 11, 9)
    assert note_reminders(sunday) == 0
    assert note_reminders(monday) == 1
    assert note_reminders(monday) == 0
    assert (mail_reminders(), mail_reminders()) == (1, 0)
    assert mail.outbox[0].to == ["lina@eleve.example.org"]
    assert "/moi/entrer/" in mail.outbox[0].body
    assert "Lina" not in mail.outbox[0].body
    LoanReminder.objects.update(made_at=timezone.now() - 30 * DAY)
    assert note_reminders(dt.date(2026, 11, 16)) == 1
    assert mail_reminders() == 1
    assert mail.outbox[1].to == [f"parent-{lending.pupils[0].pk}@example.org"]
    LoanReminder.objects.update(made_at=timezone.now() - 30 * DAY)
    assert note_reminders(dt.date(2026, 11, 23)) == 2  # head and contact
    assert mail_reminders() == 2
    for letter in mail.outbox[2:]:
        assert "PC-0401" in letter.body
        assert lending.pupils[0].pseudonym not in letter.body
    extend_loans(cast.claire, [loan.pk], DUE)
    assert note_reminders(dt.date(2026, 11, 24)) == 0
