"""The texts of the agreements, consents that no longer overlap, one choice per managed network."""

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import migrations
from django.utils import timezone

TEXTS = Path(__file__).parents[1] / "data" / "agreement_texts.toml"


def load_texts(apps: Any, _schema_editor: Any) -> None:
    AgreementText = apps.get_model("schools", "AgreementText")
    for text in tomllib.loads(TEXTS.read_text(encoding="utf-8"))["text"]:
        AgreementText.objects.get_or_create(
            kind=text["kind"],
            version=text["version"],
            defaults={"body_fr": text["body_fr"].strip(), "body_de": text["body_de"].strip()},
        )


def part_consents(apps: Any, _schema_editor: Any) -> None:
    """End each consent where the next of its owner begins: the same days stay covered."""
    Consent = apps.get_model("schools", "Consent")
    for owner in ("authority_id", "school_id"):
        rows = Consent.objects.exclude(**{owner: None}).order_by(owner, "given_on", "pk")
        for before, after in pairwise(rows):
            if getattr(before, owner) != getattr(after, owner):
                continue
            end = before.revoked_on
            if end is not None and end <= after.given_on:
                continue
            before.revoked_on = after.given_on
            before.save(update_fields=["revoked_on"])
            if after.revoked_on is not None and (end is None or end > after.revoked_on):
                after.revoked_on = end
                after.save(update_fields=["revoked_on"])


def write_choices(apps: Any, _schema_editor: Any) -> None:
    """A network that its school manages today was chosen some day: from today, as far as known."""
    Site = apps.get_model("schools", "Site")
    Choice = apps.get_model("schools", "ManagementChoice")
    for site in Site.objects.exclude(management="central").filter(management_choices=None):
        Choice.objects.create(
            site=site,
            mode=site.management,
            from_on=timezone.localdate(),
            chosen_by_text="Préau",
            why="déjà en vigueur quand les choix ont reçu une date",
        )


class Migration(migrations.Migration):
    dependencies = [("schools", "0030_texts_documents_choices_and_plans")]
    operations = [
        migrations.RunPython(load_texts, migrations.RunPython.noop),
        migrations.RunPython(part_consents, migrations.RunPython.noop),
        migrations.RunPython(write_choices, migrations.RunPython.noop),
    ]
