"""Which texts somebody accepts today: the Region's floor, and what their school adds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from byod.models.people.charters import CharterVersion
from schools.models import School


@dataclass(frozen=True, slots=True)
class InForce:
    """The two versions that count at a school, of which each may be missing."""

    floor: CharterVersion | None
    own: CharterVersion | None

    @property
    def exists(self) -> bool:
        return self.newest is not None

    @property
    def newest(self) -> CharterVersion | None:
        """The version that an authorisation names."""
        return self.own or self.floor

    @property
    def key(self) -> tuple[int | None, int | None]:
        """What an agreement is compared with."""
        return (self.floor.pk if self.floor else None, self.own.pk if self.own else None)

    @property
    def since(self) -> dt.datetime | None:
        """When the younger of the two was published."""
        rows = [one for one in (self.floor, self.own) if one is not None]
        return max((one.published_at for one in rows if one.published_at), default=None)

    def texts(self, language: str) -> list[str]:
        """Floor first; in German where they are written in German."""
        rows = [one for one in (self.floor, self.own) if one is not None]
        german = language == "de"
        return [(one.text_de or one.text_fr) if german else one.text_fr for one in rows]


def in_force(school: School) -> InForce:
    """One query: the newest published version of each."""
    rows = CharterVersion.objects.published().filter(school=None)
    rows |= CharterVersion.objects.published().filter(school=school)
    newest = rows.order_by("school_id", "-number").distinct("school_id")
    found = {row.school_id: row for row in newest}
    return InForce(floor=found.get(None), own=found.get(school.pk))
