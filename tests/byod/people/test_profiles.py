"""Every profile is read back by a parser of its own, and opens nothing but our server."""

from __future__ import annotations

import base64
import configparser
import io
import json
import plistlib
import shutil
import subprocess
import uuid
import zipfile
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from django.utils import timezone

from byod.actions.people.authority import roots
from byod.actions.people.credentials import issue_certificate, issue_secret, new_seed
from byod.actions.people.devices import add_device
from byod.actions.people.profile_files import contents_of, profile_file
from byod.rules.people.platforms import guess_platform
from byod.rules.people.profiles.contents import Contents, b64
from byod.rules.people.profiles.wifi_qr import wifi_text
from tests.byod.people.made import make_pupil

pytestmark = pytest.mark.django_db
PASSWORD = "k7m29p4q"
SERVER = "radius.preau.example"


@pytest.fixture
def member(cast):
    return make_pupil(cast.tilleuls, "Léa", "Exemple", authorised=True)


def told(member, platform: str, *, certificate: bool) -> Contents:
    now = timezone.now()
    row = add_device(member, "Mien", platform, once=uuid.uuid4(), now=now)
    issue = issue_certificate if certificate else issue_secret
    return contents_of(issue(member, row.pk, new_seed(), now), member.site.school, PASSWORD)


def parts(body: bytes) -> dict[str, dict]:
    return {part["PayloadType"]: part for part in plistlib.loads(body)["PayloadContent"]}


def test_apple_with_a_certificate(member):
    contents = told(member, "ios", certificate=True)
    file = profile_file("ios", contents)
    assert file.kind == "application/x-apple-aspen-config"
    found = parts(file.body)
    wifi = found["com.apple.wifi.managed"]
    eap = wifi["EAPClientConfiguration"]
    assert eap["AcceptEAPTypes"] == [13]
    assert eap["TLSTrustedServerNames"] == [SERVER]
    assert eap["TLSAllowTrustExceptions"] is False
    root = found["com.apple.security.root"]
    assert eap["PayloadCertificateAnchorUUID"] == [root["PayloadUUID"]]
    assert wifi["PayloadCertificateUUID"] == found["com.apple.security.pkcs12"]["PayloadUUID"]
    key, certificate, above = pkcs12.load_key_and_certificates(
        found["com.apple.security.pkcs12"]["PayloadContent"], PASSWORD.encode()
    )
    assert certificate.public_key() == key.public_key()
    assert len(above) == 1
    assert PASSWORD.encode() not in file.body
    assert b"Exemple" not in file.body


def test_apple_identifiers_are_those_of_the_device(member):
    contents = told(member, "ios", certificate=True)
    first, again = (plistlib.loads(profile_file("ios", contents).body) for _ in range(2))
    assert first["PayloadUUID"] == again["PayloadUUID"]


def test_apple_with_a_secret(member):
    contents = told(member, "macos", certificate=False)
    eap = parts(profile_file("macos", contents).body)["com.apple.wifi.managed"][
        "EAPClientConfiguration"
    ]
    assert (eap["AcceptEAPTypes"], eap["TTLSInnerAuthentication"]) == ([21], "PAP")
    assert eap["OuterIdentity"] == "anonymous@ecole-tilleuls.preau.example"
    assert eap["UserPassword"] == contents.secret


@pytest.mark.parametrize("certificate", [True, False])
def test_eap_config_for_android(member, certificate):
    contents = told(member, "android", certificate=certificate)
    top = ET.fromstring(profile_file("android", contents).body)
    method = top.find(".//AuthenticationMethod")
    assert method.findtext("EAPMethod/Type") == ("13" if certificate else "21")
    server = method.find("ServerSideCredential")
    assert server.findtext("ServerID") == SERVER
    assert base64.b64decode(server.findtext("CA")) == contents.roots[0]
    client = method.find("ClientSideCredential")
    if certificate:
        pkcs12.load_key_and_certificates(
            base64.b64decode(client.findtext("ClientCertificate")), PASSWORD.encode()
        )
        assert client.find("Passphrase") is None
    else:
        assert client.findtext("OuterIdentity").startswith("anonymous@")
        assert client.findtext("Password") == contents.secret
        assert method.findtext("InnerAuthenticationMethod/NonEAPAuthMethod/Type") == "1"
    assert top.findtext(".//SSID") == "preau"


@pytest.mark.parametrize("certificate", [True, False])
def test_windows(member, certificate):
    contents = told(member, "windows", certificate=certificate)
    archive = zipfile.ZipFile(io.BytesIO(profile_file("windows", contents).body))
    names = set(archive.namelist())
    assert ("appareil.p12" in names) is certificate
    top = ET.fromstring(archive.read("reseau.xml"))
    kinds = [e.text for e in top.iter() if e.tag.endswith("EapCommon}Type")]
    assert kinds == ["13" if certificate else "21"]
    texts = [e.text for e in top.iter() if e.tag.endswith("}ServerNames")]
    assert texts == [SERVER]
    assert "netsh wlan add profile" in archive.read("LISEZMOI.txt").decode("utf-8-sig")


@pytest.mark.parametrize("certificate", [True, False])
def test_chromebooks(member, certificate):
    contents = told(member, "chromeos", certificate=certificate)
    whole = json.loads(profile_file("chromeos", contents).body)
    eap = whole["NetworkConfigurations"][0]["WiFi"]["EAP"]
    assert eap["Outer"] == ("EAP-TLS" if certificate else "EAP-TTLS")
    assert eap["UseSystemCAs"] is False
    assert eap["DomainSuffixMatch"] == [SERVER]
    guids = {one["GUID"]: one for one in whole["Certificates"]}
    assert all(ref in guids for ref in eap["ServerCARefs"])
    if certificate:
        p12 = base64.b64decode(guids[eap["ClientCertRef"]]["PKCS12"])
        assert pkcs12.load_key_and_certificates(p12, None)[0] is not None


@pytest.mark.parametrize("certificate", [True, False])
def test_linux(member, certificate):
    contents = told(member, "linux", certificate=certificate)
    archive = zipfile.ZipFile(io.BytesIO(profile_file("linux", contents).body))
    keyfile = configparser.ConfigParser(interpolation=None)
    keyfile.read_string(archive.read("reseau.nmconnection").decode())
    assert keyfile["802-1x"]["domain-match"] == SERVER
    assert keyfile["802-1x"]["eap"] == ("tls;" if certificate else "ttls;")
    assert keyfile["wifi"]["ssid"] == "preau"
    block = archive.read("wpa_supplicant.conf").decode()
    assert f'domain_match="{SERVER}"' in block
    assert block.startswith("network={\n")
    assert block.rstrip().endswith("}")
    assert archive.read("racine.pem").decode() == roots()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_opens_the_file_of_a_linux_device_and_believes_it(member, tmp_path):
    contents = told(member, "linux", certificate=True)
    archive = zipfile.ZipFile(io.BytesIO(profile_file("linux", contents).body))
    archive.extractall(tmp_path)

    def run(*asked: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *asked], cwd=tmp_path, capture_output=True, check=False)

    opened = run(
        "pkcs12", "-in", "appareil.p12", "-passin", f"pass:{PASSWORD}", "-nodes", "-legacy",
        "-out", "all.pem",
    )  # fmt: skip
    if opened.returncode:  # openssl 1.1 knows no -legacy
        opened = run(
            "pkcs12", "-in", "appareil.p12", "-passin", f"pass:{PASSWORD}", "-nodes", "-out",
            "all.pem",
        )  # fmt: skip
    assert opened.returncode == 0, opened.stderr
    checked = run("verify", "-CAfile", "racine.pem", "-untrusted", "all.pem", "all.pem")
    assert checked.returncode == 0, checked.stderr


def test_the_qr_of_a_network_escapes_what_it_must():
    contents = Contents(
        ssid="éc;ole", server_name=SERVER, roots=(b"x",), school="É", username="d1@r.example",
        device=1, valid_until="", secret='a:b"c',
    )  # fmt: skip
    text = wifi_text(contents)
    assert "S:éc\\;ole;" in text
    assert 'P:a\\:b\\"c;' in text
    assert text.endswith(";;")
    assert b64(b"abc") == "YWJj"


@pytest.mark.parametrize(
    ("agent", "platform"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)", "ios"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9)", "android"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)", "chromeos"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "windows"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "linux"),
        ("curl/8", ""),
    ],
)
def test_the_system_is_guessed(agent, platform):
    assert guess_platform(agent) == platform
