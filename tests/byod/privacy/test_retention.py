"""The nightly purge: counted first, one part at a time, safe to kill and to repeat."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from byod.actions.privacy import retention
from byod.actions.privacy.count_month import count_month
from byod.indicators import k9
from byod.kept import kept
from byod.models.people.devices import PersonalDevice
from byod.models.people.lists import WAITS
from byod.models.people.members import Member, MemberKind
from byod.models.privacy.figures import MonthlyFigure
from byod.models.privacy.runs import RetentionRun
from byod.rules.privacy.purposes import BY_KEY, PURPOSES, days_words

pytestmark = pytest.mark.django_db


def make_members(site, n, kind=MemberKind.PUPIL):
    return Member.objects.bulk_create(Member(site=site, kind=kind) for _ in range(n))


def test_a_part_that_fails_says_so_without_its_text_and_the_others_go_on(monkeypatch):
    def broken(now):
        raise ValueError("Un nom secret")

    parts = (
        ("one", lambda now: {"loans": 2}),
        ("two", broken),
        ("three", lambda now: {"loans": 3}),
    )
    monkeypatch.setattr(retention, "PARTS", parts)
    run = retention.run_retention(timezone.now())
    assert (run.counts, run.failed) == ({"loans": 5}, {"two": "ValueError"})
    assert "secret" not in str(list(RetentionRun.objects.values()))


def test_what_a_killed_part_did_is_undone_with_its_counts(monkeypatch, cast):
    (member,) = make_members(cast.tilleuls, 1)

    def killed(now):
        Member.objects.filter(pk=member.pk).delete()
        raise KeyboardInterrupt

    monkeypatch.setattr(retention, "PARTS", (("ok", lambda now: {"terms": 1}), ("dies", killed)))
    with pytest.raises(KeyboardInterrupt):
        retention.run_retention(timezone.now())
    run = RetentionRun.objects.get()
    assert (run.counts, run.finished_at) == ({"terms": 1}, None)
    assert Member.objects.filter(pk=member.pk).exists()
    monkeypatch.setattr(retention, "PARTS", ())
    assert retention.run_retention(timezone.now()).finished_at is not None


def test_the_real_parts_run_twice_and_the_second_forgets_nothing(capsys):
    call_command("run_retention")
    assert retention.run_retention(timezone.now()).total == 0
    assert "rows forgotten." in capsys.readouterr().out


def test_a_month_is_counted_by_site_and_corrected_until_it_is_over(cast):
    now = dt.datetime(2026, 9, 30, 23, 30, tzinfo=dt.UTC)  # 1 October in Brussels
    members = make_members(cast.tilleuls, 6)
    make_members(cast.tilleuls, 3, MemberKind.GUEST)
    count_month(now)
    row = MonthlyFigure.objects.get(key="members")
    assert (row.month, row.value, row.site) == (dt.date(2026, 10, 1), 6, cast.tilleuls)
    Member.objects.filter(pk__in=[one.pk for one in members]).update(left_on=dt.date(2026, 10, 2))
    count_month(now + dt.timedelta(days=2))
    assert MonthlyFigure.objects.get(key="members").value == 0
    make_members(cast.tilleuls, 2)
    count_month(now + dt.timedelta(days=40))
    told = MonthlyFigure.objects.filter(key="members").order_by("month")
    assert [one.value for one in told] == [0, 2]


def test_every_purpose_has_a_setting_and_is_told_with_its_duration(settings):
    settings.KEEP_LOAN_IDENTITY_DAYS = 45
    told = {one.purpose.key: one for one in kept()}
    assert told["loans"].how_long == "45 jours après le retour, sauf dommage encore ouvert"
    assert told["authentications"].duration == "6 mois"
    assert told["terms"].duration == "1 an"
    assert told["readings"].duration == "2 ans"
    assert dt.timedelta(hours=BY_KEY["lists"].hours) == WAITS
    assert {one.purpose.key for one in kept()} == {one.key for one in PURPOSES}


def test_no_keep_setting_is_missing_from_the_register():
    names = {name for name in dir(settings) if name.startswith("KEEP_")}
    assert {one.setting for one in PURPOSES if one.setting} == names | {"RADIUS_MAC_DAYS"}


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (30, ("days", 30)),
        (90, ("days", 90)),
        (183, ("months", 6)),
        (365, ("years", 1)),
        (730, ("years", 2)),
        (0, ("days", 0)),
    ],
)
def test_a_duration_is_said_as_people_say_it(days, told):
    assert days_words(days) == told


def test_everybody_reads_what_is_kept_in_both_languages(client):
    page = client.get(reverse("byod:kept")).content.decode()
    assert "Ce que Préau garde" in page
    assert "90 jours" in page
    german = client.get(reverse("byod:kept"), {"langue": "de"})
    assert 'lang="de"' in german.content.decode()


def test_officers_follow_the_purges_and_schools_do_not(client, cast):
    client.force_login(cast.odile)
    assert "Pas encore d’effacement" in client.get(reverse("byod:retention_runs")).content.decode()
    client.post(reverse("byod:retention_start"))
    assert RetentionRun.objects.count() == 1
    assert client.get(reverse("byod:privacy")).url == reverse("byod:retention_runs")
    for other in (cast.bernard, cast.claire, cast.sofia):
        client.force_login(other)
        assert client.get(reverse("byod:retention_runs")).status_code == 403
        assert client.post(reverse("byod:retention_start")).status_code == 403


def test_figures_of_few_are_not_told(client, cast):
    month = dt.date(2026, 9, 1)
    MonthlyFigure.objects.create(site=cast.tilleuls, month=month, key="members", value=4)
    MonthlyFigure.objects.create(site=cast.tilleuls, month=month, key="loans_out", value=1204)
    MonthlyFigure.objects.create(site=cast.peupliers, month=month, key="members", value=777)
    client.force_login(cast.bernard)
    page = client.get(reverse("byod:figures")).content.decode()
    assert "moins de 5" in page
    assert "1\u00a0204" in page
    assert "777" not in page
    sheet = b"".join(client.get(reverse("byod:figures_export"))).decode()
    assert "moins de 5" in sheet


def test_a_guest_and_an_old_visit_are_no_additional_device(cast):
    now = timezone.now()
    pupil, teacher = make_members(cast.tilleuls, 2)
    (guest,) = make_members(cast.tilleuls, 1, MemberKind.GUEST)
    for member, days in ((pupil, 89), (pupil, 0), (teacher, 91), (guest, 0)):
        PersonalDevice.objects.create(
            member=member, name="x", platform="ios", seen_at=now - dt.timedelta(days=days)
        )
    assert k9(now=now).devices == 2
    assert k9(now=now).devices_told is None
