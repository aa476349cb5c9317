"""Clients of the API, and two schools furnished alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from schools.models import User


@pytest.fixture
def api() -> Callable[[User | None], APIClient]:
    """Return a client signed in as the person; None: nobody."""

    def client(user: User | None) -> APIClient:
        made = APIClient(raise_request_exception=True)
        if user is not None:
            made.force_login(user)
        return made

    return client
