"""Two people at once: nothing is decided, frozen or asked twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from inventory.grants.actions.review.adopt_ranking import adopt_ranking
from inventory.grants.actions.review.assign import assign_call
from inventory.grants.actions.review.save_review import freeze_review, save_draft
from inventory.grants.models.calls.awards import Award
from inventory.grants.models.review.decisions import Decision, Letter
from inventory.grants.models.review.judgements import Assignment
from tests.cast import make_cast
from tests.grants.review.made import GOOD, appointed, given, make_reviewer, make_scene, marks

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps):
    """Run each in a connection of its own; what each gave or raised."""

    def one(step):
        try:
            return step()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(one, steps))


@pytest.fixture
def scene(transactional_db):
    return make_scene(make_cast().odile)


def test_two_officers_adopt_one_list_and_every_file_is_decided_once(scene):
    scene.judge((5, 5), (4, 4), (3, 3))
    run = scene.run()
    found = at_once(*[lambda: adopt_ranking(scene.officer, run.pk, {}, timezone.now())] * 4)
    assert [len(one) for one in found] == [3] * 4
    assert Decision.objects.count() == Letter.objects.count() == 3
    assert Award.objects.count() == 1


def test_two_reviewers_freeze_at_once_and_one_third_review_is_asked(scene):
    appointed(scene.officer, scene.call, make_reviewer("Nina Exemple"))
    appointed(scene.officer, scene.call, make_reviewer("Otto Exemple"))
    now = timezone.now()
    seats = [given(scene.officer, scene.files[0], seat) for seat in scene.seats]
    for seat, points in zip(seats, (marks(5, 5), marks(3, 3)), strict=True):
        save_draft(seat.appointment.user, seat.pk, GOOD | {"marks": points}, 1, now)
    found = at_once(
        *[lambda s=seat: freeze_review(s.appointment.user, s.pk, 2, now) for seat in seats]
    )
    assert [one.is_frozen for one in found] == [True, True]
    assert Assignment.objects.filter(application=scene.files[0]).count() == 3


def test_two_officers_give_out_the_same_call_and_no_seat_is_filled_twice(scene):
    at_once(*[lambda: assign_call(scene.officer, scene.call, timezone.now())] * 3)
    assert Assignment.objects.count() == 6
