"""The message of an invitation, in the language of who reads it: text, and plain HTML."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from schools.invitation_links import link_of
from schools.models import Invitation
from schools.people.role_words import opens_words


def message_of(invitation: Invitation) -> EmailMultiAlternatives:
    """Who invites, for what, until when, what to do, whom to ask if it is a mistake."""
    with translation.override(invitation.language):
        inviter = invitation.invited_by
        told = {
            "invitation": invitation,
            "language": invitation.language,
            "link": link_of(invitation),
            "inviter": inviter.full_name if inviter else "Préau",
            "inviter_email": inviter.email if inviter and not inviter.erased_at else "",
            "kind": invitation.post.kind_word,
            "where": invitation.where,
            "opens": opens_words(invitation.kind),
        }
        message = EmailMultiAlternatives(
            subject=_("Invitation : %(kind)s, %(place)s")
            % {"kind": told["kind"], "place": told["where"]},
            body=render_to_string("schools/mail/invitation.txt", told),
            to=[invitation.email],
        )
        message.attach_alternative(
            render_to_string("schools/mail/invitation.html", told), "text/html"
        )
        return message
