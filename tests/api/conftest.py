"""Clients of the API, and two schools furnished alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from schools.models import User
from tests.cast import Cast
from tests.world import Everything, make_everything


@pytest.fixture
def api() -> Callable[[User | None], APIClient]:
    """Return a client signed in as the person; None: nobody."""

    def client(user: User | None) -> APIClient:
        made = APIClient(raise_request_exception=True)
        if user is not None:
            made.force_login(user)
        return made

    return client


@pytest.fixture
def ours(cast: Cast) -> Everything:
    """Everything at Tilleuls, Claire's school."""
    return make_everything(cast.tilleuls, cast.sofia, "T")


@pytest.fixture
def theirs(cast: Cast) -> Everything:
    """Everything at Peupliers, which Claire must never see."""
    return make_everything(cast.peupliers, cast.sofia, "P")
