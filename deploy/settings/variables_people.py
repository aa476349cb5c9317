"""Variables of people and their personal devices."""

from __future__ import annotations

from deploy.settings.variable import Variable

PEOPLE: tuple[Variable, ...] = (
    Variable("BYOD_LINK_DAYS", "Days for which a pupil’s or guardian’s link opens.", "30"),
    Variable("BYOD_SESSION_MINUTES", "Minutes that a session begun by such a link lasts.", "60"),
    Variable(
        "BYOD_CODE_TRIES",
        "Wrong codes or links from one address in a quarter of an hour before it waits.",
        "30",
    ),
    Variable("BYOD_CA_NAME", "Name of the certificate authority of devices.", "Préau BYOD"),
    Variable(
        "BYOD_PKI_URL",
        "Address in certificates where revocations are read, better http:// than https://: a "
        "device that is not let in yet reads it. Empty: PREAU_URL.",
    ),
    Variable(
        "BYOD_RADIUS_NAME",
        "Name in the certificate of the RADIUS servers; profiles of devices trust it alone.",
        "radius.preau.example",
    ),
    Variable(
        "BYOD_REALM_SUFFIX",
        "What follows a school’s name in the realm that is made for it.",
        "preau.example",
    ),
    Variable("BYOD_SSID", "Name of the wireless network for personal devices.", "preau"),
    Variable(
        "BYOD_CERTIFICATE_DAYS", "Days for which a device’s certificate or secret holds.", "365"
    ),
    Variable("BYOD_CRL_HOURS", "Hours for which a list of revocations counts.", "24"),
    Variable("BYOD_GUEST_HOURS", "Hours for which a guest is let in at most.", "72"),
    Variable("BYOD_GRACE_DAYS", "Days to accept a new version of a charter.", "14"),
    Variable(
        "BYOD_REMIND_DAYS",
        "Days after which a guardian who has not answered a letter is reminded. 0: never.",
        "7",
    ),
    Variable("BYOD_REMIND_TIMES", "Reminders of one letter at most.", "2"),
    Variable(
        "BYOD_UNDO_HOURS",
        "Hours in which what was done to many people at once can be undone; access ends at "
        "once all the same.",
        "48",
    ),
)
