"""Texts to sign, as they are and as they were signed; papers, to whom they concern."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from schools.agreements.awaiting import agreement_url
from schools.agreements.papers import PDF
from schools.models import AgreementText, Authority, Consent, ConsentKind, Document, School
from schools.views.agreements import Owner, consent_seen
from schools.views.doors import user_of


@require_GET
@login_required
def authority_text(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/accords/pouvoirs/<id>/texte/`: the text to sign on paper."""
    owner = get_object_or_404(Authority.objects.visible_to(user_of(request)), pk=pk)
    return _text(request, owner, AgreementText.objects.current(ConsentKind.ASSISTANCE))


@require_GET
@login_required
def school_text(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/accords/ecoles/<id>/texte/`: the text to sign on paper."""
    schools = School.objects.visible_to(user_of(request)).select_related("authority")
    owner = get_object_or_404(schools, pk=pk)
    return _text(request, owner, AgreementText.objects.current(ConsentKind.SUPERVISION))


@require_GET
@login_required
def consent_text(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/accords/<id>/texte/`: the version that was signed, whatever came after."""
    consent = consent_seen(request, pk)
    return _text(request, consent.owner, consent.text, consent)


def _text(
    request: HttpRequest,
    owner: Owner,
    text: AgreementText | None,
    consent: Consent | None = None,
) -> HttpResponse:
    if text is None:
        raise Http404
    german = request.GET.get("langue") == "de"
    url = (
        agreement_url(consent)
        if consent
        else reverse(
            f"schools:{'authority' if isinstance(owner, Authority) else 'school'}_agreement",
            args=[owner.pk],
        )
    )
    context = {
        "menu": "agreements",
        "crumbs": [
            (_("Accords"), reverse("schools:agreements")),
            (str(owner), url),
            (_("Texte"), None),
        ],
        "owner": owner,
        "authority": owner if isinstance(owner, Authority) else owner.authority,
        "text": text,
        "body": text.body_de if german else text.body_fr,
        "german": german,
        "consent": consent,
    }
    return render(request, "schools/agreements/text.html", context)


@require_GET
@login_required
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/documents/<id>/`: a paper, to whom it concerns. A photo of ours is shown in place."""
    paper = get_object_or_404(Document.objects.visible_to(user_of(request)), pk=pk)
    try:
        with paper.file.open("rb") as file:
            content = file.read()  # 15 MB at most
    except FileNotFoundError as gone:
        raise Http404 from gone
    how = "attachment" if paper.content_type == PDF else "inline"
    response = HttpResponse(content, content_type=paper.content_type)
    response["Content-Disposition"] = _disposition(how, paper.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _disposition(how: str, name: str) -> str:
    return content_disposition_header(how == "attachment", name) or how
