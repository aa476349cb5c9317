"""The bench of rankings in small, and the command that makes stored lists again."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from deploy.bench.ranking import measure, populate
from inventory.grants.actions.review.make_run import make_run
from inventory.grants.models.review.rankings import RankingRun


def test_sixty_files_are_ranked_made_again_and_adopted(db, capsys):
    call, officer = populate(60)
    assert measure(call, officer)
    told = capsys.readouterr().out
    assert "60 decisions" in told
    lines = {line.split()[0]: line.split()[1] for line in told.splitlines() if "  " in line[:2]}
    assert lines["list"] == lines["again"]


def test_the_command_tells_the_hash_and_fails_where_the_list_differs(db):
    call, officer = populate(12)
    run = make_run(officer, call, timezone.now())
    told = io.StringIO()
    call_command("rerun_ranking", call.reference, stdout=told)
    assert f"made again {run.result_sha256}: same" in told.getvalue()
    with pytest.raises(CommandError, match="no such list"):
        call_command("rerun_ranking", call.reference, "--run", "9", stdout=told)
    result = [row | {"outcome": "refused"} for row in run.result]
    RankingRun.objects.create(
        call=call,
        version=run.version,
        number=2,
        inputs=run.inputs,
        inputs_sha256=run.inputs_sha256,
        result=result,
        result_sha256="0" * 64,
    )
    with pytest.raises(CommandError, match="1 of 2 lists differ"):
        call_command("rerun_ranking", call.reference, stdout=told)
