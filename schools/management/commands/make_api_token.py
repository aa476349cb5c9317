"""Give a person a token for programs that speak to the API, and show it this once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from schools.actions.audit import record_action
from schools.api.tokens import make_token
from schools.models import User


class Command(BaseCommand):
    """``manage.py make_api_token EMAIL``: the former token of that person stops working."""

    help = "Make an API token for a person; it is shown once and replaces the former one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The person's e-mail address."""
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Make the token, write it in the journal, print it."""
        user = User.objects.filter(email=options["email"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"No active person has the address {options['email']}.")
        token = make_token(user)
        record_action(None, "make_api_token", user, why="manage.py make_api_token")
        self.stdout.write(token)
