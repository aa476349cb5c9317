"""The journal through the API: within the scope, without secrets, with its seals."""

from __future__ import annotations

from schools.actions.audit import record_action
from schools.models import AuditEntry, Role
from schools.origin import Door, Origin, coming_from

URL = "/api/v1/journal/"


def rows(client, query="") -> list[dict]:
    return client.get(f"{URL}{query}").json()["results"]


def test_it_holds_what_the_caller_may_read(api, cast, ours, theirs):
    hers = {row["id"] for row in rows(api(cast.claire))}
    assert ours.audit.pk in hers
    assert set(AuditEntry.objects.filter(pk__in=hers).values_list("site", flat=True)) == {
        cast.tilleuls.pk
    }
    assert {ours.audit.pk, theirs.audit.pk} <= {row["id"] for row in rows(api(cast.sofia))}
    assert api(cast.claire).get(f"{URL}{theirs.audit.pk}/").status_code == 404
    assert rows(api(cast.claire), f"?site={theirs.site.pk}") == []


def test_an_act_at_a_school_left_behind_is_not_told(api, cast):
    record_action(cast.claire, "report_problem", cast.tilleuls, site=cast.tilleuls)
    Role.objects.filter(user=cast.claire).delete()
    assert rows(api(cast.claire)) == []


def test_secrets_and_addresses_stay_with_those_they_concern(api, cast):
    with coming_from(Origin(Door.TOKEN, "Robot", "2001:db8::7")):
        values = {"password": "p-x", "snmp": {"community": "c-x", "port": 161}}
        record_action(cast.thomas, "change_site", cast.tilleuls, site=cast.tilleuls, after=values)
    for person, address, name in (
        (cast.claire, "", ""),
        (cast.thomas, "2001:db8::7", "Robot"),
        (cast.sofia, "2001:db8::7", "Robot"),
    ):
        row = rows(api(person))[0]
        assert (row["address"], row["door_name"]) == (address, name)
        assert row["after"] == {"password": "•••", "snmp": {"community": "•••", "port": 161}}


def test_filters_meet(api, cast, ours):
    record_action(cast.thomas, "set_priority", ours.ticket, site=cast.tilleuls)
    client = api(cast.sofia)
    assert len(rows(client, f"?object_type=helpdesk.ticket&object_id={ours.ticket.pk}")) == 2
    assert len(rows(client, f"?actor={cast.thomas.pk}&action=set_priority&door=unknown")) == 1
    assert rows(client, "?before=2001-01-01T00:00:00Z") == []
