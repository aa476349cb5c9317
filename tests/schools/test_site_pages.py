"""The register's pages: lists that narrow and page, a site with its panels and agreements."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from schools.access import SignatureRefused
from schools.actions.audit import record_action
from schools.actions.give_consent import give_consent
from schools.actions.revoke_consent import revoke_consent
from schools.keyset import PAGE
from schools.models import AuditEntry, Consent, Headcount, Province, Site, supervised_sites
from tests.cast import Cast, make_device, make_person, make_site, make_town
from tests.helpdesk.test_school_report import make_fault

SITES = "schools:sites"


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def names(client: Client, **query) -> set[str]:
    page = text_of(client.get(reverse(SITES), query))
    rows = page.split("<tbody")[1].split("</tbody>")[0] if "<tbody" in page else ""
    return {n for n in ("Tilleuls", "Peupliers", "Bouleaux", "Saules") if f"École {n}" in rows}


def test_the_list_narrows_by_every_filter(cast: Cast):
    make_fault(make_device(cast.tilleuls, "SW-1"))
    client = as_(cast.sofia)
    assert names(client) == {"Tilleuls", "Peupliers", "Bouleaux", "Saules"}
    assert names(client, province="namur") == {"Tilleuls", "Saules"}
    assert names(client, gestion="decentralised") == {"Saules"}
    assert names(client, accords="incomplets") == {"Bouleaux"}
    assert names(client, accords="complets", province="liege") == {"Peupliers"}
    assert names(client, etat="down") == {"Tilleuls"}
    assert names(client, etat="unknown") == {"Peupliers", "Bouleaux", "Saules"}
    assert names(client, reseau="dg") == {"Peupliers"}
    assert names(client, q="ecole tilleuls") == {"Tilleuls"}  # accents do not matter
    assert names(client, province="nowhere") == names(client)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("thomas", {"Tilleuls", "Saules"}),
        ("veronique", {"Tilleuls"}),
        ("karl", {"Peupliers"}),
    ],
)
def test_the_list_shows_one_s_own_scope(cast: Cast, who: str, seen: set[str]):
    assert names(as_(getattr(cast, who))) == seen


@pytest.mark.parametrize("sort", ["ecole", "commune", "province"])
def test_pages_follow_each_other_without_gap_or_double(cast: Cast, sort: str):
    school = cast.tilleuls.school
    provinces = list(Province.values)
    for n in range(PAGE + 20):
        Site.objects.create(
            school=school, name=f"S{n:03d}", municipality=make_town(provinces[n % 5], f"V{n % 7}")
        )
    client, found, after = as_(cast.sofia), [], ""
    for _page in range(3):
        response = client.get(reverse(SITES), {"tri": sort, "apres": after})
        found += [site.pk for site, _state, _words in response.context["rows"]]
        after = response.context["after"]
        if not after:
            break
    assert len(found) == len(set(found)) == Site.objects.count()


@pytest.mark.parametrize("cursor", ["x", "W10=", "eyJhIjoxfQ==", "WyJhIiwiYiIsImMiXQ=="])
def test_a_forged_cursor_starts_at_the_beginning(cast: Cast, cursor: str):
    assert len(names(as_(cast.sofia), apres=cursor)) == 4


def test_the_export_holds_the_filtered_rows_and_no_formula(cast: Cast):
    Site.objects.filter(pk=cast.saules.pk).update(municipality=make_town("namur", "=1+1"))
    url = reverse("schools:sites_export")
    answer = as_(cast.thomas).get(url, {"province": "namur"})
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:]), delimiter=";"))
    assert rows[0][:2] == ["Établissement", "Implantation"]
    assert {row[1] for row in rows[1:]} == {"Tilleuls", "Saules"}
    assert "'=1+1" in {row[4] for row in rows[1:]}


def test_the_list_costs_the_same_with_more_rows(cast: Cast, django_assert_max_num_queries):
    client = as_(cast.sofia)

    def cost() -> int:
        with django_assert_max_num_queries(40) as captured:
            text_of(client.get(reverse(SITES)))
        return len(captured)

    make_fault(make_device(cast.tilleuls, "SW"))
    cost()
    before = cost()
    for n in range(8):
        make_fault(make_device(make_site(f"Autre {n}", Province.NAMUR), "SW"))
    assert cost() == before


def url(cast: Cast, name: str = "schools:site", *args) -> str:
    return reverse(name, args=[cast.tilleuls.pk, *args])


def test_a_site_shows_identity_agreements_and_journal(cast: Cast):
    for year, pupils in ((2025, 605), (2026, 612)):
        Headcount.objects.create(site=cast.tilleuls, level="secondaire", year=year, pupils=pupils)
    record_action(cast.sofia, "take_ticket", cast.tilleuls, site=cast.tilleuls)
    record_action(cast.sofia, "take_ticket", cast.saules, site=cast.saules, why="ailleurs")
    page = text_of(as_(cast.sofia).get(url(cast)))
    for words in ("École Tilleuls", "612", "(+7)", "secondaire", "Claire Exemple", "14/02/2025"):
        assert words in page, words
    assert "ticket pris" in page
    assert "ailleurs" not in page


def test_a_site_offers_its_panels_where_they_exist(cast: Cast, settings):
    settings.SITE_PANELS = [("schools:site", "Ici", "main"), ("nowhere:panel", "Perdu", "main")]
    page = text_of(as_(cast.sofia).get(url(cast)))
    assert f'hx-get="{url(cast)}"' in page
    assert "Perdu" not in page


PANELS = [
    "schools:site",
    "supervision:site_network",
    "supervision:site_rooms",
    "supervision:site_devices",
    "helpdesk:site_now",
]


@pytest.mark.parametrize("name", PANELS)
def test_another_school_finds_neither_page_nor_panel(cast: Cast, name: str):
    assert as_(cast.karl).get(url(cast, name)).status_code == 404
    assert as_(cast.claire).get(url(cast, name)).status_code == 200
    assert Client().get(url(cast, name)).status_code == 302


def test_the_po_gives_and_withdraws_assistance(cast: Cast):
    authority = cast.tilleuls.school.authority
    live = Consent.objects.get(authority=authority)
    client, today = as_(cast.veronique), timezone.localdate()
    assert "Retirer cet accord" in text_of(client.get(url(cast)))
    client.post(url(cast, "schools:revoke", live.pk))
    live.refresh_from_db()
    assert live.revoked_on == today
    assert cast.tilleuls not in supervised_sites(today)
    assert AuditEntry.objects.filter(action="revoke_consent", site=cast.tilleuls).count() == 1
    client.post(url(cast, "schools:give", "assistance"))
    assert cast.tilleuls in supervised_sites(today)
    assert Consent.objects.get(authority=authority, revoked_on=None).signed_by == (
        "Véronique Exemple"
    )


def test_the_head_signs_supervision_and_not_assistance(cast: Cast):
    client, school = as_(cast.bernard), cast.tilleuls.school
    mine, theirs = (
        Consent.objects.get(school=school),
        Consent.objects.get(authority=school.authority),
    )
    assert client.post(url(cast, "schools:revoke", theirs.pk)).status_code == 403
    assert client.post(url(cast, "schools:revoke", mine.pk)).status_code == 302
    theirs.refresh_from_db()
    assert theirs.revoked_on is None


@pytest.mark.parametrize("who", ["claire", "sofia", "odile", "thomas"])
def test_nobody_else_signs(cast: Cast, who: str):
    live = Consent.objects.get(school=cast.tilleuls.school)
    client = as_(getattr(cast, who))
    assert client.post(url(cast, "schools:revoke", live.pk)).status_code == 403
    assert client.post(url(cast, "schools:give", "supervision")).status_code == 403
    assert "Retirer cet accord" not in text_of(client.get(url(cast)))


def test_another_school_does_not_find_the_agreement(cast: Cast):
    live = Consent.objects.get(school=cast.tilleuls.school)
    assert as_(cast.karl).post(url(cast, "schools:revoke", live.pk)).status_code == 404
    with pytest.raises(Consent.DoesNotExist):
        revoke_consent(cast.karl, live.pk)
    with pytest.raises(SignatureRefused):
        give_consent(cast.karl, "supervision", cast.tilleuls.school)


def test_an_agreement_given_or_withdrawn_twice_stands_once(cast: Cast):
    school = cast.tilleuls.school
    first = Consent.objects.get(school=school)
    assert give_consent(cast.bernard, "supervision", school) == first
    revoke_consent(cast.bernard, first.pk)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Consent.objects.filter(pk=first.pk).update(revoked_on=yesterday)
    assert revoke_consent(cast.bernard, first.pk).revoked_on == yesterday
    assert AuditEntry.objects.filter(action="revoke_consent").count() == 1


def test_the_account_keeps_language_and_shortcuts(cast: Cast):
    client = as_(cast.karl)
    assert "Karl Exemple" in text_of(client.get(reverse("schools:account")))
    answer = client.post(reverse("schools:account"), {"language": "de", "phone": "087 00 00 00"})
    cast.karl.refresh_from_db()
    assert (cast.karl.language, cast.karl.shortcuts) == ("de", False)
    assert answer.cookies["django_language"].value == "de"


def test_an_agreement_to_sign_waits_on_the_po_s_first_page(cast: Cast):
    client = as_(cast.veronique)
    assert "attend votre signature" not in text_of(client.get(reverse(SITES)))
    given = Consent.objects.get(kind="assistance", authority=cast.tilleuls.school.authority)
    revoke_consent(cast.veronique, given.pk)
    page = text_of(client.get(reverse(SITES)))
    assert "1 accord attend votre signature" in page
    assert f"Assistance centrale, {cast.tilleuls.school.authority.name}" in page
    assert "attend votre signature" not in text_of(as_(cast.bernard).get(reverse(SITES)))
    assert "attend votre signature" not in text_of(as_(cast.odile).get(reverse(SITES)))


def test_giving_says_whether_readings_begin(cast: Cast):
    site = cast.bouleaux
    head = make_person("Hugo Exemple", "head", school=site.school)
    give = reverse("schools:give", args=[site.pk, "supervision"])
    assert "quand l’autre accord sera donné" in text_of(as_(head).post(give, follow=True))
    po = make_person("Paula Exemple", "authority", authority=site.school.authority)
    give = reverse("schools:give", args=[site.pk, "assistance"])
    assert "Les relevés commencent dans la minute." in text_of(as_(po).post(give, follow=True))
