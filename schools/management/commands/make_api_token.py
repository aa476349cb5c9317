"""Give a person an access key for programs that speak to the API, and show it this once."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from schools.actions.make_token import ALL_SCOPES, TokenRefused, make_token
from schools.commands import HouseCommand
from schools.models import User


class Command(HouseCommand):
    """``manage.py make_api_token EMAIL --scopes read,helpdesk --expires 2027-06-30``."""

    help = "Make an access key to the API for a person; it is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose key, what it is called, what it opens and until when."""
        parser.add_argument("email")
        parser.add_argument("--name", default="make_api_token", help="what the owner reads of it")
        parser.add_argument(
            "--scopes",
            default=",".join(ALL_SCOPES),
            help=f"comma separated, of {', '.join(ALL_SCOPES)}; all unless told",
        )
        parser.add_argument(
            "--expires", type=_day, metavar="YYYY-MM-DD", help="last day; in a year unless told"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the key, write it in the journal, print it."""
        user = User.objects.filter(email=options["email"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"No active person has the address {options['email']}.")
        scopes = [word.strip() for word in options["scopes"].split(",") if word.strip()]
        try:
            _token, text = make_token(user, options["name"], scopes, expires_at=options["expires"])
        except TokenRefused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(text)


def _day(text: str) -> dt.datetime:
    """The end of a day in Brussels."""
    last = dt.datetime.combine(dt.date.fromisoformat(text), dt.time(23, 59, 59))
    return timezone.make_aware(last)
