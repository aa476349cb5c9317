"""What anybody may ask about certificates: roots, lists of revocations, and OCSP."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from byod.actions.people.authority import roots
from byod.actions.people.revocations import answer_ocsp, crl_of
from byod.models.people.authorities import CertificateAuthority

LONGEST = 4096
"""Bytes of a request; ours have about a hundred."""


@require_GET
def root(request: HttpRequest) -> HttpResponse:
    """GET `/byod/pki/racine.pem`: what a device or server that we do not set up trusts."""
    return HttpResponse(roots(), content_type="application/x-pem-file")


@require_GET
def crl(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/byod/pki/<pk>.crl`: DER (RFC 5280); with ``?format=pem`` PEM."""
    try:
        pem = crl_of(pk, timezone.now())
    except CertificateAuthority.DoesNotExist:
        raise Http404 from None
    if request.GET.get("format") == "pem":
        return HttpResponse(pem, content_type="application/x-pem-file")
    der = x509.load_pem_x509_crl(pem.encode()).public_bytes(serialization.Encoding.DER)
    return HttpResponse(der, content_type="application/pkix-crl")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def ocsp(request: HttpRequest, asked: str = "") -> HttpResponse:
    """POST `/byod/pki/ocsp` with DER, or GET with it in base64 behind a slash (RFC 6960, A.1)."""
    der = request.body[:LONGEST] if request.method == "POST" else _from_path(asked)
    answer = answer_ocsp(der, timezone.now())
    return HttpResponse(answer, content_type="application/ocsp-response")


def _from_path(asked: str) -> bytes:
    try:
        return base64.b64decode(unquote(asked)[:LONGEST], validate=True)
    except (binascii.Error, ValueError):
        return b""
