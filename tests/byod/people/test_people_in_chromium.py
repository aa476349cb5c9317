"""People and their devices in a real browser: axe on phone and desk; a pupil’s way by touch."""

from __future__ import annotations

import io
import uuid
import zipfile

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from byod.actions.people.charters import publish_charter, write_charter
from byod.actions.people.credentials import issue_secret, new_seed
from byod.actions.people.decide_many import note_papers_many
from byod.actions.people.devices import add_device
from byod.actions.people.guests import sponsor_guest
from byod.actions.people.import_class_list import send_class_list
from byod.actions.people.letters import write_families
from byod.actions.people.links import make_links
from byod.actions.people.mail_letters import mail_letters
from byod.models.people.agreements import CharterAgreement
from byod.models.people.devices import Credential, CredentialKind
from byod.models.people.letters import LetterKind
from byod.models.people.members import Authorisation, Member
from byod.models.people.refusals import GuardianRefusal
from tests.browsing import enter, faults_at
from tests.byod.people.made import make_pupil
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    write_charter(made.bernard, made.tilleuls.school, "Je ne photographie personne.", "")
    publish_charter(made.bernard, made.tilleuls.school)
    return made


def test_every_page_of_the_school_is_accessible(page, cast):
    site, now = cast.tilleuls, timezone.now()
    lea = make_pupil(site, "Léa", "Exemple", authorised=True, guardian_name="Marc Exemple")
    make_pupil(site, "Tom", "Modèle")
    row = add_device(lea, "Téléphone", "android", once=uuid.uuid4(), now=now)
    issue_secret(lea, row.pk, new_seed(), now)
    stay = sponsor_guest(cast.bernard, site, "Sylvie", 4, once=uuid.uuid4(), now=now)
    body = "Matricule;Nom;Prénom;Classe\n1;Neuf;Zoé;3A\n2;;Sans;3A\n".encode()
    waiting = send_class_list(cast.bernard, site, body, 2026, whole=True)
    letters = write_families(cast.bernard, [lea], LetterKind.INVITE)
    note_papers_many(cast.bernard, [lea])
    enter(page, cast.bernard)
    wrong = []
    for name, args in (
        ("people", [site.pk]), ("members", [site.pk]), ("person", [lea.pk]),
        ("register_person", [site.pk]), ("class_list_send", [site.pk]),
        ("class_list", [waiting.pk]), ("letter_rounds", [site.pk]), ("letter_round", [letters.pk]),
        ("charter", [site.school_id]), ("guests", []), ("guest", [stay.pk]),
        ("provider_settings", [site.school_id]), ("my_devices", []),
    ):  # fmt: skip
        wrong += faults_at(page, reverse(f"byod:{name}", args=args))
    assert wrong == []


def test_a_parent_answers_for_each_child_by_touch(page, cast):
    """Letter → no for one, with a reason → yes for the other → taken back; light and dark."""
    for name in ("Léa", "Tom"):
        make_pupil(cast.tilleuls, name, "Exemple", guardian_email="marc@parents.example.org")
    write_families(cast.bernard, list(Member.objects.all()), LetterKind.AGREE)
    mail_letters()
    path = "/moi/entrer/" + mail.outbox[0].body.split("/moi/entrer/")[1].split()[0]
    page.set_viewport_size({"width": 390, "height": 850})
    page.goto(path)
    page.get_by_role("heading", name="Répondre pour tous vos enfants").wait_for()
    wrong = faults_at(page, page.url)
    tom = page.locator("section", has=page.get_by_role("heading", name="Tom"))
    tom.get_by_text("Non, je ne suis pas d’accord").click()
    tom.get_by_label("Je m’inquiète pour ses données").check()
    tom.get_by_role("button", name="Dire non").click()
    tom.get_by_text("Vous avez dit non").wait_for()
    lea = page.locator("section", has=page.get_by_role("heading", name="Léa"))
    lea.get_by_role("button", name="Oui, je suis d’accord").click()
    lea.get_by_text("Vous avez dit oui").wait_for()
    page.emulate_media(color_scheme="dark")
    wrong += faults_at(page, page.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    lea.get_by_role("button", name="Retirer mon accord").click()
    page.locator("dialog[open]").get_by_role("button", name="Retirer").click()
    lea.get_by_role("button", name="Oui, je suis d’accord").wait_for()
    assert not CharterAgreement.objects.standing().exists()
    assert GuardianRefusal.objects.standing().get().reason == "data"
    assert wrong == []


def test_a_pupil_goes_all_the_way_by_touch(page, cast):
    """Code of the sheet → charter → a device → its file; a guardian agreed on paper before."""
    lea = make_pupil(cast.tilleuls, "Léa", "Exemple", adult=True)
    code = make_links([lea], as_guardian=False, by=cast.bernard, with_codes=True)[0].code
    page.set_viewport_size({"width": 390, "height": 850})
    wrong = faults_at(page, reverse("byod:mine_door"))
    page.get_by_label("Code de la feuille").fill(code.lower())
    page.get_by_role("button", name="Entrer").click()
    wrong += faults_at(page, reverse("byod:mine"))
    page.get_by_role("link", name="Lire la charte").click()
    page.get_by_text("Je ne photographie personne.").wait_for()
    wrong += faults_at(page, page.url)
    page.get_by_role("button", name="J’ai lu et j’accepte").click()
    page.get_by_role("heading", name="Vous pouvez utiliser le réseau de l’école").wait_for()
    assert Authorisation.objects.live().get().member == lea
    page.get_by_role("link", name="Ajouter un appareil").click()
    wrong += faults_at(page, page.url)
    page.get_by_label("Linux").check()
    page.get_by_label("Comment l’appelez-vous ?").fill("Mon portable")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("heading", name="Mon portable").wait_for()
    wrong += faults_at(page, page.url)
    with page.expect_download() as got:
        page.get_by_role("button", name="Télécharger le fichier").click()
    archive = zipfile.ZipFile(io.BytesIO(got.value.path().read_bytes()))
    assert "wpa_supplicant.conf" in archive.namelist()
    assert Credential.objects.get().kind == CredentialKind.CERTIFICATE
    page.reload()
    page.get_by_role("button", name="Perdu ou volé").click()
    page.locator("dialog[open]").get_by_role("button", name="Oui, perdu").click()
    page.get_by_text("n’entre plus sur le réseau").first.wait_for()
    assert Credential.objects.get().revoked_why == "lost"
    assert wrong == []
