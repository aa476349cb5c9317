"""Orders reach a real operator over HTTP, and another by mail: once each, whatever goes wrong."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from byod.actions.equity import send_operator_orders as sending
from byod.actions.equity.order_operator import ask_operator, settle_by_hand
from byod.actions.equity.send_operator_orders import send_operator_orders
from byod.models.equity.lines import LineService
from byod.models.equity.orders import LineOrderState, OperatorOrder
from schools.sealed import seal
from tests.byod.equity.made import iccid, make_line, make_plan
from tests.byod.equity.operator_server import running_operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(settings):
    settings.WEBHOOK_PRIVATE = True
    with running_operator() as one:
        yield one


def ordered(cast, operator, n: int = 1) -> OperatorOrder:
    plan = make_plan("http", url=operator.url, sealed=seal({"key": operator.key}))
    line = make_line(cast.tilleuls, n, plan)
    return ask_operator(cast.bernard, line.pk, "suspend")


def later(row: OperatorOrder) -> dt.datetime:
    row.refresh_from_db()
    assert row.next_at is not None
    return row.next_at + dt.timedelta(seconds=1)


def test_done_is_confirmed_with_the_reference(cast, operator):
    row = ordered(cast, operator)
    assert send_operator_orders() == 1
    row.refresh_from_db()
    assert (row.state, row.reference, row.tries) == (LineOrderState.CONFIRMED, "OP-1", 1)
    row.line.refresh_from_db()
    assert row.line.service == LineService.SUSPENDED
    assert send_operator_orders() == 0
    assert operator.heard == [
        {
            "id": str(row.key),
            "order": "suspend",
            "iccid": iccid(1),
            "number": "",
            "asked_at": row.asked_at.isoformat(),
        }
    ]


def test_accepted_is_not_confirmed_until_it_is_done(cast, operator):
    row = ordered(cast, operator)
    operator.answers = [(202, {"state": "accepted", "reference": "W-7"})]
    send_operator_orders()
    row.refresh_from_db()
    assert (row.state, row.get_state_display()) == ("sent", "transmis, non confirmé")
    send_operator_orders(later(row))
    row.refresh_from_db()
    assert row.state == LineOrderState.CONFIRMED
    assert [one["id"] for one in operator.heard] == [str(row.key)] * 2


def test_refused_says_why_and_changes_nothing(cast, operator):
    row = ordered(cast, operator)
    operator.answers = [(422, {"state": "refused", "message": "Carte inconnue"})]
    send_operator_orders()
    row.refresh_from_db()
    row.line.refresh_from_db()
    assert (row.state, row.error, row.line.service) == ("refused", "Carte inconnue", "active")


def test_it_is_tried_again_then_given_up_and_a_person_settles_it(cast, operator):
    row = ordered(cast, operator)
    operator.answers = [(500, {})] * 3 + [(200, {"state": "perhaps"})] * 3
    now = timezone.now() + dt.timedelta(seconds=1)
    for _try in range(6):
        assert send_operator_orders(now) == 1
        row.refresh_from_db()
        now = later(row) if row.next_at else now
    assert (row.state, row.tries, row.next_at) == (LineOrderState.WAITING, 6, None)
    assert send_operator_orders(now + dt.timedelta(days=9)) == 0
    assert "200" in row.error
    settle_by_hand(cast.bernard, row.pk, "Appel du 3/11")
    row.line.refresh_from_db()
    assert row.line.service == LineService.SUSPENDED


def test_a_killed_worker_tells_it_again_under_the_same_key(cast, operator, monkeypatch):
    row = ordered(cast, operator)

    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        send_operator_orders()
    monkeypatch.undo()
    assert send_operator_orders() == 0, "still leased"
    send_operator_orders(later(row))
    row.refresh_from_db()
    assert row.reference == "OP-1"
    assert len(operator.heard) == 2
    assert len(operator.done) == 1


def test_a_wrong_key_or_no_operator_at_all_is_an_error_in_words(cast, operator):
    row = ordered(cast, operator)
    type(row.line.plan.operator).objects.update(sealed="", url="http://127.0.0.1:9/ordres")
    send_operator_orders()
    row.refresh_from_db()
    assert row.error == "L’opérateur ne répond pas."


def test_without_leave_an_operator_in_the_house_is_never_called(cast, operator, settings):
    row = ordered(cast, operator)
    settings.WEBHOOK_PRIVATE = False
    send_operator_orders()
    row.refresh_from_db()
    assert operator.heard == []
    assert "https" in row.error


def test_by_mail_all_orders_leave_in_one_message_and_wait_for_a_word(cast):
    plan = make_plan("mail", email="ordres@operateur.example")
    keys = [make_line(cast.tilleuls, n, plan).pk for n in (1, 2)]
    for key in keys:
        ask_operator(cast.bernard, key, "suspend")
    assert send_operator_orders() == 2
    assert send_operator_orders() == 0
    (message,) = mail.outbox
    assert message.to == ["ordres@operateur.example"]
    _name, content, kind = message.attachments[0]
    assert kind == "text/csv"
    assert iccid(1) in content
    assert iccid(2) in content
    assert set(OperatorOrder.objects.values_list("state", "next_at")) == {("sent", None)}
