"""Environment variables of the RADIUS server's door; ``env`` takes them."""

from __future__ import annotations

from deploy.settings.variable import Variable

RADIUS: tuple[Variable, ...] = (
    Variable(
        "RADIUS_TOKEN",
        "With which the RADIUS server asks /radius/v1/. Empty: this machine alone.",
        required_in_production=True,
    ),
    Variable(
        "RADIUS_FROM",
        "Addresses or networks of the RADIUS servers, comma separated.",
        "127.0.0.0/8,::1",
    ),
    Variable(
        "RADIUS_MAC_DAYS",
        "Days after its end for which a session keeps a whole MAC address.",
        "7",
    ),
    Variable("RADIUS_SILENT_HOURS", "Hours without news after which a session is over.", "26"),
)
