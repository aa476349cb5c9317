"""Print who can sign in to the demo, for ``./preau up``."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from deploy.lab.accounts import DEMO_ACCOUNTS, PASSWORD
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = "Print the accounts of the demo and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SECOND_FACTOR_ROLES:
            self.stdout.write(
                "Second facteur : personne n’en a besoin sur cette station "
                "(SECOND_FACTOR_ROLES=none) ; en production, les techniciens et le SPW."
            )
        self.stdout.write(f"Comptes de démonstration (mot de passe : {PASSWORD})")
        wide = max(len(account.email) for account in DEMO_ACCOUNTS)
        kinds = max(len(str(account.kind)) for account in DEMO_ACCOUNTS)
        for account in DEMO_ACCOUNTS:
            self.stdout.write(
                f"  {account.email:<{wide}}  {account.kind!s:<{kinds}}  "
                f"{account.name} · {account.look_at}"
            )
