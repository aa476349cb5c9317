"""The SNMP credentials of the lab: public by nature, useless anywhere else."""

from __future__ import annotations

from deploy.lab.plan import Security
from supervision.snmp.contract import (
    AuthProtocol,
    Community,
    Credential,
    PrivProtocol,
    UsmUser,
)

READ_ONLY = "preau-lecture"
"""A community that every v2c device lets read and never write."""

CREDENTIALS: dict[Security, Credential] = {
    Security.V2C: Community("preau-lab"),
    Security.SHA1: UsmUser(
        "preau-sha1", AuthProtocol.SHA1, "labo-authentification",
        PrivProtocol.AES128, "labo-confidentialite",
    ),
    Security.SHA256: UsmUser(
        "preau-sha256", AuthProtocol.SHA256, "labo-authentification",
        PrivProtocol.AES128, "labo-confidentialite",
    ),
}  # fmt: skip

CHANGED: dict[Security, Credential] = {
    Security.V2C: Community("quelqu-un-l-a-change"),
    Security.SHA1: UsmUser(
        "preau-sha1", AuthProtocol.SHA1, "mot-de-passe-change",
        PrivProtocol.AES128, "mot-de-passe-change",
    ),
    Security.SHA256: UsmUser(
        "preau-sha256", AuthProtocol.SHA256, "mot-de-passe-change",
        PrivProtocol.AES128, "mot-de-passe-change",
    ),
}  # fmt: skip
"""What a device answers to while the fault ``wrong_credentials`` lasts."""

NAMES: dict[Security, str] = {
    Security.V2C: "Labo v2c",
    Security.SHA1: "Labo v3 SHA-1 AES",
    Security.SHA256: "Labo v3 SHA-256 AES",
}
"""Names of the CredentialSet rows."""
