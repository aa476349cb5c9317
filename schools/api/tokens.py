"""Tokens for programs. The database holds their SHA-256 alone: a stolen copy opens nothing.

The table is that of ``rest_framework.authtoken``: one token per person, with that person's
rights. A token is shown once, by ``manage.py make_api_token``.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token

from schools.models import User

KEY_LENGTH = 40
"""Characters that the table keeps: the first 160 bits of the digest, in hexadecimal."""


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()[:KEY_LENGTH]


def make_token(user: User) -> str:
    """Give ``user`` a new token and return it; an older one stops working at once."""
    token = secrets.token_urlsafe(32)
    Token.objects.filter(user=user).delete()
    Token.objects.create(user=user, key=digest(token))
    return token


class HashedTokenAuthentication(TokenAuthentication):
    """``Authorization: Token …``, compared by digest."""

    def authenticate_credentials(self, key: str) -> Any:
        """The person whose token this is. Raises AuthenticationFailed otherwise."""
        return super().authenticate_credentials(digest(key))
