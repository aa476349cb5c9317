"""``manage.py import_source KIND FILE``: the preview as a table; with ``--apply``, the import."""

from __future__ import annotations

import datetime as dt
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from schools.access import ImportRefused
from schools.actions.apply_import import apply_import
from schools.actions.confirm_import import confirm_import
from schools.actions.read_import import read_import
from schools.actions.start_import import start_import
from schools.commands import HouseCommand
from schools.import_words import told_of
from schools.imports.foreign import known_layouts
from schools.imports.reading import FileRefused
from schools.models import ImportOutcome, ImportRun, ImportState

SHOWN = 40


class Command(HouseCommand):
    """Exit code 1 when rows were refused, unless ``--skip-refused``."""

    help = "Compare a file of an authentic source with the register; write it with --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, from where, and how far."""
        parser.add_argument("kind", choices=[*known_layouts()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write what the preview says")
        parser.add_argument(
            "--allow-closing",
            action="store_true",
            help="close what the file lacks even where the file looks partial",
        )
        parser.add_argument(
            "--skip-refused", action="store_true", help="exit 0 although rows are refused"
        )
        parser.add_argument(
            "--as-of",
            type=dt.date.fromisoformat,
            help="day of the source, on which what it lacks is closed (default: today)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview, and apply when asked."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path} : ce fichier n’existe pas.")
        began = time.monotonic()
        run = self._previewed(path, options["kind"], options["as_of"] or timezone.localdate())
        self._tell(run)
        if options["apply"]:
            run = self._applied(run, options["allow_closing"])
        self.stdout.write(f"{time.monotonic() - began:.1f} s")
        if run.counts["refused_rows"] and not options["skip_refused"]:
            raise CommandError(
                f"{run.counts['refused_rows']} lignes refusées (--skip-refused : code 0 malgré "
                "elles).",
                returncode=1,
            )

    def _previewed(self, path: Path, kind: str, as_of: dt.date) -> ImportRun:
        try:
            with path.open("rb") as file:
                run = start_import(None, kind, file, path.name, as_of)
        except (ImportRefused, FileRefused) as refused:
            raise CommandError(str(refused)) from None
        found = read_import(run.pk)
        assert found is not None  # nobody else knows this run yet
        if found.state != ImportState.PREVIEWED:
            raise CommandError(found.failure)
        return found

    def _applied(self, run: ImportRun, closing: bool) -> ImportRun:
        if not run.counts["to_write"]:
            self.stdout.write("Rien à écrire : le registre dit déjà la même chose.")
            return run
        confirm_import(None, run.pk, run.fingerprint, closing=closing)
        found = apply_import(run.pk)
        if found is None or found.state != ImportState.APPLIED:
            why = found.failure if found else ""
            raise CommandError(why or "Le registre a changé entre-temps : relancez la commande.")
        self.stdout.write(f"Écrit : {found.done} objets (import {found.pk}).")
        return found

    def _tell(self, run: ImportRun) -> None:
        counts = run.counts
        self.stdout.write(
            f"{run.get_kind_display()} · {run.file_name} · {run.format} · "
            f"{counts['rows']} lignes, {counts['good_rows']} bonnes, "
            f"{counts['refused_rows']} refusées, {counts['ignored_rows']} ignorées"
        )
        if run.unknown_columns:
            self.stdout.write(f"Colonnes inconnues : {', '.join(run.unknown_columns)}")
        for outcome, label in ImportOutcome.choices:
            if number := counts["outcomes"].get(outcome):
                self.stdout.write(f"  {label!s:<12} {number:>7}")
        self.stdout.write(f"  {'inchangé':<12} {counts['unchanged']:>7}")
        self._tell_findings(run)
        if counts["guarded"]:
            self.stdout.write(
                f"Le fichier paraît partiel : {counts['closing_sites']} implantations sur "
                f"{counts['open_places']} y manquent. Elles ne sont fermées qu’avec "
                "--allow-closing."
            )
        for words, number in counts["consequences"]:
            self.stdout.write(f"  aux lieux fermés : {number} {words}")

    def _tell_findings(self, run: ImportRun) -> None:
        rows = run.findings.filter(outcome__in=["refused", "warned", "closed"])
        for one in rows[:SHOWN]:
            told = told_of(one)
            where = f"ligne {one.line}" if one.line else ""
            cell = f"{one.column} « {one.value} »" if one.column else one.object_text
            self.stdout.write(f"  {one.get_outcome_display():<11} {where:<12} {cell} : {told}")
        if (more := rows.count() - SHOWN) > 0:
            self.stdout.write(f"  … et {more} autres")
