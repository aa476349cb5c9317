"""What was read on a device that nobody knew: which of its numbers it is."""

from __future__ import annotations

import re

from inventory.models import Device, StockFinding
from inventory.rules.codes import read_code

_LETTERS = re.compile(r"[^0-9]{2,}")


def read_as(found: StockFinding) -> dict[str, str]:
    """The field of the form that the text goes into. A number that begins as labels of the site do
    is a label; any other the maker's, its serial number. A code of ours is neither.
    """
    text = found.text
    if read_code(text):
        return {}
    begins = _LETTERS.match(text)
    here = Device.objects.filter(site=found.stock_taking.site_id)
    if begins and here.filter(asset_number__istartswith=begins[0]).exists():
        return {"asset_number": text[:30]}
    return {"serial": text[:60]}
