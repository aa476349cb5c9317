"""The school's pages of requests: the order is read, decided, undone; a survey; a family's page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from byod.actions.equity.decide_requests import decide_requests
from byod.actions.equity.make_round import rerun_round
from byod.actions.people.links import make_link
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.equity.rounds import AllocationRound
from byod.models.people.identities import Identity, IdentityReading, Named
from byod.models.people.members import Equipment, Member
from inventory.access import DecisionRefused
from schools.models import AuditEntry
from tests.architecture.query_counts import assert_query_count
from tests.byod.equity.made import make_class, make_pupil, make_request

pytestmark = pytest.mark.django_db
LIST = "/demandes-de-pret/"


def name(member: Member, given: str, family: str = "Exemple") -> Member:
    identity = Identity(member=member)
    identity.store(Named(given, family))
    identity.save()
    return member


@pytest.fixture
def asked(cast):
    """Two who wait: Zoé lacks both, Adam a device."""
    here = make_class(cast.tilleuls)
    adam = make_request(name(make_pupil(here), "Adam"))
    zoe = make_request(name(make_pupil(here, Equipment.NEITHER), "Zoé"), wants_line=True)
    return adam, zoe


def test_the_list_stands_in_fair_order_and_says_why(client, cast, asked):
    client.force_login(cast.claire)
    with assert_query_count("byod:loan_requests"):
        page = client.get(LIST).content.decode()
    assert page.index("Zoé") < page.index("Adam")
    assert "sans appareil ni connexion" in page
    assert "jamais servi" in page
    assert "Proposer d’accorder" in page
    assert 'value="accorder"' not in page
    assert IdentityReading.objects.get().why == "loan_requests"


def test_who_is_not_of_the_school_reads_nothing(client, cast, asked):
    for stranger in (cast.sofia, cast.odile, cast.veronique, cast.thomas):
        client.force_login(stranger)
        assert client.get(LIST).status_code == 403
        assert client.get(f"{LIST}{asked[0].pk}/").status_code == 404
    client.force_login(cast.karl)
    assert "Adam" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{asked[0].pk}/").status_code == 404


def test_the_head_grants_two_at_once_and_takes_it_back(client, cast, asked):
    client.force_login(cast.bernard)
    keys = [row.pk for row in asked]
    answer = client.post(
        f"{LIST}decider/", {"demande": keys, "acte": "accorder", "retour": f"{LIST}?vue=attente"}
    )
    assert answer.url.startswith(f"{LIST}?vue=attente&fait=")
    assert set(LoanRequest.objects.values_list("state", flat=True)) == {RequestState.GRANTED}
    made = AllocationRound.objects.get()
    assert [one["n"] for one in made.outcome] == [2, 1]
    assert rerun_round(made).good
    page = client.get(answer.url).content.decode()
    assert "data-undo" in page
    round_page = client.get(reverse("byod:loan_round", args=[made.pk])).content.decode()
    assert "le même ordre" in round_page
    client.post(f"{LIST}annuler/?{answer.url.partition('&')[2]}")
    assert set(LoanRequest.objects.values_list("state", flat=True)) == {RequestState.ASKED}


def test_a_contact_prepares_and_does_not_decide(client, cast, asked):
    adam = asked[0]
    with pytest.raises(DecisionRefused, match="direction"):
        decide_requests(cast.claire, [adam.pk], grant=True)
    client.force_login(cast.claire)
    client.post(f"{LIST}decider/", {"demande": adam.pk, "acte": "proposer"})
    adam.refresh_from_db()
    assert (adam.state, adam.proposal) == (RequestState.ASKED, "granted")


def test_a_refusal_needs_words_for_the_family_and_they_are_in_no_journal(client, cast, asked):
    adam = asked[0]
    client.force_login(cast.bernard)
    client.post(f"{LIST}decider/", {"demande": adam.pk, "acte": "refuser"})
    adam.refresh_from_db()
    assert adam.state == RequestState.ASKED
    words = "Un portable de la maison suffit"
    client.post(f"{LIST}decider/", {"demande": adam.pk, "acte": "refuser", "motif": words})
    adam.refresh_from_db()
    assert (adam.state, adam.reason) == (RequestState.REFUSED, words)
    told = str(list(AuditEntry.objects.values()))
    assert words not in told
    assert adam.member.pseudonym not in told


def test_a_social_emergency_goes_first_by_the_head_alone(client, cast, asked):
    adam = asked[0]
    client.force_login(cast.claire)
    url = reverse("byod:loan_request_act", args=[adam.pk])
    assert client.post(url, {"acte": "premier", "motif": "Foyer"}).status_code == 403
    client.force_login(cast.bernard)
    client.post(url, {"acte": "premier", "motif": "Foyer d’accueil"})
    page = client.get(LIST).content.decode()
    assert page.index("Adam") < page.index("Zoé")
    assert "urgence sociale" in page
    entry = AuditEntry.objects.get(action="put_loan_first")
    assert "Foyer" not in f"{entry.why}{entry.after}"


def test_a_name_is_found_though_it_is_sealed(client, cast, asked):
    client.force_login(cast.claire)
    page = client.get(f"{LIST}?q=zo%C3%A9").content.decode()
    assert "Zoé" in page
    assert "Adam" not in page
    assert "Aucune demande ne correspond" in client.get(f"{LIST}?q=Inconnu").content.decode()


def test_the_export_has_pseudonyms_and_no_name(client, cast, asked):
    client.force_login(cast.claire)
    body = b"".join(client.get(f"{LIST}export.csv").streaming_content).decode()
    assert asked[0].member.pseudonym in body
    assert "Adam" not in body


def test_a_survey_writes_what_is_missing_and_asks_once(client, cast):
    here = make_class(cast.tilleuls)
    pupils = [make_pupil(here, Equipment.UNKNOWN) for _n in range(3)]
    client.force_login(cast.claire)
    url = reverse("byod:survey", args=[here.pk])
    assert client.get(url).status_code == 200
    answers = ("neither", "no_line", "equipped")
    told = {f"eleve-{one.pk}": answer for one, answer in zip(pupils, answers, strict=True)}
    for _twice in range(2):
        client.post(url, told | {"demander": "1"})
    assert sorted(LoanRequest.objects.values_list("wants_device", "wants_line")) == [
        (False, True),
        (True, True),
    ]
    assert "2" in client.get("/recensement/").content.decode()
    client.force_login(cast.sofia)
    assert client.get(url).status_code == 404


def test_a_school_asks_for_pupils_of_a_class(client, cast):
    here = make_class(cast.tilleuls)
    pupil = name(make_pupil(here), "Noé")
    client.force_login(cast.claire)
    page = client.get(f"{LIST}nouvelle/?classe={here.pk}").content.decode()
    assert "Noé" in page
    body = {"classe": here.pk, "pupils": [pupil.pk], "device": "on"}
    assert client.post(f"{LIST}nouvelle/", body).status_code == 302
    assert LoanRequest.objects.get().member == pupil
    wrong = client.post(f"{LIST}nouvelle/", {"classe": here.pk, "pupils": [pupil.pk]})
    assert "Cochez un appareil" in wrong.content.decode()


def test_a_family_asks_and_withdraws_on_its_own_page(client, cast):
    pupil = make_pupil(make_class(cast.tilleuls))
    path = make_link(pupil, as_guardian=True, by=None)
    enter = client.get(path, follow=True)
    if enter.request["PATH_INFO"] == path:
        client.post(path, follow=True)
    page = client.get(reverse("byod:mine")).content.decode()
    assert "Demander à l’école" in page
    client.post("/moi/demander/", {"appareil": "1", "connexion": "1"})
    row = LoanRequest.objects.get()
    assert (row.asked_by, row.wants_device, row.wants_line) == ("family", True, True)
    assert "à décider" in client.get(reverse("byod:mine")).content.decode()
    client.post("/moi/retirer-la-demande/", {"demande": row.pk})
    row.refresh_from_db()
    assert row.state == RequestState.WITHDRAWN


def test_nobody_withdraws_the_request_of_another(client, cast):
    here = make_class(cast.tilleuls)
    other = make_request(make_pupil(here))
    path = make_link(make_pupil(here), as_guardian=False, by=None)
    client.get(path, follow=True)
    client.post(path, follow=True)
    answer = client.post("/moi/retirer-la-demande/", {"demande": other.pk})
    assert answer.status_code == 404
