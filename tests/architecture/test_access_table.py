"""The walk: every URL × GET and POST × every kind of person × own and foreign school."""

from __future__ import annotations

import pytest
from celery import Task
from django.contrib import admin
from django.urls import reverse

from tests.architecture import walk


@pytest.fixture
def worlds(ours, theirs):
    return ours, theirs


@pytest.fixture
def no_tasks(monkeypatch):
    """A task that a POST sends goes nowhere: nobody polls a device here."""
    monkeypatch.setattr(Task, "apply_async", lambda *_words, **_options: None)


def answers(person, worlds, arguments, method, names=None) -> dict[str, list[int]]:
    """By URL name (all, or ``names``): the status for the own school, then for the foreign one."""
    client, found = walk.client_of(person), {}
    for door in walk.doors():
        if names is not None and door.name not in names:
            continue
        told = arguments.get(door.name, {})
        if set(door.params) - set(told):
            found[door.name] = []
            continue
        found[door.name] = [
            method(client, walk.address(door, told, world))
            for world in (worlds if door.params else worlds[:1])
        ]
    return found


def get(client, url) -> int:
    return client.get(url).status_code


PUBLIC = {"api:schema", "api:docs"}
"""Parts of the API that ask nobody's name."""
KNOWN = set(walk.table()["urls"])
"""What the table knows before this run."""
METHODS = {"urls": get, "posts": walk.post_empty}
"""The sections of the table, and how a cell of each is measured."""
ASK_ALL = {"nobody", "admin"}
"""Who also posts to doors that take no POST: whether a door does is the same for everybody."""


def test_every_url_stands_in_the_table_and_no_other():
    table = walk.table()
    names = {door.name for door in walk.doors()}
    assert set(table["urls"]) == names, f"run this file once with {walk.REWRITE}=1, then review"
    assert set(table["posts"]) <= names
    needy = {door.name for door in walk.doors() if door.params}
    assert needy == set(table["arguments"])


@pytest.mark.long
@pytest.mark.parametrize("section", list(METHODS))
@pytest.mark.parametrize("who", walk.PEOPLE)
def test_the_walk(who, section, cast, worlds, no_tasks):
    table = walk.table()
    person = walk.cast_people(cast)[who]
    if walk.rewriting():
        table["arguments"] = {
            door.name: table["arguments"].get(door.name) or walk.guess(door)
            for door in walk.doors()
            if door.params
        }
    names = None if walk.rewriting() or who in ASK_ALL else set(table[section])
    if walk.rewriting_what_is_new():
        names = {door.name for door in walk.doors()} - KNOWN
    measured = answers(person, worlds, table["arguments"], METHODS[section], names)
    column = walk.PEOPLE.index(who)
    if walk.rewriting():
        _merge(table, section, measured, column)
        return
    expected = {
        name: _column(table, section, name, rows, column) for name, rows in measured.items()
    }
    wrong = {
        name: f"{measured[name]} instead of {expected[name]}"
        for name in measured
        if measured[name] != expected[name]
    }
    assert wrong == {}


def _column(table, section, name, measured, column) -> list[int]:
    """What the table expects; a URL that is left out of ``[posts]`` takes no POST from anybody."""
    rows = table[section].get(name)
    if rows is None:
        asks_first = name.startswith("api:") and name not in PUBLIC
        refusal = 401 if asks_first and column == 0 else 405
        return [refusal] * len(measured) if section == "posts" else []
    return [int(row.split()[column]) for row in rows]


def _merge(table, section, measured, column):
    for name, statuses in measured.items():
        rows = table.setdefault(section, {}).setdefault(name, [])
        fresh = []
        for place, status in enumerate(statuses):
            row = (rows[place].split() if place < len(rows) else []) or []
            row += ["000"] * (len(walk.PEOPLE) - len(row))
            row[column] = str(status)
            fresh.append(" ".join(row))
        table[section][name] = fresh or ["000"]
    kept = KNOWN if walk.rewriting_what_is_new() else set()
    for name in set(table[section]) - set(measured) - kept:
        del table[section][name]
    if section == "posts" and column == len(walk.PEOPLE) - 1:
        _drop_doors_without_post(table)
    table.setdefault("posts", {})
    walk.write_table(table)


def _drop_doors_without_post(table):
    for name, rows in list(table["posts"].items()):
        statuses = {status for row in rows for status in row.split()}
        if "405" in statuses and statuses <= {"401", "405"}:
            del table["posts"][name]


def test_the_table_itself_lets_no_outsider_in():
    """Whatever was measured and reviewed, these hold: no 2xx outside, no 500 anywhere."""
    table = walk.table()
    for name, rows in (*table["urls"].items(), *table["posts"].items()):
        for row in rows:
            assert not any(status.startswith("5") for status in row.split()), name
        if len(rows) == 2 and name not in walk.SHARED:
            own, foreign = (dict(zip(walk.PEOPLE, row.split(), strict=True)) for row in rows)
            assert foreign["nobody"] in {"302", "401", "404", "405"}, name
            for who in ("contact", "head", "authority"):
                assert foreign[who] in {"404", "405"}, f"{name} {who}"
            # a technician without a school is refused school pages as such, whatever they show
            assert foreign["local"] in {"404", "405"} or foreign["local"] == own["local"] == "403"


def test_the_admin_opens_for_staff_alone(cast):
    """One rule for its many pages: whoever is no staff is sent to its sign-in."""
    pages = [reverse("admin:index")]
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages += [reverse(f"{base}_changelist"), reverse(f"{base}_add")]
    for who, person in walk.cast_people(cast).items():
        client = walk.client_of(person)
        if who == "admin":
            assert {client.get(page).status_code for page in pages} <= {200, 403}
        else:
            assert {client.get(page).status_code for page in pages} == {302}, who


def test_no_two_pages_share_an_address():
    """Of two URLs with one route, the second can never be reached."""
    routes = [door.route for door in walk.doors() if door.name not in walk.OTHER_NAMES]
    assert sorted(routes) == sorted(set(routes))


def test_no_two_addresses_share_a_name():
    """``reverse`` gives one of them: a button would lead to the other's page."""
    routes: dict[str, set[str]] = {}
    for door in walk.doors():
        routes.setdefault(door.name, set()).add(door.route)
    assert {name: found for name, found in routes.items() if len(found) > 1} == {}
