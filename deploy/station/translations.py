"""Check, or bring up to date, the translation catalogues; GNU gettext is not needed.

    python -m deploy.station.translations            what is missing; exit code 1 if too much is
    python -m deploy.station.translations --update   write the messages of the code into the .po

Source strings are French. German has to be complete where contact persons and visitors look
(CONTACT_SOURCES) and reach MINIMUM elsewhere; English serves maintainers.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po, write_po

from deploy.settings import env
from deploy.station.catalogues import LOCALES

OURS = ("schools", "inventory", "supervision", "byod", "helpdesk", "deploy")
MINIMUM = {"de": 20, "en": 0}  # per cent of all messages
# Pages that a contact person, a pupil, a parent or a visitor sees: these must speak German
# entirely.
CONTACT_SOURCES = (
    "helpdesk/templates/helpdesk/school/*",
    "helpdesk/*school*.py",
    "helpdesk/plain_*.py",
    "helpdesk/problems.py",
    "helpdesk/report_draft.py",
    "helpdesk/conversation.py",
    "byod/templates/byod/*/*mine*",
    "byod/mine_*.py",
    "byod/templates/byod/people/_family*",
    "byod/templates/byod/people/_refuse*",
    "byod/actions/people/letter_words.py",
    "byod/models/people/refusals.py",
    "deploy/templates/auth/*",
    "deploy/templates/parts/*",
)
SHOWN = 20  # lines per language; more would bury the rest
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]")
NOISE = re.compile(
    rb'"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|'
    rb'Last-Translator|Language-Team|Generated-By): [^"]*"\n'
)
Message = str | tuple[str, ...]
Key = tuple[Message, str | None]


def sources() -> Iterator[Path]:
    """Yield our Python files and templates, tests and migrations left out."""
    for app in OURS:
        for file in sorted((env.ROOT / app).rglob("*")):
            if "migrations" in file.parts:
                continue
            if file.suffix == ".py" or (
                file.suffix in {".html", ".txt"} and "templates" in str(file)
            ):
                yield file


def messages() -> dict[Key, list[str]]:
    """Return every message of the code and the files it stands in."""
    found: defaultdict[Key, list[str]] = defaultdict(list)
    for file in sources():
        name = file.relative_to(env.ROOT).as_posix()
        for key in _extract(file):
            if name not in found[key]:
                found[key].append(name)
    return dict(found)


def _extract(file: Path) -> Iterator[Key]:
    if file.suffix == ".py":
        yield from _extract_code(file)
    else:
        yield from _extract_template(file)


def _extract_code(file: Path) -> Iterator[Key]:
    """Read the syntax tree, not the tokens: a call inside an f-string counts too."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            function = node.func.id.removesuffix("_lazy")
            if function in DEFAULT_KEYWORDS:
                words = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
                key = _key(function, words)
                if key is not None:
                    yield key


def _extract_template(file: Path) -> Iterator[Key]:
    from django.utils.translation.template import templatize  # noqa: PLC0415

    # what is left is a sequence of calls and blanked words; in parentheses, because a
    # template's indentation is not Python's
    text = f"({templatize(file.read_text(), origin=str(file))}\n)"
    calls = extract_python(BytesIO(text.encode()), DEFAULT_KEYWORDS, [], {"encoding": "utf-8"})
    for _line, function, words, _comments in calls:
        key = _key(str(function), words)
        if key is not None:
            yield key


def _key(function: str, words: object) -> Key | None:
    """Return the message of a call; None when its argument is no literal."""
    parts = list(words) if isinstance(words, tuple | list) else [words]
    context = str(parts.pop(0)) if function in {"pgettext", "npgettext"} and parts else None
    literal = [part for part in parts if isinstance(part, str)]
    if function in {"ngettext", "npgettext"}:
        return ((literal[0], literal[1]), context) if len(literal) > 1 else None
    return (literal[0], context) if literal and literal[0] else None


def load(language: str) -> Catalog:
    """Return the catalogue of a language, empty when there is none yet."""
    path = LOCALES / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language, project="Préau", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def translated(catalogue: Catalog, key: Key) -> bool | None:
    """Return whether the message has a translation; None when it is not in the catalogue."""
    identity, context = key
    entry = catalogue.get(identity if isinstance(identity, str) else identity[0], context)
    if entry is None:
        return None
    said = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
    return bool(said) and all(said) and not entry.fuzzy


def keeps_places(catalogue: Catalog, key: Key) -> bool:
    """Return whether a translation fills the places (``%(name)s``) of its source.

    Of a plural, each form fills those of one of the source's: “Print the label” counts nothing.
    """
    identity, context = key
    sources = (identity,) if isinstance(identity, str) else identity
    entry = catalogue.get(sources[0], context)
    assert entry is not None
    said = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    wanted = [set(PLACE.findall(source)) for source in sources]
    return all(set(PLACE.findall(str(form))) in wanted for form in said)


def update(language: str, found: dict[Key, list[str]]) -> None:
    """Bring the catalogue of a language up to date; translations that stand are kept."""
    template = Catalog(project="Préau", charset="utf-8")
    for (identity, context), places in sorted(found.items(), key=lambda item: item[1][0]):
        template.add(identity, context=context, locations=[(place, 0) for place in places[:1]])
    catalogue = load(language)
    catalogue.update(template, no_fuzzy_matching=True)
    path = LOCALES / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.fuzzy = False
    catalogue.header_comment = f"# Préau, {language}. The source strings are French."
    written = BytesIO()
    write_po(written, catalogue, width=100, ignore_obsolete=True, include_lineno=False)
    # no dates, no names of tools or people: two updates of the same code are the same file
    path.write_bytes(NOISE.sub(b"", written.getvalue()))


def problems(language: str, found: dict[Key, list[str]]) -> list[str]:
    """Return what is wrong with the catalogue of a language, one line each."""
    catalogue = load(language)
    lines = []
    done = 0
    for key, places in found.items():
        answer = translated(catalogue, key)
        done += answer is True
        text = key[0] if isinstance(key[0], str) else key[0][0]
        if answer is None:
            lines.append(f"{language}: not in the catalogue: “{text}” ({places[0]})")
        elif answer and not keeps_places(catalogue, key):
            lines.append(f"{language}: the places (%…s) differ: “{text}” ({places[0]})")
        elif answer is False and language == "de" and _for_contacts(places):
            lines.append(f"{language}: a contact person would read French: “{text}” ({places[0]})")
    if len(lines) > SHOWN:
        lines = [*lines[:SHOWN], f"{language}: and {len(lines) - SHOWN} more (--update adds them)"]
    share = 100 * done // max(len(found), 1)
    if share < MINIMUM[language]:
        lines.append(f"{language}: {share} % translated, at least {MINIMUM[language]} % expected")
    return lines


def summary(language: str, found: dict[Key, list[str]]) -> str:
    """Return the share of messages translated into a language."""
    catalogue = load(language)
    done = sum(translated(catalogue, key) is True for key in found)
    return f"{language} {done}/{len(found)} ({100 * done // max(len(found), 1)} %)"


def _for_contacts(places: list[str]) -> bool:
    return any(fnmatch(place, pattern) for place in places for pattern in CONTACT_SOURCES)


def main(words: list[str]) -> int:
    """Update or check; print what is missing, then the shares."""
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.test")
    django.setup()
    found = messages()
    if "--update" in words:
        for language in MINIMUM:
            update(language, found)
    lines = [line for language in MINIMUM for line in problems(language, found)]
    print("\n".join([*lines, ", ".join(summary(language, found) for language in MINIMUM)]))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
