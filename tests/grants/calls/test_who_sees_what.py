"""Who sees a call and a file, and what the database refuses to rewrite."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from inventory.grants.models.calls.applications import Answer, Application, ApplicationState
from inventory.grants.models.calls.files import Submission
from inventory.grants.models.calls.published import Call, CallVersion
from schools.models import RoleKind
from tests.cast import make_person
from tests.grants.calls.made import (
    make_application,
    make_call,
    make_draft,
    make_kit_version,
)


@pytest.fixture
def call(cast):
    return make_call()


def seen(user):
    return set(Application.objects.visible_to(user))


def test_officers_alone_see_what_is_in_preparation(cast):
    hidden, open_one = make_call(published=False), make_call()
    assert set(Call.objects.visible_to(cast.odile)) == {hidden, open_one}
    for person in (cast.bernard, cast.claire, cast.veronique, cast.sofia):
        assert set(Call.objects.visible_to(person)) == {open_one}
    assert set(CallVersion.objects.visible_to(cast.bernard)) == {open_one.current}


def test_a_draft_is_its_school_s_own_business(cast, call):
    draft = make_draft(call, cast.tilleuls, cast.claire)
    for person in (cast.claire, cast.bernard, cast.veronique):
        assert seen(person) == {draft}
    for person in (cast.odile, cast.sofia, cast.thomas, cast.karl):
        assert seen(person) == set()


def test_a_teacher_sees_what_they_write_and_no_more(cast, call):
    make_draft(call, cast.tilleuls, cast.bernard)
    colleague = make_person("Luc Exemple", RoleKind.CONTACT, site=cast.tilleuls)
    own = make_draft(call, cast.tilleuls, colleague)
    assert seen(colleague) == {own}
    own.authors.update(removed_at=timezone.now())
    assert seen(colleague) == set()


def test_an_author_whose_role_is_over_sees_nothing(cast, call):
    own = make_draft(call, cast.tilleuls, cast.claire)
    assert seen(cast.claire) == {own}
    cast.claire.roles.update(to_on=timezone.localdate() - dt.timedelta(days=1))
    del cast.claire.live_grants
    assert seen(cast.claire) == set()


def test_officers_see_what_was_sent(cast, call):
    sent = make_application(call, cast.tilleuls, cast.claire)
    assert seen(cast.odile) == {sent}
    assert list(Submission.objects.all().visible_to(cast.odile)) == [sent.submissions.get()]


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def test_a_published_version_and_its_form_stay(cast, call):
    version = call.current
    with refused("What was published"), transaction.atomic():
        CallVersion.objects.filter(pk=version.pk).update(budget=1)
    with refused("What was published"), transaction.atomic():
        type(version.form).objects.filter(pk=version.form_id).update(content={})
    with (
        refused("What was published"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM grants_callversion WHERE id = %s", [version.pk])


def test_a_sent_file_is_written_no_more(cast, call):
    kit = make_kit_version()
    sent = make_application(call, cast.tilleuls, cast.claire, kit=kit)
    with refused("no draft any more"), transaction.atomic():
        sent.answers.update(value="Autre chose")
    with refused("no draft any more"), transaction.atomic():
        Answer.objects.create(application=sent, question="plus", value="encore")
    with refused("no draft any more"), transaction.atomic():
        sent.asked_kits.update(quantity=30)
    with refused("What was sent is a fact"), transaction.atomic():
        sent.submissions.update(amount=1)
    other = make_call()
    with refused("keeps the rules"), transaction.atomic():
        Application.objects.filter(pk=sent.pk).update(version=other.current)
    with refused("only added to"), transaction.atomic():
        sent.moves.update(after="awarded")


def test_the_database_takes_nothing_after_the_deadline(cast):
    now = timezone.now()
    call = make_call(closes_at=now - dt.timedelta(seconds=1))
    draft = make_draft(call, cast.tilleuls, cast.claire)
    values = {"application": draft, "number": 1, "version": call.current, "by_text": "Claire"}
    values |= {"amount": 0, "content": {}, "sha256": "0" * 64}
    with refused("after the deadline"), transaction.atomic():
        Submission.objects.create(at=now, **values)
    Submission.objects.create(at=call.current.closes_at - dt.timedelta(microseconds=1), **values)


def test_a_correction_needs_a_public_reason(cast, call):
    first = call.current
    values = {f.attname: getattr(first, f.attname) for f in first._meta.concrete_fields}
    for name in ("id", "number", "published_at", "why"):
        values.pop(name)
    second = CallVersion.objects.create(number=2, **values)
    with refused("call_correction_has_a_reason"), transaction.atomic():
        CallVersion.objects.filter(pk=second.pk).update(published_at=timezone.now())
    with refused("one_draft_per_call"), transaction.atomic():
        CallVersion.objects.create(number=3, **values)


def test_a_file_that_was_sent_has_its_moment(cast, call):
    draft = make_draft(call, cast.tilleuls, cast.claire)
    with refused("application_sent_at_a_moment"), transaction.atomic():
        Application.objects.filter(pk=draft.pk).update(state=ApplicationState.SUBMITTED)
    assert connection.in_atomic_block
