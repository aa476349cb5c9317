"""The pages of agreements: who misses what, papers served to whom they concern, reasons said."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from schools.actions.attach_document import attach_to_consent
from schools.actions.revoke_consent import revoke_consent
from schools.agreements.listing import PAGE
from schools.models import Authority, Consent, Document, ManagementChoice, School
from tests.architecture.query_counts import assert_query_count
from tests.cast import Cast, body_of, make_person, make_site
from tests.schools.papers import PDF, photo, publish_texts

LIST = "schools:agreements"
DAY = dt.timedelta(days=1)


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def names(client: Client, **query) -> list[str]:
    rows = client.get(reverse(LIST), query).context["rows"]
    return [school.name.removeprefix("École ") for school, _own, _po in rows]


def paper(user, consent: Consent, content: bytes = PDF, name: str = "accord.pdf") -> Document:
    return attach_to_consent(user, consent.pk, io.BytesIO(content), len(content), name)


def test_the_region_finds_who_misses_what(cast: Cast):
    today, client = timezone.localdate(), as_(cast.odile)
    assert names(client) == ["Bouleaux", "Peupliers", "Saules", "Tilleuls"]
    assert names(client, etat="manquants") == ["Bouleaux"]
    supervision = Consent.objects.get(school=cast.tilleuls.school)
    assistance = Consent.objects.get(authority=cast.tilleuls.school.authority)
    assert names(client, etat="document") == ["Peupliers", "Saules", "Tilleuls"]
    paper(cast.bernard, supervision)
    assert "Tilleuls" in names(client, etat="document")
    paper(cast.veronique, assistance)
    assert names(client, etat="document") == ["Peupliers", "Saules"]
    revoke_consent(cast.bernard, supervision.pk, "", today + DAY)
    assert names(client, etat="avenir") == ["Tilleuls"]
    assert names(client, etat="retires") == []
    revoke_consent(cast.bernard, supervision.pk)
    assert names(client, etat="retires") == ["Tilleuls"]
    assert names(client, etat="supervision") == ["Bouleaux", "Tilleuls"]
    assert names(client, etat="assistance") == ["Bouleaux"]
    assert names(client, etat="complets") == ["Peupliers", "Saules"]
    assert names(client, province="namur") == ["Saules", "Tilleuls"]
    assert names(client, reseau="dg") == ["Peupliers"]
    assert names(client, q="ecole saules") == ["Saules"]
    assert names(client, q="po tilleuls") == ["Tilleuls"]
    assert names(client, etat="nothing") == names(client)


@pytest.mark.parametrize(
    ("who", "seen"),
    [("veronique", ["Tilleuls"]), ("karl", ["Peupliers"]), ("thomas", ["Saules", "Tilleuls"])],
)
def test_the_list_shows_one_s_own_scope(cast: Cast, who: str, seen: list[str]):
    assert names(as_(getattr(cast, who))) == seen


def test_a_po_sees_all_its_schools_and_what_awaits_it(cast: Cast):
    publish_texts()
    authority = cast.tilleuls.school.authority
    site = make_site("Charmes", "namur", consents=False)
    School.objects.filter(pk=site.school_id).update(authority=authority)
    page = text_of(as_(cast.veronique).get(reverse(LIST)))
    assert "École Charmes" in page
    assert "attend votre signature" not in page
    given = Consent.objects.get(authority=authority)
    revoke_consent(cast.veronique, given.pk)
    client = as_(cast.veronique)
    assert "1 accord attend votre signature" in text_of(client.get(reverse(LIST)))
    url = reverse("schools:authority_agreement", args=[authority.pk])
    client.post(url, {"from_on": timezone.localdate(), "agreed": "on"})
    page = text_of(client.get(reverse(LIST)))
    assert "Document signé attendu" in page
    assert "attend votre signature" not in page


@pytest.mark.parametrize("sort", ["ecole", "po", "date"])
def test_pages_follow_one_another(cast: Cast, sort: str):
    authority = Authority.objects.create(name="Grand PO")
    School.objects.bulk_create(
        School(authority=authority, name=f"N{n:03d}", number=f"8{n:04d}", network="wbe")
        for n in range(PAGE + 5)
    )
    client, found = as_(cast.odile), []
    for page in (1, 2):
        context = client.get(reverse(LIST), {"tri": sort, "page": page}).context
        found += [school.pk for school, _own, _po in context["rows"]]
    assert len(found) == len(set(found)) == School.objects.count()


def test_the_list_costs_the_same_with_more_rows(cast: Cast):
    client = as_(cast.odile)
    client.get(reverse(LIST))
    with assert_query_count("page:agreements"):
        text_of(client.get(reverse(LIST)))
    for n in range(6):
        make_site(f"Autre {n}", "namur", consents=n % 2 == 0)
    with assert_query_count("page:agreements"):
        text_of(client.get(reverse(LIST)))


def test_the_export_says_state_date_and_paper(cast: Cast):
    paper(cast.bernard, Consent.objects.get(school=cast.tilleuls.school))
    answer = as_(cast.odile).get(reverse("schools:agreements_export"), {"q": "tilleuls"})
    rows = list(csv.reader(io.StringIO(body_of(answer).decode()[1:]), delimiter=";"))
    assert len(rows) == 2
    told = dict(zip(rows[0], rows[1], strict=True))
    assert told["Supervision"] == "donné"
    assert told["Supervision : date"] == "depuis le 14/02/2025"
    assert (told["Assistance : document"], told["Supervision : document"]) == ("attendu", "déposé")


def test_a_paper_is_served_safely_to_whom_it_concerns(cast: Cast):
    consent = Consent.objects.get(school=cast.tilleuls.school)
    pdf = paper(cast.bernard, consent)
    picture = paper(cast.bernard, consent, photo(), "IMG 1.jpg")
    for document, how in ((pdf, "attachment"), (picture, "inline")):
        answer = as_(cast.odile).get(reverse("schools:document", args=[document.pk]))
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith(how)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]
    for who in (cast.claire, cast.karl, cast.thomas):
        assert as_(who).get(reverse("schools:document", args=[pdf.pk])).status_code == 404
    assert Client().get(reverse("schools:document", args=[pdf.pk])).status_code == 302
    page = text_of(as_(cast.claire).get(agreement(cast)))
    assert "Le document est déposé" in page
    assert "accord.pdf" not in page


def agreement(cast: Cast) -> str:
    return reverse("schools:school_agreement", args=[cast.tilleuls.school_id])


def test_a_paper_that_cannot_be_read_is_refused_in_words(cast: Cast):
    consent = Consent.objects.get(school=cast.tilleuls.school)
    url = reverse("schools:consent_paper", args=[consent.pk])
    wrong = SimpleUploadedFile("accord.pdf", b"MZ programme", content_type="application/pdf")
    page = text_of(as_(cast.bernard).post(url, {"paper": wrong}, follow=True))
    assert "ni un PDF ni une photo" in page
    assert "Choisissez un document" in text_of(as_(cast.bernard).post(url, follow=True))
    for who in (cast.claire, cast.veronique, cast.sofia):
        assert as_(who).post(url, {"paper": wrong}).status_code == 403
    assert as_(cast.karl).post(url, {"paper": wrong}).status_code == 404
    assert not Document.objects.exists()


def test_giving_with_an_unreadable_paper_gives_all_the_same(cast: Cast):
    head = make_person("Hugo Exemple", "head", school=cast.bouleaux.school)
    url = reverse("schools:school_agreement", args=[cast.bouleaux.school_id])
    wrong = SimpleUploadedFile("accord.pdf", b"MZ programme")
    values = {"from_on": timezone.localdate(), "agreed": "on", "paper": wrong}
    page = text_of(as_(head).post(url, values, follow=True))
    assert "L’accord est donné, sans le document." in page
    assert Consent.objects.live(timezone.localdate()).filter(school=cast.bouleaux.school).exists()


def test_giving_asks_for_a_day_and_for_having_read(cast: Cast):
    head = make_person("Hugo Exemple", "head", school=cast.bouleaux.school)
    url = reverse("schools:school_agreement", args=[cast.bouleaux.school_id])
    yesterday = timezone.localdate() - DAY
    page = text_of(as_(head).post(url, {"from_on": yesterday, "agreed": "on"}))
    assert "Cette date est passée" in page
    text_of(as_(head).post(url, {"from_on": timezone.localdate()}))
    assert not Consent.objects.filter(school=cast.bouleaux.school).exists()
    for who in (cast.sofia, cast.odile):
        assert as_(who).post(url, {"from_on": yesterday, "agreed": "on"}).status_code == 403


def test_withdrawing_names_what_stops_and_keeps_the_reason(cast: Cast):
    consent = Consent.objects.get(school=cast.tilleuls.school)
    url, client = reverse("schools:withdraw", args=[consent.pk]), as_(cast.bernard)
    page = text_of(client.get(url))
    assert "1 implantation n’est plus relevée" in page
    assert "Le helpdesk ne voit plus les pannes" in page
    tomorrow = timezone.localdate() + DAY
    client.post(url, {"from_on": tomorrow, "why": "Nous changeons de fournisseur"})
    page = text_of(client.get(agreement(cast)))
    assert "Nous changeons de fournisseur" in page
    assert f"jusqu’au {tomorrow:%d/%m/%Y}" in page
    client.post(reverse("schools:keep", args=[consent.pk]))
    consent.refresh_from_db()
    assert consent.revoked_on is None
    for who in (cast.claire, cast.veronique, cast.odile):
        assert as_(who).get(url).status_code == 403
    assert as_(cast.karl).get(url).status_code == 404


def test_the_signed_text_stays_readable_in_both_languages(cast: Cast):
    texts = publish_texts()
    consent = Consent.objects.get(school=cast.tilleuls.school)
    url = reverse("schools:consent_text", args=[consent.pk])
    assert as_(cast.bernard).get(url).status_code == 404  # given before there was a text
    Consent.objects.filter(pk=consent.pk).update(text=texts["supervision"])
    assert "Accord de supervision" in text_of(as_(cast.bernard).get(url))
    german = text_of(as_(cast.bernard).get(url + "?langue=de"))
    assert 'lang="de"' in german
    assert "Zustimmung zur Überwachung" in german


def test_a_change_of_po_is_shown_and_carries_no_assistance_over(cast: Cast):
    school = cast.tilleuls.school
    Consent.objects.filter(school=school).update(under=school.authority)
    client, today = as_(cast.bernard), timezone.localdate()
    assert "changé de pouvoir organisateur" not in text_of(client.get(agreement(cast)))
    School.objects.filter(pk=school.pk).update(authority=cast.bouleaux.school.authority)
    page = text_of(client.get(agreement(cast)))
    assert "changé de pouvoir organisateur" in page
    assert "signé sous PO Tilleuls" in page
    row = client.get(reverse(LIST)).context["rows"][0]
    assert (row[1].state, row[2].state) == ("given", "missing")
    assert names(client, etat="assistance") == ["Tilleuls"]
    assert today


def test_a_merger_is_shown_and_ends_the_agreement_of_the_school_that_went(cast: Cast):
    School.objects.filter(pk=cast.saules.school_id).update(
        closed_on=timezone.localdate(), merged_into=cast.tilleuls.school
    )
    page = text_of(as_(cast.bernard).get(agreement(cast)))
    assert "École Saules a fusionné ici" in page
    assert "s’est éteint avec elle" in page
    assert "Saules" not in names(as_(cast.odile))


def test_a_choice_of_management_is_made_on_its_page(cast: Cast):
    url = reverse("schools:management", args=[cast.tilleuls.pk])
    page = text_of(as_(cast.bernard).get(url))
    assert "Les techniciens ne pourront plus modifier votre réseau" in page
    later = timezone.localdate() + 9 * DAY
    values = {"mode": "decentralised", "from_on": later, "why": "Contrat"}
    page = text_of(as_(cast.bernard).post(url, values, follow=True))
    assert f"réseau géré par l’école dès le {later:%d/%m/%Y}" in page
    assert "« Contrat »" in page
    for who in (cast.claire, cast.sofia, cast.thomas):
        assert as_(who).post(url, values).status_code == 403
        assert "La direction de l’école" in text_of(as_(who).get(url))
    assert as_(cast.karl).post(url, values).status_code == 404
    assert ManagementChoice.objects.filter(site=cast.tilleuls).count() == 1
    missing = text_of(as_(cast.bernard).post(url, values | {"why": ""}))
    assert "invalid" in missing
