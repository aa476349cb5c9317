from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import PeopleRefused, can_grant, invitations_for, require_people
from schools.actions.invite_person import send_again, write_down_invitation
from schools.models import Invitation, InvitationState, User


def lock_invitation(user: User, pk: int) -> Invitation:
    """The invitation, locked. Raises Invitation.DoesNotExist where unseen."""
    seen = invitations_for(user).values("pk")
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("authority", "school", "site__school")
        .get(pk=pk, pk__in=seen)
    )


@transaction.atomic
def resend_invitation(by: User, pk: int) -> Invitation:
    """Send it once more with a new link; the one before opens nothing any more.

    Raises Invitation.DoesNotExist where unseen, PeopleRefused with the reason.
    """
    invitation = lock_invitation(by, pk)
    require_people(can_grant(by, invitation.post))
    _refuse_settled(invitation)
    send_again(by, invitation)
    return invitation


@transaction.atomic
def revoke_invitation(by: User, pk: int) -> Invitation:
    """Take an invitation back: its link opens nothing. Twice: the first time stands.

    Raises Invitation.DoesNotExist where unseen, PeopleRefused with the reason.
    """
    invitation = lock_invitation(by, pk)
    require_people(can_grant(by, invitation.post))
    if invitation.revoked_at:
        return invitation
    _refuse_settled(invitation)
    invitation.revoked_at, invitation.due_at = timezone.now(), None
    invitation.save(update_fields=["revoked_at", "due_at"])
    write_down_invitation(by, "revoke_invitation", invitation)
    return invitation


def _refuse_settled(invitation: Invitation) -> None:
    state = invitation.state_at(timezone.now())
    if state == InvitationState.ACCEPTED:
        raise PeopleRefused(_("Cette invitation est acceptée. Mettez plutôt fin au rôle."))
    if state == InvitationState.REVOKED:
        raise PeopleRefused(_("Cette invitation est retirée. Invitez la personne à nouveau."))
