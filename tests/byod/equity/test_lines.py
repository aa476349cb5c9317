"""Lines: lent once, one a household, lost and suspended, unused and asked about, imported."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from byod.actions.equity.find_unused import mail_line_notices, next_for_line, note_lines
from byod.actions.equity.keep_lines import NewLine, add_line
from byod.actions.equity.lend_line import Terms, lend_line, return_line
from byod.actions.equity.order_operator import ask_operator, report_lost_line, settle_by_hand
from byod.actions.equity.read_usage import read_usage
from byod.models.equity.line_loans import LineLoan, LineNotice
from byod.models.equity.lines import Line, LineService
from byod.models.equity.orders import LineOrderState, OperatorOrder
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.equity.usage import LineUsage
from byod.models.loans.pools import LoanPool
from byod.models.people.identities import Identity, Named
from byod.models.people.members import Equipment, Member
from inventory.access import DecisionImpossible, DecisionRefused
from schools.actions.apply_import import apply_import
from schools.actions.confirm_import import confirm_import
from schools.actions.read_import import read_import
from schools.actions.start_import import start_import
from schools.imports.findings import sentence
from schools.models import AuditEntry
from tests.architecture.query_counts import assert_query_count
from tests.byod.equity.made import (
    iccid,
    make_class,
    make_line,
    make_plan,
    make_pupil,
    make_request,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LIST = "/connexions-pretees/"


def due() -> dt.date:
    return timezone.localdate() + 100 * DAY


def pupil_of(here, guardian: str = "", given: str = "Lou") -> Member:
    pupil = make_pupil(here, Equipment.NO_LINE)
    identity = Identity(member=pupil)
    identity.store(Named(given, "Exemple", email="lou@example.org", guardian_email=guardian))
    identity.save()
    return pupil


@pytest.fixture
def here(cast):
    return make_class(cast.tilleuls)


def test_a_line_is_lent_serves_its_request_and_comes_back(cast, here):
    pupil = pupil_of(here)
    request = make_request(
        pupil, wants_device=False, wants_charger=False, wants_line=True,
        state=RequestState.GRANTED,
    )  # fmt: skip
    line = make_line(cast.tilleuls)
    loan = lend_line(cast.claire, line.pk, pupil.pk, Terms(due()))
    request.refresh_from_db()
    assert (request.state, loan.request) == (RequestState.SERVED, request)
    assert not Line.objects.free().exists()
    assert return_line(cast.claire, loan.pk).end_why == "back"
    assert return_line(cast.claire, loan.pk).end_why == "back"
    assert Line.objects.free().get() == line
    told = str(list(AuditEntry.objects.values()))
    assert pupil.pseudonym not in told
    assert "Lou" not in told


def test_a_request_for_both_stays_granted_until_the_device_is_there_too(cast, here):
    pupil = pupil_of(here)
    request = make_request(pupil, wants_line=True, state=RequestState.GRANTED)
    lend_line(cast.claire, make_line(cast.tilleuls).pk, pupil.pk, Terms(due()))
    request.refresh_from_db()
    assert request.state == RequestState.GRANTED


def test_one_line_a_household_unless_the_head_says_why(cast, here):
    first, second = pupil_of(here, "parent@example.org"), pupil_of(here, " Parent@Example.org ")
    lend_line(cast.claire, make_line(cast.tilleuls, 1).pk, first.pk, Terms(due()))
    other = make_line(cast.tilleuls, 2)
    with pytest.raises(DecisionImpossible, match="ménage a déjà"):
        lend_line(cast.claire, other.pk, second.pk, Terms(due()))
    lifted = Terms(due(), lift_why="Deux logements")
    with pytest.raises(DecisionRefused, match="direction"):
        lend_line(cast.claire, other.pk, second.pk, lifted)
    assert lend_line(cast.bernard, other.pk, second.pk, lifted).household_lifted
    assert "parent" not in str(list(LineLoan.objects.values_list("household", flat=True)))


def test_the_database_lends_a_line_once(cast, here):
    line, now = make_line(cast.tilleuls), timezone.now()
    values = {"site": cast.tilleuls, "line": line, "due_on": due(), "out_at": now}
    LineLoan.objects.create(**values, during=DateTimeTZRange(now, None))
    with pytest.raises(IntegrityError, match="line_to_one_at_a_time"), transaction.atomic():
        LineLoan.objects.create(**values, during=DateTimeTZRange(now + DAY, None))


def test_who_is_not_of_the_school_lends_nothing(cast, here):
    pupil, line = pupil_of(here), make_line(cast.tilleuls)
    for stranger in (cast.sofia, cast.odile, cast.veronique):
        with pytest.raises(Member.DoesNotExist):
            lend_line(stranger, line.pk, pupil.pk, Terms(due()))
    with pytest.raises(Member.DoesNotExist):
        lend_line(cast.karl, line.pk, pupil.pk, Terms(due()))


def test_a_lost_line_is_out_at_once_and_its_order_is_noted_by_hand(cast, here):
    line = make_line(cast.tilleuls)
    loan = lend_line(cast.claire, line.pk, pupil_of(here).pk, Terms(due()))
    order = report_lost_line(cast.claire, line.pk)
    assert report_lost_line(cast.claire, line.pk).pk == order.pk
    line.refresh_from_db()
    loan.refresh_from_db()
    assert (line.service, loan.end_why, order.state) == (LineService.LOST, "lost", "waiting")
    with pytest.raises(DecisionImpossible, match="preuve"):
        settle_by_hand(cast.claire, order.pk, " ")
    settle_by_hand(cast.claire, order.pk, "Appel à Sam, 12/10")
    line.refresh_from_db()
    assert line.service == LineService.LOST
    ask_operator(cast.claire, line.pk, "resume")
    settle_by_hand(cast.claire, OperatorOrder.objects.open().get().pk, "Mail du 13/10")
    line.refresh_from_db()
    assert line.service == LineService.ACTIVE


def test_a_contrary_order_replaces_the_one_that_waits(cast):
    line = make_line(cast.tilleuls)
    first = ask_operator(cast.bernard, line.pk, "suspend")
    ask_operator(cast.bernard, line.pk, "end")
    first.refresh_from_db()
    assert first.state == LineOrderState.CANCELLED
    with pytest.raises(DecisionImpossible, match="déjà active"):
        ask_operator(cast.bernard, line.pk, "resume")


def test_a_shared_pool_is_kept_by_its_owner(cast):
    shared = LoanPool.objects.create(name="PO", authority=cast.tilleuls.school.authority)
    new = NewLine(kind="sim", label="SIM-9", plan=make_plan(), iccid=iccid(9))
    with pytest.raises(DecisionRefused, match="partagée"):
        add_line(cast.bernard, shared, new)
    assert add_line(cast.veronique, shared, new).pool == shared
    with pytest.raises(DecisionImpossible, match="déjà"):
        add_line(cast.veronique, shared, new)


def test_a_wrong_number_is_told_and_a_code_is_sealed(cast):
    pool = LoanPool.objects.create(name="École", school=cast.tilleuls.school)
    wrong = NewLine(kind="sim", label="SIM-1", plan=make_plan(), iccid=iccid(1)[:-1] + "x")
    with pytest.raises(DecisionImpossible, match="19 ou 20"):
        add_line(cast.claire, pool, wrong)
    bon = NewLine(kind="voucher", label="BON-1", plan=make_plan(), code="SECRET-42")
    row = add_line(cast.claire, pool, bon)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM byod_line l WHERE id = %s", [row.pk])
        assert "SECRET-42" not in cursor.fetchone()[0]
    assert "SECRET-42" not in str(list(AuditEntry.objects.values()))


def report(user, plan, month: dt.date, text: str):
    return read_usage(user, plan.operator, month, io.BytesIO(text.encode()), "releve.csv")


def test_a_report_is_read_whole_or_not_at_all_and_can_be_corrected(cast):
    plan = make_plan()
    line = make_line(cast.tilleuls, 3, plan)
    month = dt.date(2026, 10, 14)
    with pytest.raises(DecisionImpossible, match="Ligne 3, « mo »"):
        report(cast.odile, plan, month, f"iccid;mo\n{iccid(3)};12\n{iccid(4)};beaucoup\n")
    assert not LineUsage.objects.exists()
    done = report(cast.odile, plan, month, f"ICCID;MB\n{iccid(3)};1 204,5\n{iccid(4)};7\n")
    assert (done.known, done.unknown) == (1, 1)
    report(cast.odile, plan, month, f"iccid;mo\n{iccid(3)};99\n")
    row = LineUsage.objects.get()
    assert (row.line, row.month, row.mb) == (line, dt.date(2026, 10, 1), 99)
    with pytest.raises(DecisionRefused):
        report(cast.bernard, plan, month, "iccid;mo\n")


def test_unused_is_asked_about_in_steps_and_offered_to_the_first(cast, here, settings):
    settings.LINE_UNUSED_DAYS, settings.LINE_NOTICE_DAYS = 30, 7
    plan = make_plan()
    line = make_line(cast.tilleuls, 5, plan)
    pupil = pupil_of(here, "parent@example.org")
    loan = lend_line(cast.claire, line.pk, pupil.pk, Terms(due()))
    long_ago = timezone.now() - 130 * DAY
    LineLoan.objects.filter(pk=loan.pk).update(
        out_at=long_ago, during=DateTimeTZRange(long_ago, None)
    )
    today = timezone.localdate()
    assert note_lines(today) == 0, "no report: nothing is known"
    last_month = (today.replace(day=1) - DAY).replace(day=1)
    report(cast.odile, plan, last_month, f"iccid;mo\n{iccid(5)};0\n")
    for days, kind in ((0, "pupil"), (3, None), (7, "guardian"), (14, "school"), (21, None)):
        before = LineNotice.objects.count()
        note_lines(today + days * DAY)
        new = LineNotice.objects.order_by("pk")[before:]
        assert [one.kind for one in new] == ([kind] if kind else [])
    assert mail_line_notices() == 3
    assert mail_line_notices() == 0
    to = [one.to for one in mail.outbox]
    assert to[:2] == [["lou@example.org"], ["parent@example.org"]]
    assert set(to[2]) == {cast.claire.email, cast.bernard.email}
    assert all("Lou" not in one.body for one in mail.outbox)
    waiting = make_request(pupil_of(here), wants_line=True)
    assert next_for_line(cast.tilleuls.school) == waiting
    return_line(cast.claire, loan.pk, "unused")
    assert Line.objects.free().get() == line


def test_the_school_is_told_before_a_line_expires_and_so_is_the_po_that_pays(client, cast, here):
    shared = LoanPool.objects.create(name="PO", authority=cast.tilleuls.school.authority)
    soon = timezone.localdate() + 20 * DAY
    plan = make_plan()
    of_the_po = make_line(cast.tilleuls, 6, plan, pool=shared, expires_on=soon)
    of_the_school = make_line(cast.tilleuls, 7, plan, expires_on=soon)
    later = make_line(cast.tilleuls, 8, plan, expires_on=soon + 90 * DAY)
    for line in (of_the_po, of_the_school, later):
        lend_line(cast.claire, line.pk, pupil_of(here).pk, Terms(due()))
    assert [note_lines(timezone.localdate()) for _twice in range(2)] == [2, 0]
    assert mail_line_notices() == 2
    staff = {cast.claire.email, cast.bernard.email}
    told = sorted((set(one.to) for one in mail.outbox), key=len)
    assert told == [staff, staff | {cast.veronique.email}]
    assert all(f"{soon:%d/%m/%Y}" in one.body for one in mail.outbox)
    client.force_login(cast.veronique)
    page = client.get("/connexions-pretees/?etat=expire").content.decode()
    assert of_the_po.label in page
    assert "Expirent bientôt" in page


def test_the_pages_show_what_is_unused_and_who_decides(client, cast, here):
    plan = make_plan()
    line = make_line(cast.tilleuls, 6, plan)
    pupil = pupil_of(here, given="Manon")
    make_request(pupil, wants_line=True)
    client.force_login(cast.claire)
    with assert_query_count("byod:lines"):
        assert "SIM-06" in client.get(LIST).content.decode()
    form = client.get(f"{LIST}{line.pk}/preter/").content.decode()
    assert "1. Manon Exemple" in form
    body = {"pupil": pupil.pk, "due_on": due().isoformat()}
    assert client.post(f"{LIST}{line.pk}/preter/", body).status_code == 302
    page = client.get(f"{LIST}{line.pk}/").content.decode()
    assert "Manon" in page
    client.post(f"{LIST}{line.pk}/agir/", {"acte": "suspendre"})
    assert OperatorOrder.objects.get().kind == "suspend"
    assert "à transmettre" in client.get(f"{LIST}ordres/").content.decode()
    client.force_login(cast.veronique)
    page = client.get(f"{LIST}{line.pk}/").content.decode()
    assert "Manon" not in page
    assert pupil.pseudonym not in page
    client.force_login(cast.karl)
    assert client.get(f"{LIST}{line.pk}/").status_code == 404
    for url in ("operateurs/nouveau/", "formules/nouvelle/", "releve/"):
        assert client.get(f"{LIST}{url}").status_code == 403
    client.force_login(cast.odile)
    for url in ("operateurs/", "operateurs/nouveau/", "formules/nouvelle/", "releve/", "importer/"):
        assert client.get(f"{LIST}{url}").status_code == 200


def test_an_operator_that_reads_files_gets_each_order_once(client, cast):
    plan = make_plan()
    line = make_line(cast.tilleuls, 7, plan)
    order = ask_operator(cast.bernard, line.pk, "suspend")
    client.force_login(cast.odile)
    url = reverse("byod:line_order_file", args=[plan.operator.pk])
    text = client.post(url).content.decode("utf-8-sig")
    assert text.splitlines()[0] == "id;order;iccid;number;asked_at"
    assert f"{order.key};suspend;{iccid(7)};" in text
    assert client.post(url).status_code == 302
    order.refresh_from_db()
    assert order.state == LineOrderState.SENT
    client.post(reverse("byod:line_order_act", args=[order.pk]), {"preuve": "OP-1", "acte": "fait"})
    line.refresh_from_db()
    assert line.service == LineService.SUSPENDED
    client.force_login(cast.bernard)
    assert client.post(url).status_code == 403


def test_a_file_of_lines_is_shown_before_it_is_written(client, cast, tmp_path):
    plan = make_plan(name="Opérateur exemple")
    LoanPool.objects.create(name="Réserve Tilleuls", school=cast.tilleuls.school)
    head = "repere;genre;iccid;operateur;formule;reserve;expire_le\n"
    rest = "Opérateur exemple;40 Go;réserve tilleuls;30/06/2027"
    text = (
        f"{head}BORNE-1;borne 4G;{iccid(11)};{rest}\nBORNE-2;Carte SIM;{iccid(12)};{rest}\n"
        f"BORNE-3;borne 4G;{iccid(13)[:-1]}x;{rest}\nBORNE-4;borne 4G;{iccid(14)};Autre;40 Go;"
        "réserve tilleuls;\n"
    )
    run = start_import(
        cast.claire, "loan_lines", io.BytesIO(text.encode()), "l.csv", timezone.localdate()
    )
    read_import(run.pk)
    run.refresh_from_db()
    assert (run.counts["to_write"], run.counts["refused_rows"]) == (2, 2)
    assert not Line.objects.exists()
    told = [sentence(one.reason, one.told) for one in run.findings.filter(outcome="refused")]
    assert any("19 ou 20 chiffres" in one for one in told)
    assert any("formule inconnue" in one for one in told)
    client.force_login(cast.claire)
    assert client.get(reverse("schools:import", args=[run.pk])).status_code == 200
    confirm_import(cast.claire, run.pk, run.fingerprint)
    apply_import(run.pk)
    assert sorted(Line.objects.values_list("label", "kind", "plan")) == [
        ("BORNE-1", "hotspot_4g", plan.pk),
        ("BORNE-2", "sim", plan.pk),
    ]


def test_two_desks_lend_the_same_card_to_two_pupils_and_one_wins(cast, here):
    line = make_line(cast.tilleuls, 20)
    first, second = pupil_of(here), pupil_of(here)
    lend_line(cast.claire, line.pk, first.pk, Terms(due()))
    with pytest.raises(DecisionImpossible, match="quelqu’un d’autre"):
        lend_line(cast.bernard, line.pk, second.pk, Terms(due()))
    assert LoanRequest.objects.count() == 0
