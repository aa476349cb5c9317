"""What supervision knows, in words for people: one short phrase per fault and per event."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from supervision.models import Check, EventKind, Incident, TargetEvent
from supervision.rules import DEGRADED, OK, RECOVERING, SUSPECT, UNKNOWN
from supervision.snmp.profile import label, profile_of

REACHABILITY = "reachability"

ICONS = {
    "ok": "circle-check",
    "suspect": "hourglass",
    "degraded": "alert-triangle",
    "down": "alert-octagon",
    "effect": "corner-down-right",
    "unknown": "help-circle",
    "planned": "tool",
    "recover": "trending-up",
}


def check_text(profile: str, key: str, severity: str = "", value: float | None = None) -> str:
    """What fails, without whose: ``injoignable``, ``température 61 °C, seuil 55 °C``."""
    if key == REACHABILITY:
        return _("injoignable")
    known = profile_of(profile)
    rule = known.check(key)
    if rule is None:
        return key
    name = label(rule.labels, get_language() or "fr")
    limit = rule.limit(severity or DEGRADED)
    if value is None or limit is None:
        return name
    metric = known.metric(rule.metric)
    unit = "ms" if metric is None else metric.unit
    return _("%(name)s %(value)s, seuil %(limit)s") % {
        "name": name,
        "value": figure(value, unit),
        "limit": figure(limit, unit),
    }


def figure(value: float, unit: str = "") -> str:
    """A measured figure with its unit, as the language writes it: ``12,1 V``."""
    shown = number_format(round(value, 1), decimal_pos=0 if value == round(value) else 1)
    return f"{shown}\u00a0{unit}" if unit else str(shown)


def fault_phrase(fault: Incident | Check) -> str:
    """Who fails and how: ``SW-B1, commutateur, injoignable``.

    Reads the device and its target: ``select_related("device__product", "check_row__target")``
    for incidents, ``target__device__product`` for checks.
    """
    check = fault.check_row if isinstance(fault, Incident) else fault
    device = fault.device if isinstance(fault, Incident) else fault.target.device
    what = check_text(check.target.profile, check.key, fault.severity, fault.value)
    kind = str(device.product.get_category_display())
    if fault.flapping:
        what = _("%(what)s, instable") % {"what": what}
    return f"{device.name}, {kind}, {what}"


def event_phrase(event: TargetEvent) -> tuple[str, str, str, str]:
    """Icon, state token, text, second line of one event of a target's story."""
    if event.kind == EventKind.STATE:
        return _state_phrase(event)
    if event.kind == EventKind.REBOOT:
        return "refresh", "planned", _("Redémarrage"), _("le compteur d’allumage est reparti de 0")
    if event.kind == EventKind.TRAP:
        return _trap_phrase(event)
    if event.kind == EventKind.ATTACHED:
        root = str(event.data.get("root_name", ""))
        return ICONS["effect"], "effect", _("Conséquence de %(root)s") % {"root": root}, ""
    return _action_phrase(event)


def _state_phrase(event: TargetEvent) -> tuple[str, str, str, str]:
    key = event.check_row.key if event.check_row is not None else ""
    data = event.data
    value = data.get("value")
    what = check_text(str(data.get("profile", "")), key, event.severity, value)
    reachable = key == REACHABILITY
    sub = "" if reachable else what
    if event.new == OK:
        sub = _rtt(data.get("rtt_ms")) if reachable else what
        if event.old in (UNKNOWN, ""):
            return ICONS["ok"], "ok", _("Première réponse") if reachable else _("Normal"), sub
        return ICONS["ok"], "ok", _("En service"), sub
    if event.new == SUSPECT:
        text = _("Pas de réponse : à confirmer") if reachable else _("À confirmer")
        return ICONS["suspect"], "suspect", text, sub
    if event.new == RECOVERING:
        text = _("Répond à nouveau") if reachable else _("Se rétablit")
        return ICONS["recover"], "recover", text, sub
    if event.new == UNKNOWN:
        return ICONS["unknown"], "unknown", _("Relevé impossible"), str(data.get("detail", ""))
    state = "degraded" if event.severity == DEGRADED else "down"
    text = _("Panne confirmée") if state == "down" else _("Dégradation confirmée")
    return ICONS[state], state, text, what


def _rtt(rtt_ms: object) -> str:
    return figure(float(rtt_ms), "ms") if isinstance(rtt_ms, int | float) else ""


def _trap_phrase(event: TargetEvent) -> tuple[str, str, str, str]:
    name = str(event.data.get("name", ""))
    port = str(event.data.get("port", ""))
    sub = _("trap reçu, relu aussitôt")
    if name == "linkDown":
        return "plug-connected-x", "down", _("Port %(port)s : lien coupé") % {"port": port}, sub
    if name == "linkUp":
        return "plug-connected", "ok", _("Port %(port)s : lien rétabli") % {"port": port}, sub
    if name in ("coldStart", "warmStart"):
        return "refresh", "planned", _("L’équipement annonce son démarrage"), sub
    told = {
        "authenticationFailure": ("lock", "unknown", _("L’équipement refuse nos identifiants")),
        "configurationChanged": (
            *("git-compare", "planned"),
            _("L’équipement annonce un changement de configuration"),
        ),
        "upsOnBattery": ("bolt", "degraded", _("Onduleur sur batterie")),
    }
    if name in told:
        return *told[name], _("trap reçu") if name == "authenticationFailure" else sub
    return (
        "bell",
        "unknown",
        _("Notification %(name)s") % {"name": name or event.data.get("oid")},
        sub,
    )


def _action_phrase(event: TargetEvent) -> tuple[str, str, str, str]:
    who = str(event.data.get("actor", ""))
    if event.data.get("action") == "restart_port":
        text = _("Port %(port)s redémarré") % {"port": event.data.get("port", "")}
        return "power", "planned", text, who
    if event.data.get("action") == "silence":
        return ICONS["unknown"], "unknown", _("Relevés en retard : état inconnu"), ""
    return "eye", "planned", _("Relevé demandé"), who
