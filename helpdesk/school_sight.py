"""How much of a school's network we see, and why not more: unknown is never told as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from helpdesk.plain_words import Part, listed
from schools.access import can_sign
from schools.models import Authority, Consent, ConsentKind, School, Site, User

WRONG = frozenset({"down", "degraded", "suspect"})
UNSEEN = frozenset({"unknown", "planned"})


@dataclass(frozen=True)
class Sight:
    """What we can say of the school when no fault is told.

    ``state``: the card's colour; ``badge``, ``title``, ``words``: the card itself; ``blind``: we
    read nothing here, for want of an agreement;
    ``to_sign``: the reader may give the agreement that is missing.
    """

    state: str
    badge: str
    title: str
    words: str
    icon: str = "help-circle"
    blind: bool = False
    to_sign: bool = False


def sight_of(site: Site, user: User, parts: Sequence[Part], today: dt.date) -> Sight:
    """What is seen of ``site`` on that day. One query, and one more when an agreement lacks."""
    missing, stopped = _missing(site, today)
    if missing:
        signs = any(can_sign(user, kind, _owner(site, kind)) for kind in missing)
        return _blind(missing, stopped, to_sign=signs)
    unseen = [part.name for part in parts if part.state in UNSEEN]
    if not parts or len(unseen) == len(parts):
        return Sight(
            "unknown",
            _("Pas encore relevé"),
            _("Nous ne voyons pas encore le réseau de cette école"),
            _("Aucun relevé ne nous est parvenu. Si quelque chose ne va pas, dites-le-nous."),
        )
    if wrong := [part.name for part in parts if part.state in WRONG]:
        return Sight(
            "suspect",
            _("Nous vérifions"),
            _("Quelque chose ne répond pas bien"),
            _("%(what)s : nous regardons si cela dure. Cela prend quelques minutes.")
            % {"what": listed(wrong)},
            icon="hourglass",
        )
    if unseen:
        return Sight(
            "unknown",
            _("Nous ne voyons pas tout"),
            _("Aucune panne connue"),
            _("Pas de relevé pour l’instant : %(what)s. Si cela ne va pas, dites-le-nous.")
            % {"what": listed(unseen)},
        )
    return Sight(
        "ok",
        _("Tout va bien"),
        _("Aucune panne connue"),
        _("Si quelque chose ne va pas dans votre classe, dites-le-nous."),
        icon="circle-check",
    )


def asked_for(sight: Sight) -> Sight:
    """The same while a request of the school is open: to them not all is well."""
    if sight.state != "ok":
        return sight
    return replace(
        sight,
        state="planned",
        badge=_("Demande en cours"),
        words=_("Nos relevés ne montrent rien d’anormal. Le helpdesk suit votre demande."),
        icon="message-circle",
    )


def _owner(site: Site, kind: str) -> Authority | School:
    return site.school.authority if kind == ConsentKind.ASSISTANCE else site.school


def _missing(site: Site, today: dt.date) -> tuple[list[str], dt.date | None]:
    """Agreements not in force, and since when the last of them was withdrawn, if it was."""
    rows = Consent.objects.filter(Q(authority=site.school.authority_id) | Q(school=site.school_id))
    live, ended = set(), []
    for kind, given, revoked in rows.values_list("kind", "given_on", "revoked_on"):
        if given <= today and (revoked is None or revoked > today):
            live.add(kind)
        elif revoked is not None:
            ended.append((kind, revoked))
    missing = [kind for kind in ConsentKind.values if kind not in live]
    return missing, max((day for kind, day in ended if kind in missing), default=None)


def _blind(missing: Sequence[str], stopped: dt.date | None, *, to_sign: bool) -> Sight:
    if len(missing) > 1:
        whose = _("de la direction et du pouvoir organisateur")
    elif missing[0] == ConsentKind.ASSISTANCE:
        whose = _("du pouvoir organisateur")
    else:
        whose = _("de la direction")
    if stopped:
        why = _("L’accord %(whose)s a été retiré le %(day)s : les relevés sont arrêtés.") % {
            "whose": whose,
            "day": f"{stopped:%d/%m/%Y}",
        }
    else:
        why = _("Il faut pour cela l’accord %(whose)s.") % {"whose": whose}
    return Sight(
        "unknown",
        _("Non surveillé"),
        _("Nous ne voyons pas le réseau de cette école"),
        f"{why} {_('Nous ne connaissons que les pannes que vous signalez.')}",
        icon="eye-off",
        blind=True,
        to_sign=to_sign,
    )
