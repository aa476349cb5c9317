"""Who prepares, approves and drives a change of configurations; which sites may be written to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from inventory.models import PushPlan, PushState
from schools.models import (
    Consent,
    ConsentKind,
    Management,
    ManagementChoice,
    RoleKind,
    Site,
    User,
)
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

CENTRAL = frozenset({RoleKind.CENTRAL_TECHNICIAN.value})


def can_prepare(user: User) -> Answer:
    """Templates, settings and plans are the central helpdesk's to write."""
    if scope_of(user, CENTRAL).region:
        return Allowed()
    return Refused(_("Les techniciens du helpdesk régional préparent les changements."))


def can_decide_on_plan(user: User, plan: PushPlan) -> Answer:
    """A second person: whoever prepared it does not approve it."""
    answer = can_prepare(user)
    if isinstance(answer, Refused):
        return answer
    if plan.author_id == user.pk:
        return Refused(_("Vous avez préparé ce changement : une autre personne doit l’approuver."))
    if plan.state != PushState.SUBMITTED:
        return Refused(
            _("Ce changement est « %s » : il n’attend pas d’approbation.")
            % plan.get_state_display()
        )
    return Allowed()


def can_put_back(user: User, site: Site, on: dt.date) -> Answer:
    """Prepare that a device of a site gets its intended configuration back: where the school
    manages its network, what changed there is told, and left."""
    answer = can_prepare(user)
    return can_be_written(site, on) if answer else answer


def can_be_written(site: Site, on: dt.date) -> Answer:
    """Whether the platform may write to devices of a site on a day: never on a network that the
    school manages itself (M39), and only with both consents (M42). Exact at midnight, not read
    from a column that follows."""
    why = not_written([site], on).get(site.pk)
    return Refused(why) if why else Allowed()


def not_written(sites: Sequence[Site], on: dt.date) -> dict[int, str]:
    """Sites that may not be written to, and why; three queries for any number."""
    keys = [site.pk for site in sites]
    choices = ManagementChoice.objects.filter(site__in=keys, from_on__lte=on)
    newest = choices.order_by("site", "-id").distinct("site").values_list("site", "mode")
    alone = {site for site, mode in newest if mode == Management.DECENTRALISED}
    live = Consent.objects.live(on)
    assisted = set(
        live.filter(kind=ConsentKind.ASSISTANCE)
        .filter(authority__in={site.school.authority_id for site in sites})
        .values_list("authority", flat=True)
    )
    supervised = set(
        live.filter(kind=ConsentKind.SUPERVISION)
        .filter(school__in={site.school_id for site in sites})
        .values_list("school", flat=True)
    )
    found = {}
    for site in sites:
        if site.closed_on is not None and site.closed_on <= on:
            found[site.pk] = _("Cette implantation est fermée.")
        elif site.is_decentralised or site.pk in alone:
            found[site.pk] = _("Réseau géré par l’école : rien n’y est écrit. Appelez le contact.")
        elif site.school.authority_id not in assisted:
            found[site.pk] = _("Le pouvoir organisateur n’accepte pas l’assistance centrale.")
        elif site.school_id not in supervised:
            found[site.pk] = _("L’école n’accepte pas la supervision.")
    return found
