"""The Region's terms: one draft that officers share, frozen once published, for schools without."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from byod.actions.loans.hand_out import hand_out
from byod.actions.loans.region_terms import (
    drop_region_draft,
    publish_region_terms,
    save_region_draft,
    stamp_of,
)
from byod.actions.loans.sign_terms import is_intact, publish_terms, sign_at_desk, terms_for
from byod.models.loans.terms import LoanTerms
from inventory.access import DecisionImpossible, DecisionRefused
from tests.byod.loans.made import DUE, Lending

FR = "L’appareil reste à l’école. Vous en prenez soin et le rendez à la date dite."
DE = "Das Gerät bleibt der Schule. Sie gehen sorgsam damit um und geben es zurück."


def publish(user, fr=FR, de=DE):
    row = save_region_draft(user, fr, de, seen="")
    return publish_region_terms(user, seen=stamp_of(row))


def test_only_the_spw_writes_them(cast):
    for person in (cast.bernard, cast.veronique, cast.sofia):
        with pytest.raises(DecisionRefused):
            save_region_draft(person, FR, DE, seen="")
    assert LoanTerms.objects.count() == 0


def test_a_draft_is_read_by_officers_alone_until_it_is_published(cast):
    draft = save_region_draft(cast.odile, FR, DE, seen="")
    assert draft in LoanTerms.objects.visible_to(cast.odile)
    for person in (cast.bernard, cast.karl, cast.sofia):
        assert draft not in LoanTerms.objects.visible_to(person)
    publish_region_terms(cast.odile, seen=stamp_of(draft))
    assert draft in LoanTerms.objects.visible_to(cast.karl)


def test_two_officers_do_not_write_over_one_another(cast):
    first = save_region_draft(cast.odile, FR, "", seen="")
    stamp = stamp_of(first)
    with pytest.raises(DecisionImpossible, match="entre-temps"):
        save_region_draft(cast.odile, FR + " Autre.", DE, seen="")
    save_region_draft(cast.odile, FR, DE, seen=stamp)
    assert save_region_draft(cast.odile, FR, DE, seen=stamp).text_de == DE  # sent twice
    with pytest.raises(DecisionImpossible, match="entre-temps"):
        publish_region_terms(cast.odile, seen=stamp)
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanTerms.objects.create(number=9, text_fr="deux projets")
    assert LoanTerms.objects.count() == 1


def test_both_languages_are_there_before_it_is_published(cast):
    draft = save_region_draft(cast.odile, FR, "Zu kurz.", seen="")
    with pytest.raises(DecisionImpossible, match="deux langues"):
        publish_region_terms(cast.odile, seen=stamp_of(draft))
    drop_region_draft(cast.odile, seen=stamp_of(draft))
    assert LoanTerms.objects.count() == 0
    with pytest.raises(DecisionImpossible, match="pas de projet"):
        publish_region_terms(cast.odile, seen="")


def test_what_is_signed_keeps_its_version(cast):
    lending = Lending(cast.tilleuls)
    first = publish(cast.odile)
    loan = hand_out(cast.claire, lending.pupils[0], lending.laptops[0].pk, DUE)
    signed = sign_at_desk(cast.claire, loan.pk, "Anne Brasseur", "paper")
    second = publish(cast.odile, FR + " Toujours.")
    assert (first.number, second.number) == (1, 2)
    signed.refresh_from_db()
    assert (signed.terms, is_intact(signed)) == (first, True)
    other = hand_out(cast.claire, lending.pupils[1], lending.laptops[1].pk, DUE)
    assert terms_for(other) == second
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanTerms.objects.filter(pk=first.pk).update(text_de="anders")
    own = publish_terms(cast.bernard, cast.tilleuls.school_id, FR + " À Tilleuls.")
    assert terms_for(other) == own


def test_the_page_writes_shows_and_publishes(cast, client):
    page, publishing = reverse("byod:loan_region_terms"), reverse("byod:loan_region_publish")
    for person in (cast.bernard, cast.veronique, cast.sofia):
        client.force_login(person)
        assert client.get(page).status_code == 403
        assert client.post(publishing).status_code == 403
    client.force_login(cast.odile)
    text = client.post(page, {"fr": FR, "de": DE, "vu": ""}, follow=True).content.decode()
    assert "Comme les familles le liront" in text
    assert text.index('"terms-y" lang="fr">L’app') < text.index('"terms-y" lang="de">Das G')
    stamp = stamp_of(LoanTerms.objects.get())
    # what is refused is still in the fields
    kept = client.post(page, {"fr": FR + " Perdu\u00a0?", "de": DE, "vu": "autre"}).content.decode()
    assert "Perdu\u00a0?" in kept
    told = client.post(publishing, {"vu": stamp}, follow=True).content.decode()
    assert "Version 1 publiée" in told
    client.force_login(cast.bernard)
    assert (
        "Modèle de la Région, version 1" in client.get(reverse("byod:loan_terms")).content.decode()
    )
