"""How times, durations and numbers are written (French typography, Brussels time)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
BRUSSELS = ZoneInfo("Europe/Brussels")
DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60


def seconds_of(span: timedelta | float | int) -> int:
    """Whole seconds of a span given as a timedelta or as seconds; never negative."""
    total = span.total_seconds() if isinstance(span, timedelta) else float(span)
    return max(0, int(total))


def hours_minutes(span: timedelta | float | int) -> str:
    """`0 h 54`, `2 h 46`, and from one day on `1 j 02 h`: the form used in columns."""
    total = seconds_of(span)
    if total >= DAY_S:
        days, rest = divmod(total, DAY_S)
        return _("%(days)d j %(hours)02d h").replace(" ", NBSP) % {
            "days": days,
            "hours": rest // HOUR_S,
        }
    hours, rest = divmod(total, HOUR_S)
    return _("%(hours)d h %(minutes)02d").replace(" ", NBSP) % {
        "hours": hours,
        "minutes": rest // MINUTE_S,
    }


def duration(span: timedelta | float | int) -> str:
    """`40 s`, `4 min 41 s`, `22 min`, then as `hours_minutes`: the form used in sentences."""
    total = seconds_of(span)
    if total >= HOUR_S:
        return hours_minutes(total)
    minutes, seconds = divmod(total, MINUTE_S)
    parts = [f"{minutes}{NBSP}min"] if minutes else []
    # Seconds stop mattering to a reader once a fault has lasted ten minutes.
    if not minutes or (seconds and minutes < 10):
        parts.append(f"{seconds}{NBSP}s")
    return NBSP.join(parts)


def since(moment: datetime | None, now: datetime | None = None) -> str:
    """Time gone by since `moment`, as `0 h 54`; empty when unknown."""
    if moment is None:
        return ""
    return hours_minutes((now or timezone.now()) - moment)


def number(value: float | int | Decimal | None, decimals: int = 0) -> str:
    """`48 231` with narrow no-break spaces; the decimal mark follows the language."""
    if value is None:
        return ""
    text = f"{value:,.{decimals}f}".replace(",", NARROW_NBSP)
    mark = "." if (translation.get_language() or "fr").startswith("en") else ","
    return text.replace(".", mark)


def clocktime(moment: datetime | None, seconds: bool = False) -> str:
    """`10:58` (or `10:58:04`) in Brussels; empty when unknown."""
    if moment is None:
        return ""
    return f"{moment.astimezone(BRUSSELS):{'%H:%M:%S' if seconds else '%H:%M'}}"


def daytime(moment: datetime | None, now: datetime | None = None) -> str:
    """`10:47` today, `hier 10:47`, `20/11 10:47` this year, `20/11/2025` before."""
    if moment is None:
        return ""
    local = moment.astimezone(BRUSSELS)
    today = (now or timezone.now()).astimezone(BRUSSELS).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return _("hier %(time)s").replace(" ", NBSP) % {"time": f"{local:%H:%M}"}
    if local.year == today.year:
        return f"{local:%d/%m}{NBSP}{local:%H:%M}"
    return f"{local:%d/%m/%Y}"
