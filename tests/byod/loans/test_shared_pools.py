"""A PO's or a province's pool: who opens it, who draws on it, how much, and how it ends."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from byod.actions.loans.ask_pool import Asked, ask_pool
from byod.actions.loans.hand_out import hand_out
from byod.actions.loans.pool_rules import Rules, change_pool, close_pool
from byod.actions.loans.pools import fill_pool, open_pool
from byod.actions.loans.prepare_class import prepare_class
from byod.actions.loans.reserve import release_device
from byod.actions.loans.take_back import take_back
from byod.listing_pools import lent_where
from byod.models.equity.shares import pools_of
from byod.models.loans.loans import Loan
from byod.models.loans.pools import LoanPool, PoolItem
from inventory.access import DecisionImpossible, DecisionRefused
from inventory.models import Category, DeviceState
from schools.models import Role, RoleKind, Site, User
from tests.architecture.query_counts import assert_query_count
from tests.byod.loans.made import DUE, Lending, make_item
from tests.cast import GIVEN, make_cast, make_device


def second_site(cast) -> Site:
    """Another site of the same school, with people of its own."""
    tilleuls = cast.tilleuls
    return Site.objects.create(
        school=tilleuls.school, name="Tilleuls bas", scheme=tilleuls.scheme,
        municipality=tilleuls.municipality, number="7001",
    )  # fmt: skip


def contact_of(site: Site, name: str) -> User:
    user = User.objects.create_user(f"{name}@example.org", full_name=name)
    Role.objects.create(user=user, kind=RoleKind.CONTACT, site=site, from_on=GIVEN)
    return user


def rules(**changed) -> Rules:
    return Rules(**({"name": "Commune", "everyone": True, "each_at_most": None} | changed))


@pytest.fixture
def commune(cast):
    """Three laptops that the schools of the PO of Tilleuls share."""
    pool = open_pool(cast.veronique, "Commune", authority=cast.tilleuls.school.authority_id)
    for n in range(3):
        make_item(pool, f"PO-{n}", cast.tilleuls)
    return pool


def asked(n: int, held: int = 0) -> Asked:
    return Asked(n, DUE, held)


def test_a_po_opens_its_own_and_the_region_that_of_a_province(cast):
    own = cast.tilleuls.school.authority_id
    assert open_pool(cast.veronique, " La   commune ", authority=own).name == "La commune"
    assert open_pool(cast.odile, "Province", province="namur").province == "namur"
    with pytest.raises(DecisionImpossible, match="Il y a déjà une réserve de ce nom"):
        open_pool(cast.veronique, "La commune", authority=own)
    for person, where in (
        (cast.claire, {"authority": own}),
        (cast.veronique, {"province": "namur"}),
        (cast.thomas, {"province": "namur"}),
        (cast.sofia, {"province": "namur"}),
    ):
        with pytest.raises(DecisionRefused):
            open_pool(person, "Autre", **where)
    with pytest.raises(DecisionImpossible):
        open_pool(cast.odile, "Autre", province="flandre")


def test_devices_of_another_po_do_not_come_into_it(cast, commune):
    make_device(cast.peupliers, "PC-77", Category.LAPTOP, state=DeviceState.IN_STOCK)
    told = fill_pool(cast.odile, commune.pk, ["PC-77"])
    assert told.refused == [
        ("PC-77", "il est de École Peupliers, qui ne partage pas cette réserve")
    ]


def test_only_named_sites_draw_once_it_is_narrowed(cast, commune):
    below = second_site(cast)
    contact = contact_of(below, "Basile")
    assert commune in LoanPool.objects.visible_to(contact)
    narrow = rules(everyone=False, added=["Tilleuls", "Peupliers", "Tilleuls"])
    refused = change_pool(cast.veronique, commune.pk, narrow)
    assert [text for text, _why in refused] == ["Peupliers"]
    commune.refresh_from_db()
    assert list(commune.rules.values_list("site__name", flat=True)) == ["Tilleuls"]
    assert commune not in LoanPool.objects.visible_to(contact)
    assert commune in LoanPool.objects.visible_to(cast.claire)
    assert commune in LoanPool.objects.visible_to(cast.veronique)
    assert not LoanPool.objects.of_site(below).filter(pk=commune.pk).exists()
    assert commune in pools_of(cast.tilleuls.school)
    change_pool(cast.veronique, commune.pk, rules(added=["7001"]))
    assert commune.rules.count() == 2


def test_a_school_takes_no_more_than_its_part(cast, commune):
    change_pool(cast.veronique, commune.pk, rules(each_at_most=2, added=["Tilleuls"]))
    lending = Lending(cast.tilleuls, 3)
    with pytest.raises(DecisionImpossible, match="Votre part"):
        ask_pool(cast.claire, commune.pk, cast.tilleuls.pk, asked(3))
    assert Loan.objects.count() == 0
    first, second = ask_pool(cast.claire, commune.pk, cast.tilleuls.pk, asked(2))
    third = PoolItem.objects.get(device__name="PO-2")
    with pytest.raises(DecisionImpossible, match="part de la réserve partagée est prise"):
        hand_out(cast.claire, lending.pupils[2], third.pk, DUE)
    # what is reserved for a pupil counts once, also while it is handed out
    out = hand_out(cast.claire, lending.pupils[0], first.item_id, DUE)
    # preparing a class goes round the taken part, to the school's own
    assert prepare_class(cast.claire, lending.school_class.pk, DUE) == (1, 0)
    assert Loan.objects.filter(item__pool=commune).count() == 2
    release_device(cast.claire, second.pk)
    take_back(cast.claire, out.pk)
    rule = commune.rules.get()
    change_pool(cast.veronique, commune.pk, rules(each_at_most=2, limits={rule.pk: 1}))
    told = lent_where(commune, cast.veronique)[0]
    assert (told.out, told.kept, told.most, told.room) == (0, 0, 1, 1)


def test_the_own_pool_is_lent_before_the_shared_one(cast, commune):
    lending = Lending(cast.tilleuls, 1)
    prepare_class(cast.claire, lending.school_class.pk, DUE)
    assert Loan.objects.get().item.pool == lending.pool


def test_asking_twice_or_for_more_than_there_is_sets_nothing_aside(cast, commune):
    Lending(cast.tilleuls, 4)
    site = cast.tilleuls.pk
    with pytest.raises(DecisionImpossible, match="Il n’en reste que 3"):
        ask_pool(cast.claire, commune.pk, site, asked(4))
    assert len(ask_pool(cast.claire, commune.pk, site, asked(1))) == 1
    with pytest.raises(DecisionImpossible, match="vient de puiser"):
        ask_pool(cast.claire, commune.pk, site, asked(1))
    with pytest.raises(DecisionImpossible, match="Demandez de 1 à"):
        ask_pool(cast.claire, commune.pk, site, asked(0, held=1))
    with pytest.raises(LoanPool.DoesNotExist):
        ask_pool(cast.karl, commune.pk, cast.peupliers.pk, asked(1))
    with pytest.raises(DecisionRefused):
        ask_pool(cast.veronique, commune.pk, site, asked(1))
    assert Loan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_schools_want_the_last_one_and_one_gets_it():
    cast = make_cast()
    pool = open_pool(cast.veronique, "Commune", authority=cast.tilleuls.school.authority_id)
    make_item(pool, "PO-0", cast.tilleuls)
    below = second_site(cast)
    Lending(cast.tilleuls, 1, 401)
    Lending(below, 1, 451)
    both = threading.Barrier(2)
    ends: list[object] = []

    def want(user: User, site: Site) -> None:
        try:
            both.wait()
            ends.append(ask_pool(user, pool.pk, site.pk, asked(1)))
        except Exception as error:
            ends.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=want, args=(cast.claire, cast.tilleuls)),
        threading.Thread(target=want, args=(contact_of(below, "Basile"), below)),
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    won = [one for one in ends if isinstance(one, list)]
    lost = [str(one) for one in ends if isinstance(one, DecisionImpossible)]
    assert (len(won), len(lost)) == (1, 1), ends
    assert "Il n’en reste plus dans cette réserve" in lost[0]
    assert Loan.objects.taken().count() == 1


def test_it_closes_when_everything_is_back(cast, commune):
    Lending(cast.tilleuls, 1)
    loan = ask_pool(cast.claire, commune.pk, cast.tilleuls.pk, asked(1))[0]
    with pytest.raises(DecisionRefused):
        close_pool(cast.claire, commune.pk)
    with pytest.raises(DecisionImpossible, match="Faites d’abord rendre"):
        close_pool(cast.veronique, commune.pk)
    release_device(cast.claire, loan.pk)
    assert close_pool(cast.veronique, commune.pk).closed_on is not None
    assert not PoolItem.objects.in_pool().filter(pool=commune).exists()
    with pytest.raises(DecisionImpossible, match="fermée"):
        fill_pool(cast.veronique, commune.pk, ["PO-0"])


def test_a_pool_of_a_school_has_no_rules(cast):
    pool = open_pool(cast.claire, "École", school=cast.tilleuls.school_id)
    with pytest.raises(DecisionImpossible):
        change_pool(cast.claire, pool.pk, rules())
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanPool.objects.filter(pk=pool.pk).update(everyone=False)


def test_pages_open_for_whom_they_are_and_say_what_is_where(cast, commune, client):
    lending = Lending(cast.tilleuls, 2)
    page = reverse("byod:loan_pool", args=[commune.pk])
    people = {"veronique": 200, "odile": 200, "claire": 200, "sofia": 200, "karl": 404}
    for person, status in people.items():
        client.force_login(getattr(cast, person))
        assert client.get(page).status_code == status, person
    rule_page = reverse("byod:loan_pool_rules", args=[commune.pk])
    for person, status in (("veronique", 200), ("odile", 200), ("claire", 403), ("karl", 404)):
        client.force_login(getattr(cast, person))
        assert client.get(rule_page).status_code == status, person
    asking = reverse("byod:loan_pool_ask", args=[commune.pk])
    for person, status in (("karl", 404), ("veronique", 403), ("sofia", 403), ("claire", 302)):
        client.force_login(getattr(cast, person))
        assert client.post(asking).status_code == status, person
    client.force_login(cast.claire)
    sent = {"implantation": cast.tilleuls.pk, "nombre": 2, "deja": 0, "jour": f"{DUE:%Y-%m-%d}"}
    answer = client.post(reverse("byod:loan_pool_ask", args=[commune.pk]), sent, follow=True)
    assert "2 appareils vous sont réservés" in answer.content.decode()
    client.force_login(cast.veronique)
    text = client.get(page).content.decode()
    assert "Ce qui est prêté, où" in text
    for pupil in lending.pupils:
        assert pupil.pseudonym not in text
    assert "Lina" not in text
    sent = {"nom": "Commune", "qui": "choisies", "au-plus": "0", "implantations": ""}
    assert "va de 1 à" in client.post(rule_page, sent, follow=True).content.decode()


def test_opening_by_the_page(cast, client):
    page = reverse("byod:loan_pools")
    for person, key in (("veronique", ""), ("odile", "province-luxembourg"), ("claire", "")):
        client.force_login(getattr(cast, person))
        answer = client.post(page, {"nom": "Nouvelle", "proprietaire": key}, follow=True)
        assert "Nouvelle" in answer.content.decode(), person
    assert LoanPool.objects.filter(name="Nouvelle").count() == 3
    client.force_login(cast.veronique)
    assert "Donnez un nom" in client.post(page, {"nom": " "}, follow=True).content.decode()


def test_a_shared_pool_costs_the_same_however_long(cast, client):
    pool = open_pool(cast.veronique, "Commune", authority=cast.tilleuls.school.authority_id)
    for n in range(6):
        make_item(pool, f"PO-{n}", cast.tilleuls)
    Lending(cast.tilleuls, 4)
    ask_pool(cast.claire, pool.pk, cast.tilleuls.pk, asked(4))
    for person in (cast.claire, cast.veronique):
        client.force_login(person)
        url = reverse("byod:loan_pool", args=[pool.pk])
        client.get(url)
        with assert_query_count(f"byod_loan_pool_shared_{person.email.partition('@')[0]}"):
            assert client.get(url).status_code == 200
