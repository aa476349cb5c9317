"""What a fault is in a teacher's words. Pure: values in, sentences out, in the reader's language.

A teacher knows rooms, buildings, WiFi, Internet and printers: never a switch, a port or a probe.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

BRUSSELS = ZoneInfo("Europe/Brussels")
NAMED_ROOMS = 3
"""Up to here rooms are named, beyond they are counted."""
_BUILDING_ENDS = ("haus", "gebäude", "trakt", "bau")
"""German compounds say themselves what they are: “im Haupthaus”."""
_BUILDING_WORDS = ("bloc", "bâtiment", "pavillon", "préfabriqué", "block", "gebäude")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a site now.

    ``service``: as in supervision; ``severity``: ``down`` or ``degraded``; ``rooms``: rooms that
    lost their WiFi; ``classes``: how many of them are classes; ``building``: where they all are;
    ``whole_building``, ``whole_site``: no covered room of it is left; ``device``: name of a thing
    a teacher sees (a printer, a screen), empty for equipment in a cupboard.
    """

    service: str
    severity: str
    since: dt.datetime
    rooms: tuple[str, ...] = ()
    classes: int = 0
    building: str = ""
    whole_building: bool = False
    whole_site: bool = False
    device: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the site's services that a teacher would name, and its state key."""

    key: str
    name: str
    state: str
    icon: str


def clock(at: dt.datetime, now: dt.datetime) -> str:
    """``10:04`` today, ``hier à 10:04``, else ``le 20/11 à 10:04``, in Brussels time."""
    local, today = at.astimezone(BRUSSELS), now.astimezone(BRUSSELS).date()
    hour = f"{local:%H:%M}"
    if local.date() == today:
        return hour
    if local.date() == today - dt.timedelta(days=1):
        return _("hier à %(hour)s") % {"hour": hour}
    return _("le %(day)s à %(hour)s") % {"day": f"{local:%d/%m}", "hour": hour}


def before(due: dt.datetime, now: dt.datetime) -> str:
    """``12:28`` today, ``demain 12:28``, else ``le 20/11 à 12:28``: a deadline to come."""
    local, today = due.astimezone(BRUSSELS), now.astimezone(BRUSSELS).date()
    hour = f"{local:%H:%M}"
    if local.date() == today + dt.timedelta(days=1):
        return _("demain %(hour)s") % {"hour": hour}
    return clock(due, now)


def building_name(name: str) -> str:
    """A building inside a sentence: ``bloc B``; a proper name keeps its own writing."""
    first, _space, rest = name.partition(" ")
    if first.lower() in _BUILDING_WORDS and rest:
        return f"{_('bloc') if first.lower() in ('bloc', 'block') else first.lower()} {rest}"
    if name.lower().endswith(_BUILDING_ENDS):
        return name
    return _("bâtiment %(name)s") % {"name": name}


def _in_building(name: str) -> str:
    return _("dans le %(building)s") % {"building": building_name(name)}


def listed(words: Sequence[str]) -> str:
    """``A, B et C``."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s et %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _where(fault: Fault) -> str:
    """Where the WiFi is gone, to follow “Pas de WiFi”."""
    if fault.whole_site:
        return _("dans toute l’école")
    if fault.building and (fault.whole_building or len(fault.rooms) > NAMED_ROOMS):
        place = _in_building(fault.building)
        if fault.whole_building:
            return place
        return _("dans une partie du %(building)s") % {"building": building_name(fault.building)}
    if 0 < len(fault.rooms) <= NAMED_ROOMS:
        return ngettext(
            "dans le local %(rooms)s", "dans les locaux %(rooms)s", len(fault.rooms)
        ) % {"rooms": listed(fault.rooms)}
    if fault.rooms:
        return ngettext("dans %(n)d local", "dans %(n)d locaux", len(fault.rooms)) % {
            "n": len(fault.rooms)
        }
    return ""


def headline(fault: Fault) -> str:
    """The fault in one line: « Pas de WiFi dans le bloc B »."""
    slow = fault.severity == "degraded"
    if fault.service == "internet":
        return _("Internet est perturbé") if slow else _("Pas d’Internet à l’école")
    if fault.rooms or fault.service == "wifi":
        where = _where(fault)
        words = _("Le WiFi est perturbé %(where)s") if slow else _("Pas de WiFi %(where)s")
        return (words % {"where": where}).strip()
    if fault.service == "printing":
        if slow:
            return _("L’imprimante %(name)s demande de l’attention") % {"name": fault.device}
        return _("L’imprimante %(name)s ne répond pas") % {"name": fault.device}
    return _other_headline(fault, slow)


def _other_headline(fault: Fault, slow: bool) -> str:
    place = _in_building(fault.building) if fault.building else ""
    if slow and fault.service in ("lan", "power"):
        words = _("Le réseau est fragile %(where)s")
    elif fault.service == "lan":
        words = _("Le réseau câblé est coupé %(where)s")
    elif fault.service == "power":
        words = _("Le réseau n’a plus de courant %(where)s")
    elif fault.service == "server":
        words = _("Un serveur de l’école ne répond pas %(where)s")
    else:
        words = _("Une panne est en cours %(where)s")
    return (words % {"where": place}).strip()


def last_known(fault: Fault, now: dt.datetime) -> str:
    """The same when nobody measures any more: we do not know whether the fault lasts."""
    return _("Depuis %(since)s. Nous ne voyons plus si cela dure : dites-le-nous.") % {
        "since": clock(fault.since, now)
    }


def extent(fault: Fault, now: dt.datetime) -> str:
    """Who is touched and since when: « 11 classes sont touchées depuis 10:04. »"""
    since = clock(fault.since, now)
    others = len(fault.rooms) - fault.classes
    if fault.classes and others > 0:
        people = ngettext("%(n)d classe", "%(n)d classes", fault.classes) % {"n": fault.classes}
        more = ngettext("%(n)d autre local", "%(n)d autres locaux", others) % {"n": others}
        both = _("%(first)s et %(last)s") % {"first": people, "last": more}
        return _("%(whom)s sont touchés depuis %(since)s.") % {"whom": both, "since": since}
    if fault.classes:
        return ngettext(
            "%(n)d classe est touchée depuis %(since)s.",
            "%(n)d classes sont touchées depuis %(since)s.",
            fault.classes,
        ) % {"n": fault.classes, "since": since}
    if fault.rooms:
        return ngettext(
            "%(n)d local est touché depuis %(since)s.",
            "%(n)d locaux sont touchés depuis %(since)s.",
            len(fault.rooms),
        ) % {"n": len(fault.rooms), "since": since}
    if fault.service == "internet":
        return _("Toute l’école est touchée depuis %(since)s.") % {"since": since}
    if fault.severity == "degraded":
        return _("Depuis %(since)s. Vous ne remarquez peut-être rien ; nous surveillons.") % {
            "since": since
        }
    return _("Depuis %(since)s.") % {"since": since}


def still_working(parts: Sequence[Part]) -> str:
    """What a teacher can still count on: « Internet et le bloc A fonctionnent. »"""
    names = [part.name for part in parts if part.state == "ok" and part.key == "internet"]
    names += [
        _("le %(building)s") % {"building": building_name(part.key.removeprefix("wifi:"))}
        for part in parts
        if part.state == "ok" and part.key.startswith("wifi:")
    ]
    if not names:
        return ""
    words = ngettext("%(what)s fonctionne.", "%(what)s fonctionnent.", len(names)) % {
        "what": listed(names)
    }
    return words[0].upper() + words[1:]


def wifi_of(building: str) -> str:
    """The name of a building's WiFi in the list of services."""
    if not building:
        return _("WiFi")
    return _("WiFi du %(building)s") % {"building": building_name(building)}
