"""The pages of people: they list, narrow, page and export; each act is one form."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from schools.actions.send_invitations import send_invitations
from schools.models import AuditEntry, Invitation, Role, RoleKind, School, User
from schools.people.listing import PAGE
from tests.architecture.query_counts import assert_query_count
from tests.cast import Cast, body_of, make_invitation, make_person, make_site

PEOPLE = "schools:people"


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def names(client: Client, **query) -> set[str]:
    page = text_of(client.get(reverse(PEOPLE), query))
    rows = page.split("<tbody")[1].split("</tbody>")[0] if "<tbody" in page else ""
    return set(re.findall(r"data-open[^>]*>(\S+)", rows))


def signed_in(*people: User) -> None:
    User.objects.filter(pk__in=[one.pk for one in people]).update(last_login=timezone.now())


# --- the list ------------------------------------------------------------------------------------


def test_the_list_narrows_by_every_filter(cast: Cast):
    signed_in(cast.claire, cast.karl)
    Role.objects.filter(user=cast.karl).update(to_on=timezone.localdate() - dt.timedelta(days=1))
    User.objects.filter(pk=cast.thomas.pk).update(is_active=False)
    make_invitation(cast.tilleuls, cast.bernard.email, cast.odile)
    odile = as_(cast.odile)
    assert len(names(odile)) == 7
    assert names(odile, role="contact") == {"Claire"}
    assert names(odile, role="contact", situation="termine") == {"Karl"}
    assert names(odile, province="namur") == {"Claire", "Bernard", "Thomas"}
    assert names(odile, situation="actif") >= {"Claire"}
    assert "Bernard" not in names(odile, situation="actif")
    assert names(odile, situation="invite") == {"Bernard"}
    assert names(odile, situation="jamais") == {"Sofia", "Véronique"}
    assert names(odile, situation="ferme") == {"Thomas"}
    assert names(odile, q="veronique") == {"Véronique"}  # accents do not matter
    assert names(odile, q="tilleuls") == {"Claire", "Bernard", "Véronique"}
    assert names(odile, q="karl@example") == {"Karl"}
    assert names(odile, ecole=cast.tilleuls.school_id) == {"Claire", "Bernard"}
    assert names(odile, role="roi", ecole="9" * 30) == names(odile)


def test_a_head_s_list_is_the_own_school_and_a_contact_is_told_whose_page_it_is(cast: Cast):
    assert names(as_(cast.bernard)) == {"Bernard", "Claire"}
    refused = as_(cast.claire).get(reverse(PEOPLE))
    assert refused.status_code == 403
    assert "direction" in refused.content.decode()


@pytest.mark.parametrize("sort", ["nom", "connexion", "inscription"])
def test_pages_follow_each_other_without_gap_or_double(cast: Cast, sort: str):
    for n in range(PAGE + 20):
        make_person(f"N{n:03d} Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    User.objects.filter(full_name__startswith="N00").update(last_login=timezone.now())
    client, found, after = as_(cast.odile), [], ""
    for _page in range(2):
        response = client.get(reverse(PEOPLE), {"tri": sort, "apres": after})
        found += [row["person"].pk for row in response.context["rows"]]
        after = response.context["after"]
    assert after == ""
    assert len(found) == len(set(found)) == User.objects.count()


def test_a_foreign_cursor_is_the_first_page(cast: Cast):
    assert names(as_(cast.bernard)) == names(as_(cast.bernard), apres="bm9uc2Vuc2U=")


def test_the_list_costs_the_same_whatever_its_length(cast: Cast):
    client = as_(cast.odile)
    with assert_query_count("people-list"):
        client.get(reverse(PEOPLE))
    for n in range(30):
        make_person(f"N{n:03d} Exemple", RoleKind.CONTACT, site=make_site(f"S{n}", "namur"))
    with assert_query_count("people-list"):
        client.get(reverse(PEOPLE))


def test_an_export_stands_in_the_journal(cast: Cast):
    answer = as_(cast.bernard).get(reverse("schools:people_export"), {"role": "contact"})
    rows = list(csv.reader(io.StringIO(body_of(answer).decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["Claire Exemple"]
    assert rows[1][1] == cast.claire.email
    line = AuditEntry.objects.get(action="export_people")
    assert line.actor == cast.bernard
    assert line.after == {"list": "personnes", "format": "csv", "filters": {"role": "contact"}}


# --- schools without a contact -------------------------------------------------------------------


def test_schools_without_a_contact_are_listed_with_an_invitation_one_click_away(cast: Cast):
    page = text_of(as_(cast.sofia).get(reverse("schools:without_contact")))
    assert "École Bouleaux" in page
    assert "École Tilleuls" not in page
    assert f"role=contact&amp;ecole={cast.bouleaux.school_id}" in page
    assert "2 écoles sans" in text_of(as_(cast.odile).get(reverse("schools:bare_count")))
    assert text_of(as_(cast.claire).get(reverse("schools:bare_count"))).strip() == ""
    local = text_of(as_(cast.thomas).get(reverse("schools:without_contact")))
    assert "École Saules" in local
    assert "École Bouleaux" not in local


# --- contacts and access -------------------------------------------------------------------------


def test_the_access_page_warns_before_the_only_contact_leaves(cast: Cast):
    leaves = timezone.localdate() + dt.timedelta(days=200)
    Role.objects.filter(user=cast.claire).update(to_on=leaves)
    url = reverse("schools:access", args=[cast.tilleuls.school_id])
    page = text_of(as_(cast.bernard).get(url))
    assert "personne ne prend la suite" in page
    assert leaves.strftime("%d/%m/%Y") in page
    make_person("Paul Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    assert "personne ne prend la suite" not in text_of(as_(cast.bernard).get(url))
    Role.objects.filter(kind=RoleKind.CONTACT, school=cast.tilleuls.school).delete()
    assert "ne sait pas qui appeler" in text_of(as_(cast.bernard).get(url))


def test_the_access_page_is_that_of_the_own_schools(cast: Cast):
    url = reverse("schools:access", args=[cast.peupliers.school_id])
    assert as_(cast.bernard).get(url).status_code == 404
    own = reverse("schools:access", args=[cast.tilleuls.school_id])
    assert as_(cast.claire).get(own).status_code == 403
    assert as_(cast.bernard).get(reverse("schools:accesses"))["Location"] == own


def test_a_head_invites_ends_and_takes_it_back(cast: Cast):
    make_person("Paul Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    bernard, today = as_(cast.bernard), timezone.localdate()
    role = cast.claire.roles.get()
    url = reverse("schools:end_role", args=[role.pk])
    assert "Claire Exemple" in text_of(bernard.get(url))
    answer = bernard.post(url, {"last_on": today.isoformat(), "why": "congé"}, follow=True)
    assert "data-undo" in text_of(answer)
    role.refresh_from_db()
    assert role.to_on == today
    bernard.post(reverse("schools:undo_end", args=[role.pk]))
    role.refresh_from_db()
    assert role.to_on is None


def test_the_consequence_is_shown_before_it_is_accepted(cast: Cast):
    bernard, today = as_(cast.bernard), timezone.localdate()
    url = reverse("schools:end_role", args=[cast.claire.roles.get().pk])
    form = {"last_on": (today + dt.timedelta(days=5)).isoformat(), "why": "", "read": ""}
    page = text_of(bernard.post(url, form))
    assert "n’a plus de personne de contact" in page
    assert cast.claire.roles.get().to_on is None
    read = re.search(r'name="read" value="([^"]+)"', page)
    assert read
    assert bernard.post(url, form | {"read": read[1]}).status_code == 302
    assert cast.claire.roles.get().to_on == today + dt.timedelta(days=5)


def test_the_form_says_which_date_is_wrong(cast: Cast):
    url = reverse("schools:role_dates", args=[cast.claire.roles.get().pk])
    page = as_(cast.bernard).post(url, {"from_on": "2025-02-14", "to_on": "2025-01-01"})
    assert "précède" in text_of(page)


def test_a_role_that_one_may_not_end_is_refused_and_a_foreign_one_not_found(cast: Cast):
    sofia = as_(cast.sofia)
    assert (
        sofia.get(reverse("schools:end_role", args=[cast.bernard.roles.get().pk])).status_code
        == 403
    )
    karl = reverse("schools:end_role", args=[cast.karl.roles.get().pk])
    assert as_(cast.bernard).get(karl).status_code == 404


# --- inviting ------------------------------------------------------------------------------------


def test_a_head_comes_straight_to_whom(cast: Cast):
    answer = as_(cast.bernard).get(reverse("schools:give_role"), follow=True)
    assert "Étape 3 sur 3" in text_of(answer)
    assert "École Tilleuls" in text_of(answer)


def test_the_desk_finds_the_school_by_a_word(cast: Cast):
    page = text_of(
        as_(cast.sofia).get(reverse("schools:give_role"), {"role": "contact", "q": "peupliers"})
    )
    assert "École Peupliers" in page
    assert "École Tilleuls" not in page


def test_a_role_or_a_place_beyond_one_s_own_is_refused_or_not_found(cast: Cast):
    bernard, url = as_(cast.bernard), reverse("schools:give_role")
    foreign = {"role": "contact", "ecole": cast.peupliers.school_id}
    assert bernard.get(url, foreign).status_code == 404
    assert bernard.get(url, {"role": "officer"}).status_code == 403
    form = {
        "full_name": "Inès Exemple",
        "email": "ines@example.org",
        "language": "fr",
        "from_on": timezone.localdate().isoformat(),
    }
    assert bernard.post(f"{url}?role=head&ecole={cast.tilleuls.school_id}", form).status_code == 403
    assert not Invitation.objects.exists()
    assert (
        bernard.post(f"{url}?role=contact&ecole={cast.tilleuls.school_id}", form).status_code == 302
    )
    assert Invitation.objects.get().email == "ines@example.org"


def test_an_officer_gives_a_role_to_somebody_seen(cast: Cast):
    url = f"{reverse('schools:give_role')}?role=local_technician&province=liege"
    url += f"&personne={cast.thomas.pk}"
    odile = as_(cast.odile)
    assert "Thomas Exemple" in text_of(odile.get(url))
    odile.post(url, {"from_on": timezone.localdate().isoformat()})
    assert cast.thomas.roles.filter(province="liege", granted_by=cast.odile).exists()


def test_an_invitation_shows_its_fate(cast: Cast):
    row = make_invitation(cast.tilleuls, "ines@example.org", cast.bernard)
    failed = make_invitation(
        cast.tilleuls, "faux@example.org", cast.bernard, sent_at=None, failure="refused"
    )
    bernard = as_(cast.bernard)
    page = text_of(bernard.get(reverse("schools:invitations")))
    assert "envoyée" in page
    assert "adresse refusée" in page
    only = text_of(bernard.get(reverse("schools:invitations"), {"vue": "echec"}))
    assert failed.email in only
    assert row.email not in only
    Invitation.objects.filter(pk=row.pk).update(sent_at=timezone.now() - dt.timedelta(days=6))
    assert row.email in text_of(bernard.get(reverse("schools:invitations"), {"vue": "rappel"}))
    bernard.post(reverse("schools:revoke_invitation", args=[row.pk]))
    row.refresh_from_db()
    assert row.revoked_at is not None
    assert as_(cast.veronique).get(reverse("schools:invitations")).status_code == 200


def test_a_foreign_invitation_is_not_found(cast: Cast):
    row = make_invitation(cast.peupliers, "ines@example.org", cast.odile)
    for name in ("resend", "revoke_invitation"):
        assert as_(cast.bernard).post(reverse(f"schools:{name}", args=[row.pk])).status_code == 404


@pytest.mark.parametrize("who", ["sofia", "odile"])
def test_everybody_whom_an_import_made_is_invited_at_once(
    cast: Cast, who: str, mailoutbox, django_capture_on_commit_callbacks
):
    for n in range(25):
        person = User.objects.create_user(f"n{n}@example.org", None, full_name=f"N{n} Exemple")
        Role.objects.create(user=person, kind="contact", school=cast.tilleuls.school)
    client = as_(getattr(cast, who))
    url = reverse("schools:invite_all")
    assert "Envoyer les invitations (25)" in text_of(client.get(url))
    answer = client.post(url)
    progress = answer["Location"]
    told = client.get(progress).context["progress"]
    assert (told["sent"], told["total"], told["over"]) == (0, 25, False), told
    assert send_invitations() == 25
    Invitation.objects.update(invited_at=timezone.now() - dt.timedelta(minutes=1))
    page = text_of(client.get(progress, headers={"hx-request": "true"}))
    assert "25 messages envoyés sur 25" in page
    assert "every 2s" not in page
    assert len(mailoutbox) == 25
    client.post(url)  # a second click invites nobody twice
    assert Invitation.objects.count() == 25


# --- a person, an account ------------------------------------------------------------------------


def test_a_person_s_page_shows_roles_and_what_one_may_do(cast: Cast):
    url = reverse("schools:person", args=[cast.claire.pk])
    page = text_of(as_(cast.bernard).get(url))
    assert cast.claire.email in page
    assert "Mettre fin" in page
    assert "le SPW ferme les comptes" in page
    assert "Fermer le compte" in text_of(as_(cast.odile).get(url))
    assert as_(cast.karl).get(url).status_code == 404
    own = reverse("schools:person", args=[cast.bernard.pk])
    assert as_(cast.claire).get(own).status_code == 403
    paul = make_person("Paul Exemple", RoleKind.HEAD, school=cast.peupliers.school)
    assert as_(paul).get(url).status_code == 404


def test_a_telephone_is_corrected_and_the_journal_knows(cast: Cast):
    url = reverse("schools:person_phone", args=[cast.claire.pk])
    as_(cast.sofia).post(url, {"phone": "081 00 00 99"})
    cast.claire.refresh_from_db()
    assert cast.claire.phone == "081 00 00 99"
    line = AuditEntry.objects.get(action="correct_phone")
    assert line.actor == cast.sofia
    assert "99" not in f"{line.before}{line.after}"
    head = reverse("schools:person_phone", args=[cast.bernard.pk])
    assert as_(cast.sofia).post(head, {"phone": "1"}).status_code == 403


def test_an_account_is_closed_after_its_consequence_was_read_and_reopened(cast: Cast):
    odile = as_(cast.odile)
    url = reverse("schools:person_close", args=[cast.claire.pk])
    assert "n’a plus de personne de contact" in text_of(odile.get(url))
    page = text_of(odile.post(url, {"why": "départ", "read": ""}))
    read = re.search(r'name="read" value="([^"]+)"', page)
    assert read
    claire = as_(cast.claire)
    odile.post(url, {"why": "départ", "read": read[1]})
    assert claire.get("/").status_code == 302  # signed out
    assert cast.tilleuls.school in School.objects.without_contact(timezone.localdate())
    odile.post(reverse("schools:person_reopen", args=[cast.claire.pk]))
    cast.claire.refresh_from_db()
    assert cast.claire.is_active
    assert as_(cast.sofia).get(url).status_code == 403


def test_pages_of_one_person_cost_the_same(cast: Cast):
    url, client = reverse("schools:person", args=[cast.claire.pk]), as_(cast.odile)
    with assert_query_count("person"):
        client.get(url)
    access = reverse("schools:access", args=[cast.tilleuls.school_id])
    with assert_query_count("school-access"):
        client.get(access)
