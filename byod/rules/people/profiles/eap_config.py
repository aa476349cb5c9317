"""`.eap-config` for the geteduroam application (draft-winter-opsawg-eap-metadata)."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from byod.rules.people.profiles.contents import Contents, b64

TLS, TTLS, PAP = "13", "21", "1"
"""EAP methods, and the inner method of TTLS that is none of EAP."""
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def eap_config(told: Contents) -> bytes:
    """Elements stand in the order of the schema. The application asks for the password."""
    ET.register_namespace("xsi", XSI)
    top = ET.Element("EAPIdentityProviderList")
    top.set(f"{{{XSI}}}noNamespaceSchemaLocation", "eap-metadata.xsd")
    provider = ET.SubElement(
        top,
        "EAPIdentityProvider",
        {"ID": told.realm, "namespace": "urn:RFC4282:realm", "version": "1", "lang": told.language},
    )
    _text(provider, "ValidUntil", told.valid_until)
    method = ET.SubElement(ET.SubElement(provider, "AuthenticationMethods"), "AuthenticationMethod")
    _text(ET.SubElement(method, "EAPMethod"), "Type", TLS if told.is_certificate else TTLS)
    _server(method, told)
    _client(method, told)
    if not told.is_certificate:
        inner = ET.SubElement(method, "InnerAuthenticationMethod")
        _text(ET.SubElement(inner, "NonEAPAuthMethod"), "Type", PAP)
    radio = ET.SubElement(ET.SubElement(provider, "CredentialApplicability"), "IEEE80211")
    _text(radio, "SSID", told.ssid)
    _text(radio, "MinRSNProto", "CCMP")
    info = ET.SubElement(provider, "ProviderInfo")
    _text(info, "DisplayName", told.school)
    written: bytes = ET.tostring(top, encoding="utf-8", xml_declaration=True)
    return written


def _server(method: ET.Element, told: Contents) -> None:
    side = ET.SubElement(method, "ServerSideCredential")
    for der in told.roots:
        authority = _text(side, "CA", b64(der))
        authority.attrib.update({"format": "X.509", "encoding": "base64"})
    _text(side, "ServerID", told.server_name)


def _client(method: ET.Element, told: Contents) -> None:
    side = ET.SubElement(method, "ClientSideCredential")
    _text(side, "OuterIdentity", told.outer)
    if not told.is_certificate:
        _text(side, "UserName", told.username)
        _text(side, "Password", told.secret)
        return
    certificate = _text(side, "ClientCertificate", b64(told.p12))
    certificate.attrib.update({"format": "PKCS12", "encoding": "base64"})


def _text(above: ET.Element, name: str, text: str) -> ET.Element:
    made = ET.SubElement(above, name)
    made.text = text
    return made
