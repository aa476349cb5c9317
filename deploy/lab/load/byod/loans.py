"""The demo of loans: pools, a class that is being served right now, late ones, a damaged one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from byod.actions.loans.ask_pool import Asked, ask_pool, waiting_at
from byod.actions.loans.damages import Told, report_damage
from byod.actions.loans.desk import open_desk
from byod.actions.loans.hand_out import give_charger, hand_out
from byod.actions.loans.note_condition import note_condition
from byod.actions.loans.pools import pair_chargers
from byod.actions.loans.prepare_class import prepare_class
from byod.actions.loans.scan import Scanned, record_scan
from byod.actions.loans.sign_terms import sign_at_desk, sign_by_link
from byod.actions.loans.take_back import take_back, take_charger_back
from byod.loan_days import year_end
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.loans.desks import DeskScan, LoanDesk
from byod.models.loans.loans import Loan
from byod.models.loans.pools import LoanPool, PoolItem, PoolSite
from byod.models.loans.terms import LoanTerms
from byod.models.people.identities import Identity, Named
from byod.models.people.members import Equipment, Member, MemberKind, SchoolClass
from byod.rules.equity.years import school_year
from helpdesk.actions.open_for_damage import open_for_damages
from inventory.actions.note_moves import note_moves
from inventory.models import Category, Device, DeviceState, Product
from schools.models import Province, Site, User

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
SETS = 64
FIRST = 392
NAMES = (
    "Lina Brasseur", "Maëlle Collin", "Nathan Evrard", "Yasmine Haddad", "Tom Wauters",
    "Rania Saïdi", "Louis Piret", "Inès Marlier", "Sacha Dony", "Emma Collard", "Hugo Leclercq",
    "Zoé Adam", "Ilyas Amrani", "Noé Bertrand", "Aya Benali", "Victor Thiry", "Camille Noël",
    "Jules Marchal", "Manon Gérard", "Adam Fontaine", "Chloé Jacob", "Simon Keller",
)  # fmt: skip
TERMS_FR = """L’école prête cet appareil à l’élève pour apprendre, en classe et à la maison.

1. L’appareil reste la propriété de l’école. Il se rend à la date indiquée, avec son chargeur.
2. L’élève en prend soin, ne le démonte pas et ne le prête à personne.
3. En cas de panne, de perte ou de vol, la famille prévient l’école dès que possible.
4. Elle reçoit un autre appareil\u00a0; rien n’est facturé pour un usage normal.
5. L’école ne lit ni les fichiers ni les sites visités. L’appareil est effacé à son retour.
6. Un retard ne prive l’élève ni de ce prêt, ni du suivant."""
TERMS_DE = """Die Schule leiht dieses Gerät zum Lernen aus, im Unterricht und zu Hause.

1. Das Gerät bleibt Eigentum der Schule. Es wird zum angegebenen Datum mit Netzteil zurückgegeben.
2. Der Schüler oder die Schülerin behandelt es sorgfältig und verleiht es nicht weiter.
3. Bei Defekt, Verlust oder Diebstahl informiert die Familie die Schule so bald wie möglich.
4. Sie erhält ein anderes Gerät; bei normaler Nutzung wird nichts berechnet.
5. Die Schule liest weder Dateien noch besuchte Seiten. Das Gerät wird bei Rückgabe gelöscht.
6. Eine Verspätung schliesst weder von dieser noch von der nächsten Ausleihe aus."""

SEVENTH_FR = "\n7. Une borne 4G prêtée avec l’appareil se rend avec lui."
SEVENTH_DE = "\n7. Ein mit dem Gerät verliehener 4G-Router wird mit ihm zurückgegeben."
"""What the SPW is adding, in a draft."""


def load_loans(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    if LoanPool.objects.exists():
        return
    site = Site.objects.select_related("school__authority").get(pk=sites["moulin"].pk)
    claire = User.objects.get(email="claire@preau.example")
    now = timezone.now()
    LoanTerms.objects.create(
        number=1, text_fr=TERMS_FR, text_de=TERMS_DE, published_at=now - 90 * DAY
    )
    LoanTerms.objects.create(number=2, text_fr=TERMS_FR + SEVENTH_FR, text_de=TERMS_DE + SEVENTH_DE)
    laptops = _pool(site)
    due = year_end(site, timezone.localdate(now))
    _earlier(claire, site, laptops[40:], due, now)
    _today(claire, site, due, now)
    _shared(claire, site, due)
    open_for_damages(now)
    # what was set by hand above (in repair, lost) is a move too
    note_moves(PoolItem.objects.values_list("device", flat=True), claire, "prêts de l’école")


def _pool(site: Site) -> list[PoolItem]:
    """PC-0392… and CH-0392… of the school; a dozen that the PO shares; an empty provincial one."""
    laptop, _made = Product.objects.get_or_create(
        maker="Lenovo", model="ThinkPad L14 G5", category=Category.LAPTOP
    )
    charger, _made = Product.objects.get_or_create(
        maker="Lenovo", model="Chargeur 65 W USB-C", category=Category.OTHER
    )
    own = LoanPool.objects.create(name="Portables de prêt", school=site.school)
    shared = LoanPool.objects.create(
        name="Réserve commune du PO", authority=site.school.authority, each_at_most=8
    )
    PoolSite.objects.create(pool=shared, site=site, at_most=5)
    LoanPool.objects.create(name="Réserve provinciale", province=Province.NAMUR)
    laptops = _items(own, site, laptop, "PC-{:04d}", range(FIRST, FIRST + SETS))
    _items(own, site, charger, "CH-{:04d}", range(FIRST, FIRST + SETS))
    pair_chargers(own)
    _items(shared, site, laptop, "PO-{:03d}", range(1, 13))
    broken = Device.objects.filter(site=site, name="PC-0455")
    broken.update(state=DeviceState.IN_REPAIR)
    return laptops


def _items(
    pool: LoanPool, site: Site, product: Product, form: str, numbers: range
) -> list[PoolItem]:
    devices = Device.objects.bulk_create(
        Device(
            site=site,
            product=product,
            name=form.format(n),
            asset_number=f"{form.format(n)}",
            serial=f"DEMO{product.pk}{form.format(n)}".replace("-", ""),
            state=DeviceState.IN_STOCK,
        )
        for n in numbers
    )
    note_moves([device.pk for device in devices], None, "reprise de l’inventaire")
    return PoolItem.objects.bulk_create(
        PoolItem(pool=pool, device=one, is_charger=product.category == Category.OTHER)
        for one in devices
    )


def _class(site: Site, name: str, count: int) -> list[Member]:
    """Pupils of the class, of whom somebody told the names already; else invented here."""
    year = school_year(timezone.localdate())
    room, _made = SchoolClass.objects.get_or_create(site=site, name=name, year=year)
    known = list(Member.objects.present().pupils().filter(school_class=room).order_by("pk"))
    for n in range(len(known), count):
        member = Member.objects.create(site=site, kind=MemberKind.PUPIL, school_class=room)
        given, _space, family = NAMES[n % len(NAMES)].partition(" ")
        sealed = Identity(member=member)
        mail = f"famille.{member.pk}@example.org"
        sealed.store(Named(given, family, guardian_name=f"Parent {family}", guardian_email=mail))
        sealed.save()
        known.append(member)
    return known[:count] if count else known


def _grant(members: list[Member], at: dt.datetime) -> None:
    """Requests that the head granted; those that wait already are granted too."""
    year = school_year(timezone.localdate())
    for member in members:
        Member.objects.filter(pk=member.pk, equipment=Equipment.UNKNOWN).update(
            equipment=Equipment.NO_DEVICE
        )
        if not LoanRequest.objects.filter(member=member, year=year).exists():
            LoanRequest.objects.create(
                site=member.site, member=member, school_class=member.school_class, year=year,
                asked_at=at - 5 * DAY,
            )  # fmt: skip
    mine = LoanRequest.objects.filter(member__in=members, year=year, state=RequestState.ASKED)
    mine.update(state=RequestState.GRANTED, decided_at=at)


def _earlier(
    claire: User, site: Site, laptops: list[PoolItem], due: dt.date, now: dt.datetime
) -> None:
    """4A since September: two are late, one came back damaged, one was replaced, three returned."""
    members = _class(site, "4A", 10)
    _grant(members, now - 70 * DAY)
    loans = [
        hand_out(claire, member, item.pk, due)
        for member, item in zip(members, laptops, strict=False)
    ]
    for loan in loans:
        charger = loan.item.chargers.first()
        give_charger(claire, loan.pk, charger.pk if charger else None)
    for loan in loans[:6]:
        sign_by_link(_borrower(loan), loan.pk, "Parent Exemple", as_guardian=True)
    note_condition(claire, loans[0].pk, "out", {"screen": "2", "case": "3"})
    for loan in loans:
        _since(loan, now - 62 * DAY)
    Loan.objects.filter(pk__in=[loan.pk for loan in loans[7:9]]).update(
        due_on=timezone.localdate(now) - 9 * DAY
    )
    for loan in loans[1:4]:
        take_back(claire, loan.pk)
        take_charger_back(claire, loan.pk, came=True)
    take_back(claire, loans[0].pk)
    note_condition(claire, loans[0].pk, "back", {"screen": "4", "case": "3"})
    report_damage(claire, loans[0].pk, Told("damage", ("screen",)))
    hand_out(claire, _borrower(loans[0]), laptops[11].pk, due)


def _shared(claire: User, site: Site, due: dt.date) -> None:
    """Two of the PO's are set aside for the school, which asked for them."""
    shared = LoanPool.objects.get(authority=site.school.authority)
    count = min(waiting_at(site).count(), 2)
    if count:
        ask_pool(claire, shared.pk, site.pk, Asked(count, due, held=0))


def _borrower(loan: Loan) -> Member:
    assert loan.borrower is not None
    return loan.borrower


def _since(loan: Loan, at: dt.datetime) -> None:
    Loan.objects.filter(pk=loan.pk).update(out_at=at, during=DateTimeTZRange(at, None))


def _today(claire: User, site: Site, due: dt.date, now: dt.datetime) -> None:
    """3B at the desk: nineteen granted, fourteen served, one absent, one who stands there."""
    members = _class(site, "3B", 0)
    members = members if len(members) >= 20 else _class(site, "3B", 22)
    _grant(members[:19], now - 9 * DAY)
    room = members[0].school_class
    desk = open_desk(claire, site.pk, due, school_class=room.pk if room else None)
    begun = now - 26 * MINUTE
    LoanDesk.objects.filter(pk=desk.pk).update(begun_at=begun)
    for n, member in enumerate(members[5:19]):
        number = FIRST + n
        _scan(claire, desk, member.pseudonym)
        if n == 11:
            _scan(claire, desk, "PC-0455")
        _scan(claire, desk, f"PC-{number:04d}")
        if n == 3:
            _scan(claire, desk, "", "without")
        else:
            _scan(claire, desk, f"CH-{FIRST + 20:04d}" if n == 12 else f"CH-{number:04d}")
    for n, loan in enumerate(Loan.objects.filter(desk=desk).order_by("pk")):
        at = begun + (n + 3) * MINUTE
        _since(loan, at)
        DeskScan.objects.filter(loan=loan).update(at=at)
        if n % 3 == 0:
            sign_at_desk(claire, loan.pk, "Parent Exemple", "paper")
    DeskScan.objects.filter(desk=desk, outcome="in_repair").update(at=begun + 13 * MINUTE)
    LoanDesk.objects.filter(pk=desk.pk).update(absent=[members[4].pk])
    _scan(claire, desk, members[0].pseudonym)
    _class_next(claire, site, due, now)


def _class_next(claire: User, site: Site, due: dt.date, now: dt.datetime) -> None:
    """5G is prepared: its devices leave by one scan each tomorrow."""
    members = _class(site, "5G", 0)[:6]
    if members and members[0].school_class is not None:
        _grant(members, now - 4 * DAY)
        prepare_class(claire, members[0].school_class.pk, due)


def _scan(claire: User, desk: LoanDesk, text: str, act: str = "scan") -> None:
    record_scan(claire, desk.pk, Scanned(uuid.uuid4(), text, act))
