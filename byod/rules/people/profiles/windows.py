"""A WLAN profile for Windows (WLAN_profile and EapTlsConnectionProperties schemas)."""

from __future__ import annotations

from xml.sax.saxutils import escape

from byod.rules.people.profiles.contents import Contents, thumbprint

HOST = "http://www.microsoft.com/provisioning/EapHostConfig"
COMMON = "http://www.microsoft.com/provisioning/EapCommon"
TLS = "http://www.microsoft.com/provisioning/EapTlsConnectionPropertiesV1"
TTLS = "http://www.microsoft.com/provisioning/EapTtlsConnectionPropertiesV1"
BASE = "http://www.microsoft.com/provisioning/BaseEapConnectionPropertiesV1"


def wlan_profile(told: Contents) -> bytes:
    """The network, the root pinned by thumbprint, the server by name; never a prompt to trust."""
    eap = _tls(told) if told.is_certificate else _ttls(told)
    ssid = escape(told.ssid)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<WLANProfile xmlns="http://www.microsoft.com/networking/WLAN/profile/v1">
  <name>{ssid}</name>
  <SSIDConfig><SSID><hex>{told.ssid.encode().hex().upper()}</hex><name>{ssid}</name></SSID></SSIDConfig>
  <connectionType>ESS</connectionType>
  <connectionMode>auto</connectionMode>
  <MSM><security>
    <authEncryption>
      <authentication>WPA2</authentication>
      <encryption>AES</encryption>
      <useOneX>true</useOneX>
    </authEncryption>
    <OneX xmlns="http://www.microsoft.com/networking/OneX/v1">
      <cacheUserData>true</cacheUserData>
      <authMode>user</authMode>
      <EAPConfig>{eap}</EAPConfig>
    </OneX>
  </security></MSM>
</WLANProfile>
""".encode()


def _host(kind: int, author: int, config: str) -> str:
    return (
        f'<EapHostConfig xmlns="{HOST}"><EapMethod>'
        f'<Type xmlns="{COMMON}">{kind}</Type>'
        f'<VendorId xmlns="{COMMON}">0</VendorId><VendorType xmlns="{COMMON}">0</VendorType>'
        f'<AuthorId xmlns="{COMMON}">{author}</AuthorId></EapMethod>'
        f'<Config xmlns="{HOST}">{config}</Config></EapHostConfig>'
    )


def _tls(told: Contents) -> str:
    roots = "".join(f"<TrustedRootCA>{thumbprint(der)}</TrustedRootCA>" for der in told.roots)
    return _host(
        13,
        0,
        f'<Eap xmlns="{BASE}"><Type>13</Type><EapType xmlns="{TLS}">'
        "<CredentialsSource><CertificateStore>"
        "<SimpleCertSelection>true</SimpleCertSelection></CertificateStore></CredentialsSource>"
        "<ServerValidation>"
        "<DisableUserPromptForServerValidation>true</DisableUserPromptForServerValidation>"
        f"<ServerNames>{escape(told.server_name)}</ServerNames>{roots}</ServerValidation>"
        "<DifferentUsername>false</DifferentUsername></EapType></Eap>",
    )


def _ttls(told: Contents) -> str:
    roots = "".join(
        f"<TrustedRootCAHash>{thumbprint(der)}</TrustedRootCAHash>" for der in told.roots
    )
    return _host(
        21,
        311,
        f'<EapTtls xmlns="{TTLS}"><ServerValidation>'
        f"<ServerNames>{escape(told.server_name)}</ServerNames>{roots}"
        "<DisablePrompt>true</DisablePrompt></ServerValidation>"
        "<Phase2Authentication><PAPAuthentication/></Phase2Authentication>"
        "<Phase1Identity><IdentityPrivacy>true</IdentityPrivacy>"
        f"<AnonymousIdentity>{escape(told.outer)}</AnonymousIdentity></Phase1Identity></EapTtls>",
    )
