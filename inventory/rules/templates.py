"""Templates of configurations: a small language, and the lines that a site's facts make of it.

The language is Jinja's, cut down to output, ``if`` and ``for`` by a list of allowed nodes: nothing
can be called, assigned, imported or repeated without end. What is put in comes from the inventory,
where people type: a value that would break out of its line is refused. Secrets are put in as marks;
:func:`with_secrets` replaces them when a device is written, nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 20_000
"""Characters of a template."""
MOST_LINES = 5_000
DEEPEST = 3
"""Loops inside loops."""
MARK = re.compile(r"\{\{secret:([a-z0-9:._-]+)\}\}")
FORBIDDEN = re.compile(
    r"^\s*(reload|reboot|erase|write|format|delete|copy|do|end|configure|commit|boot)\b", re.I
)
"""Commands that are no configuration: they act, or leave the place where lines are entered."""


class TemplateRefused(ValueError):
    """A template that cannot be used; the text says what, ``line`` where (0: the whole)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line

    def __str__(self) -> str:
        said = str(self.args[0])
        return _("Ligne %(n)d : %(what)s") % {"n": self.line, "what": said} if self.line else said


# --- what a template may speak of ---


@dataclass(frozen=True, slots=True)
class Place:
    """The site: ``site.name``, ``site.school``, ``site.number`` (FASE), ``site.province``."""

    name: str
    school: str
    number: str
    province: str


@dataclass(frozen=True, slots=True)
class Box:
    """The device: ``device.name``, ``device.room``."""

    name: str
    room: str = ""


@dataclass(frozen=True, slots=True)
class VlanFact:
    """One of ``vlans``: ``vid``, ``name``, ``purpose`` (management, teaching, guests…)."""

    vid: int
    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class SsidFact:
    """One of ``ssids``, those in service: ``passphrase`` is a secret, empty where there is none."""

    name: str
    vid: int
    security: str
    hidden: bool = False
    band: str = "both"
    passphrase: str = ""


@dataclass(frozen=True, slots=True)
class SnmpFact:
    """``snmp.contact``, ``snmp.location``, ``snmp.managers``; ``snmp.community`` is a secret."""

    contact: str = ""
    location: str = ""
    managers: tuple[str, ...] = ()
    community: str = ""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Everything that a template may use, for one device of one site."""

    site: Place
    device: Box
    vlans: tuple[VlanFact, ...] = ()
    ssids: tuple[SsidFact, ...] = ()
    ntp: tuple[str, ...] = ()
    syslog: tuple[str, ...] = ()
    snmp: SnmpFact = field(default_factory=SnmpFact)


SAMPLE = SiteFacts(
    Place("Moulin", "École Exemple", "12345", "Namur"),
    Box("SW-A1", "A.01"),
    (VlanFact(10, "gestion", "management"), VlanFact(20, "pedagogie", "teaching")),
    (
        SsidFact("Ecole", 20, "wpa2_enterprise"),
        SsidFact("Invites", 20, "wpa2_personal", False, "both", "{{secret:ssid:0}}"),
    ),
    ("192.0.2.1", "192.0.2.2"),
    ("192.0.2.10",),
    SnmpFact("helpdesk@example.org", "A.01", ("192.0.2.20",), "{{secret:snmp}}"),
)
"""A template is rendered against this before it is kept."""


def variables(facts: SiteFacts = SAMPLE) -> list[tuple[str, str]]:
    """Every name that a template may use, with an example: the page shows them."""
    found: list[tuple[str, str]] = []
    for one in fields(facts):
        value = getattr(facts, one.name)
        first = value[0] if isinstance(value, tuple) and value else value
        if is_dataclass(first) and not isinstance(first, type):
            path = f"{one.name}[]" if isinstance(value, tuple) else one.name
            found += [(f"{path}.{f.name}", _shown(getattr(first, f.name))) for f in fields(first)]
        else:
            found.append((f"{one.name}[]", _shown(first)))
    return found


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return MARK.sub("••••", str(value))


# --- the language ---

_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const),
    *(nodes.For, nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Filter, nodes.Test, nodes.Tuple, nodes.List, nodes.CondExpr, nodes.Keyword),
)
_FILTERS = {"upper", "lower", "join", "length", "default", "first", "sort", "replace", "quoted"}
_TESTS = {"defined", "none", "in", "equalto", "eq", "ne"}
_NAMES = {one.name for one in fields(SiteFacts)}


def _quoted(value: object) -> str:
    """Between double quotes, for a name with spaces. A quote inside would end it: refused."""
    text = str(value)
    if '"' in text or "\\" in text:
        raise TemplateRefused(_("« %s » contient un guillemet ou une barre oblique.") % text)
    return f'"{text}"'


def _one_line(value: object) -> object:
    """What an expression puts in stays in its line: an SSID's name must not become a command."""
    text = value if isinstance(value, str) else str(value)
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise TemplateRefused(_("une valeur de l’inventaire contient un retour à la ligne."))
    if isinstance(value, (list, tuple)) or is_dataclass(value):
        raise TemplateRefused(_("une liste ne s’écrit pas telle quelle : parcourez-la."))
    return text


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_one_line
    )
    made.globals.clear()
    made.filters = {k: v for k, v in made.filters.items() if k in _FILTERS} | {"quoted": _quoted}
    made.tests = {k: v for k, v in made.tests.items() if k in _TESTS}
    return made


_JINJA = _environment()


def check_language(text: str) -> None:
    """Raise TemplateRefused for what is no template of ours, with its line."""
    if len(text) > LONGEST:
        raise TemplateRefused(_("Le modèle dépasse %d caractères.") % LONGEST)
    if "{{secret:" in text:
        raise TemplateRefused(_("Un secret ne s’écrit pas dans un modèle."))
    try:
        tree = _JINJA.parse(text)
    except TemplateSyntaxError as error:
        raise TemplateRefused(str(error.message), error.lineno) from error
    _walk(tree, 0, frozenset(_NAMES))


def _walk(node: nodes.Node, depth: int, known: frozenset[str]) -> None:
    if not isinstance(node, _ALLOWED):
        word = type(node).__name__.lower()
        raise TemplateRefused(_("« %s » n’existe pas dans un modèle.") % word, node.lineno)
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
        said = _("« %(name)s » est inconnu. Connus : %(known)s.")
        names = ", ".join(sorted(_NAMES))
        raise TemplateRefused(said % {"name": node.name, "known": names}, node.lineno)
    if isinstance(node, nodes.For):
        depth += 1
        if depth > DEEPEST or node.recursive:
            raise TemplateRefused(_("trop de boucles l’une dans l’autre."), node.lineno)
        known |= {name.name for name in node.target.find_all(nodes.Name)} | {"loop"}
        if isinstance(node.target, nodes.Name):
            known |= {node.target.name}
    for child in node.iter_child_nodes():
        _walk(child, depth, known)


def render(text: str, facts: SiteFacts) -> list[str]:
    """The lines that these facts make; secrets stay marks. Raises TemplateRefused with the line."""
    check_language(text)
    values = {one.name: getattr(facts, one.name) for one in fields(facts)}
    try:
        made = _JINJA.from_string(text).render(values)
    except TemplateRefused as refused:
        refused.line = refused.line or _line_of(refused)
        raise
    except (JinjaError, TypeError, ValueError) as error:
        raise TemplateRefused(str(error), _line_of(error)) from error
    lines = [line.rstrip() for line in made.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise TemplateRefused(_("Le modèle fait plus de %d lignes.") % MOST_LINES)
    for line in lines:
        if FORBIDDEN.match(line):
            raise TemplateRefused(_("« %s » n’est pas une ligne de configuration.") % line.strip())
    return lines


def _line_of(error: BaseException) -> int:
    """The line of the template where rendering failed, which Jinja keeps in the traceback."""
    found, trace = int(getattr(error, "lineno", None) or 0), error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


# --- secrets ---


def marks_in(lines: Sequence[str]) -> set[str]:
    """Keys of the secrets that these lines await."""
    return {key for line in lines for key in MARK.findall(line)}


def with_secrets(lines: Sequence[str], secrets: Mapping[str, str]) -> list[str]:
    """Lines to send. Raises TemplateRefused where a secret is missing or would break its line."""

    def put(found: re.Match[str]) -> str:
        secret = secrets.get(found[1], "")
        if not secret or any(ord(sign) < 32 for sign in secret):
            raise TemplateRefused(_("Un secret manque ou ne tient pas sur une ligne."))
        return secret

    return [MARK.sub(put, line) for line in lines]


def hidden(line: str) -> str:
    """A line as people see it: secrets as dots."""
    return MARK.sub("••••", line)


def pattern_of(line: str) -> Callable[[str], Any]:
    """Whether another line is this one, whatever stands where its secrets are."""
    parts = [re.escape(part) for part in MARK.split(line)[::2]]
    return re.compile(r"\S+(?: \S+)?".join(parts)).fullmatch
