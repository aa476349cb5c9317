"""An OpenID Connect provider over HTTP on loopback: code flow, PKCE, signed tokens; and its faults.

Its tokens are made with joserfc, the site reads them with PyJWT: two implementations that know
nothing of each other. It signs everybody in without asking; the test sets what it says of them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "preau", "un-secret-de-test"


@dataclass
class Provider:
    """What the provider says, and how it misbehaves. ``claims`` go into token and userinfo."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "a1b2c3"})
    token_claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    sign_with: Any = None
    algorithm: str = "RS256"
    issuer: str = ""
    refuse: str = ""
    broken: str = ""
    """A path that answers 500."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    """Every request for authorisation, to look at."""

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def authorise(self, asked: dict[str, str]) -> str:
        """Where the browser goes next."""
        self.asked.append(asked)
        if self.refuse:
            answer = {"error": self.refuse}
        else:
            answer = {"code": secrets.token_urlsafe(16)}
            self.codes[answer["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode({**answer, 'state': asked['state']})}"

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Tokens for a code: once, to whom knows the verifier, to the client alone."""
        wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {wanted}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked.get("code_challenge_method") != "S256" or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.id_token(asked.get("nonce", "")),
        }

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.claims,
            **self.token_claims,
        }
        header = {"alg": self.algorithm, "kid": "1"}
        return jwt.encode(header, claims, self.sign_with or self.key, algorithms=[self.algorithm])


def secret_key() -> OctKey:
    """Our own secret as a key: what a forger who knows it would sign with."""
    return OctKey.import_key(SECRET)


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        provider = self.provider
        if provider.broken and path.endswith(provider.broken):
            return self.answer(500, {})
        if path == "/authorize":
            self.send_response(302)
            self.send_header("Location", provider.authorise({k: v[0] for k, v in query.items()}))
            self.end_headers()
            return None
        pages = {
            "/.well-known/openid-configuration": provider.discovery,
            "/jwks": lambda: {
                "keys": [{**provider.key.as_dict(private=False), "alg": "RS256", "use": "sig"}]
            },
            "/userinfo": lambda: {**provider.claims, **provider.userinfo},
        }
        return self.answer(200, pages[path]()) if path in pages else self.answer(404, {})

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        if self.provider.broken == "/token":
            return self.answer(500, {})
        return self.answer(*self.provider.redeem(form, self.headers.get("Authorization", "")))

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running() -> Iterator[Provider]:
    """A provider at an address of its own."""
    provider = Provider()
    handler = type("Bound", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def app_of(provider: Provider, **settings: Any) -> dict[str, Any]:
    """The settings of the site for this provider, as deploy/settings/identity.py writes them."""
    return {
        "provider_id": "oidc",
        "name": "CSAM de test",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {
            "server_url": provider.url,
            "oauth_pkce_enabled": True,
            "scope": ["openid", "profile", "email"],
            "subject_claim": "sub",
            "mail_claim": "mail",
            "language_claim": "prefLanguage",
            "trust_mail": False,
            "second_factor": [],
            **settings,
        },
    }
