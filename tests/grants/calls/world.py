"""One of everything of this part of the grants, and how the walk of every URL finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from inventory.grants.models.calls.applications import Answer, Application, AskedKit, CoAuthor
from inventory.grants.models.calls.awards import Award, AwardedKit
from inventory.grants.models.calls.files import ApplicationFile, ApplicationReminder, Submission
from inventory.grants.models.calls.forms import FormVersion
from inventory.grants.models.calls.published import Call, CallDocument, CallVersion
from inventory.models import KitVersion
from schools.models import Site, User
from tests.grants.calls.made import (
    make_application,
    make_award,
    make_call,
    make_document,
    make_draft,
    make_file,
    make_kit_version,
    publish,
)

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("appels/<slug:reference>/", {"reference": "call.reference", "pk": "call_document"}),
    (
        "appels/",
        {"pk": "call", "part": "textes", "key": "objectifs", "document": "call_document"},
    ),
    ("dossiers/pieces/", {"pk": "application_file"}),
    ("dossiers/envois/", {"pk": "submission"}),
    ("dossiers/<int:pk>/auteurs/", {"pk": "draft", "author": "author"}),
    ("dossiers/", {"pk": "draft", "key": "objectifs", "file": "application_file"}),
    ("calls/", {"pk": "call"}),
    ("call-versions/", {"pk": "call_version"}),
    ("call-forms/", {"pk": "form_version"}),
    ("applications/", {"pk": "application"}),
    ("application-answers/", {"pk": "answer"}),
    ("submissions/", {"pk": "submission"}),
    ("awards/", {"pk": "award"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {
    "grants:public_call": "a published call is everybody's to read, with or without an account",
    "grants:public_document": "likewise",
    "api:call-eligibility": "a call belongs to no school; it judges the caller's own sites",
    "grants:start_application": "a call belongs to no school; the site that is sent decides",
    **{
        f"grants:{name}": "a call belongs to no school; refused to who keeps none"
        for name in (
            *("call", "copy_call", "correct_call", "drop_correction", "edit_call", "call_judging"),
            *("call_documents", "remove_call_document", "form_builder", "form_preview"),
            *("form_section", "form_move", "form_remove", "form_question_new", "form_question"),
            *("publish_call", "extend_call", "close_call"),
        )
    },
    "api:call-detail": "a published call is everybody's to read",
    "api:callversion-detail": "likewise",
    "api:formversion-detail": "likewise",
}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "grants.ReferenceCounter": "a counter: no door reads it",
}
"""Models without ``visible_to``, and why none is needed."""


@dataclass
class CallsWorld:
    """What a site has of it."""

    call_kit: KitVersion
    """A trolley of 12,000 EUR, offered."""
    call: Call
    """A competition, open."""
    call_version: CallVersion
    form_version: FormVersion
    call_document: CallDocument
    draft: Application
    """In hand: two trolleys asked for, a picture joined, reminded once."""
    answer: Answer
    author: CoAuthor
    application_file: ApplicationFile
    application_reminder: ApplicationReminder
    application: Application
    """Sent, waiting for its reviews: two trolleys."""
    asked_kit: AskedKit
    submission: Submission
    granted: Application
    """Another one, sent and awarded."""
    award: Award
    awarded_kit: AwardedKit


def make_calls_world(site: Site, technician: User, name: str, made: dict[str, Any]) -> CallsWorld:
    """``made``: what the parts before it made at the same site, by name."""
    kit = make_kit_version(f"Classe mobile {name}")
    call = make_call(f"APPEL-{name}", published=False, per_site=0)
    version = call.versions.get()
    document = make_document(version)
    publish(version)
    call.refresh_from_db()
    author = User.objects.filter(roles__site=site).order_by("pk").first() or technician
    draft = make_draft(call, site, author, kit=kit, title=f"Brouillon {name}")
    picture = make_file(draft, author)
    application = make_application(call, site, author, kit=kit, title=f"Projet {name}")
    granted = make_application(call, site, author, kit=kit, title=f"Accordé {name}")
    award = make_award(granted, technician)
    return CallsWorld(
        call_kit=kit,
        call=call,
        call_version=version,
        form_version=version.form,
        call_document=document,
        draft=draft,
        answer=draft.answers.order_by("pk")[0],
        author=draft.authors.get(),
        application_file=picture,
        application_reminder=ApplicationReminder.objects.create(
            application=draft, step="7d", closes_at=version.closes_at, at=timezone.now()
        ),
        application=application,
        asked_kit=application.asked_kits.get(),
        submission=application.submissions.get(),
        granted=granted,
        award=award,
        awarded_kit=award.kits.get(),
    )
