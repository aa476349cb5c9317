"""The pages of rights: a head's picture, the Region's list, writing, simulating, adopting."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.grants.actions.rights import ledger
from inventory.grants.actions.rights.ledger import Overdrawn
from inventory.grants.models.rights.corrections import Correction, CountingError
from inventory.grants.models.rights.ledger import DrawingRight, Movement
from inventory.grants.models.rights.pools import Pool, PoolConsent
from inventory.grants.models.rights.programmes import Computation, Formula, Programme
from schools.models import RoleKind
from tests.architecture.query_counts import assert_query_count
from tests.cast import body_of, make_person
from tests.grants.rights.region import first_year, make_programme_in_use, use


@pytest.fixture
def used(cast):
    make_programme_in_use(cast.odile, {cast.tilleuls: (598, 612), cast.saules: (120, 118)})
    use(cast.tilleuls, cast.bernard)
    return cast


def page(client, who, name, *args, status=200, **query):
    if who is not None:
        client.force_login(who)
    answer = client.get(reverse(f"grants:{name}", args=args), query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return body_of(answer).decode() if not answer.streaming else body_of(answer)


def post(client, who, where, /, *args, status=302, **data):
    client.force_login(who)
    answer = client.post(reverse(f"grants:{where}", args=args), data)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def plain(html):
    return html.replace("\u00a0", " ").replace("\u202f", " ").replace("\n", " ")


def test_a_head_reads_what_is_left_in_one_sentence(client, used):
    client.force_login(used.bernard)
    with assert_query_count("grants_rights_my_right"):
        html = plain(page(client, None, "my_right"))
    # 598 × 16.67 + 612 × 16.67 = 20 170.70; 8 120 + 6 240 + 4 800 are used
    assert "Il vous reste 1 010,70 €" in html
    assert "sur 20 170,70 € libérés à ce jour" in html
    assert "10 202,04 € de plus le 01/09/" in html
    assert "Consommé 8 120 €, Engagé 6 240 €, Réservé 4 800 €, Disponible 1 010,70 €" in html
    assert "formule" in html
    assert "Tranche" in html
    year = first_year() + 1
    assert f"Comptage du 15/01/{year}" in html
    assert '<th scope="row">' in html, "the chart has its table"


def test_a_po_reads_each_of_its_schools_and_a_technician_is_told_why_not(client, used):
    html = plain(page(client, used.veronique, "my_right"))
    assert "Il vous reste 1 010,70 €" in html
    html = page(client, used.thomas, "my_right", status=403)
    assert "celle d’une école" in html


def test_a_school_without_a_right_is_told_what_comes(client, cast):
    html = page(client, cast.bernard, "my_right")
    assert "Pas de droit de tirage" in html


def test_the_amount_is_computed_again_from_what_was_stored(client, used):
    row = Computation.objects.filter(site=used.tilleuls).latest("year")
    html = plain(page(client, used.bernard, "computation", row.pk))
    assert "donne 10 202,04 € : le même montant" in html
    assert "16,67 €" in html
    page(client, used.karl, "computation", row.pk, status=404)


def test_entries_are_listed_filtered_and_exported(client, used):
    client.force_login(used.bernard)
    with assert_query_count("grants_rights_entries"):
        html = plain(page(client, None, "right_entries"))
    assert "réservé → engagé" in html
    assert "à libérer → disponible" in html
    rows = page(client, used.bernard, "right_entries", type="consume")
    assert rows.count("data-row data-id") == 1
    assert "Aucune écriture ne correspond" in page(
        client, used.bernard, "right_entries", type="expire"
    )
    sheet = body_of(client.get(reverse("grants:right_entries_export"))).decode()
    assert "consommation" in sheet
    assert "École Saules" not in sheet
    assert "École Saules" in plain(page(client, used.odile, "right_entries"))


def test_entries_do_not_cost_more_with_more_rows(client, used):
    for n in range(30):
        ledger.reserve(
            used.tilleuls, Decimal(1), f"application:{50 + n}", f"k{n}", None, timezone.now()
        )
    client.force_login(used.bernard)
    with assert_query_count("grants_rights_entries"):
        page(client, None, "right_entries")


def test_the_region_reads_all_rights_sorted_filtered_exported(client, used):
    client.force_login(used.odile)
    with assert_query_count("grants_rights_list"):
        html = plain(page(client, None, "rights"))
    assert "2 droits, 2 écoles" in html
    for sort in ("ecole", "disponible", "consomme", "usage", "accorde"):
        assert page(client, used.odile, "rights", tri=sort).count("data-row data-id") == 2
    for query in ({"usage": "rien"}, {"ise": "6-10", "q": "Saules"}, {"q": "saules"}):
        html = page(client, used.odile, "rights", **query)
        assert html.count("data-row data-id") == 1, query
    assert "Aucun droit ne correspond" in page(client, used.odile, "rights", usage="tout")
    sheet = body_of(client.get(reverse("grants:rights_export"))).decode()
    assert "8120" in sheet
    assert page(client, used.karl, "rights").count("data-row data-id") == 0


def test_one_right_with_every_entry_and_its_explanation(client, used):
    right = DrawingRight.objects.get(site=used.tilleuls)
    client.force_login(used.odile)
    with assert_query_count("grants_rights_one"):
        html = plain(page(client, None, "right", right.pk))
    assert "Il reste 1 010,70 €" in html
    assert "Proposer une correction" in html
    assert "Proposer une correction" not in page(client, used.bernard, "right", right.pk)
    page(client, used.karl, "right", right.pk, status=404)


def test_a_correction_is_countersigned_by_another(client, used):
    right = DrawingRight.objects.get(site=used.tilleuls)
    post(client, used.odile, "correct_right", right.pk, montant="+ 116,69", motif="7 élèves")
    row = Correction.objects.get()
    assert "un autre agent contresigne" in page(client, used.odile, "corrections")
    post(client, used.odile, "correction_decide", row.pk, status=403)
    olga = make_person("Olga Exemple", RoleKind.OFFICER, region=True)
    assert "Contresigner" in page(client, olga, "corrections")
    post(client, olga, "correction_decide", row.pk, decision="contresigner")
    right.refresh_from_db()
    assert right.available == Decimal("1127.39")
    post(client, used.odile, "correct_right", right.pk, montant="-5000", motif="trop")
    taken = Correction.objects.latest("pk")
    post(client, olga, "correction_decide", taken.pk, decision="contresigner")
    right.refresh_from_db()
    assert right.available == Decimal("1127.39"), "less than that remains"
    post(client, olga, "correction_decide", taken.pk, decision="refuser", motif="déjà utilisé")
    taken.refresh_from_db()
    assert taken.state == "refused"
    for bad in ("", "douze", "1e5", "0", "²"):
        post(client, used.odile, "correct_right", right.pk, montant=bad, motif="x")
    post(client, used.bernard, "correct_right", right.pk, montant="5", motif="x", status=403)
    assert Correction.objects.count() == 2


def test_a_counting_error_is_told_once_and_answered(client, used):
    site, year = used.tilleuls.pk, str(first_year() + 1)
    html = page(client, used.bernard, "tell_counting_error", site)
    assert "612" in html
    said = {"annee": year, "eleves": "619", "texte": "Sept élèves inscrits en décembre."}
    for wrong in ({"eleves": "²"}, {"annee": "1999"}, {"texte": ""}, {"eleves": "612"}):
        post(client, used.bernard, "tell_counting_error", site, status=200, **(said | wrong))
    post(client, used.bernard, "tell_counting_error", site, **said)
    again = post(client, used.bernard, "tell_counting_error", site, status=200, **said)
    assert "déjà signalée" in again.content.decode()
    assert "le SPW l’examine" in page(client, used.bernard, "my_right")
    row = CountingError.objects.get()
    assert "Reconnaître" in page(client, used.odile, "counting_errors")
    post(client, used.bernard, "counting_error_answer", row.pk, reponse="oui", status=403)
    post(
        client, used.odile, "counting_error_answer", row.pk, reponse="Vérifié.", decision="reconnue"
    )
    assert "Vérifié." in page(client, used.bernard, "my_right")
    page(client, used.claire, "tell_counting_error", site, status=403)
    page(client, used.karl, "tell_counting_error", site, status=404)


FORM = {
    "unit": "points",
    "unit_eur": "25",
    "minimum": "40",
    "threshold": "50",
    "per_pupil": "0,5",
    "level-specialise": "2",
    "fact-1": "ise",
    "values-1": "1, 2, 3a",
    "coefficient-1": "1,2",
    "label-1": "Encadrement différencié",
    "fact-2": "pupils",
    "values-2": "0-80",
    "coefficient-2": "1,1",
    "label-2": "Petites écoles",
    "fact-3": "",
    "combine": "add",
    "share-1": "40",
    "share-2": "30",
    "share-3": "30",
    "floor": "90",
    "conditions": ["declaration"],
    "pooling": "oui",
}


def test_a_programme_is_written_simulated_adopted_and_released(client, used):
    officer, year = used.odile, first_year() + 1
    post(
        client, officer, "programme_new",
        code="points", name="Points", name_de="Punkte", first_year=year, years=3,
    )  # fmt: skip
    draft = Formula.objects.get(programme__code="points")
    assert "brouillon" in page(client, officer, "formula", draft.pk)
    bad = post(
        client, officer, "formula", draft.pk, status=422,
        **(FORM | {"vu": draft.version, "per_pupil": "beaucoup", "values-1": "99"}),
    )  # fmt: skip
    assert "amount.per_pupil" in bad.content.decode()
    assert "beaucoup" in bad.content.decode(), "what was typed stays"
    post(client, officer, "formula", draft.pk, **(FORM | {"vu": draft.version}))
    draft.refresh_from_db()
    assert draft.content["release"][0] == {"share": "0.4", "on": "09-01"}
    assert draft.content["criteria"][1]["at_most"] == 80
    stale = post(client, officer, "formula", draft.pk, status=422, **(FORM | {"vu": 1}))
    assert "a changé depuis" in stale.content.decode()
    client.force_login(officer)
    with assert_query_count("grants_rights_simulation"):
        html = plain(page(client, None, "formula_simulation", draft.pk))
    assert "Essai" in html
    rival = Formula.objects.exclude(pk=draft.pk).get()
    html = page(client, officer, "formula_simulation", draft.pk, avec=rival.pk)
    assert "Reçoivent moins" in html
    assert "points" in page(client, officer, "formula_compare", draft.pk, rival.pk)
    sheet = body_of(
        client.get(reverse("grants:formula_simulation_export", args=[draft.pk]))
    ).decode()
    assert "École Tilleuls" in sheet
    post(client, officer, "formula_adopt", draft.pk, vu=draft.version)
    programme = Programme.objects.get(code="points")
    post(client, officer, "release_year", programme.pk, annee=year)
    # 612: 40 + 0.5 × 562 = 321 points of 25 EUR, 40 %
    assert DrawingRight.objects.get(site=used.tilleuls, programme=programme).released == 3210
    html = plain(page(client, officer, "programme", programme.pk))
    assert "libéré" in html
    post(client, officer, "release_year", programme.pk, annee=year + 1)
    assert Movement.objects.filter(computation__programme=programme).count() == 4, "too early"
    post(client, officer, "formula_draft", programme.pk)
    second = programme.formulas.get(adopted_at=None)
    post(client, officer, "formula_drop", second.pk)
    assert not programme.formulas.filter(adopted_at=None).exists()
    post(client, officer, "programme_renew", programme.pk, code="points-2")
    assert Programme.objects.get(code="points-2").first_year == year + 3


def test_a_head_reads_an_adopted_formula_and_writes_none(client, used):
    adopted = Formula.objects.get()
    html = page(client, used.bernard, "formula", adopted.pk)
    assert "figée" in html
    page(client, used.bernard, "programmes")
    page(client, used.bernard, "formula_simulation", adopted.pk, status=403)
    post(client, used.bernard, "formula", adopted.pk, status=403, **FORM)
    post(client, used.bernard, "programme_new", status=403)
    programme = adopted.programme
    post(client, used.bernard, "release_year", programme.pk, annee=first_year(), status=403)
    post(client, used.odile, "formula_draft", programme.pk)
    draft = Formula.objects.get(adopted_at=None)
    page(client, used.bernard, "formula", draft.pk, status=404)


def test_schools_of_a_po_draw_together_once_their_heads_agree(client, used):
    used.saules.school.authority = used.tilleuls.school.authority
    used.saules.school.save()
    hugo = make_person("Hugo Exemple", RoleKind.HEAD, school=used.saules.school)
    now, programme = timezone.now(), Programme.objects.get()
    post(client, used.veronique, "pool_open", po=used.tilleuls.school.authority_id,
         programme=programme.pk, acte="Conseil du 3 septembre")  # fmt: skip
    pool = Pool.objects.get()
    used.tilleuls.refresh_from_db()
    post(client, used.bernard, "pool_act", pool.pk, geste="entrer", ecole=used.tilleuls.school_id)
    with pytest.raises(Overdrawn):
        ledger.reserve(used.tilleuls, Decimal(2000), "application:9", "p", None, now)
    post(client, hugo, "pool_act", pool.pk, geste="entrer", ecole=used.saules.school_id)
    post(client, used.bernard, "pool_act", pool.pk, geste="entrer",
         ecole=used.saules.school_id, status=404)  # fmt: skip
    ledger.reserve(used.tilleuls, Decimal(2000), "application:9", "p", None, now)
    own, other = (DrawingRight.objects.get(site=s) for s in (used.tilleuls, used.saules))
    assert (own.available, other.reserved) == (0, Decimal("989.30"))
    assert "En commun depuis" in page(client, used.bernard, "my_right")
    assert "payé par le droit" in page(client, used.odile, "right_entries")
    post(client, hugo, "pool_act", pool.pk, geste="quitter", ecole=used.saules.school_id)
    assert PoolConsent.objects.filter(withdrawn_on=None).count() == 2, "a reason is asked"
    post(client, hugo, "pool_act", pool.pk, geste="quitter", ecole=used.saules.school_id,
         motif="projet propre")  # fmt: skip
    assert PoolConsent.objects.filter(withdrawn_on=None).count() == 1
    assert "projet propre" in page(client, used.veronique, "pools")
    post(client, used.bernard, "pool_act", pool.pk, geste="fermer", motif="x", status=403)
    post(client, used.veronique, "pool_act", pool.pk, geste="fermer", motif="fin")
    pool.refresh_from_db()
    assert pool.closed_on


def test_the_page_of_a_site_shows_its_right(client, used):
    client.force_login(used.sofia)
    with assert_query_count("grants_rights_panel"):
        html = plain(page(client, None, "site_right", used.tilleuls.pk))
    assert "1 010,70 €" in html
    assert "Pas de droit" in page(client, used.sofia, "site_right", used.bouleaux.pk)
    page(client, used.karl, "site_right", used.tilleuls.pk, status=404)


def test_the_panels_of_the_page_are_those_of_one_s_own_school(client, used):
    html = page(client, used.bernard, "my_right")
    school = used.tilleuls.school_id
    for name in ("right_applications", "right_deliveries"):
        assert reverse(f"grants:{name}", args=[school]) in html
    assert "Aucun dossier" in page(client, used.bernard, "right_applications", school)
    page(client, used.karl, "right_applications", school, status=404)
