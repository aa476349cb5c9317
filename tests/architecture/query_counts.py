"""How many queries a page may cost: baselines in the repository, reviewed like code."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

BASELINES = Path(__file__).with_name("query_counts.json")
REWRITE = "PREAU_REWRITE_QUERY_COUNTS"
"""Set to 1, the tests write what they measure into the file instead of comparing."""


@contextmanager
def assert_query_count(name: str, n: int | None = None) -> Iterator[None]:
    """Fail unless the block costs exactly the baseline of ``name`` (or ``n`` queries).

    A cheaper page fails too: lower its baseline, so that it stays cheap.
    """
    with CaptureQueriesContext(
        connection,
    ) as queries:
        yield
    baselines: dict[str, int] = json.loads(BASELINES.read_text())
    if n is None and os.environ.get(REWRITE) == "1":
        baselines[name] = len(queries)
        BASELINES.write_text(json.dumps(baselines, indent=1, sort_keys=True) + "\n")
        return
    expected = baselines.get(name) if n is None else n
    if len(queries) != expected:
        told = "\n".join(f"{i}. {q['sql'][:300]}" for i, q in enumerate(queries, 1))
        raise AssertionError(
            f"{name} costs {len(queries)} queries; {BASELINES.name} says {expected}. "
            f"If that is right, run the tests once with {REWRITE}=1.\n{told}"
        )
