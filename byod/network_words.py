"""A policy in plain words: who arrives where, when; what one device would be answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from byod.actions.network.ask_where import is_school_day
from byod.models.network.policies import NetworkPolicy, Otherwise, Segment
from byod.models.network.rules import Bandwidth, Beyond, PolicyRule, Who
from byod.models.network.segments import SiteSegment
from byod.rules.network.bandwidth import MBIT, SPEEDS
from byod.rules.network.deciding import Person, Place, Policy, Rule, Verdict, admit, decide
from byod.rules.network.reasons import REASONS
from schools.calendars.timetables import ZONE
from schools.models import Site


def day_names() -> list[str]:
    """Monday first, in small letters."""
    return [
        _("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi"),
        _("dimanche"),
    ]  # fmt: skip


def days_words(days: Iterable[int]) -> str:
    """``du lundi au vendredi``, ``tous les jours``, ``lundi, mercredi``."""
    known, names = sorted(set(days)), day_names()
    if known == list(range(7)):
        return _("tous les jours")
    if len(known) > 2 and known == list(range(known[0], known[-1] + 1)):
        return _("du %(first)s au %(last)s") % {"first": names[known[0]], "last": names[known[-1]]}
    return ", ".join(names[day] for day in known)


def when_words(rule: PolicyRule) -> str:
    """``du lundi au vendredi, de 07:30 à 17:30, jours d’école``."""
    parts = [days_words(rule.days)]
    if rule.opens and rule.closes:
        hours = {"opens": f"{rule.opens:%H:%M}", "closes": f"{rule.closes:%H:%M}"}
        parts.append(_("de %(opens)s à %(closes)s") % hours)
    if rule.school_days_only:
        parts.append(_("les jours d’école"))
    return ", ".join(parts)


def how_words(rule: PolicyRule) -> str:
    """``20 Mbit/s, 3 connexions à la fois``."""
    speeds = SPEEDS[rule.bandwidth]
    parts = [str(Bandwidth.FREE.label)]
    if speeds is not None:
        down, up = (speed // MBIT for speed in speeds)
        parts = [_("%(down)d Mbit/s, %(up)d en envoi") % {"down": down, "up": up}]
    if rule.sessions is not None:
        told = ngettext(
            "%(n)d connexion à la fois par personne",
            "%(n)d connexions à la fois par personne",
            rule.sessions,
        ) % {"n": rule.sessions}
        if rule.beyond == Beyond.END_OLDEST:
            told += _(" (au-delà, la plus ancienne se termine)")
        parts.append(told)
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Line:
    """One rule, told."""

    who: str
    where: str
    segment: str
    when: str
    how: str


def told_rules(policy: NetworkPolicy, rules: Iterable[PolicyRule]) -> list[Line]:
    """« Qui arrive où, quand » of a policy, in the order of kinds; a closed kind says so."""
    known = {rule.who: rule for rule in rules}
    lines = []
    for who in Who:
        rule = known.get(who)
        if rule is None or (who == Who.VISITOR and not policy.visitors):
            refused = who == Who.VISITOR and not policy.visitors
            where = _("n’entrent pas") if refused else str(Segment.QUARANTINE.label)
            lines.append(Line(str(who.label), where, "" if refused else "quarantine", "", ""))
            continue
        segment = str(rule.get_segment_display())
        lines.append(Line(str(who.label), segment, rule.segment, when_words(rule), how_words(rule)))
    return lines


def otherwise_words(policy: NetworkPolicy) -> list[str]:
    """What becomes of those that no rule lets in."""
    aside, refused = _("vont en quarantaine"), _("sont refusés")
    outside = aside if policy.outside_hours == Otherwise.QUARANTINE else refused
    pending = aside if policy.unauthorised == Otherwise.QUARANTINE else refused
    return [
        _("En dehors des heures, les appareils %(what)s.") % {"what": outside},
        _("Les inscrits sans autorisation (charte, parent) %(what)s.") % {"what": pending},
        ngettext(
            "Chaque personne inscrit %(n)d appareil au plus.",
            "Chaque personne inscrit %(n)d appareils au plus.",
            policy.device_limit,
        )
        % {"n": policy.device_limit},
    ]


def rule_value(rule: PolicyRule) -> Rule:
    """The row as the judgement reads it."""
    return Rule(
        rule.segment,
        tuple(rule.days),
        rule.opens,
        rule.closes,
        rule.school_days_only,
        rule.bandwidth,
        rule.sessions,
        rule.beyond,
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """What « essayer » answers."""

    verdict: Verdict
    words: str
    todo: str
    outcome: str


def try_policy(
    policy: NetworkPolicy, site: Site, who: str, at: dt.datetime, *, authorised: bool
) -> Tried:
    """What a device would be answered at that site and moment under that policy. The judgement is
    the one that the RADIUS server gets: nothing is simulated but the person."""
    rules = {rule.who: rule_value(rule) for rule in policy.rules.all()}
    value = Policy(policy.visitors, policy.unauthorised, policy.outside_hours, rules)
    vlans = dict(SiteSegment.objects.filter(site=site).values_list("segment", "vlan__vid"))
    place = Place(site.school_id, value, vlans)
    local = at.astimezone(ZONE)

    def school_day() -> bool:
        return is_school_day(site.pk, local.date())

    if who == Who.VISITOR and authorised:
        verdict = admit(place, who, local, school_day)
    else:
        person = Person(site.school_id, who, authorised, at + dt.timedelta(days=1))
        verdict = decide(person, place, local, school_day)
    return Tried(verdict, _told(verdict), str(REASONS[verdict.reason].todo), verdict.outcome)


def _told(verdict: Verdict) -> str:
    reason = str(REASONS[verdict.reason].what)
    if verdict.rejected:
        return _("Refusé. %(why)s") % {"why": reason}
    where = {"segment": Segment(verdict.segment).label, "vid": verdict.vid}
    told = _("%(segment)s, VLAN %(vid)s.") % where
    return told[:1].upper() + told[1:] + ("" if verdict.reason == "rule" else " " + reason)
