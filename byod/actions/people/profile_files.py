"""The files that set a device up, for each system, from what was just issued."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils.translation import gettext as _

from byod.actions.people.authority import issuers, roots
from byod.actions.people.credentials import Issued
from byod.models.people.devices import Platform
from byod.rules.people.profiles.apple import mobileconfig
from byod.rules.people.profiles.chromeos import onc
from byod.rules.people.profiles.contents import Contents, pem
from byod.rules.people.profiles.eap_config import eap_config
from byod.rules.people.profiles.linux import DEVICE_FILE, ROOT_FILE, keyfile, wpa_supplicant
from byod.rules.people.profiles.windows import wlan_profile
from schools.models import School


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A download."""

    name: str
    kind: str
    """Media type: it makes a telephone open its settings."""
    body: bytes


def contents_of(issued: Issued, school: School, password: str = "") -> Contents:
    """What a profile of this credential says; ``password`` opens the certificate's file."""
    credential = issued.credential
    p12 = _p12(issued, password) if issued.key else b""
    return Contents(
        ssid=settings.BYOD_SSID,
        server_name=settings.BYOD_RADIUS_NAME,
        roots=tuple(_ders(roots())),
        school=school.name,
        username=credential.username,
        device=credential.device_id,
        valid_until=f"{credential.expires_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        secret=issued.secret,
        p12=p12,
        p12_open=_p12(issued, "") if issued.key else b"",
        password=password,
        language=credential.device.member.language,
    )


def _p12(issued: Issued, password: str) -> bytes:
    """Key, certificate and issuers. 3DES and SHA-1 in the envelope: iOS before 17 and Windows
    before 10 1809 open nothing newer, and the password is random and used once."""
    certificate = x509.load_pem_x509_certificate(issued.credential.certificate.encode())
    above = x509.load_pem_x509_certificates(issuers().encode())
    envelope = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(50_000)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())  # noqa: S303  see above
        .build(password.encode())
        if password
        else serialization.NoEncryption()
    )
    return pkcs12.serialize_key_and_certificates(
        issued.credential.username.encode(), issued.key, certificate, above, envelope
    )


def _ders(text: str) -> list[bytes]:
    found = x509.load_pem_x509_certificates(text.encode())
    return [one.public_bytes(serialization.Encoding.DER) for one in found]


def profile_file(platform: str, told: Contents) -> ProfileFile:
    """The file for one system; ``.eap-config`` for those that have no format of their own."""
    return WRITERS.get(platform, _eap_config)(told)


def _mobileconfig(told: Contents) -> ProfileFile:
    return ProfileFile(
        f"{told.ssid}.mobileconfig", "application/x-apple-aspen-config", mobileconfig(told)
    )


def _eap_config(told: Contents) -> ProfileFile:
    return ProfileFile(f"{told.ssid}.eap-config", "application/eap-config", eap_config(told))


def _onc(told: Contents) -> ProfileFile:
    return ProfileFile(f"{told.ssid}.onc", "application/x-onc", onc(told))


def _windows(told: Contents) -> ProfileFile:
    steps = _(
        "1. Double-cliquez sur racine.cer, puis : Installer, Utilisateur actuel, Autorités de "
        "certification racines de confiance.\n"
        "2. Double-cliquez sur appareil.p12 s’il est là, et tapez le mot de passe affiché.\n"
        "3. Dans ce dossier, ouvrez un terminal et tapez : netsh wlan add profile "
        "filename=reseau.xml user=current\n"
        "4. Choisissez le réseau %(ssid)s. Sans certificat, tapez l’identifiant et le mot de passe "
        "affichés.\n"
    ) % {"ssid": told.ssid}
    files = {
        "LISEZMOI.txt": b"\xef\xbb\xbf" + steps.replace("\n", "\r\n").encode(),
        "racine.cer": told.roots[0],
        "reseau.xml": wlan_profile(told),
        "reseau.eap-config": eap_config(told),
    }
    if told.is_certificate:
        files["appareil.p12"] = told.p12
    return _zip(f"{told.ssid}-windows.zip", files)


def _linux(told: Contents) -> ProfileFile:
    steps = _(
        "Copiez racine.pem et appareil.p12 (s’il est là) dans /etc/preau, puis :\n"
        "- NetworkManager : copiez reseau.nmconnection dans "
        "/etc/NetworkManager/system-connections (droits 600) et tapez nmcli connection reload ;\n"
        "- sans NetworkManager : ajoutez wpa_supplicant.conf au vôtre.\n"
    )
    files = {
        "LISEZMOI.txt": steps.encode(),
        ROOT_FILE: "".join(pem(der) for der in told.roots).encode(),
        "reseau.nmconnection": keyfile(told).encode(),
        "wpa_supplicant.conf": wpa_supplicant(told).encode(),
        "reseau.eap-config": eap_config(told),
    }
    if told.is_certificate:
        files[DEVICE_FILE] = told.p12
    return _zip(f"{told.ssid}-linux.zip", files)


def _zip(name: str, files: dict[str, bytes]) -> ProfileFile:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in files.items():
            archive.writestr(zipfile.ZipInfo(path), body)
    return ProfileFile(name, "application/zip", held.getvalue())


WRITERS: dict[str, Callable[[Contents], ProfileFile]] = {
    Platform.IOS.value: _mobileconfig,
    Platform.MACOS.value: _mobileconfig,
    Platform.ANDROID.value: _eap_config,
    Platform.WINDOWS.value: _windows,
    Platform.CHROMEOS.value: _onc,
    Platform.LINUX.value: _linux,
    Platform.OTHER.value: _eap_config,
}
