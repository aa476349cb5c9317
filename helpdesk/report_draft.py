"""A report being made: kept in the session, so that a reload or a lost connection costs nothing.

A photo waits in a file of its own until the report is sent; one left behind goes after two days.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from helpdesk.problems import Look, Subject, Symptom, load_problems

KEY = "report"
KEPT_S = 2 * 24 * 3600


@dataclass
class Draft:
    """Answers so far. ``room``/``device``: ids; ``place_done``: the second question was answered,
    perhaps by “I do not know”; ``photo``: name of the waiting file."""

    site: int
    key: str
    subject: str = ""
    symptom: str = ""
    room: int | None = None
    device: int | None = None
    place_done: bool = False
    look: str = ""
    photo: str = ""
    text: str = ""
    since: str = ""
    used_today: bool = True

    @property
    def about(self) -> Subject | None:
        """The subject chosen."""
        return load_problems().subject(self.subject)

    @property
    def what(self) -> Symptom | None:
        """The symptom chosen."""
        return self.about.symptom(self.symptom) if self.about else None

    @property
    def question(self) -> Look | None:
        """The visual question of that subject."""
        return self.about.look if self.about else None

    @property
    def missing(self) -> str:
        """The first step still to answer: ``subject symptom place look``, or ``recap``."""
        if self.about is None:
            return "subject"
        if self.about.symptoms and self.what is None:
            return "symptom"
        if self.about.place and not self.place_done:
            return "place"
        if self.question and not self.look:
            return "look"
        return "recap"

    def choose_subject(self, key: str) -> None:
        """Choose the subject; another one makes the answers about the old one void."""
        if key != self.subject:
            self.symptom, self.look, self.device = "", "", None
            self.place_done = False
        self.subject = key


def new_draft(site: int) -> Draft:
    """An empty report with the key that makes it one ticket however often it is sent."""
    return Draft(site=site, key=str(uuid.uuid4()))


def load_draft(session: SessionBase, site: int) -> Draft | None:
    """The draft under way for that site, if any; one of an older version of the form is dropped."""
    kept = session.get(KEY)
    if not kept or kept.get("site") != site:
        return None
    try:
        return Draft(**kept)
    except TypeError:
        return None


def save_draft(session: SessionBase, draft: Draft) -> None:
    session[KEY] = asdict(draft)


def drop_draft(session: SessionBase) -> None:
    """Forget the draft and its photo."""
    kept = session.pop(KEY, None)
    if kept and kept.get("photo"):
        _path(kept["photo"]).unlink(missing_ok=True)


def keep_draft_photo(jpeg: bytes) -> str:
    """Keep a clean photo until the report is sent; returns its name. Sweeps what was left."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    old = time.time() - KEPT_S
    for left in folder.iterdir():
        if left.stat().st_mtime < old:
            left.unlink(missing_ok=True)
    name = uuid.uuid4().hex
    _path(name).write_bytes(jpeg)
    return name


def drop_draft_photo(draft: Draft) -> None:
    """Remove the waiting photo, or make room for another."""
    if draft.photo:
        _path(draft.photo).unlink(missing_ok=True)
    draft.photo = ""


def draft_photo(name: str) -> bytes | None:
    """The waiting photo, None when it is gone."""
    path = _path(name)
    return path.read_bytes() if name and path.is_file() else None


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "drafts"


def _path(name: str) -> Path:
    # The name is one of ours (hex) or nothing: never a path that a person wrote.
    return _folder() / "".join(ch for ch in name if ch in "0123456789abcdef")
