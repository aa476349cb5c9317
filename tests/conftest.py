"""What every test stands on: a real PostgreSQL, and a real Chromium where one is installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.plugin import blocking_manager_key

from deploy.lab.fiction.region import FictitiousRegion, make_region
from deploy.settings import env
from deploy.station import postgres
from tests import shared_rows
from tests.cast import Cast
from tests.database import empty_tables, migrated_database
from tests.world import Everything

_held = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Hold the test cluster for the whole run, unless DATABASE_URL names a server.

    Only the first process does: the workers of pytest-xdist are started after it and share
    the cluster, each with its own database.
    """
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    cluster = postgres.Cluster(settings.TEST_HOME, durable=False)
    _held.enter_context(postgres.running(cluster))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the long files first: begun last, one would run alone while other processes wait.

    After pytest-django, which puts those that commit at the end.
    """
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.location[0], []).append(item)
    weights = {file: (_weight(tests), file) for file, tests in files.items()}
    items.sort(key=lambda item: weights[item.location[0]], reverse=True)


def _weight(tests: list[pytest.Item]) -> tuple[bool, bool, int]:
    """What is known of a file before it runs: long tests, a browser, how many tests."""
    long, browser = (
        any(test.get_closest_marker(name) for test in tests) for name in ("long", "browser")
    )
    return long, browser, len(tests)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let shared rows go that this test does not ask for, before any of its fixtures: one may hold
    a transaction of its own, or start Chromium's event loop, from within which this thread would
    find another connection than the one that holds them."""
    if shared_rows.SHARED.names and shared_rows.SHARED.names != shared_rows.names_of(item):
        with item.config.stash[blocking_manager_key].unblock():
            shared_rows.SHARED.release()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> None:
    """Make the cast before the transaction of the first test that shares it."""
    if fixturedef.argname == shared_rows.HELPER:
        shared_rows.prepare(request)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the test cluster go; the last run that holds it stops it."""
    _held.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: object
) -> None:
    """Each process copies a migrated database instead of migrating an empty one."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database()


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> None:
    """Tests that commit leave an empty database behind them."""
    TransactionTestCase._fixture_teardown = lambda _case: empty_tables()


@pytest.fixture(autouse=True)
def french() -> None:
    """What a request of the test before spoke ends with it."""
    translation.activate(settings.LANGUAGE_CODE)


def chromium_path() -> str | None:
    """Return the Chromium that journeys drive, None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    named = env.text("PREAU_CHROMIUM")
    return named or next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A running Chromium (playwright.sync_api.Browser); the test is skipped where none is.

    Ended with each module: while Playwright is there its event loop runs in this thread, and a
    later test that starts a loop of its own would be refused.
    """
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    # Django's guard against blocking calls in async code would, beside that loop, refuse every
    # query of the test itself.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium, live_server) -> Iterator[object]:
    """A fresh tab in French on the running site (``live_server``), at desk width."""
    context = chromium.new_context(
        base_url=live_server.url, locale="fr-BE", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def fictitious_region(db: None) -> FictitiousRegion:
    """A whole small Region, loaded through the imports: 30 sites with pupils, rooms and people."""
    from deploy.lab.fiction.load import load_region  # noqa: PLC0415  it knows models

    region = make_region(30)
    load_region(region)
    return region


@pytest.fixture
def shared(request: pytest.FixtureRequest, db: None) -> dict[str, object]:
    """What this test shares with its neighbours, by the name of its fixture."""
    return shared_rows.rows_of(request.node)


@pytest.fixture
def cast(shared: dict[str, Cast]) -> Cast:
    """Everyone and every place of ``tests/cast.py``."""
    return shared["cast"]


@pytest.fixture
def ours(shared: dict[str, Everything]) -> Everything:
    """Everything at Tilleuls, Claire's school."""
    return shared["ours"]


@pytest.fixture
def theirs(shared: dict[str, Everything]) -> Everything:
    """Everything at Peupliers, which Claire must never see."""
    return shared["theirs"]
