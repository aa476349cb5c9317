"""The calendars that come with Préau, whatever an earlier test has emptied."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.fixture
def calendars(db: None) -> None:
    """Both Communities, 2024-2025 to 2026-2027: what the migration wrote, or written again."""
    call_command("import_calendar", "--known", verbosity=0)
