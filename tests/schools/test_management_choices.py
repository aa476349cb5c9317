"""Who manages a network is a dated choice: central writes stop that day, supervision goes on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from inventory.models import Port
from schools.access import DecisionRefused, SignatureRefused
from schools.actions.choose_management import choose_management, settle_management
from schools.models import AuditEntry, Management, ManagementChoice, Site, supervised_sites
from supervision.access import can_write
from supervision.actions.restart_port import restart_port
from tests.cast import Cast, make_device, make_site, make_target

DAY = dt.timedelta(days=1)
CENTRAL, OWN = Management.CENTRAL, Management.DECENTRALISED


class Pen:
    """What would be written to the device; the network itself is no part of this."""

    def __init__(self) -> None:
        self.written: list[object] = []

    def set_values(self, address, port, credential, values) -> None:
        self.written.append(values)


@pytest.fixture
def target(cast: Cast):
    device = make_device(cast.tilleuls, "SW")
    Port.objects.create(device=device, name="1", number=1, if_index=1)
    return make_target(device)


def mode_of(site: Site) -> str:
    site.refresh_from_db()
    return site.management


def test_a_decentralised_network_is_watched_and_never_written_to(cast: Cast, target):
    pen, now = Pen(), timezone.now()
    restart_port(cast.sofia, target, "1", now, writer=pen, off_s=0)
    assert len(pen.written) == 2
    choose_management(cast.bernard, cast.tilleuls.pk, OWN, "Nous avons un technicien")
    target.refresh_from_db()
    with pytest.raises(PermissionDenied, match="géré par l’école"):
        restart_port(cast.sofia, target, "1", now, writer=pen, off_s=0)
    assert len(pen.written) == 2
    assert cast.tilleuls in supervised_sites(timezone.localdate())
    choose_management(cast.veronique, cast.tilleuls.pk, CENTRAL, "Il est parti")
    target.site.refresh_from_db()
    restart_port(cast.sofia, target, "1", now, writer=pen, off_s=0)
    assert len(pen.written) == 4


def test_a_choice_for_later_blocks_at_midnight_whether_settled_or_not(cast: Cast, target):
    today = timezone.localdate()
    choose_management(cast.bernard, cast.tilleuls.pk, OWN, "Contrat", today + 2 * DAY)
    assert mode_of(cast.tilleuls) == CENTRAL
    assert can_write(cast.sofia, target, today + DAY)
    assert not can_write(cast.sofia, target, today + 2 * DAY)
    assert settle_management() == 0


def test_the_day_come_the_lists_show_it(cast: Cast):
    site, table = cast.tilleuls, "ALTER TABLE schools_managementchoice"
    with connection.cursor() as cursor:
        # as on the morning of a choice that was made the day before
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"{table} DISABLE TRIGGER schools_choice_applies")
        ManagementChoice.objects.create(
            site=site, mode=OWN, from_on=timezone.localdate(), chosen_by_text="B"
        )
        cursor.execute(f"{table} ENABLE TRIGGER schools_choice_applies")
    assert mode_of(site) == CENTRAL
    assert (settle_management(), settle_management()) == (1, 0)
    assert mode_of(site) == OWN


def test_the_newest_decision_wins_over_one_that_was_planned(cast: Cast, target):
    today, site = timezone.localdate(), cast.tilleuls
    choose_management(cast.bernard, site.pk, OWN, "Contrat", today + 9 * DAY)
    choose_management(cast.bernard, site.pk, CENTRAL, "Non, finalement")
    assert can_write(cast.sofia, target, today + 30 * DAY)
    assert ManagementChoice.objects.planned(site, today) is None


def test_a_double_tap_is_one_choice_and_a_void_one_is_refused(cast: Cast):
    with pytest.raises(DecisionRefused, match="déjà centrale"):
        choose_management(cast.bernard, cast.tilleuls.pk, CENTRAL, "Pour voir")
    one = choose_management(cast.bernard, cast.tilleuls.pk, OWN, "Oui")
    assert choose_management(cast.bernard, cast.tilleuls.pk, OWN, "Oui") == one
    assert AuditEntry.objects.filter(action="choose_management").count() == 1
    with pytest.raises(DecisionRefused, match="passée"):
        choose_management(cast.bernard, cast.tilleuls.pk, CENTRAL, "", timezone.localdate() - DAY)


@pytest.mark.parametrize("who", ["claire", "sofia", "thomas", "odile"])
def test_nobody_else_chooses(cast: Cast, who: str):
    with pytest.raises(SignatureRefused, match="direction"):
        choose_management(getattr(cast, who), cast.tilleuls.pk, OWN, "Moi")
    assert mode_of(cast.tilleuls) == CENTRAL


def test_another_school_is_not_found(cast: Cast):
    with pytest.raises(Site.DoesNotExist):
        choose_management(cast.bernard, cast.peupliers.pk, OWN, "Eux")


def test_whatever_door_writes_the_column_the_choices_tell_it(cast: Cast):
    site = make_site("Aulnes", "namur", management=OWN)
    assert ManagementChoice.objects.get(site=site).mode == OWN
    Site.objects.filter(pk=site.pk).update(management=CENTRAL)
    assert [c.mode for c in ManagementChoice.objects.filter(site=site)] == [CENTRAL, OWN]
    Site.objects.filter(pk=site.pk).update(management=CENTRAL)
    assert ManagementChoice.objects.filter(site=site).count() == 2


def test_a_choice_is_a_fact(cast: Cast):
    choose_management(cast.bernard, cast.tilleuls.pk, OWN, "Oui")
    rows = ManagementChoice.objects.filter(site=cast.tilleuls)
    with pytest.raises(DatabaseError, match="is a fact"), transaction.atomic():
        rows.update(mode=CENTRAL)
    with pytest.raises(DatabaseError, match="is a fact"), transaction.atomic():
        rows.delete()
    cast.bernard.roles.all().delete()
    cast.bernard.delete()
    assert rows.get().chosen_by_text == "Bernard Exemple"
