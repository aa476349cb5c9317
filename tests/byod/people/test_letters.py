"""Letters to families: once each, stopped, refused, reminded; and what they open."""

from __future__ import annotations

import datetime as dt
import smtplib
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from byod.actions.people import mail_letters as mailing
from byod.actions.people import remind_families as reminding
from byod.actions.people.agree import agree
from byod.actions.people.charters import publish_charter, write_charter
from byod.actions.people.in_force import in_force
from byod.actions.people.keeping import erase, export_of
from byod.actions.people.letters import stop_round, write_again, write_families
from byod.actions.people.mail_letters import mail_letters
from byod.actions.people.note_bounces import note_bounce
from byod.actions.people.refuse import refuse
from byod.actions.people.register import keep_identity
from byod.actions.people.remind_families import remind_families
from byod.models.people.identities import Identity, IdentityReading, Named
from byod.models.people.letters import FamilyLetter, LetterKind, LetterRound, LetterState
from byod.models.people.links import LinkPurpose, PersonalLink
from byod.models.people.members import Authorisation, Member
from inventory.access import DecisionImpossible, DecisionRefused
from tests.byod.people.made import make_class, make_pupil

pytestmark = pytest.mark.django_db

MARC = "marc@parents.example.org"


@pytest.fixture
def charter(cast):
    write_charter(cast.bernard, cast.tilleuls.school, "Sans photo.", "Ohne Foto.")
    return publish_charter(cast.bernard, cast.tilleuls.school)


@pytest.fixture
def lea(cast, charter) -> Member:
    return make_pupil(cast.tilleuls, "Léa", "Exemple", guardian_email=MARC)


def states() -> list[str]:
    return list(FamilyLetter.objects.order_by("pk").values_list("state", flat=True))


def ask(cast, *members: Member, kind: str = LetterKind.AGREE, **extra) -> LetterRound:
    return write_families(cast.claire, members, kind, **extra)


def path_in(n: int = -1) -> str:
    word = next(word for word in mail.outbox[n].body.split() if "/moi/entrer/" in word)
    return "/moi/entrer/" + word.split("/moi/entrer/")[1]


# --- who is written to ---


def test_a_guardian_is_written_to_once(cast, lea):
    made = ask(cast, lea)
    with pytest.raises(IntegrityError), transaction.atomic():
        FamilyLetter.objects.create(round=made, member=lea, kind=LetterKind.AGREE)
    assert ask(cast, lea).already == 1
    assert (mail_letters(), mail_letters()) == (1, 0)
    letter = mail.outbox[0]
    assert letter.to == [MARC]
    assert "Léa" not in letter.subject
    assert "Léa" in letter.body
    assert "Exemple" not in letter.body
    assert ask(cast, lea).already == 1  # within the day
    assert mail_letters() == 0
    assert ask(cast, lea, again=True).already == 0
    assert mail_letters() == 1
    assert IdentityReading.objects.filter(why="family_letter", reader=cast.claire).exists()


def test_the_same_form_twice_asks_once(cast, lea):
    once = uuid.uuid4()
    assert ask(cast, lea, once=once) == ask(cast, lea, once=once)
    assert LetterRound.objects.count() == 1


def test_brothers_and_sisters_share_one_letter(cast, lea):
    tom = make_pupil(cast.tilleuls, "Tom", "Exemple", guardian_email=MARC.upper())
    other = make_pupil(cast.tilleuls, "Zoé", "Autre", guardian_email="autre@parents.example.org")
    ask(cast, lea, tom, other)
    assert mail_letters() == 2
    assert "Léa et Tom" in mail.outbox[0].body
    assert "Zoé" not in mail.outbox[0].body
    assert states() == ["sent"] * 3


def test_each_in_their_own_language(cast, lea):
    Member.objects.update(language="de")
    ask(cast, lea)
    mail_letters()
    assert mail.outbox[0].extra_headers["Content-Language"] == "de"


def test_who_answered_is_not_written_to(cast, lea):
    refuse(lea, reason="data", words="", now=timezone.now())
    with pytest.raises(DecisionImpossible):
        ask(cast, lea)


def test_an_answer_meanwhile_makes_the_letter_needless(cast, lea):
    ask(cast, lea)
    agree(lea, as_guardian=True, shown=in_force(lea.site.school).key, now=timezone.now())
    assert mail_letters() == 0
    assert states() == ["needless"]


def test_a_pupil_is_invited_at_their_own_address_only(cast, lea):
    ask(cast, lea, kind=LetterKind.INVITE)
    assert states() == ["no_address"]
    keep_identity(lea, Named("Léa", "Exemple", email="lea@ecole.example.org", guardian_email=MARC))
    write_again(cast.claire, LetterRound.objects.get().pk)
    assert mail_letters() == 1
    assert mail.outbox[0].to == ["lea@ecole.example.org"]
    assert PersonalLink.objects.get().purpose == LinkPurpose.ALL


@pytest.mark.parametrize("who", ["karl", "sofia", "veronique", "odile"])
def test_nobody_else_writes_or_follows(cast, client, lea, who):
    made, user = ask(cast, lea), getattr(cast, who)
    with pytest.raises(DecisionRefused):
        write_families(user, [lea], LetterKind.AGREE)
    client.force_login(user)
    for name in ("letter_round", "letter_progress"):
        assert client.get(reverse(f"byod:{name}", args=[made.pk])).status_code == 404
    assert client.post(reverse("byod:letters_stop", args=[made.pk])).status_code == 404
    assert states() == ["waiting"]


# --- what becomes of it ---


def test_stopped_before_it_left(cast, lea):
    made = ask(cast, lea)
    assert (stop_round(cast.claire, made.pk), stop_round(cast.claire, made.pk)) == (1, 0)
    assert mail_letters() == 0
    assert states() == ["stopped"]


def test_an_address_that_is_refused_is_told_and_written_to_again(cast, client, lea, monkeypatch):
    made = ask(cast, lea)
    _server_says(monkeypatch, smtplib.SMTPRecipientsRefused({MARC: (550, b"no such user")}))
    assert mail_letters() == 0
    row = FamilyLetter.objects.get()
    assert (row.state, row.fault) == (LetterState.FAILED, "550")
    assert not PersonalLink.objects.filter(revoked_at=None).exists()
    client.force_login(cast.claire)
    page = client.get(reverse("byod:letter_round", args=[made.pk])).content.decode()
    assert MARC in page
    monkeypatch.undo()
    keep_identity(lea, Named("Léa", "Exemple", guardian_email="marc.exemple@example.org"))
    client.post(reverse("byod:letters_again", args=[made.pk]))
    assert mail_letters() == 1
    assert mail.outbox[0].to == ["marc.exemple@example.org"]


def test_a_server_that_says_later_is_asked_later(cast, lea, monkeypatch):
    ask(cast, lea)
    _server_says(monkeypatch, smtplib.SMTPRecipientsRefused({MARC: (451, b"greylisted")}))
    assert (mail_letters(), mail_letters()) == (0, 0)
    monkeypatch.undo()
    row = FamilyLetter.objects.get()
    assert (row.state, row.tries, row.fault) == (LetterState.WAITING, 1, "451")
    FamilyLetter.objects.update(not_before=timezone.now())
    assert mail_letters() == 1


def test_a_worker_that_dies_leaves_an_uncertain_letter_and_never_a_second_one(
    cast, lea, monkeypatch
):
    ask(cast, lea)
    _server_says(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        mail_letters()
    monkeypatch.undo()
    assert mail_letters() == 0
    FamilyLetter.objects.update(claimed_at=timezone.now() - dt.timedelta(minutes=16))
    assert mail_letters() == 0
    assert states() == ["unsure"]


def test_what_comes_back_marks_the_letter(cast, lea):
    ask(cast, lea)
    mail_letters()
    number = mail.outbox[0].extra_headers["Message-ID"]
    assert note_bounce(_bounce("delayed", "4.4.1", number)) == 0
    assert note_bounce(_bounce("failed", "5.1.1", f"<lettre.{uuid.uuid4()}@x>")) == 0
    assert note_bounce(b"\xff\x00 nonsense") == 0
    assert note_bounce(_bounce("failed", "5.1.1", number)) == 1
    assert FamilyLetter.objects.get().fault == "5.1.1"


def _bounce(action: str, status: str, number: str) -> bytes:
    """As Postfix writes it (RFC 3464, appendix E)."""
    return f"""From: MAILER-DAEMON@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; {MARC}
Action: {action}
Status: {status}

--b
Content-Type: message/rfc822

Message-ID: {number}

--b--
""".encode()


def _server_says(monkeypatch, error: BaseException) -> None:
    def refuse_it(self: object) -> None:
        raise error

    monkeypatch.setattr(mailing.EmailMessage, "send", refuse_it)


# --- what it opens ---


def test_a_guardian_s_letter_opens_the_agreement_alone(cast, client, lea):
    ask(cast, lea)
    mail_letters()
    assert client.get(path_in())["Location"] == reverse("byod:mine")
    family = reverse("byod:mine_family")
    for name in ("mine", "mine_told", "mine_charter", "mine_add"):
        assert client.get(reverse(f"byod:{name}"))["Location"] == family, name
    page = client.get(family).content.decode()
    assert "Sans photo." in page
    assert "Léa" in page


def test_several_children_on_one_page_each_answered(cast, client, lea):
    tom = make_pupil(cast.tilleuls, "Tom", "Exemple", guardian_email=MARC)
    stranger = make_pupil(cast.tilleuls, "Zoé", "Autre", guardian_email="z@parents.example.org")
    ask(cast, lea, tom, stranger)
    mail_letters()
    client.get(path_in(0))
    floor, own = in_force(lea.site.school).key
    family, shown = reverse("byod:mine_family"), {"floor": floor or "", "own": own or ""}
    page = client.get(family).content.decode()
    assert "Tom" in page
    assert "Zoé" not in page
    assert client.post(family, {"what": "agree", "child": stranger.pk} | shown).status_code == 404
    client.post(family, {"what": "agree", "child": lea.pk} | shown)
    client.post(family, {"what": "refuse", "child": tom.pk, "reason": "screens"})
    assert set(lea.agreements.values_list("as_guardian", flat=True)) == {True}
    assert tom.refusals.get().reason == "screens"
    client.post(family, {"what": "agree", "child": tom.pk} | shown)
    assert not tom.refusals.standing().exists()
    client.post(family, {"what": "withdraw", "child": lea.pk})
    assert not lea.agreements.standing().exists()


def test_a_no_closes_the_network_and_says_why_to_the_school(cast, client, lea):
    Authorisation.objects.create(member=lea)
    with pytest.raises(DecisionImpossible):
        refuse(lea, reason="", words="", now=timezone.now())
    refuse(lea, reason="other", words="On en\nparle", now=timezone.now())
    assert not Authorisation.objects.live().exists()
    client.force_login(cast.claire)
    assert "On en parle" in client.get(reverse("byod:person", args=[lea.pk])).content.decode()
    listed = client.get(reverse("byod:members", args=[cast.tilleuls.pk]), {"etat": "refused"})
    assert "Exemple" in listed.content.decode()


def test_a_corrected_address_closes_the_letter_sent_to_the_other(cast, client, lea):
    ask(cast, lea)
    mail_letters()
    keep_identity(lea, Named("Léa", "Exemple", guardian_email="autre@parents.example.org"))
    assert client.get(path_in()).status_code == 404


def test_the_guardian_chooses_german(cast, client, lea):
    ask(cast, lea)
    mail_letters()
    client.get(path_in())
    client.post(reverse("byod:mine_family_language"), {"language": "de"})
    page = client.get(reverse("byod:mine_family")).content.decode()
    assert "Ohne Foto." in page


# --- reminded ---


@pytest.fixture
def school_days(monkeypatch) -> None:
    """The school is open every day, whenever these tests run."""
    monkeypatch.setattr(reminding, "open_days", lambda site, today: lambda day: True)


@pytest.mark.usefixtures("school_days")
def test_reminded_a_few_times_then_left_alone(cast, lea, settings):
    settings.BYOD_REMIND_DAYS, settings.BYOD_REMIND_TIMES = 7, 2
    first = timezone.now()
    ask(cast, lea)
    told = []
    for days in (6, 8, 8, 14, 17, 40):
        mail_letters()
        told.append(remind_families(first + dt.timedelta(days=days)))
        at = first + dt.timedelta(days=days)
        FamilyLetter.objects.filter(state="waiting").update(state="sent", sent_at=at)
    assert told == [0, 1, 0, 0, 1, 0]
    assert list(FamilyLetter.objects.order_by("pk").values_list("reminder", flat=True)) == [0, 1, 2]


def test_nobody_is_reminded_on_a_day_without_school(cast, lea, monkeypatch):
    ask(cast, lea)
    mail_letters()
    monkeypatch.setattr(reminding, "open_days", lambda site, today: lambda day: False)
    assert remind_families(timezone.now() + dt.timedelta(days=8)) == 0


@pytest.mark.usefixtures("school_days")
def test_a_no_is_an_answer(cast, lea):
    ask(cast, lea)
    mail_letters()
    refuse(lea, reason="data", words="", now=timezone.now())
    assert remind_families(timezone.now() + dt.timedelta(days=60)) == 0


@pytest.mark.usefixtures("school_days")
def test_a_new_charter_asks_those_who_had_agreed(cast, lea):
    ask(cast, lea)
    mail_letters()
    agree(lea, as_guardian=True, shown=in_force(lea.site.school).key, now=timezone.now())
    write_charter(cast.bernard, cast.tilleuls.school, "Sans photo ni film.", "")
    publish_charter(cast.bernard, cast.tilleuls.school)
    now = timezone.now()
    assert [remind_families(now), remind_families(now)] == [1, 0]
    mail_letters()
    assert "a changé" in mail.outbox[-1].subject


# --- by the school's pages, and forgotten ---


def test_a_class_is_written_to_from_its_row(cast, client, lea):
    make_pupil(cast.tilleuls, "Tom", "Modèle")
    client.force_login(cast.claire)
    act = reverse("byod:people_act", args=[cast.tilleuls.pk])
    asked = {
        "what": "write_parents",
        "class": make_class(cast.tilleuls).pk,
        "once": uuid.uuid4(),
    }
    first, second = client.post(act, asked), client.post(act, asked)
    assert first["Location"] == second["Location"]
    assert states() == ["waiting", "no_address"]
    mail_letters()
    page = client.get(first["Location"]).content.decode()
    assert "Modèle" in page
    assert "sans adresse" in page
    rounds = client.get(reverse("byod:letter_rounds", args=[cast.tilleuls.pk]))
    assert "à compléter" in rounds.content.decode()


def test_the_list_of_rounds_costs_the_same_for_many(
    cast, client, lea, django_assert_max_num_queries
):
    client.force_login(cast.claire)
    url = reverse("byod:letter_rounds", args=[cast.tilleuls.pk])
    client.get(url)
    for _n in range(10):
        LetterRound.objects.create(site=cast.tilleuls, kind=LetterKind.AGREE)
    with django_assert_max_num_queries(30):
        client.get(url)


def test_letters_are_told_and_erased_with_the_person(cast, lea):
    ask(cast, lea)
    mail_letters()
    refuse(lea, reason="data", words="", now=timezone.now())
    told = export_of(lea)
    assert told["letters"][0]["state"] == "sent"
    assert told["refusals"][0]["reason"] == "data"
    erase(lea, timezone.now())
    assert not FamilyLetter.objects.exists()
    assert not Identity.objects.exists()
