"""Nobody sees what is not theirs: scope, along Region → province → PO → school → site."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from schools.actions.audit import record_action
from schools.models import AuditEntry, Consent, Role, RoleKind, Site, supervised_sites
from tests.cast import Cast, make_person


def seen(user) -> set[str]:
    return {site.name for site in Site.objects.visible_to(user)}


def test_the_central_helpdesk_and_the_spw_see_the_whole_region(cast: Cast):
    everything = {"Tilleuls", "Peupliers", "Bouleaux", "Saules"}
    assert seen(cast.sofia) == everything
    assert seen(cast.odile) == everything


def test_a_local_technician_sees_a_province(cast: Cast):
    assert seen(cast.thomas) == {"Tilleuls", "Saules"}


@pytest.mark.parametrize("who", ["claire", "bernard", "veronique"])
def test_school_people_see_their_school_alone(cast: Cast, who: str):
    assert seen(getattr(cast, who)) == {"Tilleuls"}


def test_a_role_that_ended_opens_nothing(cast: Cast):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Role.objects.filter(user=cast.claire).update(to_on=yesterday)
    assert seen(type(cast.claire).objects.get(pk=cast.claire.pk)) == set()


def test_two_roles_add_up(cast: Cast):
    Role.objects.create(user=cast.claire, kind=RoleKind.HEAD, site=cast.saules)
    assert seen(type(cast.claire).objects.get(pk=cast.claire.pk)) == {"Tilleuls", "Saules"}


def test_an_inactive_person_sees_nothing(cast: Cast):
    cast.sofia.is_active = False
    assert seen(cast.sofia) == set()


def test_a_contact_of_the_whole_region_is_unstorable(cast: Cast):
    with pytest.raises(IntegrityError, match="role_kind_fits_its_scope"):
        make_person("Zoé Exemple", RoleKind.CONTACT, region=True)


def test_supervision_needs_both_consents_in_force(cast: Cast):
    today = timezone.localdate()
    assert {s.name for s in supervised_sites(today)} == {"Tilleuls", "Peupliers", "Saules"}
    Consent.objects.filter(school=cast.tilleuls.school).update(revoked_on=today)
    Consent.objects.filter(authority=cast.saules.school.authority).update(revoked_on=today)
    assert {s.name for s in supervised_sites(today)} == {"Peupliers"}
    assert "Saules" in {s.name for s in supervised_sites(today - dt.timedelta(days=1))}


def test_the_audit_journal_cannot_be_rewritten_nor_erased(cast: Cast):
    entry = record_action(cast.sofia, "give_consent", cast.tilleuls, site=cast.tilleuls)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(action="other")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()


def test_the_audit_journal_outlives_its_actor(cast: Cast):
    entry = record_action(cast.odile, "look_around", cast.tilleuls, site=cast.tilleuls)
    cast.odile.delete()
    entry.refresh_from_db()
    assert entry.actor is None
    assert entry.actor_text == "Odile Exemple"
