"""No secret survives masking; the same one has the same mark; masked once is masked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.lab.cli.examples import EXAMPLES
from inventory.cli.masking import DOTS, mask
from inventory.cli.platforms import platform_of, platforms

KEY = b"test"

LINES = {
    "cisco_ios": """
enable secret 5 {s}
enable secret 9 {s}
enable password 7 {s}
enable password {s}
username admin privilege 15 secret 9 {s}
username admin password 0 {s}
username admin password 7 {s} level 15
snmp-server community {s} RO
snmp-server community {s} RW 10
snmp-server community 0 {s} view tout ro
snmp-server host 192.0.2.1 version 2c {s}
snmp-server host 192.0.2.1 {s}
snmp-server host 192.0.2.1 traps version 3 priv {s}
snmp-server user lecteur groupe v3 auth sha {s} priv aes 128 autre-secret
snmp-server user lecteur groupe v3 auth md5 autre-secret priv des {s}
radius-server key {s}
radius-server key 7 {s}
radius-server host 192.0.2.1 auth-port 1812 acct-port 1813 key {s}
radius-server host 192.0.2.1 key 7 {s} timeout 5
tacacs-server key 7 {s}
 key 7 {s}
 key-string 7 {s}
 wpa-psk ascii 0 {s}
 security wpa psk set-key ascii 0 {s} 0
 authentication key-management psk secret {s}
 ip ospf authentication-key {s}
 ip ospf message-digest-key 1 md5 7 {s}
 standby 1 authentication md5 key-string {s}
 ppp chap password 7 {s}
crypto isakmp key {s} address 0.0.0.0
 pre-shared-key local {s}
ntp authentication-key 1 md5 {s} 7
neighbor 192.0.2.1 password {s}
 password 7 {s}
 server-private 192.0.2.1 key {s}
""",
    "hp_procurve": """
password manager user-name "admin" sha1 "{s}"
password manager {s}
password operator plaintext {s}
snmp-server community "{s}" operator unrestricted
snmpv3 user "lecteur" auth sha "{s}" priv aes "autre-secret"
snmpv3 community index "1" name "{s}" sec-name "x" tag "y"
radius-server host 192.0.2.1 key "{s}"
radius-server host 192.0.2.1 encrypted-key "{s}"
radius-server key {s}
tacacs-server key {s}
sntp authentication key-id 1 authentication-mode md5 key-value "{s}"
""",
    "aruba_aoscx": """
user admin group administrators password ciphertext {s}
user admin group administrators password plaintext {s}
radius-server host 192.0.2.1 key ciphertext {s}
radius-server host 192.0.2.1 key ciphertext {s} timeout 5
snmp-server community {s}
snmpv3 user lecteur auth sha auth-pass ciphertext {s} priv aes priv-pass ciphertext autre-secret
ntp authentication-key 1 sha1 {s}
 wpa-passphrase {s}
""",
    "aruba_os": """
mgmt-user admin root {s}
mgmt-user admin {s}
hash-mgmt-password hash {s}
hash-mgmt-user admin password hash {s}
wpa-passphrase {s}
 wpa-passphrase {s}
snmp-server community {s}
 key {s}
wlan auth-server radius key {s}
vpn ikepsk {s} username x
""",
    "ruckus_fastiron": """
enable super-user-password 8 {s}
snmp-server community 2 {s} ro
username super password 8 {s}
radius-server host 192.0.2.1 auth-port 1812 acct-port 1813 default key 2 {s} dot1x
""",
    "ruckus_unleashed": """
 Passphrase = {s}
 Password= {s}
 Shared Secret= {s}
""",
    "ubiquiti_edgeswitch": """
username "admin" password {s} level 15 encrypted
snmp-server community "{s}" ro
snmp-server community {s} ipaddr 0.0.0.0
radius server key auth "192.0.2.1" encrypted {s}
""",
    "ubiquiti_unifi": """
users.1.password={s}
aaa.1.wpa.psk={s}
aaa.1.radius.auth.1.secret={s}
snmp.community={s}
mgmt.authkey={s}
wireless.1.security.psk={s}
""",
    "mikrotik_routeros": """
/snmp community set [ find default=yes ] name={s}
/snmp community add addresses=::/0 name={s}
/interface wireless security-profiles add name=p wpa2-pre-shared-key={s} mode=dynamic-keys
/interface wireless security-profiles add name=p wpa2-pre-shared-key="{s}" mode=dynamic-keys
/ppp secret add name=x password={s} service=pptp
/radius add address=192.0.2.1 secret={s} service=wireless
/ip ipsec identity add peer=x secret={s}
/interface wireguard add listen-port=1 name=w private-key="{s}"
/interface wireguard peers add preshared-key="{s}"
/snmp community add authentication-password={s} encryption-password=autre-secret name=x
""",
    "extreme_exos": """
configure account admin encrypted password "{s}"
create account admin "super" encrypted "{s}"
configure snmpv3 add community "{s}" name "x" user "v1v2c_ro"
configure snmpv3 add user "u" authentication sha {s} privacy aes autre-secret
configure radius mgmt-access primary shared-secret encrypted "{s}"
""",
    "fortinet": """
        set passwd ENC {s}
        set psksecret ENC {s}
        set password "{s}"
        set passphrase ENC {s}
        set secret ENC {s}
        set auth-pwd ENC {s}
        set sae-password ENC {s}
        set key ENC {s}
""",
    "zyxel": """
username admin password cipher {s} privilege 14
snmp-server get-community {s}
snmp-server trap-community {s}
admin-password {s}
radius-server host 1 192.0.2.1 key cipher {s}
""",
    "tplink_jetstream": """
user name admin privilege admin secret 5 {s}
snmp-server community "{s}" read-only "viewDefault"
enable admin secret 5 {s}
radius-server host 192.0.2.1 key 0 {s}
""",
    "dlink": """
create snmp community {s} view CommunityView read_write
create account admin prof {s}
config radius add 1 192.0.2.1 key {s} auth_port 1812
""",
    "netgear_prosafe": """
username "admin" password {s} encrypted level 15
snmp-server community {s} ro
""",
    "dell_os6": """
username "admin" password {s} privilege 15 encrypted
snmp-server community {s} ro
key 7 "{s}"
""",
    "juniper_junos": """
set system root-authentication encrypted-password "{s}"
set system login user x authentication encrypted-password "{s}"
set system radius-server 192.0.2.1 secret "{s}"
set snmp community {s} authorization read-only
set security ike policy p pre-shared-key ascii-text "{s}"
set snmp v3 usm local-engine user u authentication-sha authentication-key "{s}"
set snmp v3 usm local-engine user u privacy-aes128 privacy-password "{s}"
set protocols ospf area 0 interface x authentication simple-password "{s}"
""",
    "linux": """
	option key '{s}'
	option password '{s}'
	option sae_password '{s}'
	option auth_secret '{s}'
	option private_key '{s}'
wpa-psk {s}
""",
    "paloalto_panos": """
          <phash>{s}</phash>
          <pre-shared-key><key>{s}</key></pre-shared-key>
          <secret>{s}</secret>
 phash {s};
 secret {s};
""",
    "vyos": """
set system login user vyos authentication encrypted-password '{s}'
set system login user vyos authentication plaintext-password '{s}'
set service snmp community {s} authorization 'ro'
set vpn ipsec authentication psk x secret '{s}'
set interfaces wireguard wg0 private-key '{s}'
""",
}
CASES = [
    (platform, line) for platform, text in LINES.items() for line in text.strip("\n").splitlines()
]
WORDS = st.text(
    "abcdefghijkmnopqrstuvwxyzABCDEFGHIJKLMNPQRSTUVWXYZ0123456789/+.-_!@%^&*",
    min_size=6,
    max_size=40,
).map(lambda text: f"Zq{text}")


@pytest.mark.parametrize(("platform", "line"), CASES)
def test_the_secret_is_gone_and_the_line_still_tells_what_it_is(platform, line):
    told = mask(line.format(s="Zq8vTr0ub4dor"), KEY, platform_of(platform))
    assert "Zq8vTr0ub4dor" not in told
    assert "autre-secret" not in told
    assert DOTS in told
    assert told.split()[0] == line.format(s="x").split()[0] or "=" in line or "<" in line


@pytest.mark.parametrize(("platform", "line"), CASES)
@settings(max_examples=15, deadline=None)
@given(secret=WORDS)
def test_no_secret_survives(platform, line, secret):
    assert secret not in mask(line.format(s=secret), KEY, platform_of(platform))


@settings(max_examples=60, deadline=None)
@given(secret=st.lists(WORDS, min_size=2, max_size=4).map(" ".join))
def test_a_secret_with_blanks_is_hidden_whole(secret):
    for line in (
        "username x password 0 {s}",
        "radius-server key {s}",
        " key-string {s}",
        'key "{s}"',
    ):
        told = mask(line.format(s=secret), KEY, platform_of("cisco_ios"))
        assert not any(word in told for word in secret.split())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([line for _p, line in CASES]).flatmap(
            lambda line: WORDS.map(lambda secret: line.format(s=secret))
        ),
        max_size=12,
    ),
    st.sampled_from(sorted(platforms())),
)
def test_masked_once_is_masked(lines, platform):
    once = mask("\n".join(lines), KEY, platform_of(platform))
    assert mask(once, KEY, platform_of(platform)) == once
    assert len(once.split("\n")) == max(len(lines), 1)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_masked(text):
    once = mask(text, KEY)
    assert mask(once, KEY) == once


def test_the_same_secret_has_the_same_mark_and_another_one_another():
    line = "snmp-server community {} RO"
    first, same, other = (mask(line.format(s), KEY) for s in ("one-a", "one-a", "two-b"))
    assert first == same != other
    assert first.startswith("snmp-server community ••••(")
    assert first.endswith(") RO")
    assert mask(line.format("one-a"), b"another key") != first


def test_private_keys_of_several_lines_are_one_mark():
    text = (
        "set private-key x\n-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabcd\n"
        "-----END RSA PRIVATE KEY-----\nhostname x\n"
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\ncut off"
    )
    told = mask(text, KEY)
    for part in ("MIIEpAIBAAKCAQEA", "abcd", "b3BlbnNzaC1rZXktdjE", "cut off"):
        assert part not in told
    assert "hostname x" in told


HARMLESS = """hostname SW-B1
service password-encryption
key chain OSPF
crypto key generate rsa
password complexity enable
interface 1
 description vers le routeur
ntp server 192.0.2.10
spanning-tree mode rapid-pvst
snmp-server location Local B
snmp-server group lecteurs v3 priv read tout
snmp-server enable traps
ip ssh version 2
vlan 20
 name eleves
set vlans eleves vlan-id 20
/interface bridge add name=bridge protocol-mode=rstp
authentication key-management wpa
"""


@pytest.mark.parametrize("line", HARMLESS.splitlines())
def test_what_is_no_secret_stays(line):
    assert mask(line, KEY) == line


@pytest.mark.parametrize("platform", EXAMPLES)
def test_the_examples_of_the_lab_show_no_secret(platform):
    told = mask(EXAMPLES[platform], KEY, platform_of(platform))
    for secret in (
        "ecole-lecture",
        "rayon-partage-7",
        "0822455D0A16544541",
        "$1$",
        "$9$",
        "$6$",
        "AQB",
        "8bfa",
    ):
        assert secret not in told
    assert told.count("\n") == EXAMPLES[platform].count("\n")
