"""People and their devices in a real browser: axe on phone and desk; a pupil’s way by touch."""

from __future__ import annotations

import io
import uuid
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from byod.actions.people.charters import publish_charter, write_charter
from byod.actions.people.credentials import issue_secret, new_seed
from byod.actions.people.devices import add_device
from byod.actions.people.guests import sponsor_guest
from byod.actions.people.import_class_list import send_class_list
from byod.actions.people.links import make_links
from byod.models.people.devices import Credential, CredentialKind
from byod.models.people.members import Authorisation
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
    enter(page, cast.bernard)
    wrong = []
    for name, args in (
        ("people", [site.pk]), ("members", [site.pk]), ("person", [lea.pk]),
        ("register_person", [site.pk]), ("class_list_send", [site.pk]),
        ("class_list", [waiting.pk]),
        ("charter", [site.school_id]), ("guests", []), ("guest", [stay.pk]),
        ("provider_settings", [site.school_id]), ("my_devices", []),
    ):  # fmt: skip
        wrong += faults_at(page, reverse(f"byod:{name}", args=args))
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
