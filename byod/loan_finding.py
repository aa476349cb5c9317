"""What was scanned or typed at the desk: a pupil, a piece of a pool, a device that is in none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Q

from byod.models.loans.pools import PoolItem
from byod.models.people.members import Member
from byod.rules.people.codes import ALPHABET
from inventory.models import Device
from inventory.rules.codes import read_scan
from schools.models import Site

PSEUDONYM = re.compile(rf"(?:^|[/=:])E-?([{ALPHABET}]{{8}})/?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """At most one of the three is there. ``ours``: the site may lend the piece."""

    member: Member | None = None
    item: PoolItem | None = None
    device: Device | None = None
    ours: bool = True


def find(site: Site, text: str) -> Found:
    """By what the label says, never by a pupil's name. Four queries at most."""
    plain = " ".join(text.split())[:120]
    if not plain:
        return Found()
    if told := PSEUDONYM.search(plain):
        rows = Member.objects.present().pupils().filter(site=site)
        member = rows.filter(pseudonym=f"E-{told[1].upper()}").select_related("site__school")
        if (found := member.first()) is not None:
            return Found(member=found)
    return _piece(site, plain)


def _piece(site: Site, plain: str) -> Found:
    """By the label's code, the serial, the asset number; then by the name in one's own pools."""
    code, word = read_scan(plain)
    own = PoolItem.objects.of_site(site).select_related("device__product", "pool")
    named = own.filter(device__name__iexact=plain).first()
    if named is not None:
        return Found(item=named)
    told = Q(serial__iexact=word) | Q(asset_number__iexact=word)
    devices = Device.objects.filter(Q(code=code) | told if code else told)
    device = devices.select_related("site__school", "product").first()
    if device is None:
        return Found()
    item = PoolItem.objects.in_pool().filter(device=device).select_related("device__product")
    piece = item.select_related("device__product", "pool").first()
    if piece is None:
        return Found(device=device, ours=device.site.school_id == site.school_id)
    return Found(item=piece, device=device, ours=own.filter(pk=piece.pk).exists())


def folded(text: str) -> str:
    """Without accents, capitals and hyphens: ``Brasseur-Élodie`` is ``brasseur elodie``."""
    bare = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(plain.casefold().replace("-", " ").replace("’", " ").split())


def fits(asked: str, name: str) -> bool:
    """Whether each word typed begins a word of the name, in any order."""
    words = folded(name).split()
    return bool(asked) and all(
        any(word.startswith(part) for word in words) for part in folded(asked).split()
    )
