"""A teacher deposits a resource; an adviser judges it; the public reads it, or not."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.keep_network import ChangedMeanwhile
from inventory.grants.actions.returns.centres import end_validator, name_validator
from inventory.grants.actions.returns.deposit import (
    add_file,
    deposit,
    remove_file,
    renew_resource,
    start_resource,
    write_resource,
)
from inventory.grants.actions.returns.files import FileRefused, _archive, read_file
from inventory.grants.actions.returns.judge import (
    CHECKS,
    accept,
    ask_correction,
    publish,
    withdraw,
)
from inventory.grants.actions.returns.obligations import invite_depositor
from inventory.grants.indicators_returns import resources_shared, teachers_sharing
from inventory.grants.models.returns.resources import Resource, ResourceMove, ResourceVersion
from schools.models import RoleKind
from tests.cast import make_person
from tests.grants.returns.made import PDF, answers, make_centre, make_obligation, make_resource


@pytest.fixture
def owed(cast):
    return make_obligation(cast.tilleuls, cast.bernard)


def now():
    return timezone.now()


def seen(user):
    return set(Resource.objects.visible_to(user))


def test_a_draft_is_the_schools_and_a_deposit_the_officers_too(cast, owed):
    resource = make_resource(owed, cast.claire, "draft")
    assert seen(cast.claire) == seen(cast.bernard) == seen(cast.veronique) == {resource}
    assert not seen(cast.odile) | seen(cast.karl) | seen(cast.sofia)
    deposit(cast.claire, resource, now())
    assert seen(cast.odile) == {resource}
    assert not seen(cast.karl) | seen(cast.sofia)


def test_a_stranger_deposits_nothing_and_an_invited_teacher_does(cast, owed):
    with pytest.raises(DecisionRefused, match="Demandez à l’école"):
        start_resource(cast.karl, owed, now())
    invite_depositor(cast.bernard, owed, cast.karl.email)
    resource = start_resource(cast.karl, owed, now())
    assert seen(cast.karl) == {resource}
    with pytest.raises(DecisionImpossible, match="Personne n’a de compte"):
        invite_depositor(cast.bernard, owed, "inconnu@example.org")


def test_it_says_what_is_missing_before_it_is_handed_in(cast, owed):
    resource = start_resource(cast.claire, owed, now())
    with pytest.raises(DecisionImpossible, match=r"un titre.*un fichier ou un lien"):
        deposit(cast.claire, resource, now())
    told = answers(no_pupils=False)
    write_resource(cast.claire, resource, told, resource.newest.version)
    with pytest.raises(DecisionImpossible, match="aucun élève"):
        deposit(cast.claire, resource, now())


def test_two_who_write_at_once_lose_nothing(cast, owed):
    resource = start_resource(cast.claire, owed, now())
    first = resource.newest.version
    write_resource(cast.claire, resource, answers(), first)
    with pytest.raises(ChangedMeanwhile):
        write_resource(cast.bernard, resource, answers(title="Autre"), first)
    assert ResourceVersion.objects.get(resource=resource).title != "Autre"


def test_the_licence_follows_from_two_questions(cast, owed):
    resource = make_resource(owed, cast.claire, "draft", may_change="no", may_sell="yes")
    assert ResourceVersion.objects.get(resource=resource).licence == "cc-by-nd"


def test_it_is_corrected_then_accepted_after_the_whole_check_list(cast, owed):
    resource = make_resource(owed, cast.claire)
    with pytest.raises(DecisionImpossible, match="ce qu’il faut corriger"):
        ask_correction(cast.odile, resource, " ", now())
    ask_correction(cast.odile, resource, "Citez vos sources.", now())
    deposit(cast.claire, resource, now())
    with pytest.raises(DecisionImpossible, match="À vérifier encore"):
        accept(cast.odile, resource, ["opens"], "", now())
    accept(cast.odile, resource, [*CHECKS], "Très utile.", now())
    resource.refresh_from_db()
    assert resource.state == "accepted"
    kinds = list(ResourceMove.objects.filter(resource=resource).values_list("kind", flat=True))
    assert kinds == ["deposited", "to_correct", "deposited", "accepted"]


def test_nobody_judges_their_own_and_a_contact_judges_none(cast, owed):
    invite_depositor(cast.bernard, owed, cast.odile.email)
    resource = make_resource(owed, cast.odile)
    with pytest.raises(DecisionRefused, match="une autre personne"):
        accept(cast.odile, resource, [*CHECKS], "", now())
    other = make_resource(owed, cast.claire)
    with pytest.raises(DecisionRefused, match="conseillers du centre"):
        accept(cast.bernard, other, [*CHECKS], "", now())


def test_an_adviser_sees_and_judges_for_their_centre_alone_and_until_the_end(cast, owed):
    adviser = make_person("Aline Exemple", RoleKind.CONTACT, site=cast.bouleaux)
    resource = make_resource(owed, cast.claire)
    elsewhere = make_resource(owed, cast.claire, centre=make_centre("autre"))
    named = name_validator(cast.odile, make_centre(), adviser.email)
    assert seen(adviser) == {resource}
    with pytest.raises(DecisionRefused):
        accept(adviser, elsewhere, [*CHECKS], "", now())
    accept(adviser, resource, [*CHECKS], "", now())
    end_validator(cast.odile, named, now())
    assert not seen(adviser)


def test_an_accepted_version_stays_and_a_new_one_replaces_it_when_published(cast, owed):
    resource = make_resource(owed, cast.claire, "published", cast.odile)
    first = resource.live
    for change in ({"title": "Autre"}, {"licence": "cc-by"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ResourceVersion.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        first.files.all().delete()
    newest = renew_resource(cast.claire, resource)
    write_resource(cast.claire, resource, {"title": "Deuxième édition"}, newest.version)
    resource.refresh_from_db()
    assert resource.live == first
    assert Resource.objects.open_to_all().get().live.title == "Le journal de la classe en ligne"
    deposit(cast.claire, resource, now())
    accept(cast.odile, resource, [*CHECKS], "", now())
    publish(cast.odile, resource, now())
    resource.refresh_from_db()
    assert (resource.live.title, resource.live.number) == ("Deuxième édition", 2)
    assert first.files.count() == resource.live.files.count() == 1


def test_a_withdrawn_one_counts_no_more_and_says_why(cast, owed):
    resource = make_resource(owed, cast.claire, "published", cast.odile)
    assert (teachers_sharing(), resources_shared()) == (1, 1)
    with pytest.raises(DecisionImpossible, match="Dites pourquoi"):
        withdraw(cast.odile, resource, "", now())
    withdraw(cast.odile, resource, "Droits contestés", now())
    resource.refresh_from_db()
    assert (resource.public, resource.withdrawn_why) == ("deleted", "Droits contestés")
    assert (teachers_sharing(), resources_shared()) == (0, 0)


def test_k13_counts_teachers_and_k14_resources(cast, owed):
    for person in (cast.claire, cast.claire, cast.bernard):
        make_resource(owed, person, "accepted", cast.odile)
    make_resource(owed, cast.claire)  # handed in, not accepted
    assert (teachers_sharing(), resources_shared()) == (2, 3)
    assert resources_shared(year=timezone.localdate().year) == 3
    assert resources_shared(year=2019) == 0


def test_files_are_told_by_what_they_hold(cast, owed):
    def kept(content, name):
        return read_file(io.BytesIO(content), len(content), name)

    assert kept(PDF, "photo.jpg").name == "photo.pdf"
    assert (
        kept(_zip({"mimetype": "application/vnd.oasis.opendocument.text"}), "a.zip").name == "a.odt"
    )
    assert kept(_zip({"[Content_Types].xml": "", "ppt/a.xml": ""}), "cours").name == "cours.pptx"
    for wrong in (b"MZ\x90\x00" + bytes(60), b"<script>alert(1)</script>", b""):
        with pytest.raises(FileRefused):
            kept(wrong, "cours.pdf")
    with pytest.raises(FileRefused, match="macros"):
        kept(_zip({"[Content_Types].xml": "", "word/vbaProject.bin": ""}), "a.docx")


def _zip(parts):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return held.getvalue()


def test_a_file_is_added_once_and_taken_away_by_a_draft_alone(cast, owed):
    resource = make_resource(owed, cast.claire, "draft")
    first = resource.newest.files.get()
    assert add_file(cast.claire, resource, io.BytesIO(PDF), len(PDF), "encore.pdf") == first
    assert remove_file(cast.claire, resource, first.pk)
    assert not remove_file(cast.claire, resource, first.pk)
    done = make_resource(owed, cast.claire)
    with pytest.raises(DecisionRefused, match="ne se modifie plus"):
        remove_file(cast.claire, done, done.newest.files.get().pk)


def test_an_archive_whose_content_is_damaged_is_refused():
    """The list of its parts still reads; what it says it is does not."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    content = bytearray(made.getvalue())
    start = 30 + len("mimetype")
    content[start : start + 8] = b"\xff" * 8
    with pytest.raises(FileRefused):
        _archive(bytes(content))
