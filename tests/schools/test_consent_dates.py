"""Agreements have dates: given or withdrawn from a day on, and polling follows that very day."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from schools.access import DecisionRefused, SignatureRefused
from schools.actions.give_consent import give_consent
from schools.actions.revoke_consent import keep_consent, revoke_consent
from schools.models import AgreementText, AuditEntry, Consent, supervised_sites
from supervision.actions.claim_due import claim_due
from supervision.actions.park_unconsented import park_unconsented
from supervision.models import Target
from tests.cast import Cast, make_device, make_person, make_target
from tests.schools.papers import publish_texts

DAY = dt.timedelta(days=1)


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def head(cast: Cast):
    return make_person("Hugo Exemple", "head", school=cast.bouleaux.school)


@pytest.fixture
def po(cast: Cast):
    return make_person("Paula Exemple", "authority", authority=cast.bouleaux.school.authority)


def polled(site, at: dt.datetime) -> bool:
    """Whether the platform, at that moment, parks, wakes and claims a device of the site."""
    with transaction.atomic():
        Target.objects.filter(site=site).update(next_poll_at=at - DAY)
        park_unconsented(at)
        found = any(due.site_id == site.pk for due in claim_due(at))
        transaction.set_rollback(True)
    return found


def test_polling_starts_and_stops_on_the_very_day(cast: Cast, head, po, today):
    site, now = cast.bouleaux, timezone.now()
    make_target(make_device(site, "SW"))
    assert not polled(site, now)
    give_consent(po, "assistance", site.school.authority)
    assert not polled(site, now)
    given = give_consent(head, "supervision", site.school, today + 3 * DAY)
    assert not polled(site, now + 2 * DAY)
    assert polled(site, now + 3 * DAY)
    revoke_consent(head, given.pk, "travaux", today + 9 * DAY)
    assert polled(site, now + 8 * DAY)
    assert not polled(site, now + 9 * DAY)


def test_the_po_s_withdrawal_from_tomorrow_leaves_today_alone(cast: Cast, today):
    given = Consent.objects.get(authority=cast.tilleuls.school.authority)
    revoke_consent(cast.veronique, given.pk, "fin de mandat", today + DAY)
    assert cast.tilleuls in supervised_sites(today)
    assert cast.tilleuls not in supervised_sites(today + DAY)
    given.refresh_from_db()
    assert (given.revoked_by, given.revoked_why) == ("Véronique Exemple", "fin de mandat")


def test_a_withdrawal_to_come_is_changed_or_taken_back(cast: Cast, today):
    given = Consent.objects.get(school=cast.tilleuls.school)
    revoke_consent(cast.bernard, given.pk, "", today + 9 * DAY)
    revoke_consent(cast.bernard, given.pk, "", today + 4 * DAY)
    assert cast.tilleuls not in supervised_sites(today + 4 * DAY)
    keep_consent(cast.bernard, given.pk)
    keep_consent(cast.bernard, given.pk)
    assert cast.tilleuls in supervised_sites(today + 99 * DAY)
    told = AuditEntry.objects.filter(site=cast.tilleuls).values_list("action", flat=True)
    assert list(told) == ["keep_consent", "revoke_consent", "revoke_consent"]


def test_a_withdrawal_that_has_come_is_not_taken_back_but_given_anew(cast: Cast, today):
    given = Consent.objects.get(school=cast.tilleuls.school)
    revoke_consent(cast.bernard, given.pk)
    with pytest.raises(DecisionRefused, match="déjà retiré"):
        keep_consent(cast.bernard, given.pk)
    again = give_consent(cast.bernard, "supervision", cast.tilleuls.school)
    assert again.pk != given.pk
    assert cast.tilleuls in supervised_sites(today)


def test_an_agreement_is_given_anew_from_the_day_of_its_withdrawal(cast: Cast, today):
    school = cast.tilleuls.school
    given = Consent.objects.get(school=school)
    revoke_consent(cast.bernard, given.pk, "", today + 5 * DAY)
    with pytest.raises(DecisionRefused, match="Annulez son retrait"):
        give_consent(cast.bernard, "supervision", school)
    give_consent(cast.bernard, "supervision", school, today + 5 * DAY)
    for days in (0, 4, 5, 50):
        assert cast.tilleuls in supervised_sites(today + days * DAY)
    with pytest.raises(DecisionRefused, match="Un nouvel accord"):
        keep_consent(cast.bernard, given.pk)
    with pytest.raises(DecisionRefused, match="Un nouvel accord"):
        revoke_consent(cast.bernard, given.pk, "", today + 9 * DAY)


def test_withdrawn_before_it_began_it_was_never_in_force(cast: Cast, head, today):
    given = give_consent(head, "supervision", cast.bouleaux.school, today + 5 * DAY)
    revoke_consent(head, given.pk)
    given.refresh_from_db()
    assert given.revoked_on == given.given_on
    again = give_consent(head, "supervision", cast.bouleaux.school)
    assert again.given_on == today


def test_no_decision_reaches_into_the_past(cast: Cast, head, today):
    with pytest.raises(DecisionRefused, match="passée"):
        give_consent(head, "supervision", cast.bouleaux.school, today - DAY)
    given = Consent.objects.get(school=cast.tilleuls.school)
    with pytest.raises(DecisionRefused, match="passée"):
        revoke_consent(cast.bernard, given.pk, "", today - DAY)
    assert cast.tilleuls in supervised_sites(today)


def test_one_planned_for_later_stands_in_the_way_of_one_for_sooner(cast: Cast, head, today):
    planned = give_consent(head, "supervision", cast.bouleaux.school, today + 9 * DAY)
    with pytest.raises(DecisionRefused, match="déjà prévu"):
        give_consent(head, "supervision", cast.bouleaux.school)
    assert give_consent(head, "supervision", cast.bouleaux.school, today + 9 * DAY) == planned


def test_the_database_refuses_two_agreements_for_one_day(cast: Cast, today):
    school = cast.tilleuls.school
    Consent.objects.filter(school=school).update(revoked_on=today + 9 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            kind="supervision", school=school, given_on=today, signed_by="Quelqu’un"
        )


def test_a_closed_school_signs_nothing(cast: Cast, head, today):
    school = cast.bouleaux.school
    school.closed_on = today
    school.save()
    with pytest.raises(DecisionRefused, match="fermé"):
        give_consent(head, "supervision", school)


def test_the_text_that_was_signed_is_pinned_and_frozen(cast: Cast, head):
    first = publish_texts()["supervision"]
    given = give_consent(head, "supervision", cast.bouleaux.school)
    AgreementText.objects.create(kind="supervision", version=2, body_fr="Nouveau", body_de="Neu")
    given.refresh_from_db()
    assert given.text == first
    assert given.under == cast.bouleaux.school.authority
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        AgreementText.objects.filter(pk=first.pk).update(body_fr="Autre chose")
    revoke_consent(head, given.pk)
    again = give_consent(head, "supervision", cast.bouleaux.school)
    assert again.text is not None
    assert again.text.version == 2


def test_an_agreement_is_the_owner_s_alone(cast: Cast, head, today):
    given = Consent.objects.get(school=cast.tilleuls.school)
    revoke_consent(cast.bernard, given.pk, "", today + DAY)
    for stranger in (cast.claire, cast.veronique, cast.sofia, cast.odile):
        with pytest.raises(SignatureRefused):
            keep_consent(stranger, given.pk)
    with pytest.raises(Consent.DoesNotExist):
        keep_consent(head, given.pk)
    given.refresh_from_db()
    assert given.revoked_on == today + DAY
