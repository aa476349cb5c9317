from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q

from schools.actions.import_claims import LEASE
from schools.models import ImportRun


def runs_to_resume(now: dt.datetime) -> list[tuple[int, str]]:
    """(key, state) of the runs that no worker holds any more: killed, or never sent."""
    silent = Q(claim=None, created_at__lt=now - LEASE) | Q(claimed_at__lt=now - LEASE)
    return list(ImportRun.objects.at_work().filter(silent).values_list("pk", "state"))


def forget_old_files(now: dt.datetime) -> int:
    """Delete the files and the lines of runs older than ``IMPORT_DAYS``; the figures stay."""
    limit = now - dt.timedelta(days=settings.IMPORT_DAYS)
    old = ImportRun.objects.filter(created_at__lt=limit).exclude(file="")
    count = 0
    for run in old.exclude(pk__in=ImportRun.objects.at_work().values("pk")):
        run.findings.all().delete()
        run.file.delete(save=False)
        run.file = ""
        run.save(update_fields=["file"])
        count += 1
    return count
